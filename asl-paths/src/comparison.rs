//! The 39 comparison operators of choice rules, in one table.

use std::borrow::Cow;
use std::cmp::Ordering;

use asl_query::{Env, EvalError, SyntaxError};
use asl_value::{Number, Pointer, Text, Timestamp, Value};

use crate::glob::Glob;
use crate::path::TEXT_BYTES;
use crate::{Path, java};

/// A comparison operator: one entry of [`OPERATORS`].
pub(crate) struct Operator {
    pub(crate) name: &'static str,
    kind: Kind,
    /// Whether the operand is a path; then the name ends in `Path`.
    by_path: bool,
}

#[derive(Clone, Copy)]
enum Kind {
    String(Relation),
    Matches,
    Numeric(Relation),
    Boolean,
    Timestamp(Relation),
    Is(Type),
}

/// How two values must be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    Equals,
    LessThan,
    GreaterThan,
    LessThanEquals,
    GreaterThanEquals,
}

impl Relation {
    fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Relation::Equals => ordering.is_eq(),
            Relation::LessThan => ordering.is_lt(),
            Relation::GreaterThan => ordering.is_gt(),
            Relation::LessThanEquals => ordering.is_le(),
            Relation::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

/// What `IsNull`, `IsPresent`, … test for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Null,
    Present,
    Numeric,
    String,
    Boolean,
    Timestamp,
}

macro_rules! operators {
    ($($name:literal: $kind:expr),* $(,)?) => {
        [$(Operator { name: $name, kind: $kind, by_path: ends_in_path($name) }),*]
    };
}

const fn ends_in_path(name: &str) -> bool {
    matches!(name.as_bytes(), [.., b'P', b'a', b't', b'h'])
}

/// Spec: <https://states-language.net/#choice-state>
pub(crate) static OPERATORS: [Operator; 39] = {
    use Kind::{Boolean, Is, Matches, Numeric, String, Timestamp};
    use Relation::{Equals, GreaterThan, GreaterThanEquals, LessThan, LessThanEquals};
    operators! {
        "StringEquals": String(Equals),
        "StringEqualsPath": String(Equals),
        "StringLessThan": String(LessThan),
        "StringLessThanPath": String(LessThan),
        "StringGreaterThan": String(GreaterThan),
        "StringGreaterThanPath": String(GreaterThan),
        "StringLessThanEquals": String(LessThanEquals),
        "StringLessThanEqualsPath": String(LessThanEquals),
        "StringGreaterThanEquals": String(GreaterThanEquals),
        "StringGreaterThanEqualsPath": String(GreaterThanEquals),
        "StringMatches": Matches,
        "NumericEquals": Numeric(Equals),
        "NumericEqualsPath": Numeric(Equals),
        "NumericLessThan": Numeric(LessThan),
        "NumericLessThanPath": Numeric(LessThan),
        "NumericGreaterThan": Numeric(GreaterThan),
        "NumericGreaterThanPath": Numeric(GreaterThan),
        "NumericLessThanEquals": Numeric(LessThanEquals),
        "NumericLessThanEqualsPath": Numeric(LessThanEquals),
        "NumericGreaterThanEquals": Numeric(GreaterThanEquals),
        "NumericGreaterThanEqualsPath": Numeric(GreaterThanEquals),
        "BooleanEquals": Boolean,
        "BooleanEqualsPath": Boolean,
        "TimestampEquals": Timestamp(Equals),
        "TimestampEqualsPath": Timestamp(Equals),
        "TimestampLessThan": Timestamp(LessThan),
        "TimestampLessThanPath": Timestamp(LessThan),
        "TimestampGreaterThan": Timestamp(GreaterThan),
        "TimestampGreaterThanPath": Timestamp(GreaterThan),
        "TimestampLessThanEquals": Timestamp(LessThanEquals),
        "TimestampLessThanEqualsPath": Timestamp(LessThanEquals),
        "TimestampGreaterThanEquals": Timestamp(GreaterThanEquals),
        "TimestampGreaterThanEqualsPath": Timestamp(GreaterThanEquals),
        "IsNull": Is(Type::Null),
        "IsPresent": Is(Type::Present),
        "IsNumeric": Is(Type::Numeric),
        "IsString": Is(Type::String),
        "IsBoolean": Is(Type::Boolean),
        "IsTimestamp": Is(Type::Timestamp),
    }
};

/// An operator with its operand, ready to be applied to a variable.
#[derive(Debug)]
pub(crate) enum Test {
    String(Relation, Operand<Text>),
    Matches(Glob),
    Numeric(Relation, Operand<Number>),
    Boolean(Operand<bool>),
    Timestamp(Relation, Operand<Timestamp>),
    Is(Type, bool),
}

/// What a variable is compared with.
#[derive(Debug)]
pub(crate) enum Operand<T> {
    Literal(T),
    Path(Path),
}

/// Why an operand is refused when a machine is compiled.
pub(crate) enum Problem {
    Message(String),
    Path(Box<SyntaxError>),
}

impl Problem {
    pub(crate) fn at(self, pointer: Pointer) -> SyntaxError {
        match self {
            Problem::Message(message) => SyntaxError::new(pointer, message),
            Problem::Path(error) => *error,
        }
    }
}

/// Parses the path of an operand.
type ParsePath<'a> = &'a mut dyn FnMut(&str) -> Result<Path, SyntaxError>;

impl Operator {
    pub(crate) fn test(&self, operand: &Value, parse_path: ParsePath<'_>) -> Result<Test, Problem> {
        let number = |value: &Value| value.as_number().cloned();
        let text = |value: &Value| value.as_text().cloned();
        Ok(match self.kind {
            Kind::String(relation) => {
                Test::String(relation, self.operand(operand, parse_path, "a string", text)?)
            }
            Kind::Numeric(relation) => {
                Test::Numeric(relation, self.operand(operand, parse_path, "a number", number)?)
            }
            Kind::Boolean => Test::Boolean(self.operand(operand, parse_path, "a boolean", Value::as_bool)?),
            Kind::Timestamp(relation) => Test::Timestamp(relation, self.timestamp(operand, parse_path)?),
            Kind::Matches => match operand.as_str() {
                Some(pattern) => Test::Matches(Glob::new(pattern)),
                None => return Err(self.expected("a string", operand)),
            },
            Kind::Is(wanted) => match operand.as_bool() {
                Some(flag) => Test::Is(wanted, flag),
                None => return Err(self.expected("a boolean", operand)),
            },
        })
    }

    fn operand<T>(
        &self,
        operand: &Value,
        parse_path: ParsePath<'_>,
        expected: &str,
        literal: impl Fn(&Value) -> Option<T>,
    ) -> Result<Operand<T>, Problem> {
        match (self.by_path, operand.as_str()) {
            (true, Some(text)) => {
                parse_path(text).map(Operand::Path).map_err(|error| Problem::Path(Box::new(error)))
            }
            (true, None) => Err(self.expected("a path", operand)),
            (false, _) => {
                literal(operand).map(Operand::Literal).ok_or_else(|| self.expected(expected, operand))
            }
        }
    }

    fn timestamp(&self, operand: &Value, parse_path: ParsePath<'_>) -> Result<Operand<Timestamp>, Problem> {
        if !self.by_path && operand.as_str().is_some_and(|text| Timestamp::parse(text).is_none()) {
            return Err(Problem::Message("String does not match RFC3339 timestamp".to_owned()));
        }
        self.operand(operand, parse_path, "a timestamp", timestamp)
    }

    fn expected(&self, expected: &str, found: &Value) -> Problem {
        Problem::Message(format!("expected {expected} at `{}`, found {}", self.name, found.type_name()))
    }
}

fn timestamp(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(Timestamp::parse)
}

impl Test {
    /// The path of the operand; `None` if the variable is not compared with a path.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Test::String(_, operand) => operand.path(),
            Test::Numeric(_, operand) => operand.path(),
            Test::Boolean(operand) => operand.path(),
            Test::Timestamp(_, operand) => operand.path(),
            Test::Matches(_) | Test::Is(..) => None,
        }
    }

    /// Applies the test to a variable. A variable of another type than the operator's does not match.
    ///
    /// # Errors
    /// The variable or the path of the operand has no value, unless the operator is `IsPresent`.
    pub(crate) fn holds(&self, variable: &Path, env: &Env<'_>) -> Result<bool, EvalError> {
        env.spend(1)?;
        if let Test::Is(Type::Present, wanted) = self {
            return Ok(variable.read(env).is_ok() == *wanted);
        }
        let value = read(variable, env)?;
        if let Some(text) = value.as_str() {
            env.spend(text.len() as u64 / TEXT_BYTES)?;
        }
        match self {
            Test::String(relation, operand) => {
                let operand = operand.resolve(env, |value| value.as_text().cloned())?;
                let (Some(left), Some(right)) = (value.as_str(), operand) else { return Ok(false) };
                Ok(match relation {
                    Relation::Equals => *left == **right,
                    relation => relation.accepts(java::compare_text(left, &right)),
                })
            }
            Test::Matches(glob) => Ok(value.as_str().is_some_and(|text| glob.matches(text))),
            Test::Numeric(relation, operand) => {
                // Observed by users of AWS: an operand read by a path counts as 0 if it is not a number.
                let or_zero = |value: &Value| Some(value.as_number().cloned().unwrap_or(Number::from(0)));
                let operand = operand.resolve(env, or_zero)?;
                Ok(accepts(*relation, value.as_number(), operand.as_deref()))
            }
            Test::Boolean(operand) => {
                let operand = operand.resolve(env, Value::as_bool)?;
                Ok(accepts(Relation::Equals, value.as_bool(), operand.as_deref().copied()))
            }
            Test::Timestamp(relation, operand) => {
                let operand = operand.resolve(env, timestamp)?;
                Ok(accepts(*relation, timestamp(&value), operand.as_deref().copied()))
            }
            Test::Is(wanted, flag) => Ok(wanted.is_type_of(&value) == *flag),
        }
    }
}

fn accepts<T: Ord>(relation: Relation, left: Option<T>, right: Option<T>) -> bool {
    matches!((left, right), (Some(left), Some(right)) if relation.accepts(left.cmp(&right)))
}

impl Type {
    fn is_type_of(self, value: &Value) -> bool {
        match self {
            Type::Null => value.is_null(),
            Type::Present => true,
            Type::Numeric => value.as_number().is_some(),
            Type::String => value.as_str().is_some(),
            Type::Boolean => value.as_bool().is_some(),
            Type::Timestamp => timestamp(value).is_some(),
        }
    }
}

impl<T: Clone> Operand<T> {
    fn path(&self) -> Option<&Path> {
        if let Operand::Path(path) = self { Some(path) } else { None }
    }

    fn resolve(
        &self,
        env: &Env<'_>,
        convert: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<Cow<'_, T>>, EvalError> {
        match self {
            Operand::Literal(value) => Ok(Some(Cow::Borrowed(value))),
            Operand::Path(path) => Ok(convert(&*read(path, env)?).map(Cow::Owned)),
        }
    }
}

fn read<'e>(path: &Path, env: &Env<'e>) -> Result<Cow<'e, Value>, EvalError> {
    path.read(env).map_err(|error| error.end_of_work().unwrap_or_else(|| unread(path)))
}

#[cold]
fn unread(path: &Path) -> EvalError {
    EvalError::runtime(format!(
        "Invalid path '{path}': The choice state's condition path references an invalid value."
    ))
}
