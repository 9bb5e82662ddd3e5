//! The events of a document, which the parsers of JSON and YAML share.

use std::borrow::Cow;

use asl_value::Value;

use crate::{Diagnostic, Span};

/// One event in the sequence of a document.
pub(crate) enum Event<'t> {
    /// The name of a member; its value follows.
    Key(Cow<'t, str>),
    /// A value that is not a container.
    Scalar(Value),
    /// An object begins.
    Object,
    /// An array begins.
    Array,
    /// The innermost container ends.
    End,
    /// YAML: `*name`, a copy of the value with this anchor.
    #[cfg(feature = "yaml")]
    Alias(usize),
    /// YAML: the key `<<`, whose value has the members to be merged.
    #[cfg(feature = "yaml")]
    Merge,
}

/// An event and its place.
pub(crate) struct At<'t> {
    pub(crate) event: Event<'t>,
    pub(crate) span: Span,
    /// YAML: the number of the value's anchor; 0 for none.
    pub(crate) anchor: usize,
}

/// An event, or the reason why there are no more.
pub(crate) type Step<'t> = Result<At<'t>, Box<Diagnostic>>;
