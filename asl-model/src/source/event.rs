//! What the parsers of JSON and YAML tell: one stream of events for both.

use std::borrow::Cow;

use asl_value::Value;

use crate::{Diagnostic, Span};

/// A step through a document.
pub(crate) enum Event<'t> {
    /// The name of a member; its value follows.
    Key(Cow<'t, str>),
    /// A value that is no container.
    Scalar(Value),
    /// An object begins.
    Object,
    /// An array begins.
    Array,
    /// The innermost container ends.
    End,
    /// YAML: `*name`, the value with this anchor once more.
    #[cfg(feature = "yaml")]
    Alias(usize),
    /// YAML: the key `<<`; the members of its value are taken over.
    #[cfg(feature = "yaml")]
    Merge,
}

/// An event and where it stands.
pub(crate) struct At<'t> {
    pub(crate) event: Event<'t>,
    pub(crate) span: Span,
    /// YAML: the number of the anchor on the value, 0 for none.
    pub(crate) anchor: usize,
}

/// An event, or why there are no more.
pub(crate) type Step<'t> = Result<At<'t>, Box<Diagnostic>>;
