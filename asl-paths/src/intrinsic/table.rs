//! The table of all intrinsic functions.

use super::function::Function;
use super::{array, encoding, hash, json, math, string, uuid};

/// All intrinsic functions, in the order of AWS's documentation.
pub static FUNCTIONS: [&Function; 18] = [
    &array::ARRAY,
    &array::ARRAY_PARTITION,
    &array::ARRAY_CONTAINS,
    &array::ARRAY_RANGE,
    &array::ARRAY_GET_ITEM,
    &array::ARRAY_LENGTH,
    &array::ARRAY_UNIQUE,
    &encoding::BASE64_ENCODE,
    &encoding::BASE64_DECODE,
    &hash::HASH,
    &json::JSON_MERGE,
    &json::STRING_TO_JSON,
    &json::JSON_TO_STRING,
    &math::MATH_RANDOM,
    &math::MATH_ADD,
    &string::STRING_SPLIT,
    &uuid::UUID,
    &string::FORMAT,
];
