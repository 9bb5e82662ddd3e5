//! [`Refusal`]: why an event started no execution.

use asl_engine::Failure;

use crate::InvocationError;
use crate::trigger::InvalidBody;

/// Why an event started no execution.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) failure: Failure,
    pub(crate) cause: Unusable,
}

/// The part of the event that cannot be turned into an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// The body, which does not have the format that the event declares.
    Body,
    /// The part that the expression in `ASL_INPUT` selects.
    Expression,
}

impl Refusal {
    pub(crate) fn into_error(self) -> InvocationError {
        InvocationError::refused(&self.failure)
    }
}

impl From<InvalidBody> for Refusal {
    fn from(error: InvalidBody) -> Self {
        Refusal { failure: Failure::new(InvalidBody::ERROR, error.to_string()), cause: Unusable::Body }
    }
}
