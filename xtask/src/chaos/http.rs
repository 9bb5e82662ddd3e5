//! HTTP over loopback, as much as the calls of AWS need.

use std::io::BufRead;

use crate::Result;

/// Reads a message: its first line and its body.
pub(super) fn read(connection: &mut impl BufRead) -> Result<(String, Vec<u8>)> {
    let mut line = || -> Result<String> {
        let mut line = String::new();
        match connection.read_line(&mut line)? {
            0 => Err("the connection was closed".into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    };
    let first = line()?;
    let mut length = 0;
    loop {
        let header = line()?;
        if header.is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok((first, body))
}
