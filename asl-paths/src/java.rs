//! How Java prints, compares and hashes the values that AWS keeps in `java.util` collections.

use std::cmp::Ordering;

use asl_value::{Number, Value};

/// The largest document that is printed into a message or a string, in bytes of JSON text.
///
/// A document can share its parts, so that it takes little memory but is very long in print.
pub(crate) const MAX_PRINTED_BYTES: usize = 16 * 1024 * 1024;

/// `toString`: `{a=1, b=[x, y]}`, with strings unquoted.
pub(crate) fn text(value: &Value) -> String {
    let mut text = String::new();
    print(&mut text, value);
    text
}

/// [`text`] for a message; `…` for a value that is too large.
pub(crate) fn shown(value: &Value) -> String {
    if value.encoded_len() > MAX_PRINTED_BYTES { "…".to_owned() } else { text(value) }
}

/// Compact JSON for a message; `…` for a value that is too large.
pub(crate) fn shown_json(value: &Value) -> String {
    if value.encoded_len() > MAX_PRINTED_BYTES { "…".to_owned() } else { value.to_json() }
}

fn print(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(string) => text.push_str(string),
        Value::Array(array) => {
            text.push('[');
            for (place, item) in array.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { ", " });
                print(text, item);
            }
            text.push(']');
        }
        Value::Object(object) => {
            text.push('{');
            for (place, (name, member)) in object.iter().enumerate() {
                text.push_str(if place == 0 { "" } else { ", " });
                text.push_str(name);
                text.push('=');
                print(text, member);
            }
            text.push('}');
        }
    }
}

/// `String.compareTo`: by UTF-16 code unit.
pub(crate) fn compare_text(left: &str, right: &str) -> Ordering {
    // The order of UTF-8 bytes is that of code points, which differs from that of UTF-16 only above U+D7FF.
    let is_plain = |text: &str| text.bytes().all(|byte| byte < 0xEE);
    match is_plain(left) && is_plain(right) {
        true => left.cmp(right),
        false => left.encode_utf16().cmp(right.encode_utf16()),
    }
}

/// `hashCode` of the value as a JSON parser for Java represents it: `Integer`, `Long`, `Double`, `String`, `List`, `Map`.
pub(crate) fn hash(value: &Value) -> i32 {
    match value {
        Value::Null => 0,
        Value::Bool(true) => 1231,
        Value::Bool(false) => 1237,
        Value::Number(number) => hash_number(number),
        Value::String(text) => hash_text(text),
        Value::Array(array) => {
            array.iter().fold(1i32, |sum, item| sum.wrapping_mul(31).wrapping_add(hash(item)))
        }
        Value::Object(object) => {
            object.iter().fold(0i32, |sum, (name, member)| sum.wrapping_add(hash_text(name) ^ hash(member)))
        }
    }
}

fn hash_text(text: &str) -> i32 {
    text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

#[expect(clippy::cast_possible_truncation, reason = "hashing folds the halves of a word")]
fn hash_number(number: &Number) -> i32 {
    let fold = |bits: u64| (bits ^ (bits >> 32)) as i32;
    if !number.is_integer() {
        return fold(number.as_f64().to_bits());
    }
    match (number.as_i64(), number.as_u64()) {
        (Some(int), _) => i32::try_from(int).unwrap_or_else(|_| fold(int as u64)),
        // A `BigInteger` of two words.
        (None, Some(large)) => hash_words([(large >> 32) as u32, large as u32]),
        (None, None) => hash_big(&number.to_string()),
    }
}

/// `BigInteger.hashCode` of digits after a sign.
#[expect(clippy::cast_possible_truncation, reason = "a word takes what fits, the rest is carried on")]
fn hash_big(text: &str) -> i32 {
    // The least significant word comes first. Numbers have a bounded length.
    let mut words: Vec<u32> = Vec::new();
    for digit in text.bytes().filter(u8::is_ascii_digit) {
        let mut carry = u64::from(digit - b'0');
        for word in &mut words {
            carry += u64::from(*word) * 10;
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            words.push(carry as u32);
        }
    }
    let hash = hash_words(words.into_iter().rev());
    if text.starts_with('-') { hash.wrapping_neg() } else { hash }
}

fn hash_words(words: impl IntoIterator<Item = u32>) -> i32 {
    words.into_iter().fold(0i32, |hash, word| hash.wrapping_mul(31).wrapping_add(word.cast_signed()))
}
