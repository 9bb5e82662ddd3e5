//! What a schema says of an object of the language: [`Shape`], [`Field`].

use crate::limits::Bounds;

/// An object of the language.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) fields: &'static [&'static [Field]],
    /// Of each of these lists, exactly one field must be there.
    pub(super) exactly_one: &'static [&'static [&'static str]],
    /// Of each of these lists, at most one.
    pub(super) at_most_one: &'static [&'static [&'static str]],
}

/// A field of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) about: &'static str,
}

/// What a field's value is.
pub(super) enum Kind {
    Any,
    Text,
    /// A path, or null.
    Path,
    Boolean,
    /// An integer.
    Integer(&'static Bounds),
    /// An integer; in JSONata an expression, too.
    Whole(&'static Bounds),
    /// A number within these bounds; in JSONata an expression, too.
    Number(f64, f64),
    /// A number of at least this.
    AtLeast(f64),
    Words(&'static [&'static str]),
    /// A boolean, or an expression.
    Condition,
    /// An array, an object or an expression.
    Items,
    Texts,
    Object(&'static Shape),
    List(&'static Shape),
    /// The states of a machine.
    States,
    Branches,
    /// The comparisons of a choice rule, of which `Variable` needs one.
    Variable,
}

pub(super) const fn field(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: false, about }
}

pub(super) const fn required(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: true, about }
}

pub(super) const fn shape(name: &'static str, fields: &'static [&'static [Field]]) -> Shape {
    Shape { name, fields, exactly_one: &[], at_most_one: &[] }
}
