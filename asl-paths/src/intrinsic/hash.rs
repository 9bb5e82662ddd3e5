//! `States.Hash`.

use std::fmt::Write;

use asl_query::Host;
use asl_value::Value;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{Fault, Function, is_within_limit};

pub(super) static HASH: Function = Function {
    name: "States.Hash",
    arguments: "data, algorithm",
    summary: "The hash of a string of at most 10,000 characters, or of a value's JSON text, in lower-case \
              hexadecimal: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.",
    examples: &[
        ("States.Hash('input data', 'SHA-1')", r#""aaff4a450a104cd177d28d18d74485e8cae074b7""#),
        ("States.Hash('', 'MD5')", r#""d41d8cd98f00b204e9800998ecf8427e""#),
    ],
    call: hash,
};

fn hash(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [data, Value::String(algorithm)] = values else { return Err(Fault::Arguments) };
    // Escapes make JSON text longer than this, never shorter; a huge value need not be printed to be refused.
    if data.encoded_len() > 8 * super::MAX_TEXT_UNITS {
        return Err(Fault::Arguments);
    }
    let printed;
    let text = match data {
        Value::String(text) => text.as_str(),
        other => {
            printed = other.to_json();
            &printed
        }
    };
    if !is_within_limit(text) {
        return Err(Fault::Arguments);
    }
    let bytes = text.as_bytes();
    let digest = match algorithm.as_str() {
        "MD5" => hexadecimal(&Md5::digest(bytes)),
        "SHA-1" => hexadecimal(&Sha1::digest(bytes)),
        "SHA-256" => hexadecimal(&Sha256::digest(bytes)),
        "SHA-384" => hexadecimal(&Sha384::digest(bytes)),
        "SHA-512" => hexadecimal(&Sha512::digest(bytes)),
        _ => return Err(Fault::Arguments),
    };
    Ok(Value::from(digest))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
