//! `States.UUID`.

use asl_query::Host;
use asl_value::Value;

use super::function::{Fault, Function};

pub(super) static UUID: Function = Function {
    name: "States.UUID",
    arguments: "",
    summary: "A random UUID of version 4; arguments are ignored.",
    // The result with a host whose random numbers are all zero.
    examples: &[("States.UUID()", r#""00000000-0000-4000-8000-000000000000""#)],
    call: uuid,
};

fn uuid(_: &[Value], host: &dyn Host) -> Result<Value, Fault> {
    Ok(asl_query::sfn::uuid([host.random_u64(), host.random_u64()]).into())
}
