//! A path of JSONPath as an expression of JSONata.

use asl_value::Value;

use super::common::{Refused, expression as written};
use crate::expression::VariableUse;

/// What `$` is at a place; empty where it has no counterpart.
pub(super) struct Roots<'a> {
    pub(super) dollar: &'a str,
}

/// A path or a call as a text with an expression.
pub(super) fn query(text: &str, roots: &Roots<'_>) -> Result<Value, Refused> {
    Ok(written(&expression(text, roots)?))
}

/// A path or a call as an expression.
pub(super) fn expression(text: &str, roots: &Roots<'_>) -> Result<String, Refused> {
    let trimmed = text.trim();
    if trimmed == "States.UUID()" {
        return Ok("$uuid()".to_owned());
    }
    let counted = trimmed.strip_prefix("States.ArrayLength(").and_then(|rest| rest.strip_suffix(')'));
    if let Some(path) = counted.filter(|path| !path.contains('(')) {
        return Ok(format!("$count({})", expression(path, roots)?));
    }
    if let Some((name, _)) = trimmed.split_once('(').filter(|_| trimmed.starts_with("States.")) {
        return Err(format!("`{name}` has no exact counterpart"));
    }
    if let Some(rest) = trimmed.strip_prefix("$$") {
        return Ok(format!("$states.context{}", steps(trimmed, rest)?));
    }
    let rest = trimmed.strip_prefix('$').ok_or_else(|| format!("`{trimmed}` is not a path"))?;
    let length = VariableUse::name_length(rest);
    let (name, rest) = rest.split_at_checked(length).unwrap_or(("", rest));
    match (name, roots.dollar) {
        ("", "") => Err(format!("what `{trimmed}` refers to here has no counterpart")),
        ("", dollar) => Ok(format!("{dollar}{}", steps(trimmed, rest)?)),
        (name, _) => Ok(format!("${name}{}", steps(trimmed, rest)?)),
    }
}

/// `.a['b c'][0]` as `.a.`b c`[0]`.
fn steps(path: &str, written: &str) -> Result<String, Refused> {
    let refused = || format!("`{path}` is more than names and indices");
    let mut steps = String::new();
    let mut rest = written;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let length = after.find(['.', '[']).unwrap_or(after.len());
            let (name, tail) = after.split_at_checked(length).ok_or_else(refused)?;
            let is_name =
                !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
            steps.push_str(&step(name).filter(|_| is_name).ok_or_else(refused)?);
            rest = tail;
        } else if let Some(after) = rest.strip_prefix("['") {
            let (name, tail) = after.split_once("']").ok_or_else(refused)?;
            let is_name = !name.contains(['\'', '\\', ',']);
            steps.push_str(&step(name).filter(|_| is_name).ok_or_else(refused)?);
            rest = tail;
        } else {
            let (index, tail) =
                rest.strip_prefix('[').and_then(|after| after.split_once(']')).ok_or_else(refused)?;
            index.parse::<u32>().map_err(|_| refused())?;
            steps.push_str(&format!("[{index}]"));
            rest = tail;
        }
    }
    Ok(steps)
}

/// A name after a dot, in backquotes if it needs them.
fn step(name: &str) -> Option<String> {
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !["and", "or", "in", "true", "false", "null", "function"].contains(&name);
    if is_word {
        return Some(format!(".{name}"));
    }
    (!name.contains('`')).then(|| format!(".`{name}`"))
}
