//! [`Object`]: a shared, copy-on-write map in insertion order.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::size::{Child, MAX_DEPTH, Size, drop_deep, encoded_text_len, total};
use crate::{Text, Value};

/// A JSON object: a reference-counted map that keeps the order in which its members were inserted.
///
/// Cloning is O(1). The first write to a shared object copies the list of members, but not what their values contain.
/// Inserting a name that is present replaces the value and keeps the member's place, as Java's `LinkedHashMap` does;
/// equality ignores the order.
///
/// Lookups by name are O(1) in large objects; small ones are searched. [`remove`](Object::remove) moves all later
/// members and takes time in proportion to their number.
///
/// ```
/// use asl_value::{json, Object};
/// let mut order = Object::new();
/// order.insert("id", json!("o-1"));
/// order.insert("lines", json!([1, 2]));
/// order.insert("id", json!("o-2"));
/// assert_eq!(order.to_string(), r#"{"id":"o-2","lines":[1,2]}"#);
/// assert_eq!(order.get("id"), Some(&json!("o-2")));
/// ```
#[derive(Clone, Default)]
pub struct Object(Arc<ObjectNode>);

/// Up to this many members, a linear search is faster than hashing, so objects have no index.
const LINEAR: usize = 12;

#[derive(Clone)]
struct ObjectNode {
    members: Vec<(Text, Value)>,
    /// The place of each name in `members`, if there are more than [`LINEAR`]. It is hashed with SipHash, because names
    /// may come from an attacker, and boxed, because few objects have an index.
    #[expect(clippy::box_collection, reason = "forty bytes less in every other object")]
    index: Option<Box<HashMap<Text, usize>>>,
    size: Size,
}

impl Default for ObjectNode {
    fn default() -> Self {
        ObjectNode::new(Vec::new())
    }
}

impl Drop for ObjectNode {
    fn drop(&mut self) {
        if self.size.depth() > MAX_DEPTH {
            drop_deep(std::mem::take(&mut self.members).into_iter().map(|(_, value)| value).collect());
        }
    }
}

impl ObjectNode {
    /// INVARIANT: the names are distinct.
    fn new(members: Vec<(Text, Value)>) -> ObjectNode {
        let size = Size::of(members.iter().map(|(_, value)| value));
        let mut node = ObjectNode { members, index: None, size };
        node.rebuild_index();
        node
    }

    fn rebuild_index(&mut self) {
        self.index = (self.members.len() > LINEAR).then(|| {
            let places = self.members.iter().enumerate();
            Box::new(places.map(|(place, (name, _))| (name.clone(), place)).collect())
        });
    }

    fn find(&self, name: &str) -> Option<usize> {
        match &self.index {
            None => self.members.iter().position(|(key, _)| **key == *name),
            Some(index) => index.get(name).copied(),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        match &self.index {
            None => self.members.iter().find(|(key, _)| **key == *name).map(|(_, value)| value),
            Some(index) => self.members.get(*index.get(name)?).map(|(_, value)| value),
        }
    }

    fn put(&mut self, name: Text, value: Value) -> Option<Value> {
        let arrived = Child::of(&value);
        let old = match self.find(&name) {
            Some(place) => self.members.get_mut(place).map(|(_, present)| std::mem::replace(present, value)),
            None => {
                let place = self.members.len();
                match &mut self.index {
                    Some(index) => {
                        index.insert(name.clone(), place);
                        self.members.push((name, value));
                    }
                    None => {
                        self.members.push((name, value));
                        if place == LINEAR {
                            self.rebuild_index();
                        }
                    }
                }
                None
            }
        };
        let replaced = old.as_ref().map_or(Child::NOTHING, Child::of);
        self.size.exchanged(replaced, arrived, self.members.iter().map(|(_, value)| value));
        old
    }
}

impl Object {
    /// An empty object.
    pub fn new() -> Object {
        Object::default()
    }

    /// An object of members whose names are known to be distinct, such as those of a template.
    ///
    /// If a name is repeated nevertheless, both members are kept and `get` returns one of them. Collect an iterator
    /// instead to have repeated names replaced.
    pub fn from_distinct(members: Vec<(Text, Value)>) -> Object {
        Object(Arc::new(ObjectNode::new(members)))
    }

    /// An object of members whose names may repeat: the first place and the last value of each name count.
    pub(crate) fn from_members(members: Vec<(Text, Value)>) -> Object {
        let few = members.len() <= LINEAR;
        let mut names = members.iter().map(|(name, _)| name).enumerate();
        if few && names.all(|(place, name)| members.iter().take(place).all(|(earlier, _)| earlier != name)) {
            Object::from_distinct(members)
        } else {
            members.into_iter().collect()
        }
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        self.0.members.len()
    }

    /// Whether the object has no members.
    pub fn is_empty(&self) -> bool {
        self.0.members.is_empty()
    }

    /// The value of the member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether there is a member `name`.
    pub fn contains_key(&self, name: &str) -> bool {
        self.0.find(name).is_some()
    }

    /// Adds a member at the end, or replaces the value of the member with this name and returns the old value.
    pub fn insert(&mut self, name: impl Into<Text>, value: Value) -> Option<Value> {
        Arc::make_mut(&mut self.0).put(name.into(), value)
    }

    /// Takes the value of a member and leaves `null` in its place.
    ///
    /// A value that is taken, changed and inserted again has one owner all along, so it is not copied, and the member
    /// keeps its place.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let place = self.0.find(name)?;
        let node = Arc::make_mut(&mut self.0);
        let old = node.members.get_mut(place).map(|(_, value)| std::mem::take(value))?;
        node.size.exchanged(
            Child::of(&old),
            Child::of(&Value::Null),
            node.members.iter().map(|(_, value)| value),
        );
        Some(old)
    }

    /// Removes a member and returns its value. The later members move up, which takes time in proportion to their
    /// number.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let place = self.0.find(name)?;
        let node = Arc::make_mut(&mut self.0);
        let (_, old) = node.members.remove(place);
        node.rebuild_index();
        node.size = Size::of(node.members.iter().map(|(_, value)| value));
        Some(old)
    }

    /// The members in insertion order.
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.0.members.iter())
    }

    /// The names in insertion order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Text> {
        self.0.members.iter().map(|(name, _)| name)
    }

    /// The values in insertion order.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.0.members.iter().map(|(_, value)| value)
    }

    /// Returns the members as a vector. The list is copied only if the object is shared; what the values contain is
    /// not.
    pub fn into_members(self) -> Vec<(Text, Value)> {
        match Arc::try_unwrap(self.0) {
            Ok(mut node) => std::mem::take(&mut node.members),
            Err(shared) => shared.members.clone(),
        }
    }

    /// Returns the members if the object is not shared.
    pub(crate) fn into_unshared(self) -> Option<Vec<(Text, Value)>> {
        Arc::into_inner(self.0).map(|mut node| std::mem::take(&mut node.members))
    }

    /// Whether both are the same object in memory.
    pub fn same(&self, other: &Object) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn depth(&self) -> u32 {
        self.0.size.depth()
    }

    pub(crate) fn total_values(&self) -> u32 {
        self.0.size.total_values()
    }

    pub(crate) fn is_normal(&self) -> bool {
        self.0.size.is_normal()
    }

    pub(crate) fn encoded_len(&self) -> usize {
        self.0.size.encoded_len(|| {
            // Braces, commas and colons, then names and values.
            let punctuation = 2 + self.len() + self.len().saturating_sub(1);
            let names = total(self.keys().map(|name| encoded_text_len(name)));
            total(self.values().map(Value::encoded_len)).saturating_add(names).saturating_add(punctuation)
        })
    }
}

/// Iterator over the members of an [`Object`].
#[derive(Clone)]
pub struct Iter<'a>(std::slice::Iter<'a, (Text, Value)>);

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Text, &'a Value);
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (name, value))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(name, value)| (name, value))
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a Object {
    type Item = (&'a Text, &'a Value);
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl IntoIterator for Object {
    type Item = (Text, Value);
    type IntoIter = std::vec::IntoIter<(Text, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.into_members().into_iter()
    }
}

/// A repeated name replaces the earlier value and keeps its place.
impl<K: Into<Text>> FromIterator<(K, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, Value)>>(members: I) -> Self {
        let members = members.into_iter();
        let mut node = ObjectNode::new(Vec::with_capacity(members.size_hint().0));
        for (name, value) in members {
            node.put(name.into(), value);
        }
        Object(Arc::new(node))
    }
}

impl<K: Into<Text>> Extend<(K, Value)> for Object {
    fn extend<I: IntoIterator<Item = (K, Value)>>(&mut self, members: I) {
        let node = Arc::make_mut(&mut self.0);
        for (name, value) in members {
            node.put(name.into(), value);
        }
    }
}

/// Order does not matter.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.same(other)
            || (self.len() == other.len()
                && self.depth() == other.depth()
                && self.iter().all(|(name, value)| other.get(name) == Some(value)))
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Compact JSON text.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Value::Object(self.clone()), f)
    }
}
