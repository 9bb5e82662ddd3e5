//! Parses the steps of a path token by token, as Jayway does.

use std::ops::Range;

use asl_value::Text;

use super::step::Step;
use super::{MAX_STEPS, Path, Root, filter, subscript};
use crate::error::ParseError;

/// What is wrong with a token: Java's exception as it is printed, and our explanation.
#[derive(Debug)]
pub(super) struct PathFault {
    thrown: String,
    help: String,
}

impl PathFault {
    pub(super) fn thrown(exception: impl Into<String>, help: impl Into<String>) -> PathFault {
        PathFault { thrown: exception.into(), help: help.into() }
    }

    pub(super) fn invalid(message: impl AsRef<str>, help: impl Into<String>) -> PathFault {
        PathFault::thrown(format!("{INVALID_PATH}: {}", message.as_ref()), help)
    }

    /// The text ends too early.
    pub(super) fn out_of_range(text: &str, help: impl Into<String>) -> PathFault {
        let length = text.encode_utf16().count();
        PathFault::thrown(
            format!("java.lang.StringIndexOutOfBoundsException: String index out of range: {length}"),
            help,
        )
    }

    pub(super) fn not_a_number(text: &str, help: impl Into<String>) -> PathFault {
        PathFault::thrown(format!("java.lang.NumberFormatException: For input string: \"{text}\""), help)
    }

    /// The fault of a path inside a filter.
    pub(super) fn nested(self) -> PathFault {
        PathFault { thrown: format!("{INVALID_PATH}: {}", self.thrown), ..self }
    }

    fn at(self, range: Range<usize>) -> ParseError {
        ParseError::new(self.thrown, range, self.help)
    }
}

const INVALID_PATH: &str = "com.jayway.jsonpath.InvalidPathException";

/// Java's `String.trim`.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|char| char <= ' ')
}

/// Steps from `$`, or in a filter from `@`.
pub(super) struct DocumentPath {
    pub(super) steps: Vec<Step>,
    pub(super) from_document: bool,
}

/// Parses a path as ASL writes it.
pub(super) fn rooted(text: &str) -> Result<Path, ParseError> {
    let path = text.trim_end_matches(|char| char <= ' ');
    let Some(after) = path.strip_prefix('$') else {
        return Err(
            PathFault::invalid(format!("Invalid path {text}"), "a path starts with `$`").at(0..text.len())
        );
    };
    let (root, start) = if after.starts_with('$') {
        (Root::Context, 2)
    } else {
        match after.get(..name_length(after)) {
            None | Some("") => (Root::Input, 1),
            Some(name) => (Root::Variable(name.into()), 1 + name.len()),
        }
    };
    if !path.get(start..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) {
        let end = path
            .get(start..)
            .and_then(|rest| rest.chars().next())
            .map_or(start, |char| start + char.len_utf8());
        let help = "expected `.`, `[` or the end of the path";
        return Err(PathFault::invalid(format!("Invalid path {text}"), help).at(start..end));
    }
    Ok(Path::new(text.into(), root, steps(path, start)?))
}

/// The length of the variable name at the beginning, in bytes: `ID_Start ID_Continue*`.
fn name_length(text: &str) -> usize {
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    match text.chars().next() {
        Some(first) if first.is_alphabetic() => text.find(|char| !is_part(char)).unwrap_or(text.len()),
        _ => 0,
    }
}

/// Parses a path as Jayway accepts it.
pub(super) fn document_path(text: &str) -> Result<DocumentPath, ParseError> {
    let path = trim(text);
    if path.is_empty() {
        let help = "a path starts with `$`";
        return Err(PathFault::thrown("Path may not be null empty", help).at(0..text.len()));
    }
    if path.ends_with("..") {
        let help = "expected a name after `..`";
        return Err(
            PathFault::invalid("A path can not end with a scan.", help).at(path.len() - 2..path.len())
        );
    }
    if !path.starts_with(['$', '@']) {
        let steps = steps(&format!("$.{path}"), 1)?;
        return Ok(DocumentPath { steps, from_document: true });
    }
    if !path.get(1..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) {
        let message = format!("Invalid path ${}", path.get(1..).unwrap_or_default());
        return Err(PathFault::invalid(message, "expected `.` or `[`").at(1..path.len()));
    }
    Ok(DocumentPath { steps: steps(path, 1)?, from_document: path.starts_with('$') })
}

pub(super) fn document_path_fault(text: &str) -> Result<DocumentPath, PathFault> {
    document_path(text).map_err(|error| PathFault::thrown(error.message(), error.help().unwrap_or_default()))
}

/// The steps of `path` from the byte `start`, which is at a `.` or `[`.
fn steps(path: &str, start: usize) -> Result<Vec<Step>, ParseError> {
    let mut steps = Vec::new();
    let mut at = start;
    while let Some(rest) = path.get(at..).filter(|rest| !rest.is_empty()) {
        let (step, length) = token(path, rest).map_err(|(fault, length)| fault.at(at..at + length))?;
        at += length;
        steps.extend(step);
        if steps.len() > MAX_STEPS {
            let help = format!("a path has at most {MAX_STEPS} steps");
            return Err(PathFault::thrown("too many steps", help).at(at..path.len()));
        }
    }
    if matches!(steps.last(), Some(Step::Scan)) {
        let help = "expected a name after `..`";
        return Err(PathFault::invalid("A path can not end with a scan.", help).at(start..path.len()));
    }
    Ok(steps)
}

/// The first token of `rest`: its step, if it is not just a `.` before `[`, and its length in bytes.
fn token(path: &str, rest: &str) -> Result<(Option<Step>, usize), (PathFault, usize)> {
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some(' '), _) => Err((
            PathFault::invalid("Space not allowed in path", "write names with spaces in brackets: `['a b']`"),
            1,
        )),
        // DEVIATION: a `$` between the steps of a path is refused; Jayway ignores it.
        (Some('$'), _) => {
            Err((PathFault::invalid("Root not allowed in path", "`$` is allowed at the beginning only"), 1))
        }
        (Some('['), _) => {
            let token = rest.get(..bracket_length(rest)).unwrap_or(rest);
            bracket(token).map(|step| (Some(step), token.len())).map_err(|fault| (fault, token.len()))
        }
        (Some('.'), None) => Err((PathFault::out_of_range(path, "expected a name after `.`"), 1)),
        (Some('.'), Some('.')) => Ok((Some(Step::Scan), 2)),
        (Some('.'), Some('[' | ' ')) => Ok((None, 1)),
        (Some('.'), _) => {
            let name = name(rest.get(1..).unwrap_or_default());
            let step = if name == "*" {
                Step::Wildcard
            } else {
                named(name).map_err(|fault| (fault, name.len() + 1))?
            };
            Ok((Some(step), name.len() + 1))
        }
        (Some('*'), _) => Ok((Some(Step::Wildcard), 1)),
        _ => {
            let name = name(rest);
            Ok((Some(named(name).map_err(|fault| (fault, name.len()))?), name.len()))
        }
    }
}

/// The name at the beginning: all up to the next `.`, `[` or space.
fn name(text: &str) -> &str {
    text.find(['.', '[', ' ']).and_then(|end| text.get(..end)).unwrap_or(text)
}

fn named(name: &str) -> Result<Step, PathFault> {
    match name.contains(['\'', ']']) {
        false => Ok(Step::Name(name.into())),
        // Jayway puts the name into brackets and quotes and parses it again.
        true => quoted_names(&format!("['{name}']")),
    }
}

/// The length of the token that starts with the `[` at the beginning. Inner brackets are matched, even in quotes.
fn bracket_length(text: &str) -> usize {
    let mut open = 0u32;
    for (place, byte) in text.bytes().enumerate().skip(1) {
        match (byte, open) {
            (b']', 0) => return place + 1,
            (b']', _) => open -= 1,
            (b'[', _) => open += 1,
            _ => {}
        }
    }
    text.len()
}

/// Parses a token in brackets. Its first significant character decides what it is, wherever that is.
fn bracket(token: &str) -> Result<Step, PathFault> {
    if token == "[*]" {
        return Ok(Step::Wildcard);
    }
    if is_placeholder(token) {
        // DEVIATION: `[?]` is refused; Jayway accepts it, for filters written in Java, and fails when it meets a value.
        let message = "Cannot invoke \"com.jayway.jsonpath.Predicate.apply(com.jayway.jsonpath.Predicate$PredicateContext)\" \
                       because \"<local7>\" is null";
        return Err(PathFault::thrown(message, "expected an expression: `[?(@.price > 8)]`"));
    }
    let significant = |char: char| matches!(char, '?' | '\'' | ':' | '-' | '@') || char.is_ascii_digit();
    let found = token.char_indices().find(|(_, char)| significant(*char));
    let rest = found.and_then(|(place, _)| token.get(place..)).unwrap_or_default();
    match found.map(|(_, char)| char) {
        Some('?') => filter::parse(token).map(Step::Filter),
        Some('\'') => quoted_names(token),
        Some(_) => subscript::parse(token, rest),
        None => Err(PathFault::invalid(
            format!("Could not analyze path component: {token}"),
            "expected `['name']`, `[0]`, `[0,2]`, `[1:3]`, `[*]`, `[(@.length-1)]` or `[?(…)]`",
        )),
    }
}

/// `[?]`, `[?, ?]`
fn is_placeholder(token: &str) -> bool {
    let inner = token.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    inner.is_some_and(|text| {
        text.trim_start().starts_with('?')
            && text.chars().all(|char| matches!(char, '?' | ',' | '*') || char.is_ascii_whitespace())
    })
}

/// The quoted names of a token, up to its first `]`.
fn quoted_names(token: &str) -> Result<Step, PathFault> {
    let Some(inner) =
        token.find('\'').and_then(|quote| token.get(quote..)).and_then(|text| text.split_once(']'))
    else {
        return Err(PathFault::out_of_range(token, "expected `']` after the name"));
    };
    // Every second part is between quotes; one that is not closed does not count.
    let parts: Vec<&str> = inner.0.split('\'').collect();
    let closed = parts.len() - 1;
    let names = parts.into_iter().take(closed).skip(1).step_by(2).map(Text::from).collect::<Vec<_>>();
    Ok(match <[Text; 1]>::try_from(names) {
        Ok([name]) => Step::Name(name),
        Err(names) => Step::Names(names.into()),
    })
}
