//! [`Criterion`]: one term of a filter, `@.price > 8` or `!@.sold`.

use std::borrow::Cow;
use std::cmp::Ordering;

use asl_value::{Number, Text, Value};

use super::decimal::Decimal;
use super::parse::{DocumentPath, Fault, document_path_fault, trim};
use super::step::Step;
use super::{Path, Root};
use crate::error::{PathError, PathErrorKind};
use crate::java;

/// One term of a filter.
#[derive(Debug, Clone)]
pub(super) enum Criterion {
    /// `@.a`, or `!@.a` with `wanted` false. `null` counts as absent.
    Exists { path: Path, wanted: bool },
    /// `@.a >= 3`
    Compares { left: Operand, relation: Relation, right: Operand },
    /// `@.a =~ /x.*/i`
    Matches { left: Operand, right: Operand },
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// `@.a`
    Item(Path),
    /// `$.a`
    Document(Path),
    /// `'quoted'`, or anything Jayway does not understand: `3`, `true`, `"a"`. With its number, if it is a plain integer.
    Text(Text, Option<Number>),
    /// `/x.*/i`
    Pattern(Pattern),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Match,
}

/// In the order in which Jayway looks for them, anywhere in the term.
const RELATIONS: [(&str, Relation); 7] = [
    ("==", Relation::Equal),
    (">=", Relation::GreaterOrEqual),
    ("<=", Relation::LessOrEqual),
    ("!=", Relation::NotEqual),
    ("<", Relation::Less),
    (">", Relation::Greater),
    ("=~", Relation::Match),
];

pub(super) fn parse(term: &str) -> Result<Criterion, Fault> {
    let split = RELATIONS.iter().find_map(|(sign, relation)| {
        let (left, right) = term.split_once(sign)?;
        Some((trim(left), *relation, trim(right)))
    });
    let Some((left, relation, right)) = split else {
        return match operand(trim(term))? {
            (Operand::Item(path) | Operand::Document(path), wanted) => Ok(Criterion::Exists { path, wanted }),
            _ => Err(Fault::thrown(
                "java.lang.UnsupportedOperationException: CriteriaType  can not be parsed",
                format!("expected `@` or an operator (`==`, `!=`, `<`, `<=`, `>`, `>=`, `=~`) in `{term}`"),
            )),
        };
    };
    let (left, _) = operand(left)?;
    let (right, wanted) = operand(right)?;
    if !wanted {
        let message = "Invalid negation! Can only be used for existence check e.g [?(!@.foo)]";
        return Err(Fault::invalid(message, "`!` is for tests of presence: `[?(!@.name)]`"));
    }
    Ok(match relation {
        Relation::Match => Criterion::Matches { left, right },
        _ => Criterion::Compares { left, relation, right },
    })
}

/// An operand, and whether it is not negated.
fn operand(text: &str) -> Result<(Operand, bool), Fault> {
    let (path, wanted) = match text.strip_prefix('!') {
        Some(path) if path.starts_with('@') => (path, false),
        _ => (text, true),
    };
    if path.starts_with(['$', '@']) {
        let DocumentPath { steps, from_document } = document_path_fault(path).map_err(Fault::nested)?;
        if !steps.iter().all(Step::is_definite) {
            let message = format!("the predicate path: {path} is not definite");
            return Err(Fault::invalid(message, format!("`{path}` in a filter must lead to one value")));
        }
        let path = Path::new(path.into(), Root::Input, steps);
        return Ok((if from_document { Operand::Document(path) } else { Operand::Item(path) }, wanted));
    }
    if let Some(rest) = text.strip_prefix('\'')
        && text.ends_with('\'')
    {
        return match rest.strip_suffix('\'') {
            Some(quoted) => Ok((Operand::text(quoted), true)),
            None => Err(Fault::thrown(
                "java.lang.StringIndexOutOfBoundsException: begin 1, end 0, length 1",
                "expected `'` at the end of the string",
            )),
        };
    }
    if text.starts_with('/') && (text.ends_with('/') || text.ends_with("/i")) {
        return Ok((Operand::Pattern(Pattern::new(text)?), true));
    }
    Ok((Operand::text(text), true))
}

impl Criterion {
    pub(super) fn holds(&self, item: &Value, document: &Value) -> Result<bool, PathError> {
        match self {
            // A path from the root is read from the item here: so does Jayway.
            Criterion::Exists { path, wanted } => match path.find(item) {
                Ok(value) => Ok(*wanted == is_there(path, &value)),
                Err(error) if error.is_not_found() => Ok(!wanted),
                Err(error) => Err(error),
            },
            Criterion::Compares { left, relation, right } => {
                let Some(left) = found(left.resolve(item, document))? else { return Ok(false) };
                let Some(right) = found(right.resolve(item, document))? else { return Ok(false) };
                compares(&left, *relation, &right)
            }
            Criterion::Matches { left, right } => {
                let Some(left) = found(left.resolve(item, document))? else { return Ok(false) };
                let Some(right) = found(right.resolve(item, document))? else { return Ok(false) };
                match (left, right) {
                    (Resolved::Pattern(pattern), subject) | (subject, Resolved::Pattern(pattern)) => {
                        Ok(subject.is_match(pattern))
                    }
                    _ => Err(PathError::new(PathErrorKind::Comparison, "=~ needs a pattern: /…/ or /…/i")),
                }
            }
        }
    }
}

/// A test of presence wants each of several names: `@['a','b']`.
fn is_there(path: &Path, value: &Value) -> bool {
    match (path.steps().last(), value) {
        (Some(Step::Names(names)), Value::Object(object)) => {
            names.iter().all(|name| object.contains_key(name))
        }
        _ => !value.is_null(),
    }
}

/// What is not there makes a comparison false, whichever it is.
fn found(resolved: Result<Resolved<'_>, PathError>) -> Result<Option<Resolved<'_>>, PathError> {
    match resolved {
        Ok(resolved) => Ok(Some(resolved)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

enum Resolved<'a> {
    Value(Cow<'a, Value>),
    Text(&'a str, Option<&'a Number>),
    Pattern(&'a Pattern),
}

impl Operand {
    fn text(text: &str) -> Operand {
        Operand::Text(text.into(), text.parse::<i64>().ok().map(Number::from))
    }

    fn resolve<'a>(&'a self, item: &'a Value, document: &'a Value) -> Result<Resolved<'a>, PathError> {
        Ok(match self {
            Operand::Item(path) => Resolved::Value(path.find(item)?),
            Operand::Document(path) => Resolved::Value(path.find(document)?),
            Operand::Text(text, number) => Resolved::Text(text, number.as_ref()),
            Operand::Pattern(pattern) => Resolved::Pattern(pattern),
        })
    }
}

impl Resolved<'_> {
    fn value(&self) -> Option<&Value> {
        if let Resolved::Value(value) = self { Some(value) } else { None }
    }

    fn as_str(&self) -> Option<&str> {
        match self {
            Resolved::Value(value) => value.as_str(),
            Resolved::Text(text, _) => Some(text),
            Resolved::Pattern(_) => None,
        }
    }

    fn is_null(&self) -> bool {
        self.value().is_some_and(Value::is_null)
    }

    /// `null`, or the word: an unquoted `null` reaches Jayway as a string.
    fn is_nullish(&self) -> bool {
        self.is_null() || self.as_str() == Some("null")
    }

    fn is_match(&self, pattern: &Pattern) -> bool {
        match self {
            Resolved::Text(text, _) => pattern.is_match(text),
            Resolved::Pattern(text) => pattern.is_match(&text.source),
            Resolved::Value(value) => match &**value {
                Value::Null => false,
                Value::String(text) => pattern.is_match(text),
                other => pattern.is_match(&java::text(other)),
            },
        }
    }
}

fn compares(left: &Resolved<'_>, relation: Relation, right: &Resolved<'_>) -> Result<bool, PathError> {
    let is_ordering = !matches!(relation, Relation::Equal | Relation::NotEqual);
    if is_ordering && left.is_null() != right.is_null() {
        return Ok(false);
    }
    let Some(ordering) = compare(right, left)? else { return Ok(false) };
    // `ordering` is that of the right side to the left one.
    Ok(match relation {
        Relation::Equal => ordering.is_eq(),
        Relation::NotEqual => ordering.is_ne(),
        Relation::Greater => ordering.is_lt(),
        Relation::GreaterOrEqual => ordering.is_le(),
        Relation::Less => ordering.is_gt(),
        Relation::LessOrEqual => ordering.is_ge(),
        Relation::Match => false,
    })
}

/// The order of what is expected (the right side) to what is there; `None` for kinds that do not compare.
fn compare(expected: &Resolved<'_>, actual: &Resolved<'_>) -> Result<Option<Ordering>, PathError> {
    if let (Resolved::Text(_, Some(expected)), Some(Value::Number(actual))) = (expected, actual.value())
        && actual.is_integer()
    {
        return Ok(Some((*expected).cmp(actual)));
    }
    if let (Some(expected), Some(actual)) = (expected.value(), actual.value())
        && expected.same(actual)
    {
        return Ok(Some(Ordering::Equal));
    }
    match (expected.is_nullish(), actual.is_nullish()) {
        (true, true) => return Ok(Some(Ordering::Equal)),
        (true, false) => return Ok(Some(Ordering::Less)),
        (false, true) => return Ok(Some(Ordering::Greater)),
        (false, false) => {}
    }
    if let (Some(expected), Some(actual)) = (expected.as_str(), actual.as_str()) {
        let expected = match expected.contains('\'') {
            true => Cow::Owned(expected.replace("\\'", "'")),
            false => Cow::Borrowed(expected),
        };
        return Ok(Some(java::compare_text(&expected, actual)));
    }
    Ok(match (expected, actual.value()) {
        (Resolved::Value(expected), Some(Value::Number(actual))) if expected.as_number().is_some() => {
            expected.as_number().map(|expected| compare_numbers(expected, actual))
        }
        (Resolved::Value(expected), Some(Value::Bool(actual))) if expected.as_bool().is_some() => {
            expected.as_bool().map(|expected| expected.cmp(actual))
        }
        (expected, Some(Value::Number(actual))) => match expected.as_str() {
            Some(text) => Some(Decimal::parse(text)?.cmp(&Decimal::of(actual))),
            None => None,
        },
        (expected, Some(Value::Bool(actual))) => {
            expected.as_str().map(|text| text.eq_ignore_ascii_case("true").cmp(actual))
        }
        _ => None,
    })
}

/// As decimals: the double nearest to 0.1 is 0.1.
fn compare_numbers(left: &Number, right: &Number) -> Ordering {
    if left.is_integer() == right.is_integer() {
        left.cmp(right)
    } else {
        Decimal::of(left).cmp(&Decimal::of(right))
    }
}

/// A regular expression, matched against the whole text.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    source: Text,
    #[cfg(feature = "regex")]
    regex: regex_lite::Regex,
}

impl Pattern {
    /// `text` is `/…/` or `/…/i`.
    #[cfg(feature = "regex")]
    fn new(text: &str) -> Result<Pattern, Fault> {
        let (source, ignore_case) = match text.strip_suffix('i') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let Some(source) = source.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) else {
            let message = "java.lang.StringIndexOutOfBoundsException: begin 1, end 0, length 1";
            return Err(Fault::thrown(message, "expected a second `/`"));
        };
        let whole = format!(r"\A(?:{source})\z");
        match regex_lite::RegexBuilder::new(&whole).case_insensitive(ignore_case).build() {
            Ok(regex) => Ok(Pattern { source: source.into(), regex }),
            Err(error) => {
                let message = format!("java.util.regex.PatternSyntaxException: {error}");
                Err(Fault::thrown(message, format!("`{source}` is no regular expression: {error}")))
            }
        }
    }

    #[cfg(not(feature = "regex"))]
    fn new(_: &str) -> Result<Pattern, Fault> {
        Err(Fault::thrown(
            "patterns are not supported",
            "`=~` needs the feature `regex` of the crate asl-paths",
        ))
    }

    #[cfg(feature = "regex")]
    fn is_match(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    #[cfg(not(feature = "regex"))]
    fn is_match(&self, _: &str) -> bool {
        false
    }
}
