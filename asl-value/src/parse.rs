//! JSON text as a [`Value`].
//!
//! `serde_json` decides what valid JSON is. This parser reads only valid texts, faster and with integers of any length.
//! Any text that it rejects is parsed again by `serde_json`, which reports the error.

use crate::NameCache;
use crate::{MAX_DEPTH, Number, Object, Text, Value, unescape};

/// The value of a JSON text; `None` if anything is wrong with it.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, names: NameCache::default() };
    let value = parser.value(0)?;
    parser.space();
    (parser.at == parser.bytes.len()).then_some(value)
}

/// Room for most strings that have escapes, in bytes.
const ESCAPED: usize = 128;

struct Parser<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    names: NameCache,
}

impl<'t> Parser<'t> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    #[inline]
    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Reads the next value, which is inside `depth` containers.
    fn value(&mut self, depth: u32) -> Option<Value> {
        self.space();
        match self.peek()? {
            b'"' => self.string().map(Value::String),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'n' => self.word("null", Value::Null),
            _ => self.number().map(Value::Number),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        let rest = self.bytes.get(self.at..)?;
        self.at += word.len();
        rest.starts_with(word.as_bytes()).then_some(value)
    }

    fn array(&mut self, depth: u32) -> Option<Value> {
        self.at += 1;
        let depth = deeper(depth)?;
        let mut items = Vec::new();
        self.space();
        if self.take(b']') {
            return Some(Value::Array(items.into()));
        }
        loop {
            items.push(self.value(depth)?);
            self.space();
            if !self.take(b',') {
                return self.take(b']').then(|| Value::Array(items.into()));
            }
        }
    }

    fn object(&mut self, depth: u32) -> Option<Value> {
        self.at += 1;
        let depth = deeper(depth)?;
        self.space();
        if self.take(b'}') {
            return Some(Value::Object(Object::new()));
        }
        let mut members = Vec::with_capacity(4);
        loop {
            self.space();
            let name = self.name()?;
            self.space();
            if !self.take(b':') {
                return None;
            }
            members.push((name, self.value(depth)?));
            self.space();
            if !self.take(b',') {
                return self.take(b'}').then(|| Value::Object(Object::from_members(members)));
            }
        }
    }

    fn name(&mut self) -> Option<Text> {
        match self.plain()? {
            Some(plain) => Some(self.names.share(plain)),
            None => self.escaped().map(|name| self.names.share(&name)),
        }
    }

    fn string(&mut self) -> Option<Text> {
        match self.plain()? {
            Some(plain) => Some(Text::from(plain)),
            None => self.escaped().map(Text::from),
        }
    }

    /// Reads a string without escapes. `Some(None)` for a string with escapes, which is not consumed.
    fn plain(&mut self) -> Option<Option<&'t str>> {
        if self.peek() != Some(b'"') {
            return None;
        }
        let start = self.at + 1;
        let end = start + plain_length(self.bytes.get(start..)?);
        match self.bytes.get(end)? {
            b'"' => {
                self.at = end + 1;
                self.text.get(start..end).map(Some)
            }
            b'\\' => Some(None),
            _ => None,
        }
    }

    fn escaped(&mut self) -> Option<String> {
        let mut text = String::with_capacity(ESCAPED);
        self.at += 1;
        loop {
            let end = self.at + plain_length(self.bytes.get(self.at..)?);
            text.push_str(self.text.get(self.at..end)?);
            match self.bytes.get(end)? {
                b'"' => {
                    self.at = end + 1;
                    return Some(text);
                }
                b'\\' => {
                    let (c, length) = unescape(self.text.get(end..)?)?;
                    text.push(c);
                    self.at = end + length;
                }
                _ => return None,
            }
        }
    }

    fn number(&mut self) -> Option<Number> {
        let start = self.at;
        let is_negative = self.take(b'-');
        let (first, length) = (self.peek(), self.digits()?);
        if first == Some(b'0') && length > 1 {
            return None;
        }
        let (mut is_integer, whole_end) = (true, self.at);
        if self.take(b'.') {
            self.digits()?;
            is_integer = false;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
            is_integer = false;
        }
        if !is_integer {
            let text = self.text.get(start..self.at)?;
            let double = short_decimal(text).or_else(|| text.parse().ok())?;
            return Number::from_f64(double);
        }
        // This many digits always fit.
        if length <= 18 {
            let digits = self.bytes.get(whole_end - length..whole_end)?;
            let magnitude = digits.iter().fold(0i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
            return Some(Number::from(if is_negative { -magnitude } else { magnitude }));
        }
        Number::of_integer(self.text.get(start..self.at)?)
    }

    /// Reads one or more digits and returns how many there are.
    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        (self.at > start).then_some(self.at - start)
    }
}

/// The value of a number without an exponent whose digits are so few that one division of doubles gives the exact
/// result. Most numbers that people write are like that.
///
/// Source: W. D. Clinger, How to Read Floating Point Numbers Accurately (1990).
fn short_decimal(text: &str) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    // At most fifteen digits are below 2^53.
    const LONGEST: usize = 16;
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    if digits.len() > LONGEST {
        return None;
    }
    let (mut mantissa, mut point) = (0u64, None);
    for (place, byte) in digits.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + u64::from(byte - b'0'),
            b'.' => point = Some(place),
            _ => return None,
        }
    }
    let double = mantissa as f64 / POWERS.get(digits.len() - 1 - point?)?;
    Some(if is_negative { -double } else { double })
}

fn deeper(depth: u32) -> Option<u32> {
    (depth < MAX_DEPTH).then_some(depth + 1)
}

/// The number of bytes before the first quote, backslash or control character: those that need no escape in a string.
#[inline]
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // Sets the high bit of each byte that is below `limit`. A borrow may set further bits above such a byte, so only
    // the lowest one counts.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    let mut length = 0;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        let special = below(word, 0x20)
            | below(word ^ (ONES * u64::from(b'"')), 1)
            | below(word ^ (ONES * u64::from(b'\\')), 1);
        if special != 0 {
            return length + special.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length + rest.iter().take_while(|byte| **byte >= 0x20 && **byte != b'"' && **byte != b'\\').count()
}
