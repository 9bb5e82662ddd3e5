//! Reads expectations.

use std::time::Duration;

use asl_value::{Pointer, Text, Value};

use super::names;
use crate::expect::{Between, Calls, Expect};
use crate::fields::{Fields, count, seconds};
use crate::problem::{Problems, hint};

pub(super) fn expect(value: &Value, place: Pointer, problems: &mut Problems) -> Option<Expect> {
    let mut fields = Fields::open(value, place, names::EXPECT, problems)?;
    let expect = Expect {
        status: status(&mut fields),
        output: fields.get("output").cloned(),
        output_includes: fields.get("outputIncludes").cloned(),
        error: fields.text("error"),
        cause: fields.text("cause"),
        cause_includes: fields.text("causeIncludes"),
        path: fields.texts("path"),
        visits: visits(&mut fields),
        calls: calls(&mut fields),
        variables: variables(&mut fields),
        duration: duration(&mut fields),
        that: that(&mut fields),
        history: fields.text("history"),
    };
    check_status(&expect, &mut fields);
    Some(expect)
}

fn status(fields: &mut Fields<'_, '_>) -> Option<Text> {
    let status = fields.text("status")?;
    if !names::STATUSES.contains(&status.as_str()) {
        let place = fields.place("status");
        let help = hint(&status, names::STATUSES.iter().copied());
        let message =
            format!("expected one of {} at `{}`{help}", names::STATUSES.join(", "), place.location());
        fields.problems.at(&place, message);
    }
    Some(status)
}

/// Refuses expectations that exclude each other: such a case could never pass.
fn check_status(expect: &Expect, fields: &mut Fields<'_, '_>) {
    let succeeds = expect.status() == Some("SUCCEEDED");
    let outputs = ["output", "outputIncludes"];
    let errors = ["error", "cause", "causeIncludes"];
    let (excluded, how) =
        if succeeds { (&errors[..], "succeeds") } else { (&outputs[..], "does not succeed") };
    for name in excluded {
        if fields.get(name).is_none() {
            continue;
        }
        let place = fields.place(name);
        let message = format!("an execution that {how} has no `{name}`, at `{}`", place.location());
        fields.problems.at_key(&place, message);
    }
}

fn visits(fields: &mut Fields<'_, '_>) -> Vec<(Text, u64)> {
    let members = fields.members("visits").into_iter();
    let visits = members
        .filter_map(|(name, value, place)| Some((name.clone(), count(value, &place, fields.problems)?)));
    visits.collect()
}

fn variables(fields: &mut Fields<'_, '_>) -> Vec<(Text, Value)> {
    fields.members("variables").into_iter().map(|(name, value, _)| (name.clone(), value.clone())).collect()
}

fn calls(fields: &mut Fields<'_, '_>) -> Vec<(Text, Calls)> {
    let mut calls = Vec::new();
    for (name, value, place) in fields.members("calls") {
        let expected = match value {
            Value::Number(_) => count(value, &place, fields.problems).map(Calls::Times),
            Value::Array(items) => Some(Calls::Arguments(items.iter().cloned().collect())),
            Value::Object(_) => each(value, place, fields.problems),
            other => {
                let what = "a number of calls, their arguments, or an object";
                fields.problems.expected(&place, what, other);
                None
            }
        };
        calls.extend(expected.map(|expected| (name.clone(), expected)));
    }
    calls
}

fn each(value: &Value, place: Pointer, problems: &mut Problems) -> Option<Calls> {
    let mut fields = Fields::open(value, place, names::CALLS, problems)?;
    let Some(includes) = fields.get("includes") else {
        fields.missing("includes");
        return None;
    };
    Some(Calls::Each { times: fields.count("times"), includes: includes.clone() })
}

/// A number of seconds, or the least and the most.
fn duration(fields: &mut Fields<'_, '_>) -> Option<Between> {
    let value = fields.get("durationSeconds")?;
    let place = fields.place("durationSeconds");
    if value.as_object().is_none() {
        let exactly = seconds(value, &place, fields.problems)?;
        return Some(Between { least: exactly, most: exactly });
    }
    let fields = Fields::open(value, place, names::DURATION, fields.problems)?;
    let mut bound = |name: &str, default| match fields.get(name) {
        None => Some(default),
        Some(value) => seconds(value, &fields.place.key(name), fields.problems),
    };
    Some(Between { least: bound("atLeast", Duration::ZERO)?, most: bound("atMost", Duration::MAX)? })
}

/// One expression, or an array of them.
fn that(fields: &mut Fields<'_, '_>) -> Vec<Text> {
    match fields.get("that") {
        None => Vec::new(),
        Some(Value::String(alone)) => vec![alone.clone()],
        Some(_) => fields.texts("that").unwrap_or_default(),
    }
}
