//! Reads the cases of a test file.

use std::collections::HashSet;

use asl_value::{Object, Pointer, Timestamp, Value};

use super::{answers, expect, names};
use crate::expect::Expect;
use crate::fields::{Fields, shortened};
use crate::problem::Problems;
use crate::suite::{Case, Input, Others};

pub(super) fn case(value: &Value, place: Pointer, problems: &mut Problems) -> Option<Case> {
    let mut fields = Fields::open(value, place.clone(), names::CASE, problems)?;
    let name = fields.text("name");
    if fields.get("name").is_none() {
        fields.missing("name");
    }
    fields.text("comment");
    let input = input(&mut fields);
    let seed = fields.count("seed").unwrap_or_default();
    let time = fields.text("time").and_then(|text| {
        let time = Timestamp::parse(&text);
        if time.is_none() {
            let place = fields.place("time");
            let location = place.location();
            fields
                .problems
                .at(&place, format!("expected a time such as 2026-01-31T12:00:00Z at `{location}`"));
        }
        time
    });
    let mocks = answers::mocks(&mut fields);
    let others = others(&mut fields);
    let expect = match fields.get("expect") {
        None => Expect::default(),
        Some(value) => {
            let place = fields.place("expect");
            expect::expect(value, place, fields.problems)?
        }
    };
    Some(Case { name: name?, place, input, seed, time, mocks, others, expect })
}

fn input(fields: &mut Fields<'_, '_>) -> Input {
    match (fields.get("input"), fields.text("inputFile")) {
        (Some(_), Some(_)) => {
            both(fields, "input", "inputFile");
            Input::Value(Value::Null)
        }
        (Some(value), None) => Input::Value(value.clone()),
        (None, Some(path)) => Input::File(path),
        (None, None) => Input::Value(Value::Object(Object::new())),
    }
}

fn others(fields: &mut Fields<'_, '_>) -> Option<Others> {
    match (fields.text("mockFile"), fields.text("record")) {
        (Some(_), Some(_)) => {
            both(fields, "mockFile", "record");
            None
        }
        (Some(file), None) => Some(Others::MockFile(file)),
        (None, Some(file)) => Some(Others::Record(file)),
        (None, None) => None,
    }
}

fn both(fields: &mut Fields<'_, '_>, one: &str, other: &str) {
    let message = format!("expected only one of `{one}` and `{other}` at `{}`", fields.place.location());
    fields.problems.at_key(&fields.place(other), message);
}

/// Reports names that occur twice.
pub(super) fn check_names(cases: &[Case], problems: &mut Problems) {
    let mut names = HashSet::new();
    for case in cases {
        if !names.insert(&case.name) {
            let message = format!("there is another case `{}`", shortened(&case.name));
            problems.at(&case.place.key("name"), message);
        }
    }
}
