//! Streams of events, read as a whole.
//!
//! Source: <https://smithy.io/2.0/aws/amazon-eventstream.html>

use flate2::Crc;

/// A message of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Message {
    /// Headers with text values: `(":event-type", "messageStop")`.
    headers: Vec<(String, String)>,
    pub(crate) payload: Vec<u8>,
}

impl Message {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The length of two lengths and their checksum.
const PRELUDE_BYTES: usize = 12;
const CHECKSUM_BYTES: usize = 4;

/// The messages in a response body.
///
/// # Errors
/// The body is not a stream, is truncated, or fails a checksum.
pub(crate) fn messages(body: &[u8]) -> Result<Vec<Message>, String> {
    let mut messages = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (message, after) = message(rest).ok_or("the response is not a stream of events")?;
        messages.push(message);
        rest = after;
    }
    Ok(messages)
}

fn message(bytes: &[u8]) -> Option<(Message, &[u8])> {
    let total = number(bytes, 0)? as usize;
    let headers = number(bytes, 4)? as usize;
    let (message, rest) = bytes.split_at_checked(total)?;
    let (checked, checksum) = message.split_at_checked(total.checked_sub(CHECKSUM_BYTES)?)?;
    let (prelude, content) = checked.split_at_checked(PRELUDE_BYTES)?;
    let is_whole = sum(prelude.get(..8)?) == number(prelude, 8)? && sum(checked) == number(checksum, 0)?;
    let (headers, payload) = content.split_at_checked(headers)?;
    let message = Message { headers: texts(headers)?, payload: payload.to_vec() };
    is_whole.then_some((message, rest))
}

/// The headers with text values. Others are skipped, by the length of their type.
fn texts(mut bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut headers = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let (name, rest) = rest.split_at_checked((*length).into())?;
        let (kind, rest) = rest.split_first()?;
        let (value, rest) = match kind {
            0 | 1 => rest.split_at_checked(0)?,
            2 => rest.split_at_checked(1)?,
            3 => rest.split_at_checked(2)?,
            4 => rest.split_at_checked(4)?,
            5 | 8 => rest.split_at_checked(8)?,
            9 => rest.split_at_checked(16)?,
            6 | 7 => {
                let (length, rest) = rest.split_first_chunk()?;
                rest.split_at_checked(u16::from_be_bytes(*length).into())?
            }
            _ => return None,
        };
        if *kind == 7 {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
            headers.push((text(name)?, text(value)?));
        }
        bytes = rest;
    }
    Some(headers)
}

fn number(bytes: &[u8], place: usize) -> Option<u32> {
    bytes.get(place..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

fn sum(bytes: &[u8]) -> u32 {
    let mut sum = Crc::new();
    sum.update(bytes);
    sum.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(headers: &[u8], payload: &[u8]) -> Vec<u8> {
        let total = PRELUDE_BYTES + headers.len() + payload.len() + CHECKSUM_BYTES;
        let mut bytes = (total as u32).to_be_bytes().to_vec();
        bytes.extend((headers.len() as u32).to_be_bytes());
        bytes.extend(sum(&bytes).to_be_bytes());
        bytes.extend(headers);
        bytes.extend(payload);
        bytes.extend(sum(&bytes).to_be_bytes());
        bytes
    }

    #[test]
    fn messages_are_read() {
        // The empty message from the specification's test vectors.
        let empty = [0, 0, 0, 16, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff];
        assert_eq!(messages(&empty), Ok(vec![Message::default()]));
        assert_eq!(messages(&[]), Ok(Vec::new()));
        let headers = b"\x01f\x00\x01i\x04\0\0\0\x07\x02bs\x06\0\x02xx\x02ts\x07\0\x02ab";
        let both = [written(headers, b"{}"), written(b"", b"more")].concat();
        let found = messages(&both).expect("messages");
        assert_eq!(found[0].header("ts"), Some("ab"));
        assert_eq!((found[0].header("bs"), found[0].payload.as_slice()), (None, b"{}".as_slice()));
        assert_eq!(found[1].payload, b"more");
    }

    #[test]
    fn what_is_cut_or_changed_is_refused() {
        let whole = written(b"\x02ts\x07\0\x02ab", b"payload");
        assert!(messages(&whole).is_ok());
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 1;
            assert!(messages(&changed).is_err(), "{place}");
            assert!(place == 0 || messages(&whole[..place]).is_err(), "{place}");
        }
        for headers in [b"\x09a".as_slice(), b"\x01a\x0b", b"\x01a\x07\xff\xff", b"\x01a"] {
            assert!(messages(&written(headers, b"")).is_err(), "{headers:?}");
        }
    }
}
