//! [`Shape`] and [`FieldShape`]: what the schema says about an object of the language.

use crate::limits::Bounds;

/// An object of the language.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) fields: &'static [&'static [FieldShape]],
    /// Of each of these lists, exactly one field is required.
    pub(super) exactly_one: &'static [&'static [&'static str]],
    /// Of each of these lists, at most one field is allowed.
    pub(super) at_most_one: &'static [&'static [&'static str]],
}

/// A field of an object.
pub(super) struct FieldShape {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) about: &'static str,
}

/// The type of a field's value.
pub(super) enum Kind {
    Any,
    Text,
    /// A path, or null.
    Path,
    Boolean,
    /// An integer.
    Integer(&'static Bounds),
    /// An integer; in JSONata, also an expression.
    Whole(&'static Bounds),
    /// A number within these bounds; in JSONata, also an expression.
    Number(f64, f64),
    /// A number that is at least this large.
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
    /// `Variable`, together with the comparisons, of which it requires one.
    Variable,
}

pub(super) const fn field(name: &'static str, kind: Kind, about: &'static str) -> FieldShape {
    FieldShape { name, kind, required: false, about }
}

pub(super) const fn required(name: &'static str, kind: Kind, about: &'static str) -> FieldShape {
    FieldShape { name, kind, required: true, about }
}

pub(super) const fn shape(name: &'static str, fields: &'static [&'static [FieldShape]]) -> Shape {
    Shape { name, fields, exactly_one: &[], at_most_one: &[] }
}
