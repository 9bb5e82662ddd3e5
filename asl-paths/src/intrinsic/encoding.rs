//! Base64.

use asl_query::Host;
use asl_value::Value;
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use super::function::{Fault, Function, is_within_limit};

pub(super) static BASE64_ENCODE: Function = Function {
    name: "States.Base64Encode",
    arguments: "data",
    summary: "The Base64 text of a string's UTF-8 bytes; the string has at most 10,000 characters.",
    examples: &[
        ("States.Base64Encode('Data to encode')", r#""RGF0YSB0byBlbmNvZGU=""#),
        ("States.Base64Encode('')", r#""""#),
    ],
    call: |values, _| match values {
        [Value::String(text)] if is_within_limit(text) => Ok(Value::from(STANDARD.encode(text.as_bytes()))),
        _ => Err(Fault::Arguments),
    },
};

pub(super) static BASE64_DECODE: Function = Function {
    name: "States.Base64Decode",
    arguments: "data",
    summary: "The string that a Base64 text of at most 10,000 characters encodes; other characters in the text are skipped.",
    examples: &[
        ("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", r#""Data to encode""#),
        ("States.Base64Decode(' YWJj!ZA== ')", r#""abcd""#),
        ("States.Base64Decode('YWI=YWI=')", r#""ab""#),
    ],
    call: decode,
};

/// Missing padding and stray bits at the end are not errors.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Like Apache's commons-codec: the first `=` ends the text, the letters of both alphabets count, and other characters are
/// skipped.
fn decode(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [Value::String(text)] = values else { return Err(Fault::Arguments) };
    if !is_within_limit(text) {
        return Err(Fault::Arguments);
    }
    let letters = text.bytes().take_while(|byte| *byte != b'=').filter_map(|byte| match byte {
        b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        b'+' | b'/' => Some(byte),
        byte => byte.is_ascii_alphanumeric().then_some(byte),
    });
    let mut letters: Vec<u8> = letters.collect();
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    let bytes = LENIENT.decode(letters).map_err(|_| Fault::Arguments)?;
    Ok(Value::from(String::from_utf8_lossy(&bytes).into_owned()))
}
