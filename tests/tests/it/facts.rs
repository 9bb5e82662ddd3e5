//! Facts that were measured on AWS, each tested at every place of a machine where it can occur.

mod jsonata;
mod jsonpath;
mod numbers;

use std::collections::BTreeMap;

use asl_tests::{Answer, Case, Expect};
use asl_value::{Value, json};

/// A place in a machine: `definition` has a mark there, and messages name the field in this way.
struct Place {
    definition: Value,
    field: &'static str,
}

/// The mark in a definition.
const MARK: &str = "<here>";

fn place(field: &'static str, definition: Value) -> Place {
    Place { definition, field }
}

/// A machine of states that starts at `first`.
fn machine(language: &str, first: &str, states: Value) -> Value {
    json!({"QueryLanguage": language, "StartAt": first, "States": states})
}

/// Replaces the mark with `text`.
fn filled(definition: &Value, text: &str) -> String {
    definition.to_json().replace(&format!("\"{MARK}\""), text)
}

/// How the machine ends: its output, or error and cause.
async fn run(definition: String, input: &str) -> Result<String, String> {
    let case = Case {
        description: String::new(),
        source: String::new(),
        definition,
        input: input.to_owned(),
        limits: None,
        redrives: 0,
        // The task returns its arguments.
        tasks: BTreeMap::from([
            ("f".to_owned(), vec![Answer::default()]),
            ("fails".to_owned(), vec![Answer { error: Some("E".to_owned()), ..Answer::default() }]),
        ]),
        objects: BTreeMap::new(),
        expect: Expect {
            status: String::new(),
            output: None,
            error: None,
            cause: None,
            history: None,
            objects: BTreeMap::new(),
        },
    };
    let ended = case.run().await.unwrap();
    match ended.output {
        Some(output) => Ok(output),
        None => Err(format!("{}: {}", ended.error.unwrap_or(ended.status), ended.cause.unwrap_or_default())),
    }
}

fn task(function: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{function}")
}
