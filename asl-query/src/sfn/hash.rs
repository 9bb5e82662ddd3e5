//! `States.Hash` and `$hash`.

use std::fmt::Write;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The hash of `data` in lower-case hexadecimal; `None` if AWS has no algorithm of this name.
///
/// ```
/// use asl_query::sfn;
/// assert_eq!(sfn::hash(b"", "MD5").as_deref(), Some("d41d8cd98f00b204e9800998ecf8427e"));
/// assert_eq!(sfn::hash(b"", "md5"), None);
/// ```
pub fn hash(data: &[u8], algorithm: &str) -> Option<String> {
    Some(match algorithm {
        "MD5" => hexadecimal(&Md5::digest(data)),
        "SHA-1" => hexadecimal(&Sha1::digest(data)),
        "SHA-256" => hexadecimal(&Sha256::digest(data)),
        "SHA-384" => hexadecimal(&Sha384::digest(data)),
        "SHA-512" => hexadecimal(&Sha512::digest(data)),
        _ => return None,
    })
}

/// Bytes in lower-case hexadecimal: `00ff`.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
