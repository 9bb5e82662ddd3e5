//! JSON as events, without recursion. The messages are those of Jackson, with which AWS parses definitions.

use std::borrow::Cow;

use asl_value::{MAX_DEPTH, Pointer, Value, unescape};

use super::event::{At, Event, Step};
use crate::{Code, Diagnostic};

const TOKENS: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

/// The events of a JSON text.
pub(crate) struct JsonEvents<'t> {
    text: &'t str,
    /// Offset of the next byte.
    at: usize,
    open: Vec<Container>,
    expect: Expect,
    /// Whether messages end with the place, as AWS's do.
    has_places: bool,
}

struct Container {
    object: bool,
    start: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    /// After `{`.
    FirstKey,
    /// After a comma in an object.
    Key,
    /// After `[`.
    FirstItem,
    /// After a value: a comma or the end of its container.
    Comma,
    Nothing,
}

impl<'t> JsonEvents<'t> {
    pub(crate) fn new(text: &'t str) -> JsonEvents<'t> {
        JsonEvents { text, at: 0, open: Vec::new(), expect: Expect::Value, has_places: true }
    }

    /// JsonEvents whose problems do not name their places.
    pub(crate) fn without_places(text: &'t str) -> JsonEvents<'t> {
        JsonEvents { has_places: false, ..JsonEvents::new(text) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self) -> Option<Step<'t>> {
        self.skip_space();
        let start = self.at;
        match self.expect {
            Expect::Nothing => self.peek().map(|_| Err(self.unexpected_instead_of("end of input"))),
            Expect::Value => Some(self.value()),
            Expect::FirstItem if self.peek() == Some(b']') => Some(Ok(self.close())),
            Expect::FirstItem => Some(self.value()),
            Expect::FirstKey if self.peek() == Some(b'}') => Some(Ok(self.close())),
            Expect::FirstKey | Expect::Key => Some(self.key(start)),
            Expect::Comma => match (self.peek(), self.open.last()) {
                (Some(b','), Some(container)) => {
                    self.expect = if container.object { Expect::Key } else { Expect::Value };
                    self.at += 1;
                    self.step_over_comma()
                }
                (Some(b'}'), Some(Container { object: true, .. })) => Some(Ok(self.close())),
                (Some(b']'), Some(Container { object: false, .. })) => Some(Ok(self.close())),
                (Some(close @ (b'}' | b']')), Some(Container { object, start })) => {
                    let (wanted, kind) = if *object { ('}', "Object") } else { (']', "Array") };
                    let (close, from) = (char::from(close), self.source(*start));
                    Some(Err(self.problem(
                        format!("Unexpected close marker '{close}': expected '{wanted}' (for {kind} starting at {from})"),
                        1,
                    )))
                }
                (_, Some(container)) => {
                    let kind = if container.object { "Object" } else { "Array" };
                    Some(Err(self.unexpected_instead_of(&format!("comma to separate {kind} entries"))))
                }
                (_, None) => None,
            },
        }
    }

    fn step_over_comma(&mut self) -> Option<Step<'t>> {
        self.skip_space();
        match self.expect {
            Expect::Key => Some(self.key(self.at)),
            _ => Some(self.value()),
        }
    }

    fn key(&mut self, start: usize) -> Step<'t> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected_instead_of("double-quote to start field name"));
        }
        let name = self.string("in field name")?;
        let span = start..self.at;
        self.skip_space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected_instead_of("a colon to separate field name and value"));
        }
        self.at += 1;
        self.expect = Expect::Value;
        Ok(At { event: Event::Key(name), span, anchor: 0 })
    }

    fn value(&mut self) -> Step<'t> {
        let start = self.at;
        let event = match self.peek() {
            Some(open @ (b'{' | b'[')) => {
                if self.open.len() >= MAX_DEPTH as usize {
                    let message = format!("nested deeper than {MAX_DEPTH} levels");
                    return Err(Box::new(Diagnostic::error(Code::TOO_DEEP, message, Pointer::root())));
                }
                let object = open == b'{';
                self.open.push(Container { object, start });
                self.at += 1;
                self.expect = if object { Expect::FirstKey } else { Expect::FirstItem };
                return Ok(At {
                    event: if object { Event::Object } else { Event::Array },
                    span: start..self.at,
                    anchor: 0,
                });
            }
            Some(b'"') => Event::Scalar(Value::from(&*self.string("in VALUE_STRING")?)),
            Some(b'-' | b'0'..=b'9') => Event::Scalar(self.number()?),
            Some(_) => Event::Scalar(self.word()?),
            None => return Err(self.end_of_input()),
        };
        self.expect = if self.open.is_empty() { Expect::Nothing } else { Expect::Comma };
        Ok(At { event, span: start..self.at, anchor: 0 })
    }

    fn close(&mut self) -> At<'t> {
        self.open.pop();
        self.at += 1;
        self.expect = if self.open.is_empty() { Expect::Nothing } else { Expect::Comma };
        At { event: Event::End, span: self.at - 1..self.at, anchor: 0 }
    }

    fn word(&mut self) -> Result<Value, Box<Diagnostic>> {
        let identifier = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let word = self.rest().split(|c| !identifier(c)).next().unwrap_or_default();
        let value = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            "" => {
                let message = self.unexpected(&format!("expected a valid value {TOKENS}"));
                return Err(self.problem(message, self.char_len()));
            }
            _ => {
                // Jackson shows no more characters than this.
                let short: String = word.chars().take(256).collect();
                let dots = if short.len() < word.len() { "..." } else { "" };
                let message = format!("Unrecognized token '{short}{dots}': was expecting {TOKENS}");
                return Err(self.problem_at(message, self.at..self.at + word.len(), short.len()));
            }
        };
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Box<Diagnostic>> {
        let rest = self.rest();
        let digits = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let written = rest.split(|c| !digits(c)).next().unwrap_or_default();
        match written.parse() {
            Ok(number) => {
                self.at += written.len();
                Ok(Value::Number(number))
            }
            Err(_) => {
                let unsigned = written.trim_start_matches('-');
                let leading = unsigned.len() > 1 && unsigned.starts_with('0') && !unsigned.starts_with("0.");
                // The texts are shorter than those of Jackson, which name the bounds of Java's types.
                let message = match leading {
                    true => "Invalid numeric value: Leading zeroes not allowed".to_owned(),
                    false => {
                        format!("Invalid numeric value: `{}`", written.chars().take(40).collect::<String>())
                    }
                };
                Err(self.problem(message, written.len()))
            }
        }
    }

    /// Reads the string that begins here.
    fn string(&mut self, part: &str) -> Result<Cow<'t, str>, Box<Diagnostic>> {
        let start = self.at + 1;
        let mut unescaped: Option<String> = None;
        self.at = start;
        let mut run = start;
        loop {
            match self.peek() {
                None => {
                    let message = format!("Unexpected end-of-input {part}");
                    return Err(self.problem_at(message, start - 1..self.at, 0));
                }
                Some(b'"') => {
                    let last = self.text.get(run..self.at).unwrap_or_default();
                    self.at += 1;
                    return Ok(match unescaped {
                        None => Cow::Borrowed(last),
                        Some(text) => Cow::Owned(text + last),
                    });
                }
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(self.text.get(run..self.at).unwrap_or_default());
                    match unescape(self.rest()) {
                        Some((c, written)) => {
                            text.push(c);
                            self.at += written;
                            run = self.at;
                        }
                        None => {
                            let Some(escape) = self.rest().chars().nth(1) else {
                                let message =
                                    "Unexpected end-of-input in character escape sequence".to_owned();
                                return Err(self.problem_at(message, start - 1..self.at + 1, 1));
                            };
                            let message = match escape {
                                'u' => {
                                    "Unexpected character in a Unicode escape: expected four hex digits of a \
                                    character, or of two surrogates"
                                        .to_owned()
                                }
                                _ => format!(
                                    "Unrecognized character escape '{escape}' (code {})",
                                    escape as u32
                                ),
                            };
                            return Err(self.problem(message, 1 + escape.len_utf8()));
                        }
                    }
                }
                Some(control @ 0..=0x1f) => {
                    let message = format!(
                        "Illegal unquoted character ((CTRL-CHAR, code {control})): has to be escaped using backslash \
                         to be included in {}",
                        if part == "in field name" { "name" } else { "string value" }
                    );
                    return Err(self.problem(message, 1));
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn char_len(&self) -> usize {
        self.rest().chars().next().map_or(0, char::len_utf8)
    }

    fn unexpected(&self, wanted: &str) -> String {
        let c = self.rest().chars().next().unwrap_or(' ');
        format!("Unexpected character ('{c}' (code {})): {wanted}", c as u32)
    }

    /// The problem of finding something other than `wanted`.
    fn unexpected_instead_of(&self, wanted: &str) -> Box<Diagnostic> {
        match self.peek() {
            None => self.end_of_input(),
            Some(_) => self.problem(self.unexpected(&format!("was expecting {wanted}")), self.char_len()),
        }
    }

    fn end_of_input(&self) -> Box<Diagnostic> {
        let message = match self.open.last() {
            None => "Unexpected end-of-input".to_owned(),
            Some(container) => {
                let kind = if container.object { "Object" } else { "Array" };
                let start = self.source(container.start);
                format!("Unexpected end-of-input: expected close marker for {kind} (start marker at {start})")
            }
        };
        self.problem(message, 0)
    }

    /// A problem with the next `bytes` of the text.
    fn problem(&self, message: String, bytes: usize) -> Box<Diagnostic> {
        self.problem_at(message, self.at..self.at + bytes, bytes)
    }

    fn problem_at(&self, message: String, range: std::ops::Range<usize>, read: usize) -> Box<Diagnostic> {
        let message = match self.has_places {
            // Jackson names the place after the last character that it has read.
            true => format!("{message}\n at {}", self.source(self.at + read)),
            false => message,
        };
        Box::new(Diagnostic::error(Code::INVALID_JSON, message, Pointer::root()).range(range))
    }

    /// A place as Jackson writes it: `[Source: (String)"{"; line: 1, column: 1]`.
    fn source(&self, offset: usize) -> String {
        let shown: String = self.text.chars().take(500).collect();
        let more = self.text.get(shown.len()..).unwrap_or_default().chars().count();
        let truncated = if more > 0 { format!("[truncated {more} chars]") } else { String::new() };
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(line_start..).unwrap_or_default().encode_utf16().count() + 1;
        format!("[Source: (String)\"{shown}\"{truncated}; line: {line}, column: {column}]")
    }
}

impl<'t> Iterator for JsonEvents<'t> {
    type Item = Step<'t>;

    fn next(&mut self) -> Option<Step<'t>> {
        let step = self.step();
        if matches!(step, Some(Err(_))) {
            self.expect = Expect::Nothing;
            self.at = self.text.len();
        }
        step
    }
}

/// The offset in a written string, with its quotes and escapes, of the byte at `offset` in its value.
pub(crate) fn written_offset(written: &str, offset: usize) -> usize {
    let (mut at, mut value) = (1, 0);
    while value < offset {
        let rest = written.get(at..).unwrap_or_default();
        let (c, bytes) = match unescape(rest) {
            Some(escape) => escape,
            None => match rest.chars().next().filter(|_| rest.len() > 1) {
                Some(c) => (c, c.len_utf8()),
                None => break,
            },
        };
        value += c.len_utf8();
        at += bytes;
    }
    at.min(written.len())
}
