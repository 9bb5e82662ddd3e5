//! Reads test files.

mod answers;
mod case;
mod expect;
pub(crate) mod names;

use asl_model::{ExecutionType, Source};
use asl_value::{Pointer, Text, Value};

use crate::fields::Fields;
use crate::problem::{Problem, Problems, hint};
use crate::suite::{Suite, Tested};

/// Reads a test file. Places of all problems are in the text.
pub(crate) fn suite(source: &Source) -> Result<Suite, Vec<Problem>> {
    let (value, found) = source.document();
    if !found.is_empty() {
        let place = |diagnostic: &asl_model::Diagnostic| {
            source.line_col(source.find(diagnostic).map_or(0, |span| span.start))
        };
        let problem = |diagnostic: &asl_model::Diagnostic| Problem {
            place: place(diagnostic),
            message: diagnostic.message.clone(),
        };
        return Err(found.iter().map(problem).collect());
    }
    let mut problems = Problems::default();
    let suite = value.and_then(|value| file(&value, &mut problems));
    match suite {
        Some(suite) if problems.is_empty() => Ok(suite),
        _ => Err(problems.placed(source)),
    }
}

fn file(value: &Value, problems: &mut Problems) -> Option<Suite> {
    let mut fields = Fields::open(value, Pointer::root(), names::FILE, problems)?;
    fields.text("$schema");
    fields.text("comment");
    let machine = tested(&mut fields);
    let with = fields.items("with").unwrap_or_default();
    let listed = fields.items("cases");
    if fields.get("cases").is_none() {
        fields.missing("cases");
    }
    let mut others = Vec::new();
    for (value, place) in with {
        if let Some(mut fields) = Fields::open(value, place, names::WITH, problems) {
            if fields.get("machine").is_none() {
                fields.missing("machine");
            }
            others.push(tested(&mut fields));
        }
    }
    let mut cases = Vec::new();
    for (value, place) in listed.unwrap_or_default() {
        cases.extend(case::case(value, place, problems));
    }
    case::check_names(&cases, problems);
    Some(Suite { machine, with: others, cases })
}

/// The fields that describe a machine.
fn tested(fields: &mut Fields<'_, '_>) -> Tested {
    let path = fields.text("machine");
    let kind = fields.text("type").and_then(|name| kind(&name, fields)).unwrap_or(ExecutionType::Standard);
    let substitutions = fields.members("substitutions").into_iter();
    let substitutions = substitutions.filter_map(|(name, value, place)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => Text::from(value.to_json()),
            other => {
                fields.problems.expected(&place, "a string, a number or a boolean", other);
                return None;
            }
        };
        Some((name.clone(), text))
    });
    let substitutions = substitutions.collect();
    let mocks = answers::mocks(fields);
    Tested { path, place: fields.place("machine"), kind, substitutions, mocks }
}

fn kind(name: &Text, fields: &mut Fields<'_, '_>) -> Option<ExecutionType> {
    let kind = ExecutionType::from_name(name);
    if kind.is_none() {
        let help = hint(name, ["STANDARD", "EXPRESS"]);
        let place = fields.place("type");
        let location = place.location();
        fields.problems.at(&place, format!("expected `STANDARD` or `EXPRESS` at `{location}`{help}"));
    }
    kind
}
