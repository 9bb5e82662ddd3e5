//! `States.UUID`.

use asl_query::Host;
use asl_value::Value;

use super::{Fault, Function};

pub(super) static UUID: Function = Function {
    name: "States.UUID",
    arguments: "",
    summary: "A random UUID of version 4; arguments are ignored.",
    // Of a host whose every random number is zero.
    examples: &[("States.UUID()", r#""00000000-0000-4000-8000-000000000000""#)],
    call: uuid,
};

fn uuid(_: &[Value], host: &dyn Host) -> Result<Value, Fault> {
    let random = (u128::from(host.random_u64()) << 64) | u128::from(host.random_u64());
    // Version 4 and the variant of RFC 4122.
    let bits = (random & !(0xF << 76) & !(0b11 << 62)) | (4 << 76) | (0b10 << 62);
    let digits = format!("{bits:032x}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    Ok(Value::from(format!(
        "{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32)
    )))
}
