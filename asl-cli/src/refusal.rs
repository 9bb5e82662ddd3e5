//! Why a command cannot do what it was asked to.

use crate::Exit;

/// An error that ends a command before it has a result.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) exit: Exit,
    pub(crate) message: String,
}

impl Refusal {
    /// An argument that cannot be used.
    pub(crate) fn usage(message: impl Into<String>) -> Refusal {
        Refusal { exit: Exit::Usage, message: message.into() }
    }

    /// Something that cannot be written.
    pub(crate) fn io(message: impl Into<String>) -> Refusal {
        Refusal { exit: Exit::Io, message: message.into() }
    }
}
