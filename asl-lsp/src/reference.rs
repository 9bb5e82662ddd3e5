//! What hovers and completions say: functions, error names and fields of the context object.

pub(crate) mod context;
pub(crate) mod errors;
pub(crate) mod functions;
