//! Reads mocked answers.

use std::time::Duration;

use asl_engine::Failure;
use asl_value::{Pointer, Value};

use super::names;
use crate::answer::{Answer, Answers, Times};
use crate::fields::{Fields, seconds};
use crate::mock::Mock;
use crate::problem::Problems;

/// The field `mocks`.
pub(super) fn mocks(fields: &mut Fields<'_, '_>) -> Vec<Mock> {
    let mut mocks = Vec::new();
    for (key, value, place) in fields.members("mocks") {
        let answers = answers(value, &place, fields.problems);
        mocks.extend(answers.map(|answers| Mock { key: key.clone(), place, answers }));
    }
    mocks
}

/// One answer, or an array of answers.
fn answers(value: &Value, place: &Pointer, problems: &mut Problems) -> Option<Answers> {
    let before = problems.len();
    let list: Vec<Answer> = match value {
        Value::Array(items) if items.is_empty() => {
            problems.at(place, format!("expected at least one answer at `{}`", place.location()));
            return None;
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.filter_map(|(index, item)| answer(item, place.index(index), problems)).collect()
        }
        alone => answer(alone, place.clone(), problems).into_iter().collect(),
    };
    (problems.len() == before).then_some(Answers { list, is_list: value.as_array().is_some() })
}

fn answer(value: &Value, place: Pointer, problems: &mut Problems) -> Option<Answer> {
    let mut fields = Fields::open(value, place, names::ANSWER, problems)?;
    let result = match (fields.get("return"), fields.get("throw")) {
        (Some(result), None) => Ok(result.clone()),
        (None, Some(thrown)) => {
            let place = fields.place("throw");
            Err(failure(thrown, place, fields.problems)?)
        }
        _ => {
            let message = format!("expected either `return` or `throw` at `{}`", fields.place.location());
            fields.problems.at_key(&fields.place, message);
            return None;
        }
    };
    let delay = fields.get("delaySeconds").map_or(Some(Duration::ZERO), |value| {
        let place = fields.place("delaySeconds");
        seconds(value, &place, fields.problems)
    })?;
    let times = match fields.get("times") {
        None => Times::Default,
        Some(value) if value.as_str() == Some("always") => Times::Always,
        Some(_) => Times::Exactly(fields.count("times")?),
    };
    Some(Answer { result, delay, when: fields.get("when").cloned(), times })
}

/// `{"error": "Busy", "cause": "try later"}`, or the name alone.
fn failure(value: &Value, place: Pointer, problems: &mut Problems) -> Option<Failure> {
    if let Some(name) = value.as_text() {
        return Some(Failure::from_parts(Some(name.clone()), None));
    }
    let mut fields = Fields::open(value, place, names::THROW, problems)?;
    Some(Failure::from_parts(fields.text("error"), fields.text("cause")))
}
