//! An expression of a state as a variable, which a Pass state before it assigns.
//!
//! The same outcome, tasks and times for every input. The expression must be evaluated by each visit of the state before its work,
//! be the whole text of a field, and depend only on what a state before it has, too: the input and variables. So it has the same value,
//! or both fail; in JSONPath with another error. That error must not be one that the state catches or retries. The new variable must be
//! new in the whole definition, and it stays assigned. A value over 256 KiB does not fit into a variable.

use std::ops::Range;

use asl_model::QueryLanguage;
use asl_value::{Object, Segment, Text, Value};

use super::extraction::{Extraction, Refused};
use super::layout::{Piece, Place, member};
use super::region::new_name;
use crate::document::{Definition, Document};
use crate::edit::{DocumentEdit, renamed_text, state_name};
use crate::expression::{self, WrittenExpression, jsonata, jsonata::JsonataWord};
use crate::outline::StateOutline;
use crate::syntax::{NodeId, Scalar};
use crate::variables::Variables;

/// The expression that contains a selection, and the edits.
pub(super) fn extracted(
    document: &Document,
    range: &Range<usize>,
) -> Option<(String, Result<Extraction, Refused>)> {
    let definition = document.definition_at(range.start)?;
    let tree = &definition.tree;
    let holds = |node: &NodeId| {
        let span = tree.span(*node);
        span.start <= range.start && range.end <= span.end
    };
    let (index, node, written) = expression::all(definition).into_iter().find(|(_, node, _)| holds(node))?;
    let state = definition.outline.states.get(index)?;
    let scalar = tree.scalar(node)?;
    let what = match &written {
        WrittenExpression::Jsonata(part) | WrittenExpression::Path(part) => {
            scalar.value.get(part.clone())?.trim()
        }
    };
    let shown: String = match what.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", what.get(..end).unwrap_or_default()),
        None => what.to_owned(),
    };
    Some((shown, variable(document, definition, state, node, scalar)))
}

fn variable(
    document: &Document,
    definition: &Definition,
    state: &StateOutline,
    node: NodeId,
    scalar: &Scalar,
) -> Result<Extraction, Refused> {
    if !document.is_exact() {
        return Err("the text has errors, or forms of YAML such as aliases that edits do not know".to_owned());
    }
    let body = state.node.ok_or("the state has no fields")?;
    let path = definition.tree.path(body, node).ok_or("the expression is not in the state")?;
    check_place(definition, state, &path)?;
    check_text(state.language, &scalar.value)?;
    check_errors(definition, body)?;
    let field = path.iter().rev().find_map(|segment| match segment {
        Segment::Key(name) => Some(name.as_str().trim_end_matches(".$")),
        Segment::Index(_) => None,
    });
    let name = new_variable(definition, field.unwrap_or_default());
    let reading = match state.language {
        QueryLanguage::JsonPath => format!("${name}"),
        QueryLanguage::JsonAta => format!("{{% ${name} %}}"),
    };
    let same = same_texts(definition, state, body, &scalar.value);
    let mut edits: Vec<DocumentEdit> =
        same.into_iter().filter_map(|node| renamed_text(document, definition, node, &reading)).collect();
    let pass = new_name(definition, &state.name, &name);
    let key = match state.language {
        QueryLanguage::JsonPath => format!("{name}.$"),
        QueryLanguage::JsonAta => name,
    };
    let mut fields = vec![("Type", Piece::Value(Value::from("Pass")))];
    if let Some(language) = definition.tree.text_of(body, "QueryLanguage") {
        fields.push(("QueryLanguage", Piece::Value(Value::from(language))));
    }
    let assign: Object = [(Text::from(key), Value::from(scalar.value.as_str()))].into_iter().collect();
    fields.push(("Assign", Piece::Value(Value::Object(assign))));
    fields.push(("Next", Piece::Value(Value::from(state.name.as_str()))));
    let at = state.key_span.start;
    let place = Place::of_state(document, definition, state.machine, at);
    let text = format!("{}{}", member(&pass, &Piece::Object(fields), place), place.separator());
    edits.push(DocumentEdit { range: at..at, text });
    let edges = definition.outline.transitions.iter();
    for edge in edges.filter(|edge| edge.machine == state.machine && edge.target == state.name) {
        if let Some(scalar) = definition.tree.scalar(edge.node) {
            edits.push(state_name(document, &scalar.inner, &pass));
        }
    }
    Ok(Extraction { edits, created: None })
}

/// Whether each visit of a state evaluates a field, before its work.
fn check_place(definition: &Definition, state: &StateOutline, path: &[Segment]) -> Result<(), Refused> {
    let body = state.node.ok_or("the state has no fields")?;
    let first = match path.first() {
        Some(Segment::Key(name)) => name.as_str(),
        _ => "",
    };
    let is_first = match (state.language, state.kind.as_str()) {
        (QueryLanguage::JsonPath, "Task" | "Parallel" | "Pass") => first == "Parameters",
        (QueryLanguage::JsonPath, _) => false,
        (_, "Task") => matches!(first, "Arguments" | "TimeoutSeconds" | "HeartbeatSeconds"),
        (_, "Parallel") => first == "Arguments",
        (_, "Map") => first == "Items",
        (_, "Pass") => matches!(first, "Output" | "Assign"),
        (_, "Wait") => matches!(first, "Seconds" | "Timestamp"),
        (_, "Succeed") => first == "Output",
        (_, "Fail") => matches!(first, "Error" | "Cause"),
        (_, "Choice") => {
            matches!(path, [_, Segment::Index(0), Segment::Key(field)] if first == "Choices" && field.as_str() == "Condition")
        }
        _ => false,
    };
    if !is_first {
        return Err(format!("`{}` does not always evaluate it, or not before its work", state.name));
    }
    if definition.tree.member(body, "InputPath").is_some() {
        return Err(format!("`InputPath` of `{}` makes another `$` of the input", state.name));
    }
    Ok(())
}

/// Whether an expression has the same value in a state before.
fn check_text(language: QueryLanguage, text: &str) -> Result<(), Refused> {
    let changing = |name: &str| Err(format!("`{name}` has another value each time, or in each state"));
    if language == QueryLanguage::JsonPath {
        if let Some(name) = ["States.UUID", "States.MathRandom"].into_iter().find(|name| text.contains(name))
        {
            return changing(name);
        }
        let same = [".Execution", ".StateMachine", ".Map"];
        let is_same = text.split("$$").skip(1).all(|rest| same.iter().any(|part| rest.starts_with(part)));
        return if is_same { Ok(()) } else { changing("$$") };
    }
    let tokens = jsonata::tokens(text);
    let word =
        |index: usize| tokens.get(index).and_then(|token| text.get(token.range.clone())).unwrap_or_default();
    for (index, token) in tokens.iter().enumerate() {
        match word(index) {
            "$random" | "$uuid" | "$now" | "$millis" | "$eval" => return changing(word(index)),
            "$states" if token.kind == JsonataWord::Variable => {
                let path = [1, 2, 3, 4].map(|next| word(index + next));
                let is_same = match path {
                    [".", "input", ..] => true,
                    [".", "context", ".", part] => matches!(part, "Execution" | "StateMachine" | "Map"),
                    _ => false,
                };
                if !is_same {
                    return changing("$states");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a state lets the error of an expression pass.
fn check_errors(definition: &Definition, body: NodeId) -> Result<(), Refused> {
    let tree = &definition.tree;
    for list in ["Retry", "Catch"] {
        let items = tree.get(body, list).map(|list| tree.items(list)).unwrap_or_default();
        let names = items
            .iter()
            .filter_map(|item| tree.get(*item, "ErrorEquals"))
            .flat_map(|names| tree.items(names));
        let reserved = names.filter_map(|name| tree.text(*name)).find(|name| {
            name.starts_with("States.") && !matches!(*name, "States.Timeout" | "States.HeartbeatTimeout")
        });
        if let Some(name) = reserved {
            return Err(format!(
                "`{list}` takes `{name}`, also if the expression fails, but that of a state before does not"
            ));
        }
    }
    Ok(())
}

/// The fields of a state that have a text, where it has the same value.
fn same_texts(definition: &Definition, state: &StateOutline, body: NodeId, text: &str) -> Vec<NodeId> {
    let tree = &definition.tree;
    let fields: &[&str] = match state.language {
        QueryLanguage::JsonPath => &["Parameters"],
        QueryLanguage::JsonAta => &[
            "Arguments",
            "TimeoutSeconds",
            "HeartbeatSeconds",
            "Items",
            "Output",
            "Assign",
            "Seconds",
            "Timestamp",
            "Error",
            "Cause",
            "Choices",
            "Catch",
        ],
    };
    let all = expression::all(definition).into_iter().filter(|(index, ..)| {
        definition.outline.states.get(*index).is_some_and(|other| other.node == Some(body))
    });
    let same = all.map(|(_, node, _)| node).filter(|node| {
        let first = tree.path(body, *node).and_then(|path| path.into_iter().next());
        tree.text(*node) == Some(text)
            && matches!(first, Some(Segment::Key(name)) if fields.contains(&name.as_str()))
    });
    same.collect()
}

/// A name that no variable of the definition has, like that of a field.
fn new_variable(definition: &Definition, field: &str) -> String {
    let mut words: String =
        field.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(60).collect();
    if !words.starts_with(|c: char| c.is_ascii_alphabetic()) {
        words = "value".to_owned();
    }
    let first = words.get(..1).unwrap_or_default().to_ascii_lowercase();
    let start = format!("{first}{}", words.get(1..).unwrap_or_default());
    let variables = Variables::of(definition);
    let taken = |name: &str| {
        name == "states"
            || crate::reference::functions::named(name).is_some()
            || variables.assignments.iter().any(|found| found.name == name)
            || variables.uses.iter().any(|found| found.name == name)
            || expression::all(definition)
                .iter()
                .any(|(_, node, written)| binds(definition, *node, written, name))
    };
    let numbered =
        (1_usize..).map(|number| if number == 1 { start.clone() } else { format!("{start}{number}") });
    numbered.take(10_000).find(|name| !taken(name)).unwrap_or(start)
}

/// Whether an expression has a local variable of this name.
fn binds(definition: &Definition, node: NodeId, written: &WrittenExpression, name: &str) -> bool {
    let (Some(text), WrittenExpression::Jsonata(part)) = (definition.tree.text(node), written) else {
        return false;
    };
    let text = text.get(part.clone()).unwrap_or_default();
    jsonata::locals(text, &jsonata::tokens(text)).contains(&name)
}
