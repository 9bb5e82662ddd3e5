//! [`Array`]: a shared, copy-on-write list of values.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::Value;
use crate::size::{Child, MAX_DEPTH, Size, drop_deep, total};

/// A JSON array: a reference-counted list of values that is copied when a shared one is changed.
///
/// Cloning is O(1). The first write to a shared array copies the list, but not what the items contain. All methods of
/// slices are available through `Deref`, but not through `DerefMut`, because every write updates the remembered depth
/// and length.
///
/// ```
/// use asl_value::{json, Array};
/// let mut list: Array = [json!(1), json!("two")].into_iter().collect();
/// let before = list.clone();
/// list.push(json!([3]));
/// assert_eq!((before.len(), list.len()), (2, 3));
/// assert_eq!(list.to_string(), r#"[1,"two",[3]]"#);
/// ```
#[derive(Clone, Default)]
pub struct Array(Arc<ArrayNode>);

#[derive(Clone)]
struct ArrayNode {
    items: Vec<Value>,
    size: Size,
}

impl Default for ArrayNode {
    fn default() -> Self {
        ArrayNode { items: Vec::new(), size: Size::of([].iter()) }
    }
}

impl Drop for ArrayNode {
    fn drop(&mut self) {
        if self.size.depth() > MAX_DEPTH {
            drop_deep(std::mem::take(&mut self.items));
        }
    }
}

impl Array {
    /// An empty array.
    pub fn new() -> Array {
        Array::default()
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: Value) {
        let node = Arc::make_mut(&mut self.0);
        let arrived = Child::of(&item);
        node.items.push(item);
        node.size.exchanged(Child::NOTHING, arrived, node.items.iter());
    }

    /// Replaces the item at `index` and returns the old one.
    ///
    /// # Errors
    /// Returns the new item if the index is out of range.
    pub fn set(&mut self, index: usize, item: Value) -> Result<Value, Value> {
        if index >= self.len() {
            // Checked before `make_mut`, which would copy a shared list needlessly.
            return Err(item);
        }
        let ArrayNode { items, size } = Arc::make_mut(&mut self.0);
        let Some(place) = items.get_mut(index) else { return Err(item) };
        let arrived = Child::of(&item);
        let old = std::mem::replace(place, item);
        size.exchanged(Child::of(&old), arrived, items.iter());
        Ok(old)
    }

    /// Takes the item at `index` and leaves `null` in its place.
    ///
    /// An item that is taken, changed and put back with [`set`](Array::set) has one owner all along, so it is not
    /// copied.
    pub fn take(&mut self, index: usize) -> Option<Value> {
        self.set(index, Value::Null).ok()
    }

    /// Returns the items as a vector. The list is copied only if the array is shared; what the items contain is not.
    pub fn into_vec(self) -> Vec<Value> {
        match Arc::try_unwrap(self.0) {
            Ok(mut node) => std::mem::take(&mut node.items),
            Err(shared) => shared.items.clone(),
        }
    }

    /// Returns the items if the array is not shared.
    pub(crate) fn into_unshared(self) -> Option<Vec<Value>> {
        Arc::into_inner(self.0).map(|mut node| std::mem::take(&mut node.items))
    }

    /// Whether both are the same array in memory.
    pub fn same(&self, other: &Array) -> bool {
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
            // Brackets and commas, then the items.
            let punctuation = 2 + self.len().saturating_sub(1);
            total(self.iter().map(Value::encoded_len)).saturating_add(punctuation)
        })
    }
}

impl Deref for Array {
    type Target = [Value];
    fn deref(&self) -> &[Value] {
        &self.0.items
    }
}

impl From<Vec<Value>> for Array {
    fn from(items: Vec<Value>) -> Self {
        let size = Size::of(items.iter());
        Array(Arc::new(ArrayNode { items, size }))
    }
}

impl FromIterator<Value> for Array {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Array::from(items.into_iter().collect::<Vec<_>>())
    }
}

impl<'a> IntoIterator for &'a Array {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Array {
    type Item = Value;
    type IntoIter = std::vec::IntoIter<Value>;
    fn into_iter(self) -> Self::IntoIter {
        self.into_vec().into_iter()
    }
}

impl PartialEq for Array {
    fn eq(&self, other: &Self) -> bool {
        self.same(other) || (self.depth() == other.depth() && self[..] == other[..])
    }
}

impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Compact JSON text.
impl fmt::Display for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Value::Array(self.clone()), f)
    }
}
