//! Numbers.

use asl_query::Host;
use asl_query::sfn::JavaRandom;
use asl_value::{Number, Value};

use super::function::{Fault, Function, truncated};

pub(super) static MATH_RANDOM: Function = Function {
    name: "States.MathRandom",
    arguments: "first, end, seed?",
    summary: "A random integer from the first up to the end, which is excluded; the same seed gives the same number.",
    examples: &[
        ("States.MathRandom(1, 100, 42)", "63"),
        ("States.MathRandom(1, 1000, 1)", "106"),
        ("States.MathRandom(1, 1000, 2)", "806"),
        ("States.MathRandom(1, 10, -10)", "1"),
        ("States.MathRandom(1, 10, 0)", "7"),
        ("States.MathRandom(1.6, 2.9)", "1"),
    ],
    call: math_random,
};

pub(super) static MATH_ADD: Function = Function {
    name: "States.MathAdd",
    arguments: "number, number",
    summary: "The sum of two numbers, each rounded half up; they and the sum are 32-bit integers.",
    examples: &[
        ("States.MathAdd(111, -1)", "110"),
        ("States.MathAdd(2.5, -1.5)", "2"),
        ("States.MathAdd(-2.5, 0)", "-2"),
        ("States.MathAdd(2147483647, 0)", "2147483647"),
    ],
    call: math_add,
};

fn math_add(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [Value::Number(left), Value::Number(right)] = values else { return Err(Fault::Arguments) };
    let sum = rounded(left).zip(rounded(right)).and_then(|(left, right)| left.checked_add(right));
    sum.map(Value::from).ok_or(Fault::Arguments)
}

/// `Math.round` to 32 bits.
fn rounded(number: &Number) -> Option<i32> {
    match number.is_integer() {
        true => i32::try_from(number.as_i64()?).ok(),
        // The cast saturates, so a number out of range stays out of range.
        false => i32::try_from((number.as_f64() + 0.5).floor() as i64).ok(),
    }
}

fn math_random(values: &[Value], host: &dyn Host) -> Result<Value, Fault> {
    let (first, end, seed) = match values {
        [first, end] => (first, end, None),
        [first, end, seed] => (first, end, Some(truncated(seed).ok_or(Fault::Arguments)?)),
        _ => return Err(Fault::Arguments),
    };
    // UNRECORDED: `States.MathRandom` with bounds beyond 32 bits.
    let bound = |value| truncated(value).and_then(|bound| i32::try_from(bound).ok()).ok_or(Fault::Arguments);
    let (first, end) = (bound(first)?, bound(end)?);
    let width = end.checked_sub(first).filter(|width| *width > 0).ok_or(Fault::Arguments)?;
    let drawn = match seed {
        Some(seed) => JavaRandom::new(seed).next_int(width),
        // The high half of a 128-bit product makes all numbers of `0..width` equally likely.
        None => ((u128::from(host.random_u64()) * width.unsigned_abs() as u128) >> 64) as i32,
    };
    Ok(Value::from(first + drawn))
}
