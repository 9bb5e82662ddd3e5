//! Checksums of request bodies.

use asl_value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::protocol::Request;
use crate::table::Operation;

/// Adds the checksum that an operation takes, if the parameters have none. The algorithm is the one they name, else CRC32 like
/// the Java SDK (recorded for `s3:putObject`), or MD5 for services that take only that.
///
/// # Errors
/// An unknown algorithm.
pub(crate) fn add(operation: &Operation<'_>, input: &Value, request: &mut Request) -> Result<(), String> {
    let Some(member) = operation.checksum_member else {
        if operation.is_checksum_required && request.header("content-md5").is_none() {
            request.headers.push(("content-md5".to_owned(), STANDARD.encode(Md5::digest(&request.body))));
        }
        return Ok(());
    };
    let is_given =
        |(name, _): &(String, String)| name.starts_with("x-amz-checksum-") && name != "x-amz-checksum-type";
    if request.headers.iter().any(is_given) {
        return Ok(());
    }
    let algorithm = input.get(member).and_then(Value::as_str).unwrap_or("CRC32").to_ascii_uppercase();
    let digest = match algorithm.as_str() {
        "CRC32" => crc(&request.body, 0xedb8_8320, 32),
        "CRC32C" => crc(&request.body, 0x82f6_3b78, 32),
        "CRC64NVME" => crc(&request.body, 0x9a6c_9329_ac4b_c9b5, 64),
        "SHA1" => Sha1::digest(&request.body).to_vec(),
        "SHA256" => Sha256::digest(&request.body).to_vec(),
        other => {
            return Err(format!(
                "the checksum algorithm {other} is not supported; pass the checksum in the parameters"
            ));
        }
    };
    let headers = &mut request.headers;
    headers.retain(|(name, _)| name != "x-amz-sdk-checksum-algorithm");
    headers.push((format!("x-amz-checksum-{}", algorithm.to_ascii_lowercase()), STANDARD.encode(digest)));
    headers.push(("x-amz-sdk-checksum-algorithm".to_owned(), algorithm));
    Ok(())
}

/// A reflected CRC, initialised with all bits set and inverted at the end, as bytes.
fn crc(bytes: &[u8], polynomial: u64, bits: u32) -> Vec<u8> {
    let mask = u64::MAX >> (64 - bits);
    let step = |rest: u64| if rest & 1 == 0 { rest >> 1 } else { (rest >> 1) ^ polynomial };
    let table: Vec<u64> = (0..256).map(|byte| (0..8).fold(byte, |rest, _| step(rest))).collect();
    let next = |crc: u64, byte: &u8| {
        let index = usize::from(crc as u8 ^ byte);
        table.get(index).copied().unwrap_or_default() ^ (crc >> 8)
    };
    let crc = bytes.iter().fold(mask, next) ^ mask;
    crc.to_be_bytes().into_iter().skip(8 - bits as usize / 8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(polynomial: u64, bits: u32, expect: u64) {
        let digest = crc(b"123456789", polynomial, bits);
        assert_eq!(digest, expect.to_be_bytes()[8 - bits as usize / 8..]);
    }

    #[test]
    fn check_values_of_the_catalogue() {
        check(0xedb8_8320, 32, 0xcbf4_3926);
        check(0x82f6_3b78, 32, 0xe306_9283);
        check(0x9a6c_9329_ac4b_c9b5, 64, 0xae8b_1486_0a79_9888);
    }

    #[test]
    fn recorded_of_put_object() {
        assert_eq!(STANDARD.encode(crc(b"false", 0xedb8_8320, 32)), "K81oMA==");
    }
}
