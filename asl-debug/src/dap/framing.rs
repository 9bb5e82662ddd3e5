//! Messages on a stream: a header with `Content-Length`, an empty line, JSON.

use std::io::{self, BufRead, Read, Write};

use serde_json::Value as Json;

/// The longest message that is read.
const LONGEST: u64 = 64 << 20;
/// The longest header.
const LONGEST_HEADER: u64 = 8 << 10;

/// Why there is no message.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is not one; the next may be.
    Message(String),
    /// The stream cannot be read further.
    Stream,
}

/// The next message; `None` at the end of the stream.
pub(super) fn read(input: &mut impl BufRead) -> Result<Option<Json>, Unreadable> {
    let Some(length) = header(input)? else { return Ok(None) };
    let mut text = Vec::new();
    match input.by_ref().take(length).read_to_end(&mut text) {
        Ok(read) if read as u64 == length => {}
        Ok(_) => return Ok(None),
        Err(_) => return Err(Unreadable::Stream),
    }
    let parsed = serde_json::from_slice(&text);
    parsed.map(Some).map_err(|error| Unreadable::Message(format!("the message is not JSON: {error}")))
}

/// The length of the message that follows the header.
fn header(input: &mut impl BufRead) -> Result<Option<u64>, Unreadable> {
    let mut length = None;
    let mut read = 0;
    loop {
        let mut line = Vec::new();
        let found = input.by_ref().take(LONGEST_HEADER).read_until(b'\n', &mut line);
        let found = found.map_err(|_| Unreadable::Stream)?;
        read += found as u64;
        if found == 0 {
            return Ok(None);
        }
        if read > LONGEST_HEADER {
            return Err(Unreadable::Stream);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        match (line.is_empty(), length) {
            (true, Some(length)) if length <= LONGEST => return Ok(Some(length)),
            (true, Some(_)) => return Err(Unreadable::Stream),
            // Empty lines before a header.
            (true, None) => {}
            (false, _) => {
                if let Some((name, value)) = line.split_once(':')
                    && name.trim().eq_ignore_ascii_case("Content-Length")
                {
                    length = value.trim().parse().ok();
                }
            }
        }
    }
}

pub(super) fn write(output: &mut impl Write, message: &Json) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}
