//! Between `file:` URIs and paths.

use std::path::{Path, PathBuf};

/// The path of a `file:` URI; `None` for other schemes, such as a file that was never saved.
pub(crate) fn to_path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let path = rest.get(rest.find('/')?..)?;
    let decoded = String::from_utf8(decoded(path)).ok()?;
    // `/c:/folder` on Windows.
    let mut letters = decoded.chars().skip(1);
    let is_drive = letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':');
    Some(PathBuf::from(decoded.strip_prefix('/').filter(|_| is_drive).unwrap_or(&decoded)))
}

/// The `file:` URI of a path.
fn from_path(path: &Path) -> String {
    let shown = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from(if shown.starts_with('/') { "file://" } else { "file:///" });
    encode(&shown, &mut uri);
    uri
}

/// The URI of a file that is named relative to the folder of another one. The folder is written as the client writes it, so
/// that it knows the file by this URI, too.
pub(crate) fn beside(uri: &str, name: &str) -> Option<String> {
    let (folder, _) = uri.rsplit_once('/')?;
    let mut folder = folder.to_owned();
    let mut rest = name;
    loop {
        if let Some(same) = rest.strip_prefix("./") {
            rest = same;
        } else if let Some(above) = rest.strip_prefix("../") {
            let (around, _) = folder.rsplit_once('/')?;
            (folder, rest) = (around.to_owned(), above);
        } else {
            break;
        }
    }
    if Path::new(rest).is_absolute() {
        return Some(from_path(Path::new(rest)));
    }
    folder.push('/');
    encode(rest, &mut folder);
    Some(folder)
}

fn encode(path: &str, uri: &mut String) {
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte))
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
}

fn decoded(path: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).filter(|_| *first == b'%').and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(uri: &str, path: &str) {
        assert_eq!(to_path(uri).as_deref(), Some(Path::new(path)));
        assert_eq!(from_path(Path::new(path)), uri);
    }

    #[test]
    fn both_ways() {
        check("file:///folder/a%20b/%C3%A4.asl.json", "/folder/a b/ä.asl.json");
        check("file:///folder/a%23b/100%25/c%3F.asl.json", "/folder/a#b/100%/c?.asl.json");
        let beside = |name: &str| beside("file:///c%3A/a%20b/x.json", name);
        assert_eq!(beside("./ä#.json").as_deref(), Some("file:///c%3A/a%20b/%C3%A4%23.json"));
        assert_eq!(beside("../c/y.json").as_deref(), Some("file:///c%3A/c/y.json"));
        assert_eq!(to_path("untitled:Untitled-1"), None);
        assert_eq!(to_path("file:///c%3A/x.json"), Some(PathBuf::from("c:/x.json")));
    }
}
