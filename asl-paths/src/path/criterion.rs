//! [`Criterion`]: one term of a filter, `@.price > 8` or `!@.sold`.

use std::borrow::Cow;
use std::cmp::Ordering;

use asl_value::{Number, Text, Value};

use super::decimal::Decimal;
use super::effort::Effort;
use super::parse::{DocumentPath, PathFault, document_path_fault, trim};
use super::pattern::Pattern;
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
    Compares { left: Side, comparator: Comparator, right: Side },
    /// `@.a =~ /x.*/i`
    Matches { left: Side, right: Side },
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(super) enum Side {
    /// `@.a`
    Item(Path),
    /// `$.a`
    Document(Path),
    /// `'quoted'`, or any text that Jayway does not parse: `3`, `true`, `"a"`. With its number, if it is a plain integer.
    Text(Text, Option<Number>),
    /// `/x.*/i`
    Pattern(Pattern),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// The operators, in the order in which Jayway looks for them anywhere in the term. `=~` matches a pattern and has no
/// comparator.
const OPERATORS: [(&str, Option<Comparator>); 7] = [
    ("==", Some(Comparator::Equal)),
    (">=", Some(Comparator::GreaterOrEqual)),
    ("<=", Some(Comparator::LessOrEqual)),
    ("!=", Some(Comparator::NotEqual)),
    ("<", Some(Comparator::Less)),
    (">", Some(Comparator::Greater)),
    ("=~", None),
];

pub(super) fn parse(term: &str) -> Result<Criterion, PathFault> {
    let split = OPERATORS.iter().find_map(|(sign, comparator)| {
        let (left, right) = term.split_once(sign)?;
        Some((trim(left), *comparator, trim(right)))
    });
    let Some((left, comparator, right)) = split else {
        return match side(trim(term))? {
            (Side::Item(path) | Side::Document(path), wanted) => Ok(Criterion::Exists { path, wanted }),
            _ => Err(PathFault::thrown(
                "java.lang.UnsupportedOperationException: CriteriaType  can not be parsed",
                format!("expected `@` or an operator (`==`, `!=`, `<`, `<=`, `>`, `>=`, `=~`) in `{term}`"),
            )),
        };
    };
    let (left, _) = side(left)?;
    let (right, wanted) = side(right)?;
    if !wanted {
        let message = "Invalid negation! Can only be used for existence check e.g [?(!@.foo)]";
        return Err(PathFault::invalid(message, "`!` is for tests of presence: `[?(!@.name)]`"));
    }
    Ok(match comparator {
        Some(comparator) => Criterion::Compares { left, comparator, right },
        None => Criterion::Matches { left, right },
    })
}

/// Parses one side; `false` if it is negated.
fn side(text: &str) -> Result<(Side, bool), PathFault> {
    let (path, wanted) = match text.strip_prefix('!') {
        Some(path) if path.starts_with('@') => (path, false),
        _ => (text, true),
    };
    if path.starts_with(['$', '@']) {
        let DocumentPath { steps, from_document } = document_path_fault(path).map_err(PathFault::nested)?;
        if !steps.iter().all(Step::is_definite) {
            let message = format!("the predicate path: {path} is not definite");
            return Err(PathFault::invalid(message, format!("`{path}` in a filter must lead to one value")));
        }
        let path = Path::new(path.into(), Root::Input, steps);
        return Ok((if from_document { Side::Document(path) } else { Side::Item(path) }, wanted));
    }
    if let Some(rest) = text.strip_prefix('\'')
        && text.ends_with('\'')
    {
        return match rest.strip_suffix('\'') {
            Some(quoted) => Ok((Side::text(quoted), true)),
            None => Err(PathFault::thrown(
                "java.lang.StringIndexOutOfBoundsException: begin 1, end 0, length 1",
                "expected `'` at the end of the string",
            )),
        };
    }
    if text.starts_with('/') && (text.ends_with('/') || text.ends_with("/i")) {
        let pattern = Pattern::new(text).map_err(|none| PathFault::thrown(none.message, none.help))?;
        return Ok((Side::Pattern(pattern), true));
    }
    Ok((Side::text(text), true))
}

impl Criterion {
    pub(super) fn holds(
        &self,
        item: &Value,
        document: &Value,
        effort: Effort<'_>,
    ) -> Result<bool, PathError> {
        match self {
            // Like Jayway, this reads even a path from the root in the item.
            Criterion::Exists { path, wanted } => match read(path, item, effort) {
                Ok(value) => Ok(*wanted == is_there(path, &value)),
                Err(error) if error.is_not_found() => Ok(!wanted),
                Err(error) => Err(error),
            },
            Criterion::Compares { left, comparator, right } => {
                let Some(left) = found(left.resolve(item, document, effort))? else { return Ok(false) };
                let Some(right) = found(right.resolve(item, document, effort))? else { return Ok(false) };
                for text in [&left, &right].into_iter().filter_map(SideValue::as_str) {
                    effort.look_at(text)?;
                }
                compares(&left, *comparator, &right)
            }
            Criterion::Matches { left, right } => {
                let Some(left) = found(left.resolve(item, document, effort))? else { return Ok(false) };
                let Some(right) = found(right.resolve(item, document, effort))? else { return Ok(false) };
                match (left, right) {
                    (SideValue::Pattern(pattern), subject) | (subject, SideValue::Pattern(pattern)) => {
                        subject.is_match(pattern, effort)
                    }
                    _ => Err(PathError::new(PathErrorKind::Comparison, "=~ needs a pattern: /…/ or /…/i")),
                }
            }
        }
    }
}

/// Reads a path of a criterion. Each of its steps counts, since many items are read by it.
fn read<'v>(path: &Path, document: &'v Value, effort: Effort<'_>) -> Result<Cow<'v, Value>, PathError> {
    effort.visits(path.steps().len())?;
    path.find_within(document, effort)
}

/// Whether a path is present. One that ends in several names, `@['a','b']`, needs all of them.
fn is_there(path: &Path, value: &Value) -> bool {
    match (path.steps().last(), value) {
        (Some(Step::Names(names)), Value::Object(object)) => {
            names.iter().all(|name| object.contains_key(name))
        }
        _ => !value.is_null(),
    }
}

/// `None` for a missing value, which makes any comparison false.
fn found(resolved: Result<SideValue<'_>, PathError>) -> Result<Option<SideValue<'_>>, PathError> {
    match resolved {
        Ok(resolved) => Ok(Some(resolved)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The value of one side for an item.
enum SideValue<'a> {
    Value(Cow<'a, Value>),
    Text(&'a str, Option<&'a Number>),
    Pattern(&'a Pattern),
}

impl Side {
    fn text(text: &str) -> Side {
        Side::Text(text.into(), text.parse::<i64>().ok().map(Number::from))
    }

    fn resolve<'a>(
        &'a self,
        item: &'a Value,
        document: &'a Value,
        effort: Effort<'_>,
    ) -> Result<SideValue<'a>, PathError> {
        Ok(match self {
            Side::Item(path) => SideValue::Value(read(path, item, effort)?),
            Side::Document(path) => SideValue::Value(read(path, document, effort)?),
            Side::Text(text, number) => SideValue::Text(text, number.as_ref()),
            Side::Pattern(pattern) => SideValue::Pattern(pattern),
        })
    }
}

impl SideValue<'_> {
    fn value(&self) -> Option<&Value> {
        if let SideValue::Value(value) = self { Some(value) } else { None }
    }

    fn as_str(&self) -> Option<&str> {
        match self {
            SideValue::Value(value) => value.as_str(),
            SideValue::Text(text, _) => Some(text),
            SideValue::Pattern(_) => None,
        }
    }

    fn is_null(&self) -> bool {
        self.value().is_some_and(Value::is_null)
    }

    /// Whether it is `null` or the text `null`, which an unquoted `null` is to Jayway.
    fn is_nullish(&self) -> bool {
        self.is_null() || self.as_str() == Some("null")
    }

    fn is_match(&self, pattern: &Pattern, effort: Effort<'_>) -> Result<bool, PathError> {
        let matches = |text: &str| {
            effort.match_text(text, pattern.parts())?;
            Ok(pattern.is_match(text))
        };
        match self {
            SideValue::Text(text, _) => matches(text),
            SideValue::Pattern(text) => matches(text.source()),
            SideValue::Value(value) => match &**value {
                Value::Null => Ok(false),
                Value::String(text) => matches(text),
                other => {
                    effort.visits(other.encoded_len())?;
                    matches(&java::text(other))
                }
            },
        }
    }
}

fn compares(left: &SideValue<'_>, comparator: Comparator, right: &SideValue<'_>) -> Result<bool, PathError> {
    let is_ordering = !matches!(comparator, Comparator::Equal | Comparator::NotEqual);
    if is_ordering && left.is_null() != right.is_null() {
        return Ok(false);
    }
    let Some(ordering) = compare(right, left)? else { return Ok(false) };
    // `ordering` is that of the right side relative to the left one.
    Ok(match comparator {
        Comparator::Equal => ordering.is_eq(),
        Comparator::NotEqual => ordering.is_ne(),
        Comparator::Greater => ordering.is_lt(),
        Comparator::GreaterOrEqual => ordering.is_le(),
        Comparator::Less => ordering.is_gt(),
        Comparator::LessOrEqual => ordering.is_ge(),
    })
}

/// The order of the expected value (the right side) relative to the actual one; `None` if their types do not compare.
fn compare(expected: &SideValue<'_>, actual: &SideValue<'_>) -> Result<Option<Ordering>, PathError> {
    if let (SideValue::Text(_, Some(expected)), Some(Value::Number(actual))) = (expected, actual.value())
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
        (SideValue::Value(expected), Some(Value::Number(actual))) if expected.as_number().is_some() => {
            expected.as_number().map(|expected| compare_numbers(expected, actual))
        }
        (SideValue::Value(expected), Some(Value::Bool(actual))) if expected.as_bool().is_some() => {
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

/// Compares as decimals, so that the double nearest to 0.1 is 0.1.
fn compare_numbers(left: &Number, right: &Number) -> Ordering {
    if left.is_integer() == right.is_integer() {
        left.cmp(right)
    } else {
        Decimal::of(left).cmp(&Decimal::of(right))
    }
}
