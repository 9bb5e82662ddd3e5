//! Steps into arrays: `[3]`, `[0,2]`, `[1:3]`, `[(@.length-1)]`.

use super::parse::PathFault;
use super::step::Step;

const HELP: &str = "expected `[0]`, `[0,2]`, `[1:3]`, `[1:]`, `[:3]` or `[(@.length-1)]`";

/// Reads `rest`, the part of `token` from its first significant character on.
///
/// As in Jayway, spaces between digits are skipped, and the text after the last character that it understands is ignored:
/// `[1.5]` is `[1]`, and `[0:4:2]` is `[0:4]`.
pub(super) fn parse(token: &str, rest: &str) -> Result<Step, PathFault> {
    let mut reader = Reader { token, rest };
    match rest.strip_prefix('@') {
        Some(function) => reader.backward(function),
        None => reader.sequence(),
    }
}

struct Reader<'t> {
    token: &'t str,
    rest: &'t str,
}

impl Reader<'_> {
    fn current(&self) -> Result<char, PathFault> {
        self.rest.chars().next().ok_or_else(|| PathFault::out_of_range(self.token, HELP))
    }

    fn advance(&mut self) {
        let mut chars = self.rest.chars();
        chars.next();
        self.rest = chars.as_str();
    }

    /// `.length-1)`, also `.size()-1)`; the character after `@` is ignored.
    fn backward(&mut self, function: &str) -> Result<Step, PathFault> {
        let help = "expected `[(@.length-1)]`";
        let short = || PathFault::out_of_range(self.token, help);
        let mut after = function.chars();
        after.next().ok_or_else(short)?;
        let (name, rest) = after.as_str().split_once('-').ok_or_else(short)?;
        let name: String = name.chars().filter(|char| !matches!(char, ' ' | '(' | ')')).collect();
        if !matches!(&*name, "length" | "size") {
            let message = format!(
                "Invalid function: @.{name}. Supported functions are: [(@.length - n)] and [(@.size() - n)]"
            );
            return Err(PathFault::invalid(message, help));
        }
        let (digits, _) = rest.split_once(')').ok_or_else(short)?;
        let digits: String = digits.chars().filter(|char| *char != ' ').collect();
        Ok(Step::FromEnd(integer(&format!("-{digits}"))?))
    }

    fn sequence(&mut self) -> Result<Step, PathFault> {
        let mut numbers = Vec::new();
        let mut buffer = String::new();
        let (mut is_list, mut from, mut to, mut between) = (false, false, false, false);
        loop {
            match self.current()? {
                ' ' => {}
                ':' if buffer.is_empty() => {
                    to = true;
                    self.advance();
                    numbers.push(integer(&self.digits()?)?);
                }
                ':' => {
                    numbers.push(integer(&std::mem::take(&mut buffer))?);
                    self.advance();
                    let end = self.digits()?;
                    if end.is_empty() {
                        from = true;
                    } else {
                        between = true;
                        numbers.push(integer(&end)?);
                    }
                }
                ',' => {
                    numbers.push(integer(&std::mem::take(&mut buffer))?);
                    is_list = true;
                }
                digit @ ('0'..='9' | '-') => buffer.push(digit),
                _ => break,
            }
            if self.current()? == ']' {
                break;
            }
            self.advance();
        }
        if !buffer.is_empty() {
            numbers.push(integer(&buffer)?);
        }
        Ok(match *numbers {
            [index] if !to && !from => Step::Index(index),
            _ if is_list => Step::Indices(numbers.into()),
            [start, ..] if from => Step::From(start),
            [end, ..] if to => Step::To(end),
            [start, end, ..] if between => Step::Between(start, end),
            _ => {
                return Err(PathFault::invalid(
                    format!("Could not analyze path component: {}", self.token),
                    HELP,
                ));
            }
        })
    }

    /// Reads digits and signs, and skips spaces.
    fn digits(&mut self) -> Result<String, PathFault> {
        let mut digits = String::new();
        loop {
            match self.current()? {
                ' ' => {}
                digit @ ('0'..='9' | '-') => digits.push(digit),
                _ => return Ok(digits),
            }
            self.advance();
        }
    }
}

/// `Integer.parseInt`.
fn integer(text: &str) -> Result<i32, PathFault> {
    text.parse()
        .map_err(|_| PathFault::not_a_number(text, format!("`{text}` is not a 32-bit integer; {HELP}")))
}
