//! [`Scan`]: where a JSON value ends, found byte after byte.

/// Where the value ends whose first byte is the first that is stepped over. It need not be valid: parsing tells.
#[derive(Default)]
pub(crate) struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    is_scalar: bool,
}

impl Scan {
    /// A scan that begins inside of `depth` containers, and ends with the outermost.
    pub(crate) fn inside(depth: usize) -> Scan {
        Scan { depth, ..Scan::default() }
    }

    /// How many of these bytes belong to the value, if it ends in them. Bytes of one value are given in order.
    pub(crate) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().enumerate().find_map(|(at, byte)| self.step(*byte).map(|length| at + length))
    }

    /// `Some(0)` if the value has ended before this byte, `Some(1)` if it ends with it.
    fn step(&mut self, byte: u8) -> Option<usize> {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.in_string = false;
                    return (self.depth == 0).then_some(1);
                }
                _ => {}
            }
            return None;
        }
        match byte {
            b'"' if self.is_scalar => return Some(0),
            b'"' => self.in_string = true,
            b'[' | b'{' if self.is_scalar => return Some(0),
            b'[' | b'{' => self.depth += 1,
            b']' | b'}' if self.depth == 0 => return Some(0),
            b']' | b'}' => {
                self.depth -= 1;
                return (self.depth == 0).then_some(1);
            }
            b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return Some(0),
            _ => self.is_scalar = self.depth == 0,
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let found = Scan::default().end(text.as_bytes());
        assert_eq!(found, expected.map(str::len), "{text}");
        // In pieces, too.
        let mut scan = Scan::default();
        let pieces = text.bytes().enumerate();
        let mut pieces = pieces.filter_map(|(at, byte)| scan.end(&[byte]).map(|length| at + length));
        assert_eq!(pieces.next(), found, "{text}");
    }

    #[test]
    fn values_end_where_they_end() {
        check("1, 2", Some("1"));
        check("-1.5e3]", Some("-1.5e3"));
        check("true}", Some("true"));
        check("12", None);
        check(r#""a\"b\\" "#, Some(r#""a\"b\\""#));
        check(r#"{"a]": ["}"]}, 1"#, Some(r#"{"a]": ["}"]}"#));
        check("[[1], [2]][", Some("[[1], [2]]"));
        check("[[1]", None);
        check("1[", Some("1"));
        check(",", Some(""));
        assert_eq!(Scan::inside(2).end(b"1, [2]], 3]}"), Some(11));
    }
}
