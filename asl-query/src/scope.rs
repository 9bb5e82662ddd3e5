//! [`Scope`]: the variables a state can read.

use std::sync::Arc;

use asl_value::{Object, Text, Value};

/// The variables of one `States` object, and behind them those of the enclosing ones.
///
/// A branch of a Parallel and an iteration of a Map read outward, as of the moment they began, and write only to
/// themselves. Cloning is cheap.
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
    /// An empty scope inside this one, which it reads as it is now.
    #[must_use]
    pub fn child(&self) -> Scope {
        Scope::inside(&Arc::new(self.clone()))
    }

    /// An empty scope inside a shared one: the thousand iterations of a Map share theirs.
    #[must_use]
    pub fn inside(outer: &Arc<Scope>) -> Scope {
        // A scope without variables of its own need not stand between.
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

    /// The variables of this scope alone.
    pub fn own(&self) -> &Object {
        &self.own
    }

    /// Encoded length of all variables that can be read here, in bytes, names not counted.
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
