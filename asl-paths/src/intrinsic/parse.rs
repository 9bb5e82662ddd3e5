//! Parses calls of intrinsic functions.

use asl_value::{Number, Value};

use super::call::{Argument, Call, MAX_NESTED};
use super::function::Function;
use super::table::FUNCTIONS;
use crate::error::ParseError;
use crate::path::Path;

/// Parses a text that is one call.
pub(super) fn call(text: &str) -> Result<Call, ParseError> {
    let mut parser = Parser { text, at: 0 };
    let call = parser.call(1)?;
    match parser.rest() {
        "" => Ok(call),
        rest => Err(parser.error(rest.len(), "expected the end of the field after the closing `)`")),
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, length: usize, help: impl Into<String>) -> ParseError {
        ParseError::new(
            "not an intrinsic function call",
            self.at..(self.at + length).min(self.text.len()),
            help,
        )
    }

    /// An error at the next character.
    fn unexpected(&self, expected: &str) -> ParseError {
        match self.rest().chars().next() {
            Some(found) => self.error(found.len_utf8(), format!("expected {expected}, found `{found}`")),
            None => self.error(0, format!("expected {expected}, found the end of the text")),
        }
    }

    fn skip_spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len_utf8() } else { 0 };
        found
    }

    fn call(&mut self, depth: usize) -> Result<Call, ParseError> {
        let function = self.function()?;
        if depth > MAX_NESTED {
            return Err(self.error(1, format!("at most {MAX_NESTED} calls may be nested")));
        }
        if !self.eat('(') {
            return Err(self.unexpected("`(`"));
        }
        let mut arguments = Vec::new();
        self.skip_spaces();
        while !self.eat(')') {
            if !arguments.is_empty() {
                if !self.eat(',') {
                    return Err(self.unexpected("`,` or `)`"));
                }
                self.skip_spaces();
            }
            let is_template = function.name == "States.Format" && arguments.is_empty();
            arguments.push(self.argument(depth, is_template)?);
            self.skip_spaces();
        }
        Ok(Call { function, arguments: arguments.into() })
    }

    fn function(&mut self) -> Result<&'static Function, ParseError> {
        let rest = self.rest();
        let length =
            rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '.').unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default();
        match FUNCTIONS.iter().find(|function| function.name == name) {
            Some(function) => {
                self.at += length;
                Ok(function)
            }
            None if name.is_empty() => Err(self.unexpected("a path (`$…`) or a function (`States.…`)")),
            None => {
                Err(self
                    .error(length, format!("there is no intrinsic function `{name}`{}", suggestion(name))))
            }
        }
    }

    fn argument(&mut self, depth: usize, is_template: bool) -> Result<Argument, ParseError> {
        let rest = self.rest();
        match rest.chars().next() {
            Some('\'') => self.string(is_template).map(Argument::Literal),
            Some('$') => self.path().map(Argument::Path),
            Some('-' | '0'..='9') => self.number().map(Argument::Literal),
            Some('a'..='z' | 'A'..='Z') => {
                for (word, value) in
                    [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)]
                {
                    let ends =
                        |after: &str| !after.starts_with(|char: char| char.is_alphanumeric() || char == '.');
                    if rest.strip_prefix(word).is_some_and(ends) {
                        self.at += word.len();
                        return Ok(Argument::Literal(value));
                    }
                }
                self.call(depth + 1).map(Argument::Call)
            }
            _ => Err(self.unexpected(
                "an argument: a path, a number, a string in single quotes, `true`, `false`, `null` or a call",
            )),
        }
    }

    /// Parses `'it\'s'`. In a template, the escapes of braces are kept for `States.Format`.
    fn string(&mut self, is_template: bool) -> Result<Value, ParseError> {
        let start = self.at;
        self.at += 1;
        let mut string = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((place, char)) = chars.next() {
            match char {
                '\'' => {
                    self.at += place + 1;
                    return Ok(Value::from(string));
                }
                '\\' => match chars.next() {
                    Some((_, '\'')) => string.push('\''),
                    Some((_, escaped @ ('{' | '}' | '\\'))) => {
                        string.push_str(if is_template { "\\" } else { "" });
                        string.push(escaped);
                    }
                    found => {
                        self.at += place;
                        let length = 1 + found.map_or(0, |(_, char)| char.len_utf8());
                        return Err(self.error(length, r"only `\'`, `\{`, `\}` and `\\` are escapes"));
                    }
                },
                char => string.push(char),
            }
        }
        self.at = start;
        Err(self.error(self.rest().len(), "the string is not closed: expected `'`"))
    }

    fn number(&mut self) -> Result<Value, ParseError> {
        let rest = self.rest();
        let is_part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '+' | '.');
        let length = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        let digits = rest.get(..length).unwrap_or_default();
        let number = match digits.parse::<Number>() {
            Ok(number) => number,
            // AWS accepts 1e309; its value is UNRECORDED. Functions refuse it as out of range.
            Err(_) => match digits.parse::<f64>() {
                Ok(float) if float.is_infinite() && digits.ends_with(|char: char| char.is_ascii_digit()) => {
                    Number::from_f64(f64::MAX.copysign(float)).unwrap_or(Number::from(0))
                }
                _ => return Err(self.error(length, format!("`{digits}` is not a JSON number"))),
            },
        };
        self.at += length;
        Ok(Value::Number(number))
    }

    /// Parses a path, which ends before the first `,` or `)` that does not belong to it.
    fn path(&mut self) -> Result<Path, ParseError> {
        let rest = self.rest();
        let text = rest.get(..path_length(rest)).unwrap_or(rest).trim_end();
        let path = Path::parse(text).map_err(|error| error.shifted(self.at))?;
        self.at += text.len();
        Ok(path)
    }
}

/// The length of the path at the beginning. Inside brackets, commas and parentheses belong to the path; outside, only pairs
/// of parentheses do (`$.a.length()`).
fn path_length(text: &str) -> usize {
    let (mut brackets, mut parentheses, mut quoted) = (0u32, 0u32, false);
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' if brackets > 0 => quoted = !quoted,
            _ if quoted => {}
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            _ if brackets > 0 => {}
            b'(' => parentheses += 1,
            b')' if parentheses > 0 => parentheses -= 1,
            b')' => return place,
            b',' if parentheses == 0 => return place,
            _ => {}
        }
    }
    text.len()
}

/// `; did you mean `States.Format`?` for a name that differs in case, or lacks `States.`.
fn suggestion(name: &str) -> String {
    let bare = |name: &str| name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match FUNCTIONS.iter().find(|function| bare(function.name) == bare(name)) {
        Some(function) => format!("; did you mean `{}`?", function.name),
        None => String::new(),
    }
}
