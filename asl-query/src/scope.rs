//! [`Scope`]: the variables that a state can read.

use std::sync::Arc;

use asl_value::{Object, Text, Value};

/// The variables of one `States` object, and those of the objects around it.
///
/// A machine has one scope; each branch of a Parallel and each iteration of a Map gets a [`child`](Scope::child). A child
/// reads its own variables first and then those of the outer scopes, as they were when it was made, and sets variables only
/// in itself. Cloning is cheap.
///
/// Spec: <https://states-language.net/#assign-field>
///
/// ```
/// use asl_query::Scope;
/// use asl_value::json;
/// let mut outer = Scope::default();
/// outer.set("region", json!("eu"));
/// let mut branch = outer.child();
/// branch.set("n", json!(1));
/// assert_eq!(branch.get("region"), Some(&json!("eu")));
/// assert_eq!(outer.get("n"), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scope {
    own: Object,
    outer: Option<Arc<Scope>>,
}

impl Scope {
    /// An empty scope inside this one, which sees the variables as they are now.
    ///
    /// Use [`inside`](Scope::inside) to make many of them.
    #[must_use]
    pub fn child(&self) -> Scope {
        Scope::inside(&Arc::new(self.clone()))
    }

    /// An empty scope inside a shared one, which is not copied: the iterations of a Map share theirs.
    #[must_use]
    pub fn inside(outer: &Arc<Scope>) -> Scope {
        // A scope without variables of its own is skipped.
        let outer = match outer.own.is_empty() {
            true => outer.outer.clone(),
            false => Some(Arc::clone(outer)),
        };
        Scope { own: Object::new(), outer }
    }

    /// The variable `name`, from the innermost scope that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match (self.own.get(name), &self.outer) {
            (Some(value), _) => Some(value),
            (None, Some(outer)) => outer.get(name),
            (None, None) => None,
        }
    }

    /// Sets a variable of this scope.
    pub fn set(&mut self, name: impl Into<Text>, value: Value) {
        self.own.insert(name, value);
    }

    /// The variables of this scope, without those of the outer ones.
    pub fn own(&self) -> &Object {
        &self.own
    }

    /// All variables that can be read here, the innermost of each name.
    ///
    /// ```
    /// use asl_query::Scope;
    /// use asl_value::json;
    /// let mut outer = Scope::default();
    /// outer.set("n", json!(1));
    /// let mut branch = outer.child();
    /// branch.set("n", json!(2));
    /// assert_eq!(asl_value::Value::Object(branch.visible()), json!({"n": 2}));
    /// ```
    pub fn visible(&self) -> Object {
        let Some(outer) = &self.outer else { return self.own.clone() };
        let mut visible = outer.visible();
        visible.extend(self.own.iter().map(|(name, value)| (name.clone(), value.clone())));
        visible
    }

    /// The length of all variables that can be read here, in bytes of JSON text, without their names.
    pub fn encoded_len(&self) -> usize {
        let outer = self.outer.as_ref().map_or(0, |outer| outer.encoded_len());
        self.own.values().map(Value::encoded_len).fold(outer, usize::saturating_add)
    }
}

impl From<Object> for Scope {
    fn from(own: Object) -> Self {
        Scope { own, outer: None }
    }
}
