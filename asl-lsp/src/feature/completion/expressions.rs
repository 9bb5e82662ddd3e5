//! Parts of expressions: functions, variables, `$states`, paths into sample inputs.

use std::ops::Range;

use asl_paths::FUNCTIONS as INTRINSICS;
use asl_value::{Segment, Value};

use super::item::{CompletionItem, Insertion, ItemKind, escaped};
use crate::cursor::Cursor;
use crate::expression::jsonata::{JsonataWord, locals, tokens};
use crate::expression::{self, WrittenExpression};
use crate::reference::{context, functions};
use crate::samples::Sample;
use crate::syntax::Content;
use crate::variables::Variables;

/// What may be written in the expression at the cursor. `None` if there is no expression.
pub(super) fn expression(
    cursor: &Cursor,
    offset: usize,
    samples: &dyn Fn() -> Vec<Sample>,
) -> Option<Vec<CompletionItem>> {
    let tree = cursor.tree();
    let Some(Content::Text(scalar)) = tree.content(cursor.node) else { return None };
    match expression::of(tree, cursor.node, scalar, cursor.language())? {
        WrittenExpression::Jsonata(range) if range.start <= cursor.prefix.len() => {
            let before = cursor.prefix.get(range.start..)?;
            (range.end > cursor.prefix.len()).then(|| jsonata(cursor, before, offset, samples))
        }
        WrittenExpression::Jsonata(_) => None,
        WrittenExpression::Path(_) => Some(path(cursor, offset, samples)),
    }
}

fn jsonata(
    cursor: &Cursor,
    before: &str,
    offset: usize,
    samples: &dyn Fn() -> Vec<Sample>,
) -> Vec<CompletionItem> {
    let tokens = tokens(before);
    let written = |index: usize| {
        tokens.get(index).and_then(|token| before.get(token.range.clone())).unwrap_or_default()
    };
    let touches = |index: usize| tokens.get(index).is_some_and(|token| token.range.end == before.len());
    let kind = |index: usize| tokens.get(index).map(|token| token.kind);
    let last = tokens.len().checked_sub(1);
    // In a text or a regular expression that is not finished, nothing is proposed.
    if let Some(last) = last
        && touches(last)
        && kind(last) == Some(JsonataWord::Literal)
        && !written(last).starts_with(|c: char| c.is_ascii_digit())
    {
        return Vec::new();
    }
    let word = last.filter(|last| touches(*last) && kind(*last) != Some(JsonataWord::Sign));
    let mut at = word.unwrap_or(tokens.len());
    let range = offset - word.map_or(0, |word| written(word).len())..offset;
    // The names before the word: `$states.context.`
    let mut steps: Vec<&str> = Vec::new();
    while at >= 2 && written(at - 1) == "." {
        steps.push(written(at - 2));
        at -= 2;
    }
    steps.reverse();
    match steps.as_slice() {
        [] => names(cursor, before, &range),
        ["$states"] => states_fields(cursor, &range),
        ["$states", "context", "Execution", "Input", inside @ ..] | ["$states", "input", inside @ ..] => {
            sampled(samples(), inside, &range)
        }
        ["$states", "context", inside @ ..] => context_fields(inside, &range),
        _ => Vec::new(),
    }
}

fn word(label: impl Into<String>, kind: ItemKind, range: &Range<usize>) -> CompletionItem {
    let label = label.into();
    let snippet = escaped(&label);
    CompletionItem::new(label, kind, Insertion::Word { snippet, range: range.clone() })
}

/// `$states`, variables and functions.
fn names(cursor: &Cursor, before: &str, range: &Range<usize>) -> Vec<CompletionItem> {
    let mut items = vec![
        word("$states", ItemKind::Variable, range).about("Input, result, error and context of the state."),
    ];
    let tokens = tokens(before);
    let mut bound = locals(before, &tokens);
    bound.sort_unstable();
    bound.dedup();
    items.extend(
        bound
            .into_iter()
            .map(|name| word(format!("${name}"), ItemKind::Variable, range).detail("of this expression")),
    );
    items.extend(variables(cursor, range));
    items.extend(functions::FUNCTIONS.iter().map(|function| {
        let label = format!("${}", function.name);
        let inside = if function.arguments.is_empty() { "" } else { "$1" };
        let insertion = Insertion::Word { snippet: format!("\\{label}({inside})"), range: range.clone() };
        CompletionItem::new(label.clone(), ItemKind::Function, insertion)
            .detail(format!("{label}({})", function.arguments))
            .about(function.about)
    }));
    items
}

/// The variables that the state at the cursor can read.
fn variables(cursor: &Cursor, range: &Range<usize>) -> Vec<CompletionItem> {
    let definition = &cursor.definition;
    let variables = Variables::of(definition);
    let machine = definition.outline.machine_of(cursor.tree(), cursor.node);
    let visible = variables.visible(definition, machine);
    let item = |found: &crate::variables::Assignment| {
        let state = definition.outline.states.get(found.state).map_or("", |state| state.name.as_str());
        word(format!("${}", found.name), ItemKind::Variable, range).detail(format!("assigned in `{state}`"))
    };
    visible.into_iter().map(item).collect()
}

/// The fields of `$states` at this place.
fn states_fields(cursor: &Cursor, range: &Range<usize>) -> Vec<CompletionItem> {
    let keys: Vec<&str> = cursor
        .path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Key(name) => Some(name.as_str()),
            Segment::Index(_) => None,
        })
        .collect();
    let has_key = |name: &str| keys.iter().rev().take_while(|key| **key != "States").any(|key| *key == name);
    let works =
        cursor.state().is_some_and(|state| matches!(state.kind.as_str(), "Task" | "Parallel" | "Map"));
    let catches = has_key("Catch");
    let mut fields = vec![
        ("input", "The input of the state."),
        ("context", "The execution, the state machine and the state."),
    ];
    if works && !catches && (has_key("Output") || has_key("Assign")) {
        fields.push(("result", "The result of the work."));
    }
    if catches {
        fields.push(("errorOutput", "The error that was caught: `Error` and `Cause`."));
    }
    fields.into_iter().map(|(name, about)| word(name, ItemKind::Property, range).about(about)).collect()
}

fn context_fields(inside: &[&str], range: &Range<usize>) -> Vec<CompletionItem> {
    context::below(inside)
        .map(|(name, field)| word(name, ItemKind::Property, range).about(field.about))
        .collect()
}

/// The keys that sample inputs have at a place.
fn sampled(samples: Vec<Sample>, inside: &[&str], range: &Range<usize>) -> Vec<CompletionItem> {
    let mut items: Vec<CompletionItem> = Vec::new();
    for sample in samples {
        let at = inside.iter().try_fold(&sample.input, |value, step| match value {
            Value::Array(items) => items.first()?.get(step),
            other => other.get(step),
        });
        let members = match at {
            Some(Value::Array(list)) => list.first(),
            other => other,
        };
        let members = members.and_then(Value::as_object).into_iter().flat_map(|object| object.iter());
        for (name, value) in members {
            if !items.iter().any(|item| item.label == name.as_str()) {
                let item = word(name.to_string(), ItemKind::Property, range);
                items.push(item.detail(format!("{} in {}", value.type_name(), sample.name)));
            }
        }
    }
    items
}

/// A path, or a call of an intrinsic function.
fn path(cursor: &Cursor, offset: usize, samples: &dyn Fn() -> Vec<Sample>) -> Vec<CompletionItem> {
    let before = cursor.prefix.as_str();
    let is_quoted = before.matches('\'').count() % 2 == 1;
    if is_quoted && before.contains('(') {
        return Vec::new();
    }
    let start = before.rfind(['(', ',', ' ']).map_or(0, |at| at + 1);
    let written = before.get(start..).unwrap_or_default();
    let last = written.rfind('.').map_or(0, |dot| dot + 1);
    let step = |from: usize| offset - written.get(from..).map_or(0, str::len)..offset;
    let names = |rest: &'static str| -> Vec<&str> {
        let inner = written.strip_prefix(rest).unwrap_or_default();
        let inner = inner.rsplit_once('.').map_or("", |(before, _)| before);
        inner.split('.').filter(|name| !name.is_empty()).collect()
    };
    if let Some(rest) = written.strip_prefix("$$.") {
        let _ = rest;
        return match names("$$.").as_slice() {
            ["Execution", "Input", inside @ ..] => sampled(samples(), inside, &step(last)),
            inside => context_fields(inside, &step(last)),
        };
    }
    if written.starts_with("$.") {
        return sampled(samples(), &names("$."), &step(last));
    }
    let whole = step(0);
    let mut items = Vec::new();
    if written.is_empty() || written.starts_with('$') {
        items.push(word("$.", ItemKind::Property, &whole).about("The input of the state."));
        items.push(
            word("$$.", ItemKind::Property, &whole)
                .about("The context: the execution, the state machine and the state."),
        );
        items.extend(variables(cursor, &whole));
    }
    if allows_calls(cursor.field()) && !written.starts_with('$') {
        items.extend(INTRINSICS.iter().map(|function| {
            let inside = if function.arguments.is_empty() { "" } else { "$1" };
            let insertion =
                Insertion::Word { snippet: format!("{}({inside})", function.name), range: whole.clone() };
            CompletionItem::new(function.name, ItemKind::Function, insertion)
                .detail(format!("{}({})", function.name, function.arguments))
                .about(function.summary)
        }));
    }
    items
}

/// Whether a field of JSONPath may call intrinsic functions.
fn allows_calls(field: &str) -> bool {
    field.ends_with(".$") || matches!(field, "ErrorPath" | "CausePath")
}
