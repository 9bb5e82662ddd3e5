//! [`Param`]: parameters of a call that come from a task's arguments or from what a service answered before.

use asl_value::{Object, Value};

use crate::path::at;

/// Where a value comes from.
enum Origin {
    /// A path into the task's arguments.
    Argument(&'static str),
    /// A path into what the service answered when the work started.
    Answer(&'static str),
    Text(&'static str),
}

impl Origin {
    fn value(&self, arguments: &Value, answer: &Value) -> Option<Value> {
        match self {
            Origin::Argument(path) => at(arguments, path).cloned(),
            Origin::Answer(path) => at(answer, path).cloned(),
            Origin::Text(text) => Some((*text).into()),
        }
    }
}

/// A parameter of a call.
pub(crate) struct Param {
    pub(crate) name: &'static str,
    origin: Origin,
    /// Whether the value becomes the only item of a list.
    pub(crate) is_list: bool,
}

/// The task's argument of the same name.
pub(crate) const fn argument(name: &'static str) -> Param {
    renamed(name, name)
}

/// The task's argument `own`, under another name.
pub(crate) const fn renamed(name: &'static str, own: &'static str) -> Param {
    Param { name, origin: Origin::Argument(own), is_list: false }
}

/// The member of the same name in what the service answered.
pub(crate) const fn answer(name: &'static str) -> Param {
    answer_at(name, name)
}

/// A part of what the service answered, by its path.
pub(crate) const fn answer_at(name: &'static str, path: &'static str) -> Param {
    Param { name, origin: Origin::Answer(path), is_list: false }
}

pub(crate) const fn text(name: &'static str, text: &'static str) -> Param {
    Param { name, origin: Origin::Text(text), is_list: false }
}

impl Param {
    /// The parameter as a list of one item.
    pub(crate) const fn in_list(self) -> Param {
        Param { is_list: true, ..self }
    }

    /// The task's argument that the parameter is, if it is one.
    pub(crate) fn argument(&self) -> Option<&'static str> {
        match self.origin {
            Origin::Argument(path) => Some(path),
            Origin::Answer(_) | Origin::Text(_) => None,
        }
    }

    /// Adds the parameter if it has a value.
    pub(crate) fn add(&self, params: &mut Object, arguments: &Value, answer: &Value) {
        if let Some(value) = self.origin.value(arguments, answer) {
            let value = if self.is_list { Value::from_iter([value]) } else { value };
            params.insert(self.name, value);
        }
    }
}

/// Parameters from a task's arguments and from what the service answered. Those without a value are left out.
pub(crate) fn build(params: &[Param], arguments: &Value, answer: &Value) -> Value {
    let mut object = Object::new();
    params.iter().for_each(|param| param.add(&mut object, arguments, answer));
    Value::Object(object)
}
