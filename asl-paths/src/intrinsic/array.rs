//! The functions on arrays.

use std::collections::HashSet;
use std::fmt::Write;

use asl_query::Host;
use asl_query::sfn::Range;
use asl_value::{Array, Value};

use super::function::{Fault, Function, truncated};
use crate::java;

pub(super) static ARRAY: Function = Function {
    name: "States.Array",
    arguments: "value…",
    summary: "An array of its arguments.",
    examples: &[
        ("States.Array()", "[]"),
        ("States.Array('a', 1, null, States.Array(true))", r#"["a",1,null,[true]]"#),
    ],
    call: |values, _| Ok(Value::Array(values.iter().cloned().collect())),
};

pub(super) static ARRAY_PARTITION: Function = Function {
    name: "States.ArrayPartition",
    arguments: "array, chunk size",
    summary: "An array of arrays of the given size, the last one possibly shorter; a fraction in the size is dropped.",
    examples: &[
        ("States.ArrayPartition(States.Array(1, 2, 3), 2)", "[[1,2],[3]]"),
        ("States.ArrayPartition(States.Array(1, 2, 3), 2.6)", "[[1,2],[3]]"),
        ("States.ArrayPartition(States.Array(), 4)", "[]"),
    ],
    call: array_partition,
};

pub(super) static ARRAY_CONTAINS: Function = Function {
    name: "States.ArrayContains",
    arguments: "array, looked-for value",
    summary: "Whether an item prints like the value: `true` is found in an array with the string `true`.",
    examples: &[
        ("States.ArrayContains(States.Array(1, 2), 2)", "true"),
        ("States.ArrayContains(States.Array('true'), true)", "true"),
        ("States.ArrayContains(States.Array(0), false)", "false"),
    ],
    call: array_contains,
};

pub(super) static ARRAY_RANGE: Function = Function {
    name: "States.ArrayRange",
    arguments: "first, last, step",
    summary: "Integers from the first to the last, both included, at most 1,000; fractions in the arguments are dropped.",
    examples: &[
        ("States.ArrayRange(1, 9, 2)", "[1,3,5,7,9]"),
        ("States.ArrayRange(3, 1, -1)", "[3,2,1]"),
        ("States.ArrayRange(3, 1, 1)", "[]"),
        ("States.ArrayRange(3, 3, -1)", "[3]"),
    ],
    call: array_range,
};

pub(super) static ARRAY_GET_ITEM: Function = Function {
    name: "States.ArrayGetItem",
    arguments: "array, index",
    summary: "The item at an index, counted from 0; a fraction in the index is dropped. Null for an empty array.",
    examples: &[
        ("States.ArrayGetItem(States.Array('a', 'b'), 1)", r#""b""#),
        ("States.ArrayGetItem(States.Array('a', 'b'), 1.2)", r#""b""#),
        ("States.ArrayGetItem(States.Array(), 7)", "null"),
    ],
    call: array_get_item,
};

pub(super) static ARRAY_LENGTH: Function = Function {
    name: "States.ArrayLength",
    arguments: "array",
    summary: "The number of items.",
    examples: &[
        ("States.ArrayLength(States.Array(1, 2, 3))", "3"),
        ("States.ArrayLength(States.Array())", "0"),
    ],
    call: |values, _| match values {
        [Value::Array(array)] => Ok(Value::from(array.len())),
        _ => Err(Fault::Arguments),
    },
};

pub(super) static ARRAY_UNIQUE: Function = Function {
    name: "States.ArrayUnique",
    arguments: "array",
    summary: "The array without repetitions, in the order of a `java.util.HashSet`.",
    examples: &[
        ("States.ArrayUnique(States.Array(1, 2, 3, 3, 2))", "[1,2,3]"),
        ("States.ArrayUnique(States.Array(true, false, true))", "[false,true]"),
        (
            "States.ArrayUnique(States.Array(States.Array(1, 2), States.Array(1, 2), States.Array(2, 1)))",
            "[[2,1],[1,2]]",
        ),
    ],
    call: array_unique,
};

fn array_partition(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [Value::Array(array), size] = values else { return Err(Fault::Arguments) };
    let size = truncated(size).and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0);
    let chunks = array.chunks(size.ok_or(Fault::Arguments)?);
    Ok(Value::Array(chunks.map(|chunk| Value::Array(chunk.iter().cloned().collect())).collect()))
}

fn array_contains(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [Value::Array(array), wanted] = values else { return Err(Fault::Arguments) };
    if values.iter().any(is_too_large) {
        return Err(Fault::TooLarge);
    }
    let printed = java::text(wanted);
    let found = array.iter().any(|item| match item {
        Value::String(text) => **text == *printed,
        item => java::text(item) == printed,
    });
    Ok(Value::Bool(found))
}

/// Whether a value is too large to print.
fn is_too_large(value: &Value) -> bool {
    value.encoded_len() > java::MAX_PRINTED_BYTES
}

const MAX_RANGE: u128 = 1000;

fn array_range(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [first, last, step] = values else { return Err(Fault::Arguments) };
    let (Some(first), Some(last), Some(step)) = (truncated(first), truncated(last), truncated(step)) else {
        return Err(Fault::Arguments);
    };
    match Range::new(first, last, step) {
        Some(range) if range.count() <= MAX_RANGE => Ok(range.numbers().collect()),
        _ => Err(Fault::Arguments),
    }
}

fn array_get_item(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [Value::Array(array), index] = values else { return Err(Fault::Arguments) };
    let index = truncated(index).ok_or(Fault::Arguments)?;
    if array.is_empty() {
        return Ok(Value::Null);
    }
    usize::try_from(index).ok().and_then(|index| array.get(index)).cloned().ok_or(Fault::Arguments)
}

fn array_unique(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [Value::Array(array)] = values else { return Err(Fault::Arguments) };
    if values.iter().any(is_too_large) {
        return Err(Fault::TooLarge);
    }
    let mut seen = HashSet::new();
    let buckets = bucket_count(array);
    let mut items: Vec<(u32, &Value)> = Vec::with_capacity(array.len());
    for item in array.iter() {
        let mut key = String::new();
        print_key(&mut key, item);
        if seen.insert(key) {
            let hash = java::hash(item).cast_unsigned();
            items.push(((hash ^ (hash >> 16)) & (buckets - 1), item));
        }
    }
    // The sort is stable, so items keep their order within a bucket. Java turns crowded buckets into trees, whose order
    // can differ.
    items.sort_by_key(|(bucket, _)| *bucket);
    Ok(Value::Array(items.into_iter().map(|(_, item)| item.clone()).collect()))
}

/// The size of the table that `new HashSet(list)` allocates: the next power of two above `length / 0.75 + 1`, at least 16.
fn bucket_count(array: &Array) -> u32 {
    let wanted = (array.len() as f32 / 0.75) as u32 + 1;
    wanted.max(16).checked_next_power_of_two().unwrap_or(1 << 30).min(1 << 30)
}

/// Writes a text that two values share if and only if they are equal in Java: `1` and `1.0` differ, the order of members
/// does not matter.
fn print_key(key: &mut String, value: &Value) {
    match value {
        Value::Number(number) if !number.is_integer() => {
            // Writing to a string never fails.
            let _ = write!(key, "d{}", number.as_f64().to_bits());
        }
        Value::Array(array) => {
            key.push('[');
            for item in array.iter() {
                print_key(key, item);
                key.push(',');
            }
            key.push(']');
        }
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            key.push('{');
            for (name, member) in members {
                // The length makes the end of the name unambiguous.
                let _ = write!(key, "{}:{name}", name.len());
                print_key(key, member);
                key.push(',');
            }
            key.push('}');
        }
        Value::String(text) => {
            let _ = write!(key, "s{}:{text}", text.len());
        }
        scalar => {
            let _ = write!(key, "{scalar}");
        }
    }
}
