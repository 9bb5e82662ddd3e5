//! [`Arena`]: the input of an expression, which the JSONata engine reads one level at a time.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use asl_query::Env;
use asl_value::Value;
use jlens_core::input::{Sink, Source, Sources};
use jlens_core::output::Member;

/// What an expression reads.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// `$states` and the variables.
    Env(Env<'a>),
    /// One document.
    Document(&'a Value),
    /// Nothing.
    Nothing,
}

/// The arrays and objects that the engine has received; it refers to each by its number.
pub(crate) struct Arena<'a> {
    origin: Origin<'a>,
    places: RefCell<Vec<&'a Value>>,
    this: Weak<Arena<'a>>,
}

/// The numbers below `FIRST` do not refer to values of a document. The fields of `SCOPE` are `$states` and the variables.
pub(crate) const SCOPE: u32 = 0;
const STATES: u32 = 1;
const FIRST: usize = 2;

/// The fields of `$states`.
const FIELDS: [&str; 4] = ["input", "result", "errorOutput", "context"];

impl<'a> Arena<'a> {
    pub(crate) fn new(origin: Origin<'a>) -> Rc<Arena<'a>> {
        Rc::new_cyclic(|this| Arena { origin, places: RefCell::default(), this: Weak::clone(this) })
    }

    /// The value that a member refers to, if it is one of a document.
    pub(crate) fn value(self: &Rc<Self>, member: Member) -> Option<Value> {
        if !member.of(self) {
            return None;
        }
        self.place(member.index()).cloned()
    }

    fn place(&self, number: u32) -> Option<&'a Value> {
        let place = usize::try_from(number).ok()?.checked_sub(FIRST)?;
        self.places.borrow().get(place).copied()
    }

    fn write(&self, value: &'a Value, sink: &mut Sink<'_, 'a>) {
        match value {
            Value::Null => sink.null(),
            Value::Bool(flag) => sink.bool(*flag),
            Value::Number(number) => match number.as_i64() {
                Some(integer) if number.is_integer() => sink.integer(integer),
                _ => sink.number(number.as_f64()),
            },
            Value::String(text) => sink.string(text),
            Value::Array(_) | Value::Object(_) => {
                let mut places = self.places.borrow_mut();
                let number = u32::try_from(places.len() + FIRST);
                // Each place takes a pointer, so memory runs out before the numbers do.
                let (Ok(number), Some(this)) = (number, self.this.upgrade()) else { return };
                places.push(value);
                drop(places);
                match value {
                    Value::Array(_) => sink.array_of(&this, number),
                    _ => sink.object_of(&this, number),
                }
            }
        }
    }

    fn states(&self, field: &str) -> Option<&'a Value> {
        let Origin::Env(env) = self.origin else { return None };
        states_field(&env, field)
    }
}

/// A field of `$states`.
pub(crate) fn states_field<'a>(env: &Env<'a>, field: &str) -> Option<&'a Value> {
    match field {
        "input" => Some(env.input),
        "result" => env.result,
        "errorOutput" => env.error,
        "context" => Some(env.context.get()),
        _ => None,
    }
}

impl<'a> Sources<'a> for Arena<'a> {
    fn read(&self, number: u32, sink: &mut Sink<'_, 'a>) -> Result<(), String> {
        if number == STATES {
            for field in FIELDS {
                if let Some(value) = self.states(field) {
                    sink.key(field);
                    self.write(value, sink);
                }
            }
        }
        match self.place(number) {
            Some(Value::Array(items)) => {
                sink.reserve(items.len());
                for item in items.iter() {
                    self.write(item, sink);
                }
            }
            Some(Value::Object(members)) => {
                sink.reserve(members.len());
                for (name, member) in members {
                    sink.key(name);
                    self.write(member, sink);
                }
            }
            // The scope is never read whole.
            _ => {}
        }
        Ok(())
    }

    fn read_field(&self, number: u32, key: &str, sink: &mut Sink<'_, 'a>) -> Result<bool, String> {
        let value = match (number, self.origin) {
            (SCOPE, Origin::Env(_)) if key == "states" => {
                if let Some(this) = self.this.upgrade() {
                    sink.object_of(&this, STATES);
                }
                None
            }
            (SCOPE, Origin::Env(env)) => env.scope.get(key),
            (STATES, _) => self.states(key),
            _ => self.place(number).and_then(|place| place.get(key)),
        };
        if let Some(value) = value {
            self.write(value, sink);
        }
        Ok(true)
    }

    fn length(&self, number: u32) -> Option<usize> {
        self.place(number)?.as_array().map(|items| items.len())
    }

    fn read_item(&self, number: u32, item: usize, sink: &mut Sink<'_, 'a>) -> Result<bool, String> {
        if let Some(value) = self.place(number).and_then(|place| place.at(item)) {
            self.write(value, sink);
        }
        Ok(true)
    }
}

/// The root of the input.
pub(crate) struct Root<'a>(pub(crate) Rc<Arena<'a>>);

impl<'a> Source<'a> for Root<'a> {
    fn read(&self, sink: &mut Sink<'_, 'a>) -> Result<(), String> {
        match self.0.origin {
            Origin::Document(document) => self.0.write(document, sink),
            // The expressions of states have no input but `$states`.
            Origin::Env(_) | Origin::Nothing => {}
        }
        Ok(())
    }
}
