//! Jackson's messages for a text that is not JSON, which AWS shows to the author of a machine.
//!
//! Three of the texts were observed on AWS (a name without quotes, an object without its end, a bare word); the others are
//! those of Jackson 2.16. Our own parser describes the errors that are not covered here.

/// Jackson's message for the first error in the text, if it is of a common kind.
pub(super) fn complaint(text: &str) -> Option<String> {
    let mut scanner = Scanner { chars: text.chars().collect(), at: 0, open: Vec::new() };
    scanner.document().err().flatten()
}

const TOKENS: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";

struct Scanner {
    chars: Vec<char>,
    at: usize,
    /// The open containers: their brackets, and the places of those.
    open: Vec<(char, usize)>,
}

/// `None` for an error whose message in Jackson is not known here.
type Complaint = Option<String>;

impl Scanner {
    fn document(&mut self) -> Result<(), Complaint> {
        self.value()?;
        while let Some((bracket, _)) = self.open.last().copied() {
            let closing = if bracket == '{' { '}' } else { ']' };
            match self.next() {
                None => return Err(self.unclosed()),
                Some(found) if found == closing => {
                    self.open.pop();
                }
                Some(',') => self.entry(bracket)?,
                Some(found) => {
                    let entries = if bracket == '{' { "Object" } else { "Array" };
                    let expected = format!("was expecting comma to separate {entries} entries");
                    return Err(self.unexpected(found, &expected));
                }
            }
        }
        Ok(())
    }

    /// Consumes the next character that is not white space.
    fn next(&mut self) -> Option<char> {
        while matches!(self.chars.get(self.at), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
        let found = self.chars.get(self.at).copied();
        self.at += usize::from(found.is_some());
        found
    }

    /// Reads an entry of a container, after its comma.
    fn entry(&mut self, bracket: char) -> Result<(), Complaint> {
        if bracket == '[' {
            return self.value();
        }
        match self.next() {
            Some('"') => self.string("field name", "name")?,
            Some(found) => {
                return Err(self.unexpected(found, "was expecting double-quote to start field name"));
            }
            None => return Err(self.between()),
        }
        match self.next() {
            Some(':') => self.value(),
            Some(found) => {
                Err(self.unexpected(found, "was expecting a colon to separate field name and value"))
            }
            None => Err(self.between()),
        }
    }

    fn value(&mut self) -> Result<(), Complaint> {
        match self.next() {
            None => Err(self.between()),
            Some(bracket @ ('{' | '[')) => self.container(bracket),
            Some('"') => self.string("", "value"),
            Some(digit @ ('-' | '0'..='9')) => self.number(digit),
            Some(letter) if letter.is_alphabetic() || matches!(letter, '_' | '$') => self.word(),
            Some(found) => Err(self.unexpected(found, &format!("expected a valid value {TOKENS}"))),
        }
    }

    /// Reads up to the first entry; the loop in [`document`](Scanner::document) continues.
    fn container(&mut self, bracket: char) -> Result<(), Complaint> {
        self.open.push((bracket, self.at - 1));
        let closing = if bracket == '{' { '}' } else { ']' };
        match self.next() {
            None => Err(self.unclosed()),
            Some(found) if found == closing => {
                self.open.pop();
                Ok(())
            }
            Some(_) if self.open.len() > asl_value::MAX_DEPTH as usize => Err(None),
            Some(_) => {
                self.at -= 1;
                self.entry(bracket)
            }
        }
    }

    fn string(&mut self, unclosed_in: &str, part: &str) -> Result<(), Complaint> {
        loop {
            let found = self.chars.get(self.at).copied();
            self.at += 1;
            match found {
                Some('"') => return Ok(()),
                Some('\\') => {
                    let escaped = self.chars.get(self.at).copied();
                    self.at += 1;
                    match escaped {
                        Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => {}
                        Some('u') | None => return Err(None),
                        Some(other) => {
                            let described = described(other);
                            return Err(Some(
                                self.located(&format!("Unrecognized character escape {described}"), self.at),
                            ));
                        }
                    }
                }
                Some(control) if control < ' ' => {
                    let message = format!(
                        "Illegal unquoted character ({}): has to be escaped using backslash to be included in string {part}",
                        described(control)
                    );
                    return Err(Some(self.located(&message, self.at)));
                }
                Some(_) => {}
                None => {
                    self.at -= 1;
                    let place = match unclosed_in {
                        "" => ": was expecting closing quote for a string value".to_owned(),
                        place => format!(" in {place}"),
                    };
                    return Err(Some(self.located(&format!("Unexpected end-of-input{place}"), self.at + 1)));
                }
            }
        }
    }

    fn number(&mut self, first: char) -> Result<(), Complaint> {
        let leading = if first == '-' { self.chars.get(self.at) } else { Some(&first) };
        let after = self.chars.get(self.at + usize::from(first == '-'));
        match (leading, after) {
            (Some('0'), Some('0'..='9')) => {
                let message = "Invalid numeric value: Leading zeroes not allowed";
                return Err(Some(self.located(message, self.at + 1 + usize::from(first == '-'))));
            }
            (Some('0'..='9'), _) => {}
            _ => return Err(None),
        }
        while matches!(self.chars.get(self.at), Some('0'..='9' | '.' | 'e' | 'E' | '+' | '-')) {
            self.at += 1;
        }
        Ok(())
    }

    /// Reads the rest of a word.
    fn word(&mut self) -> Result<(), Complaint> {
        let start = self.at - 1;
        while self.chars.get(self.at).is_some_and(|char| char.is_alphanumeric() || matches!(char, '_' | '$'))
        {
            self.at += 1;
        }
        let word: String = self.chars.get(start..self.at).unwrap_or_default().iter().take(256).collect();
        match &*word {
            "true" | "false" | "null" => Ok(()),
            word => Err(Some(
                self.located(&format!("Unrecognized token '{word}': was expecting {TOKENS}"), self.at + 1),
            )),
        }
    }

    /// The innermost container has no end.
    fn unclosed(&self) -> Complaint {
        let (bracket, place) = self.open.last().copied()?;
        let container = if bracket == '{' { "Object" } else { "Array" };
        let start = self.source(place + 1);
        let message = format!(
            "Unexpected end-of-input: expected close marker for {container} (start marker at {start})"
        );
        Some(self.located(&message, self.at + 1))
    }

    /// The text ends in the middle of an entry.
    fn between(&self) -> Complaint {
        let (bracket, _) = self.open.last().copied()?;
        let container = if bracket == '{' { "Object" } else { "Array" };
        Some(
            self.located(&format!("Unexpected end-of-input within/between {container} entries"), self.at + 1),
        )
    }

    fn unexpected(&self, found: char, expected: &str) -> Complaint {
        Some(self.located(&format!("Unexpected character ({}): {expected}", described(found)), self.at))
    }

    fn located(&self, message: &str, position: usize) -> String {
        format!("{message}\n at {}", self.source(position))
    }

    /// `position` counts characters from 1.
    fn source(&self, position: usize) -> String {
        let before = self.chars.get(..position.saturating_sub(1)).unwrap_or(&self.chars);
        let line = before.iter().filter(|char| **char == '\n').count() + 1;
        let column =
            position - before.iter().rposition(|char| *char == '\n').map_or(0, |newline| newline + 1);
        format!(
            "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: {line}, column: {column}]"
        )
    }
}

fn described(char: char) -> String {
    let code = u32::from(char);
    if char.is_control() { format!("(CTRL-CHAR, code {code})") } else { format!("'{char}' (code {code})") }
}
