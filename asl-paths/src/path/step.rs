//! [`Step`]: one token of a path.

use std::fmt;

use asl_value::{Text, Value};

use super::filter::Filter;

/// One step from a value to other values.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// `.name`, `['name']`
    Name(Text),
    /// `['a','b']`: one object with those of the members that exist. It must be the last step.
    Names(Box<[Text]>),
    /// `[3]`; a negative index is never found.
    Index(i32),
    /// `[(@.length-1)]`, stored as -1.
    FromEnd(i32),
    /// `[0,2]`
    Indices(Box<[i32]>),
    /// `[2:]`
    From(i32),
    /// `[:2]`
    To(i32),
    /// `[1:3]`
    Between(i32, i32),
    /// `.*`, `[*]`
    Wildcard,
    /// `..`: applies the next step to every level below.
    Scan,
    /// `[?(…)]`
    Filter(Filter),
}

impl Step {
    pub(crate) fn is_definite(&self) -> bool {
        matches!(self, Step::Name(_) | Step::Names(_) | Step::Index(_) | Step::FromEnd(_))
    }

    /// Whether it applies only to arrays.
    pub(super) fn is_subscript(&self) -> bool {
        matches!(
            self,
            Step::Index(_)
                | Step::FromEnd(_)
                | Step::Indices(_)
                | Step::From(_)
                | Step::To(_)
                | Step::Between(..)
        )
    }

    /// The child that a definite step leads to.
    pub(crate) fn child<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match (self, value) {
            (Step::Name(name), Value::Object(object)) => object.get(name),
            (Step::Index(index), Value::Array(array)) => array.get(usize::try_from(*index).ok()?),
            (Step::FromEnd(offset), Value::Array(array)) => array.get(from_end(array.len(), *offset)?),
            _ => None,
        }
    }
}

fn from_end(length: usize, offset: i32) -> Option<usize> {
    usize::try_from(i64::try_from(length).ok()?.checked_add(i64::from(offset))?).ok()
}

/// Prints the step as in Jayway's messages: `['a', 'b']`, `[0,2]`, `[?]`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Name(name) => write!(f, "['{name}']"),
            Step::Names(names) => {
                f.write_str("[")?;
                for (place, name) in names.iter().enumerate() {
                    let separator = if place == 0 { "" } else { ", " };
                    write!(f, "{separator}'{name}'")?;
                }
                f.write_str("]")
            }
            Step::Index(index) => write!(f, "[{index}]"),
            Step::FromEnd(offset) => write!(f, "[@.size(){offset}]"),
            Step::Indices(indices) => {
                f.write_str("[")?;
                for (place, index) in indices.iter().enumerate() {
                    let separator = if place == 0 { "" } else { "," };
                    write!(f, "{separator}{index}")?;
                }
                f.write_str("]")
            }
            Step::From(from) => write!(f, "[{from}:]"),
            Step::To(to) => write!(f, "[:{to}]"),
            Step::Between(from, to) => write!(f, "[{from}:{to}]"),
            Step::Wildcard => f.write_str("[*]"),
            Step::Scan => f.write_str(".."),
            Step::Filter(_) => f.write_str("[?]"),
        }
    }
}
