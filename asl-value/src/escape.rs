//! [`unescape`]: the escapes of JSON strings.

/// The character that the escape at the start of a text represents, and the length of the escape in bytes.
///
/// `None` if the text does not start with an escape that JSON has. Surrogates count only as a pair, of 12 bytes.
///
/// ```
/// use asl_value::unescape;
/// assert_eq!(unescape(r"\n"), Some(('\n', 2)));
/// assert_eq!(unescape(r"\u00e9t\u00e9"), Some(('é', 6)));
/// assert_eq!(unescape(r"\ud83d\ude00"), Some(('😀', 12)));
/// assert_eq!(unescape(r"\ud83d"), None);
/// ```
///
/// Source: [RFC 8259, section 7](https://www.rfc-editor.org/rfc/rfc8259#section-7)
pub fn unescape(text: &str) -> Option<(char, usize)> {
    let plain = match text.strip_prefix('\\')?.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let unit = code_unit(text, 2)?;
            if let Some(c) = char::from_u32(u32::from(unit)) {
                return Some((c, 6));
            }
            // A character beyond the first 65 536 is written as two surrogates.
            text.get(6..8).filter(|start| *start == "\\u")?;
            let c = char::decode_utf16([unit, code_unit(text, 8)?]).next()?.ok()?;
            return Some((c, 12));
        }
        _ => return None,
    };
    Some((plain, 2))
}

fn code_unit(text: &str, at: usize) -> Option<u16> {
    let digits =
        text.get(at..at + 4).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}
