//! Functions and paths in expressions, and what they select in sample inputs.

use std::ops::Range;

use asl_jsonata::{Evaluated, StateExpression};
use asl_paths::{FUNCTIONS as INTRINSICS, Intrinsic, Path};
use asl_query::{Env, FixedHost, Scope};
use asl_value::Value;

use super::hover_text::HoverText;
use super::name;
use crate::document::{Definition, Document};
use crate::expression::WrittenExpression;
use crate::expression::jsonata::{JsonataToken, JsonataWord, tokens};
use crate::reference::{context, functions};
use crate::samples::{self, Sample};
use crate::syntax::{NodeId, Scalar};

/// How much of a value is shown, in characters.
const SHOWN: usize = 600;

/// How many sample inputs are tried.
const SAMPLES: usize = 3;

/// What is at an offset in an expression.
pub(super) fn of(
    document: &Document,
    definition: &Definition,
    node: NodeId,
    scalar: &Scalar,
    written: &WrittenExpression,
    offset: usize,
) -> Option<HoverText> {
    let at = scalar.offset(offset);
    let (markdown, range) = match written {
        WrittenExpression::Jsonata(range) => {
            let text = scalar.value.get(range.clone())?;
            let (markdown, part) =
                jsonata(document, definition, node, text, at.checked_sub(range.start)?, offset)?;
            (markdown, range.start + part.start..range.start + part.end)
        }
        WrittenExpression::Path(_) => path(document, definition, node, &scalar.value, at, offset)?,
    };
    Some(HoverText { markdown, range: scalar.written_range(range) })
}

fn jsonata(
    document: &Document,
    definition: &Definition,
    node: NodeId,
    text: &str,
    at: usize,
    offset: usize,
) -> Option<(String, Range<usize>)> {
    let tokens = tokens(text);
    let index = tokens
        .iter()
        .position(|token| token.range.start <= at && at < token.range.end)
        .or_else(|| tokens.iter().position(|token| token.range.end == at))?;
    let written = |token: &JsonataToken| text.get(token.range.clone()).unwrap_or_default();
    let token = tokens.get(index)?;
    let word = written(token);
    // The path that ends with this word: `$states.input.order`.
    let mut first = index;
    while first >= 2 && tokens.get(first - 1).is_some_and(|dot| written(dot) == ".") {
        first -= 2;
    }
    let chain = text.get(tokens.get(first)?.range.start..token.range.end)?;
    if let Some(rest) = chain.strip_prefix("$states") {
        let about = match rest.strip_prefix('.').unwrap_or_default() {
            "" => "Input, result, error and context of the state.".to_owned(),
            "input" => "The input of the state.".to_owned(),
            "result" => "The result of the work.".to_owned(),
            "errorOutput" => "The error that was caught: `Error` and `Cause`.".to_owned(),
            "context" => "The execution, the state machine and the state.".to_owned(),
            field => field.strip_prefix("context.").and_then(context::about).unwrap_or_default().to_owned(),
        };
        let range = tokens.get(first)?.range.start..token.range.end;
        let about = if about.is_empty() { about } else { format!("\n\n{about}") };
        let is_given = rest.starts_with(".input") || rest.starts_with(".context.Execution.Input");
        let selected = match is_given {
            true => selected(document, definition, node, |sample| evaluated(chain, sample)),
            false => String::new(),
        };
        return Some((format!("**`{chain}`**{about}{selected}"), range));
    }
    let called =
        word.strip_prefix('$').filter(|_| token.kind == JsonataWord::Variable).and_then(functions::named);
    let is_call = tokens.get(index + 1).is_some_and(|next| written(next) == "(");
    if let Some(function) = called.filter(|_| is_call) {
        return Some((
            format!("**`{word}({})`**\n\n{}", function.arguments, function.about),
            token.range.clone(),
        ));
    }
    let markdown = name::of_target(document, offset)?;
    Some((markdown, token.range.clone()))
}

fn evaluated(text: &str, input: &Value) -> Option<Value> {
    let expression = StateExpression::parse(text).ok()?;
    let scope = Scope::default();
    let context = asl_value::json!({"Execution": {"Input": (input.clone())}});
    let env = Env::new(input, &scope, &FixedHost).with_context(&context);
    match expression.eval(&env).ok()? {
        Evaluated::Value(value) => Some(value),
        _ => None,
    }
}

fn path(
    document: &Document,
    definition: &Definition,
    node: NodeId,
    text: &str,
    at: usize,
    offset: usize,
) -> Option<(String, Range<usize>)> {
    let is_part = |c: char| !matches!(c, '(' | ')' | ',' | ' ' | '\'');
    let before = text.get(..at)?;
    let start =
        before.char_indices().rev().take_while(|(_, c)| is_part(*c)).last().map_or(at, |(start, _)| start);
    let end = at + text.get(at..)?.find(|c| !is_part(c)).unwrap_or(text.len() - at);
    let word = text.get(start..end)?;
    if let Some(function) = INTRINSICS.iter().find(|function| function.name == word) {
        let markdown = format!("**`{}({})`**\n\n{}", function.name, function.arguments, function.summary);
        // The whole field is one call: its result can be shown.
        let selected = selected(document, definition, node, |sample| called(text, sample));
        return Some((format!("{markdown}{selected}"), start..end));
    }
    if let Some(field) = word.strip_prefix("$$.") {
        let about = context::about(field)?;
        return Some((format!("**`{word}`**\n\n{about}"), start..end));
    }
    if let Some(markdown) = name::of_target(document, offset) {
        return Some((markdown, start..end));
    }
    if !word.starts_with('$') {
        return None;
    }
    let selected = selected(document, definition, node, |sample| {
        Path::parse(word).ok()?.select(sample).ok().map(std::borrow::Cow::into_owned)
    });
    Some((format!("**`{word}`**\n\nA path in the input of the state.{selected}"), start..end))
}

fn called(text: &str, input: &Value) -> Option<Value> {
    let scope = Scope::default();
    Intrinsic::parse(text).ok()?.eval(&Env::new(input, &scope, &FixedHost)).ok()
}

/// What an expression selects in the sample inputs of the definition.
fn selected(
    document: &Document,
    definition: &Definition,
    node: NodeId,
    select: impl Fn(&Value) -> Option<Value>,
) -> String {
    let Some(path) = &document.path else { return String::new() };
    let tree = &definition.tree;
    let state =
        definition.outline.state_of(tree, node).and_then(|index| definition.outline.states.get(index));
    let start = tree.text_of(definition.root, "StartAt");
    let is_first = state.is_some_and(|state| state.machine == 0 && Some(state.name.as_str()) == start);
    let mut text = String::new();
    for Sample { name, input } in samples::of(path).into_iter().take(SAMPLES) {
        // Only the first state gets the input of the execution.
        let given =
            if is_first { format!("With {name}") } else { format!("If its input were that of {name}") };
        match select(&input) {
            Some(value) => {
                let shown: String = value.to_json_pretty().chars().take(SHOWN).collect();
                text.push_str(&format!("\n\n{given}:\n```json\n{shown}\n```"));
            }
            None => text.push_str(&format!("\n\n{given}: no value.")),
        }
    }
    text
}
