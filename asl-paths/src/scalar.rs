//! Fields that hold one path: `SecondsPath`, `ItemsPath`, `MaxConcurrencyPath`, `ErrorPath`, …

use std::sync::Arc;

use asl_query::{Env, EvalError, Expected, Expr, QueryField, SyntaxError};
use asl_value::{Text, Timestamp, Value};

use crate::reference::ROOT;
use crate::template::{self, invalid_path};
use crate::{ParseError, Path, PathError, ReferencePath, Root, java};

/// Compiles the text of a field. How AWS evaluates it and words its errors depends on the name of the field.
pub(crate) fn compile(text: &str, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, SyntaxError> {
    let name = Text::from(field.name);
    let expected = field.expected;
    match field.name {
        "InputPath" | "OutputPath" => match Path::parse(text) {
            Ok(path) => Ok(Arc::new(Scalar { path, name, expected, style: Style::InvalidPath })),
            Err(error) => Err(error.in_field(field.pointer.clone(), format!("Invalid path '{text}'"))),
        },
        "ErrorPath" | "CausePath" => match template::expression(text, &name) {
            Ok(expression) => Ok(Arc::new(StringField { expression, name, expected })),
            Err(error) => {
                let message = format!(
                    "The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call"
                );
                Err(error.in_field(field.pointer.clone(), message))
            }
        },
        "ItemsPath" => Ok(Arc::new(Items { path: reference(text, field)?, expected })),
        _ => {
            let path = reference(text, field)?.path().clone();
            let style = match field.name {
                "SecondsPath" | "TimestampPath" => Style::Parameter,
                "TimeoutSecondsPath" | "HeartbeatSecondsPath" => Style::InvalidPath,
                // Observed: the numbers of a Map cannot come from the context object.
                _ if *path.root() == Root::Context => {
                    let help = "the context object cannot be used here: `$.name`";
                    return Err(
                        ParseError::new(ROOT, 0..text.len(), help).in_reference(field.pointer.clone())
                    );
                }
                _ => Style::Field,
            };
            Ok(Arc::new(Scalar { path, name, expected, style }))
        }
    }
}

fn reference(text: &str, field: &QueryField<'_>) -> Result<ReferencePath, SyntaxError> {
    ReferencePath::parse(text).map_err(|error| error.in_reference(field.pointer.clone()))
}

/// The families of AWS's texts.
#[derive(Debug, Clone, Copy)]
enum Style {
    /// `The SecondsPath parameter references a negative value: $.x == -1`
    Parameter,
    /// `The MaxConcurrencyPath field refers to value "x" which is not a valid integer: $.x`
    Field,
    /// `Invalid path '$.x' : No results for path: $['x']`. UNRECORDED: the text for a value of the wrong type, which is that
    /// of a parameter here.
    InvalidPath,
}

/// A field that must be a number or a time.
#[derive(Debug)]
struct Scalar {
    path: Path,
    name: Text,
    expected: Expected,
    style: Style,
}

impl Expr for Scalar {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        let value = match self.path.read(env) {
            Ok(value) => value.into_owned(),
            Err(error) => return Err(error.end_of_work().unwrap_or_else(|| self.unread(&error))),
        };
        match self.complaint(&value) {
            None => Ok(self.number_in_text(&value).unwrap_or(value)),
            Some(message) => Err(EvalError::runtime(message)),
        }
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.path.variables(report);
    }
}

impl Scalar {
    #[cold]
    fn unread(&self, error: &PathError) -> EvalError {
        let Scalar { path, name, style, .. } = self;
        match style {
            Style::Parameter => {
                EvalError::runtime(format!("The {name} parameter does not reference an input value: {path}"))
            }
            // UNRECORDED: the text for a field of a Map whose path has no value.
            Style::Field | Style::InvalidPath => invalid_path(path, error),
        }
    }

    /// Recorded: the numbers of a Map may be strings, `"1"`, which AWS parses as Java does.
    ///
    /// UNRECORDED: whether `SecondsPath` and the timeouts accept strings; here they do not.
    fn number_in_text(&self, value: &Value) -> Option<Value> {
        let (Style::Field, Some(text)) = (self.style, value.as_str()) else { return None };
        match self.expected {
            Expected::Integer { .. } => text.parse::<i64>().ok().map(Value::from),
            Expected::Number { .. } => {
                text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from)
            }
            _ => None,
        }
    }

    /// What is wrong with the value, if anything is.
    fn complaint(&self, value: &Value) -> Option<String> {
        if let Some(number) = self.number_in_text(value) {
            return self.complaint(&number);
        }
        match self.expected {
            Expected::Any => None,
            Expected::Integer { min } => match value.as_i64() {
                None => Some(self.not_a("long", "integer", value)),
                Some(int) if int < min => self.below(min, value),
                Some(_) => None,
            },
            Expected::Number { min, max } => match value.as_f64() {
                None => Some(self.not_a("double", "float", value)),
                Some(float) if (min..=max).contains(&float) => None,
                Some(_) => Some(format!("{} must be between {min} and {max}.", self.plain_name())),
            },
            Expected::Timestamp => match value.as_str().and_then(Timestamp::parse) {
                Some(_) => None,
                None => Some(self.parameter(
                    "does not reference a valid ISO-8601 extended offset date-time format string",
                    value,
                )),
            },
            Expected::Array | Expected::Collection => {
                (!is_iterable(self.expected, value)).then(|| self.not_of("an array", value))
            }
            Expected::Boolean => value.as_bool().is_none().then(|| self.not_of("a boolean", value)),
            Expected::String => value.as_str().is_none().then(|| self.not_of("a string", value)),
        }
    }

    fn not_a(&self, java_type: &str, kind: &str, value: &Value) -> String {
        match self.style {
            Style::Parameter | Style::InvalidPath => {
                self.parameter(&format!("cannot be parsed as a {java_type} value"), value)
            }
            Style::Field => {
                let Scalar { path, name, .. } = self;
                format!(
                    "The {name} field refers to value \"{}\" which is not a valid {kind}: {path}",
                    plain(value)
                )
            }
        }
    }

    /// `min` is 0 or 1 in all fields of ASL.
    ///
    /// DEVIATION: an execution whose `MaxConcurrencyPath` refers to a negative number fails. On AWS it was recorded to
    /// continue without any event after its first.
    fn below(&self, min: i64, value: &Value) -> Option<String> {
        match (self.style, &*self.name) {
            // The reader of the items reports it, with an error name of its own.
            (Style::Field, "MaxItemsPath") => None,
            (Style::Field, _) if min <= 0 => Some(format!("{} cannot be negative.", self.plain_name())),
            // UNRECORDED: the text for a `TimeoutSecondsPath` or `HeartbeatSecondsPath` whose value is not positive.
            (Style::Field, _) => Some(format!("{} must be positive.", self.plain_name())),
            (_, _) if min <= 0 => Some(self.parameter("references a negative value", value)),
            (_, _) => Some(self.parameter("references a value that is not positive", value)),
        }
    }

    /// UNRECORDED: the texts for types that no field has on AWS.
    fn not_of(&self, kind: &str, value: &Value) -> String {
        self.parameter(&format!("does not reference {kind}"), value)
    }

    fn parameter(&self, rule: &str, value: &Value) -> String {
        format!("The {} parameter {rule}: {} == {}", self.name, self.path, plain(value))
    }

    /// `ToleratedFailureCountPath` → `ToleratedFailureCount`
    fn plain_name(&self) -> &str {
        self.name.strip_suffix("Path").unwrap_or(&self.name)
    }
}

/// A string without its quotes; any other value as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| java::shown_json(value), str::to_owned)
}

/// `ErrorPath`, `CausePath`: a path or a call.
#[derive(Debug)]
struct StringField {
    expression: Arc<dyn Expr>,
    name: Text,
    expected: Expected,
}

impl Expr for StringField {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        let value = self.expression.eval(env)?;
        if self.expected != Expected::String || value.as_str().is_some() {
            return Ok(value);
        }
        // UNRECORDED: AWS's text for an `ErrorPath` or `CausePath` whose value is not a string.
        let message =
            format!("The {} field must be a string but was: {}", self.name, java::shown_json(&value));
        Err(EvalError::runtime(message))
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.expression.variables(report);
    }
}

/// Whether a Map can iterate over the value, if the field is for items.
fn is_iterable(expected: Expected, value: &Value) -> bool {
    match expected {
        Expected::Array => matches!(value, Value::Array(_)),
        Expected::Collection => matches!(value, Value::Array(_) | Value::Object(_)),
        _ => true,
    }
}

/// `ItemsPath`, which AWS reads with the code that it has for `ResultPath`.
#[derive(Debug)]
struct Items {
    path: ReferencePath,
    expected: Expected,
}

impl Expr for Items {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        let path = self.path.path();
        let Some(document) = path.document(env) else {
            return Err(EvalError::runtime(format!(
                "Invalid path '{path}' : The variable of {path} has no value"
            )));
        };
        let items = self.path.get(document)?;
        if !is_iterable(self.expected, items) {
            return Err(EvalError::runtime(format!(
                "Reference path \"{}\" must point to array.",
                self.shown()
            )));
        }
        Ok(items.clone())
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.path.path().variables(report);
    }
}

impl Items {
    /// The path as AWS prints it: one into the context object has only one `$`.
    fn shown(&self) -> &str {
        let text = self.path.path().as_str();
        match self.path.path().root() {
            Root::Context => text.get(1..).unwrap_or(text),
            _ => text,
        }
    }
}
