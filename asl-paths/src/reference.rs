//! [`ReferencePath`]: a path to one place, for reading and writing.

use std::fmt;

use asl_query::{EvalError, EvalErrorKind};
use asl_value::{Object, Text, Value};

use crate::path::{MAX_STEPS, Step};
use crate::{ParseError, Path, java};

/// A path of names and indices only, which identifies one place: `$.order.lines[0]['unit price']`.
///
/// `ResultPath` writes to one; `Variable`, `ItemsPath`, `SecondsPath` and most other fields whose names end in `Path` read
/// from one. AWS parses and follows these paths with code of its own, so messages differ from those of a [`Path`].
///
/// Spec: <https://states-language.net/#ref-paths>
///
/// ```
/// use asl_paths::ReferencePath;
/// use asl_value::json;
/// let place = ReferencePath::parse("$.order.total").unwrap();
/// let written = place.put(json!({"id": 1}), json!(9.5)).unwrap();
/// assert_eq!(written.to_string(), r#"{"id":1,"order":{"total":9.5}}"#);
/// assert_eq!(place.get(&written).unwrap(), &json!(9.5));
/// let error = place.put(json!({"order": "o-1"}), json!(9.5)).unwrap_err();
/// assert_eq!(error.message(), r#"Unable to apply step "total" to input "o-1""#);
/// ```
#[derive(Debug, Clone)]
pub struct ReferencePath(Path);

impl ReferencePath {
    /// Parses a reference path that starts with `$`, `$$` or `$name`.
    ///
    /// # Errors
    /// The text is not a reference path. The message is AWS's, without the prefix `Value is not a Reference Path: `.
    pub fn parse(text: &str) -> Result<ReferencePath, ParseError> {
        parse(text).map(ReferencePath)
    }

    /// The same path, to read as any other path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The value at the path's place in a document.
    ///
    /// # Errors
    /// `States.ReferencePathConflict` names the first step that does not apply.
    pub fn get<'v>(&self, document: &'v Value) -> Result<&'v Value, EvalError> {
        self.0
            .steps()
            .iter()
            .try_fold(document, |value, step| step.child(value).ok_or_else(|| conflict(step, value)))
    }

    /// Puts `value` at the path's place in `document`. It creates missing objects on the way and replaces a value that is
    /// already there.
    ///
    /// Only the containers on the way are copied, and only if they are shared.
    ///
    /// # Errors
    /// `States.ReferencePathConflict`: a name meets a value that is not an object, or an index is out of bounds.
    /// `States.DataLimitExceeded`: the result nests too deep.
    pub fn put(&self, document: Value, value: Value) -> Result<Value, EvalError> {
        let written = match (self.0.steps(), document) {
            // Nearly all paths have one name; without a call, the values are moved less often.
            ([Step::Name(name)], Value::Object(mut object)) => {
                object.insert(name, value);
                Value::Object(object)
            }
            (steps, document) => put(steps, document, value)?,
        };
        written.check_depth()?;
        Ok(written)
    }
}

impl fmt::Display for ReferencePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The recursion is bounded by the number of steps, at most [`MAX_STEPS`].
fn put(steps: &[Step], document: Value, value: Value) -> Result<Value, EvalError> {
    let Some((step, rest)) = steps.split_first() else { return Ok(value) };
    match (step, document) {
        (Step::Name(name), Value::Object(mut object)) => {
            let value = match rest {
                [] => value,
                rest => match object.take(name) {
                    Some(child) => put(rest, child, value)?,
                    None => create(rest, value)?,
                },
            };
            object.insert(name, value);
            Ok(Value::Object(object))
        }
        (Step::Index(index), Value::Array(mut array)) => {
            let place = usize::try_from(*index).unwrap_or(usize::MAX);
            let Some(child) = array.take(place) else { return Err(conflict(step, &Value::Array(array))) };
            // The index was in bounds for `take`.
            let _ = array.set(place, put(rest, child, value)?);
            Ok(Value::Array(array))
        }
        (step, document) => Err(conflict(step, &document)),
    }
}

/// Wraps a value in objects, for steps whose members do not exist yet.
fn create(steps: &[Step], value: Value) -> Result<Value, EvalError> {
    steps.iter().rev().try_fold(value, |value, step| match step {
        Step::Name(name) => Ok(Value::Object(Object::from_distinct(vec![(name.clone(), value)]))),
        // UNRECORDED: `ResultPath` with an index into a value that does not exist.
        step => Err(conflict(step, &Value::Null)),
    })
}

/// Observed by users of AWS.
/// UNRECORDED: which part of the input a `States.ReferencePathConflict` prints.
#[cold]
fn conflict(step: &Step, input: &Value) -> EvalError {
    let printed;
    let step = match step {
        Step::Name(name) => name.as_str(),
        step => {
            printed = step.to_string();
            &printed
        }
    };
    let message = format!("Unable to apply step \"{step}\" to input {}", java::shown_json(input));
    EvalError::new(EvalErrorKind::ReferencePathConflict, message)
}

const NO_DOLLAR: &str = "Reference path didn't start with '$'";
/// The message for a root that the field cannot have.
pub(crate) const ROOT: &str = "'$' must be followed by '.' or '['";
const BRACKET: &str = "'[' must be followed by ' or '['";

fn parse(text: &str) -> Result<Path, ParseError> {
    let Some(rest) = text.strip_prefix('$') else {
        let help = "a reference path starts with `$`: `$.order.id`";
        return Err(ParseError::new(NO_DOLLAR, 0..text.len(), help));
    };
    // The first `.` or `[` ends the root, which is parsed as in any other path.
    let root_length = text.len() - rest.trim_start_matches(|char| !matches!(char, '.' | '[')).len();
    let root = text.get(..root_length).unwrap_or(text);
    if root.ends_with(|char| char <= ' ') {
        return Err(ParseError::new(ROOT, 1..root_length, "expected `.` or `[`"));
    }
    let root = Path::parse(root).map_err(|error| error.with_message(ROOT))?;
    let mut steps = Vec::new();
    let mut at = root_length;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (step, length) = step(rest).map_err(|error| error.shifted(at))?;
        steps.push(step);
        at += length;
        if steps.len() > MAX_STEPS {
            return Err(ParseError::new("too many steps", at..text.len(), "a path has at most 256 steps"));
        }
    }
    Ok(Path::new(text.into(), root.root().clone(), steps))
}

/// The first step of `text` and its length in bytes.
///
/// UNRECORDED: AWS's texts for all errors in reference paths but a bad `[`, and whether AWS accepts `..` and `*`.
fn step(text: &str) -> Result<(Step, usize), ParseError> {
    if let Some(rest) = text.strip_prefix('[') {
        return subscript(text, rest);
    }
    let Some(rest) = text.strip_prefix('.') else {
        return Err(ParseError::new("'.' or '[' expected", 0..first_length(text), "expected `.` or `[`"));
    };
    if rest.starts_with('[') {
        let (step, length) = step(rest).map_err(|error| error.shifted(1))?;
        return Ok((step, length + 1));
    }
    let name = rest.find(['.', '[', ' ']).and_then(|end| rest.get(..end)).unwrap_or(rest);
    let help = match name {
        "" if rest.starts_with('.') => "`..` may lead to more than one place",
        "" => "expected a name after `.`",
        "*" => "`*` may lead to more than one place",
        name => return Ok((Step::Name(name.into()), name.len() + 1)),
    };
    let end = 1 + name.len().max(first_length(rest));
    Err(ParseError::new("'.' must be followed by a name", 0..end, help))
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// `['name']` or `[0]`; `rest` is `text` after its `[`.
fn subscript(text: &str, rest: &str) -> Result<(Step, usize), ParseError> {
    let end = text.find(']').map_or(text.len(), |place| place + 1);
    if let Some(quoted) = rest.strip_prefix('\'') {
        let Some((name, after)) = quoted.split_once('\'') else {
            return Err(ParseError::new("''' is not closed", 0..end, "expected `']` after the name"));
        };
        return match after.starts_with(']') {
            true => Ok((Step::Name(Text::from(name)), name.len() + 4)),
            false => {
                Err(ParseError::new("''' must be followed by ']'", 0..end, "expected `]` after the name"))
            }
        };
    }
    let help = "expected a quoted name or an index: `['name']`, `[0]`";
    let Some((digits, _)) = rest.split_once(']') else {
        return Err(ParseError::new(BRACKET, 0..end, help));
    };
    let is_index = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse::<i32>() {
        Ok(index) if is_index => Ok((Step::Index(index), digits.len() + 2)),
        _ => Err(ParseError::new(BRACKET, 0..end, help)),
    }
}
