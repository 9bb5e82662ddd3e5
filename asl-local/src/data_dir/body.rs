//! The bodies of rows: a kind, a checksum, and JSON text.
//!
//! SQLite's file has no checksums of its own, so a flipped bit in a body would be read as data. One byte is the kind (0 for
//! text, 1 for deflated text), four bytes are the CRC-32 of the rest in little-endian order.

use std::cell::RefCell;
use std::io::Read;

use asl_value::Value;
use flate2::read::DeflateDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};

use super::error::Problem;

const TEXT: u8 = 0;
const DEFLATED: u8 = 1;

/// A text shorter than this is not deflated.
const SHORT: usize = 1024;

/// The longest text of a body: damage must not take all memory.
const LONGEST: u64 = 1 << 30;

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum().to_le_bytes()
}

/// Packs a text, deflated if that saves space.
pub(super) fn pack(text: &str) -> Vec<u8> {
    let deflated = (text.len() >= SHORT).then(|| deflate(text.as_bytes())).flatten();
    let (kind, data) = match &deflated {
        Some(deflated) if deflated.len() < text.len() => (DEFLATED, deflated.as_slice()),
        _ => (TEXT, text.as_bytes()),
    };
    let mut body = Vec::with_capacity(data.len() + 5);
    body.push(kind);
    body.extend(checksum(data));
    body.extend(data);
    body
}

thread_local! {
    /// A new one for each text would cost more than the text.
    static COMPRESSOR: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
}

/// The deflated text, if that is shorter.
fn deflate(text: &[u8]) -> Option<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        // Nothing is written beyond the capacity.
        let mut deflated = Vec::with_capacity(text.len());
        let status = compressor.compress_vec(text, &mut deflated, FlushCompress::Finish).ok()?;
        (status == Status::StreamEnd).then_some(deflated)
    })
}

/// The text of a body.
pub(super) fn unpack(body: &[u8]) -> Result<String, Problem> {
    let damaged = || Problem::damaged("the checksum of a record is wrong");
    let ([kind, sum @ ..], data) = body.split_first_chunk::<5>().ok_or_else(damaged)?;
    if checksum(data) != *sum {
        return Err(damaged());
    }
    let bytes = match *kind {
        TEXT => data.to_vec(),
        DEFLATED => {
            let mut bytes = Vec::new();
            DeflateDecoder::new(data).take(LONGEST).read_to_end(&mut bytes)?;
            bytes
        }
        other => return Err(Problem::damaged(format!("a record has the unknown kind {other}"))),
    };
    String::from_utf8(bytes).map_err(|_| damaged())
}

/// The JSON of a body.
pub(super) fn read(body: &[u8]) -> Result<Value, Problem> {
    Value::parse(&unpack(body)?).map_err(|error| Problem::damaged(error.to_string()))
}

/// A body with one JSON document in each line.
pub(super) fn lines(body: &[u8]) -> Result<Vec<Value>, Problem> {
    let text = unpack(body)?;
    let parsed = text.lines().map(Value::parse).collect::<Result<_, _>>();
    parsed.map_err(|error| Problem::damaged(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_come_back_and_damage_is_found() {
        for text in ["", "{}", &"\u{e9}x".repeat(200), &"abc".repeat(10_000)] {
            let body = pack(text);
            assert_eq!(unpack(&body).expect("a text"), text);
            for at in (0..body.len()).step_by(1 + body.len() / 64) {
                for flip in [1, 0x80] {
                    let mut body = body.clone();
                    body[at] ^= flip;
                    assert!(unpack(&body).is_err(), "byte {at} of {}", body.len());
                }
                assert!(unpack(&body[..at]).is_err(), "cut at {at}");
            }
        }
    }
}
