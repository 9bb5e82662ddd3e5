//! Warnings of AWS: texts in JSONPath states that look like expressions, but are not evaluated.

use asl_value::{Pointer, Segment, Text, Value};

use super::variables;
use super::walk::each_state;
use crate::report::Report;
use crate::{
    ChoiceRule, Code, Diagnostic, Field, Map, Operator, QueryLanguage, State, StateKind, StateMachine, Test,
};

pub(super) fn check(machine: &StateMachine, report: &mut Report) {
    let language = machine.query_language.unwrap_or(QueryLanguage::JsonPath);
    each_state(machine, &mut |state, place| {
        if state.query_language.unwrap_or(language) == QueryLanguage::JsonPath {
            check_state(state, place, report);
        }
    });
}

fn check_state(state: &State, place: &Pointer, report: &mut Report) {
    for (field, template) in templates(state, place) {
        let mut names = Vec::new();
        members(template, &mut Pointer::root(), &mut |within, key, text| {
            if !key.ends_with(".$") && (is_path(text) || is_call(text)) {
                names.push((within.clone(), key.clone()));
            }
        });
        for (within, key) in names {
            // UNRECORDED: AWS's text and location for NO_DOLLAR; the location is that of errors in templates.
            let message = format!(
                "The value for the field '{key}' looks like a JSONPath or an intrinsic function call, but the name of the \
                 field does not end with '.$'"
            );
            let inner = field.segments().iter().chain(within.segments()).cloned().collect();
            let help = format!("name it `{key}.$` to have the value evaluated");
            report.push(Diagnostic::warning(Code::NO_DOLLAR, message, field.clone()).inner(inner).help(help));
        }
    }
    match &state.kind {
        StateKind::Pass(pass) if pass.result.as_ref().is_some_and(has_expression) => {
            // UNRECORDED: AWS's text and location for PASS_RESULT_IS_STATIC.
            let message = "The field 'Result' of a Pass state is static: paths in it are not evaluated";
            let help = "`Parameters` is evaluated";
            report.push(Diagnostic::warning(Code::STATIC_RESULT, message, place.key("Result")).help(help));
        }
        StateKind::Fail(fail) => {
            for (name, field) in [("Error", &fail.error), ("Cause", &fail.cause)] {
                if let Some(Field::Literal(text)) = field {
                    no_path(name, text, place, report);
                }
            }
        }
        StateKind::Choice(choice) => {
            let rules = place.key("Choices");
            for (index, rule) in choice.choices.iter().enumerate() {
                if let ChoiceRule { condition: crate::Condition::Test(test), .. } = rule {
                    check_test(test, &rules.index(index), report);
                }
            }
        }
        _ => {}
    }
}

/// The recursion is bounded by the depth of documents.
fn check_test(test: &Test, place: &Pointer, report: &mut Report) {
    let mut all = |tests: &[Test], place: Pointer| {
        tests.iter().enumerate().for_each(|(index, test)| check_test(test, &place.index(index), report));
    };
    match test {
        Test::And(tests) => all(tests, place.key("And")),
        Test::Or(tests) => all(tests, place.key("Or")),
        Test::Not(test) => check_test(test, &place.key("Not"), report),
        Test::Compare { operator, operand: Value::String(text), .. } => {
            if Operator::named(&format!("{operator}Path")).is_some() {
                no_path(operator, text, place, report);
            }
        }
        Test::Compare { .. } => {}
    }
}

fn no_path(name: &str, text: &str, place: &Pointer, report: &mut Report) {
    if is_path(text) {
        // UNRECORDED: AWS's text and location for NO_PATH.
        let message = format!(
            "The value for the field '{name}' looks like a path, but the name of the field does not end with 'Path'"
        );
        let help = format!("`{name}Path` takes a path");
        report.push(Diagnostic::warning(Code::NO_PATH, message, place.key(name)).help(help));
    }
}

/// The payload templates of a state.
fn templates<'a>(state: &'a State, place: &Pointer) -> Vec<(Pointer, &'a Value)> {
    let mut found: Vec<(Pointer, &Value)> = variables::assignments(state, place).collect();
    let mut add =
        |place: Pointer, template: Option<&'a Value>| found.extend(template.map(|json| (place, json)));
    if let Some(filters) = state.kind.filters() {
        add(place.key("Parameters"), filters.parameters.as_ref());
        add(place.key("ResultSelector"), filters.result_selector.as_ref());
    }
    match &state.kind {
        StateKind::Task(task) => add(place.key("Credentials"), task.credentials.as_ref()),
        StateKind::Map(map) => {
            let Map { item_selector, item_reader, item_batcher, result_writer, .. } = &**map;
            let selector = if map.processor.legacy.parameters { "Parameters" } else { "ItemSelector" };
            add(place.key(selector), item_selector.as_ref());
            let reader = item_reader.as_ref().and_then(|reader| reader.parameters.as_ref());
            add(place.key("ItemReader").key("Parameters"), reader);
            let batch = item_batcher.as_ref().and_then(|batcher| batcher.batch_input.as_ref());
            add(place.key("ItemBatcher").key("BatchInput"), batch);
            let writer = result_writer.as_ref().and_then(|writer| writer.parameters.as_ref());
            add(place.key("ResultWriter").key("Parameters"), writer);
        }
        _ => {}
    }
    found
}

/// Calls `found` for each member, at any depth, whose value is a string, with its place and its name.
fn members(json: &Value, place: &mut Pointer, found: &mut dyn FnMut(&Pointer, &Text, &str)) {
    match json {
        Value::Object(object) => {
            for (key, value) in object {
                place.push(Segment::Key(key.clone()));
                match value {
                    Value::String(text) => found(place, key, text),
                    value => members(value, place, found),
                }
                place.pop();
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push(Segment::Index(index));
                members(item, place, found);
                place.pop();
            }
        }
        _ => {}
    }
}

fn has_expression(result: &Value) -> bool {
    let mut has = matches!(result, Value::String(text) if is_path(text));
    members(result, &mut Pointer::root(), &mut |_, key, text| has |= key.ends_with(".$") || is_path(text));
    has
}

/// Whether a text starts like a path: `$.a`, `$['a']`, `$$.Execution`. An amount of money does not.
fn is_path(text: &str) -> bool {
    ["$.", "$[", "$$."].iter().any(|start| text.starts_with(start))
}

fn is_call(text: &str) -> bool {
    text.starts_with("States.") && text.contains('(') && text.ends_with(')')
}
