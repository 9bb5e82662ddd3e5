//! [`Call`]: a function that an execution has invoked.

use asl_value::Text;

use crate::operation_id::hashed;

/// A function that an execution has invoked.
pub(crate) struct Call {
    pub(crate) caller: Caller,
    pub(crate) function: Text,
    pub(crate) payload: Text,
}

/// What waits for the end of an invocation.
pub(crate) enum Caller {
    /// A CHAINED_INVOKE.
    Operation { execution: String, operation: Text },
    /// Nothing. The execution that it starts has a name.
    Nobody { name: String },
}

impl Caller {
    /// The name of the execution that a durable function has for the call.
    pub(crate) fn execution(&self) -> String {
        match self {
            Caller::Operation { execution, operation } => {
                hashed(&["child", execution, operation]).to_string()
            }
            Caller::Nobody { name } => name.clone(),
        }
    }
}
