//! [`Filter`]: `[?(@.price > 8 && !@.sold)]`.

use asl_value::Value;

use super::criterion::{self, Criterion};
use super::effort::Effort;
use super::parse::{PathFault, trim};
use crate::error::PathError;

/// A filter in the order in which Jayway evaluates it: from right to left, `&&` before `||`.
///
/// Inner parentheses are accepted and ignored: `(a || b) && c` is `a || b && c`.
#[derive(Debug, Clone)]
pub(crate) struct Filter {
    alternatives: Box<[Box<[Criterion]>]>,
}

impl Filter {
    /// Whether the filter accepts `item` of `document`.
    pub(super) fn accepts(
        &self,
        item: &Value,
        document: &Value,
        effort: Effort<'_>,
    ) -> Result<bool, PathError> {
        for criteria in &self.alternatives {
            if all_hold(criteria, item, document, effort)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn all_hold(
    criteria: &[Criterion],
    item: &Value,
    document: &Value,
    effort: Effort<'_>,
) -> Result<bool, PathError> {
    for criterion in criteria {
        effort.visit()?;
        if !criterion.holds(item, document, effort)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Parses a token that has a `?` as its first significant character: `[?(…)]`.
pub(super) fn parse(token: &str) -> Result<Filter, PathFault> {
    let bounded = bounds(token)?;
    let inner = bounded.strip_prefix('[').and_then(|text| text.strip_suffix(']')).map(trim);
    let Some(inner) = inner else {
        return Err(PathFault::invalid(
            format!("Filter must start with '[' and end with ']'. {bounded}"),
            HELP,
        ));
    };
    let Some(expression) = inner.strip_prefix('?').map(trim) else {
        return Err(PathFault::invalid(
            format!("Filter must start with '[?' and end with ']'. {inner}"),
            HELP,
        ));
    };
    let Some(expression) = expression.strip_prefix('(').and_then(|text| text.strip_suffix(')')).map(trim)
    else {
        return Err(PathFault::invalid(
            format!("Filter must start with '[?(' and end with ')]'. {expression}"),
            HELP,
        ));
    };
    let mut alternatives = vec![Vec::new()];
    let mut wants_operand = true;
    for piece in pieces(expression).into_iter().rev() {
        match piece {
            "&&" | "||" if wants_operand => {
                return Err(PathFault::invalid(format!("Invalid operators {expression}"), OPERAND_HELP));
            }
            "&&" => wants_operand = true,
            "||" => {
                alternatives.push(Vec::new());
                wants_operand = true;
            }
            term => {
                let criterion = criterion::parse(cleaned(term)?)?;
                if let Some(last) = alternatives.last_mut() {
                    last.push(criterion);
                }
                wants_operand = false;
            }
        }
    }
    if wants_operand {
        return Err(PathFault::invalid(format!("Invalid operators {expression}"), OPERAND_HELP));
    }
    Ok(Filter { alternatives: alternatives.into_iter().map(Vec::into_boxed_slice).collect() })
}

const HELP: &str = "a filter is written `[?(…)]`: `[?(@.price > 8)]`";
const OPERAND_HELP: &str = "expected a condition on both sides of `&&` and `||`";

/// The part of a token from its `[` to the `]` that closes the filter. Brackets in quotes do not count.
fn bounds(token: &str) -> Result<&str, PathFault> {
    let question = token.find('?').unwrap_or_default();
    let start = token.get(..question).and_then(|head| head.rfind('[')).unwrap_or_default();
    let text = token.get(start..).unwrap_or_default();
    let (mut brackets, mut parentheses, mut quoted, mut previous) = (0i64, 0i64, false, ' ');
    for (place, current) in text.char_indices() {
        match current {
            '\'' if previous != '\\' => quoted = !quoted,
            '(' if !quoted => parentheses += 1,
            ')' if !quoted => parentheses -= 1,
            '[' if !quoted => brackets += 1,
            ']' if !quoted => {
                brackets -= 1;
                if parentheses == 0 {
                    return match brackets {
                        0 => Ok(text.get(..=place).unwrap_or_default()),
                        _ => Err(PathFault::invalid("Filter brackets are not balanced", HELP)),
                    };
                }
            }
            _ => {}
        }
        previous = current;
    }
    Err(PathFault::out_of_range(token, "expected `)]` at the end of the filter"))
}

/// Splits before and after each `&&` and `||`, also inside quotes.
fn pieces(expression: &str) -> Vec<&str> {
    let is_operator = |text: Option<&str>| matches!(text, Some("&&" | "||"));
    let mut pieces = Vec::new();
    let mut start = 0;
    for place in 1..expression.len() {
        let before = place.checked_sub(2).and_then(|from| expression.get(from..place));
        let after = expression.get(place..place + 2);
        if is_operator(before) || is_operator(after) {
            pieces.push(trim(expression.get(start..place).unwrap_or_default()));
            start = place;
        }
    }
    pieces.push(trim(expression.get(start..).unwrap_or_default()));
    pieces
}

/// A term without the brackets around it.
fn cleaned(term: &str) -> Result<&str, PathFault> {
    let opened = term.trim_start_matches(['[', '?', '(', ' ']);
    if opened.is_empty() {
        return Err(PathFault::out_of_range(term, OPERAND_HELP));
    }
    match opened.trim_end_matches([')', ' ']) {
        "" => Err(PathFault::thrown(
            "java.lang.StringIndexOutOfBoundsException: begin 0, end 0, length 0",
            OPERAND_HELP,
        )),
        term => Ok(term),
    }
}
