//! What the error for an invalid definition prints.

use asl_model::{Source, StateMachine, Succeed, Task, Transition, parse};

#[track_caller]
fn check(text: &str, expected: &str) {
    let source = Source::json(text);
    let error = parse(&source).valid(&source).unwrap_err();
    assert_eq!(error.to_string(), expected);
    // `?` in `main`, `unwrap` and `expect` print `Debug`.
    assert_eq!(format!("{error:?}"), expected);
    assert_eq!(error.text(), Some(&source));
}

#[test]
fn lines_of_the_text() {
    check(
        "{\"StartAt\": \"A\",\n\t\"States\": {\"A\": {\"Type\": \"Pass\", \"Nxt\": \"B\", \"End\": true}}}",
        "the definition is invalid: 1 error
error[ASL0013]: Field 'Nxt' is not supported
 --> line 2, column 35, at /States/A
  |
2 |  \"States\": {\"A\": {\"Type\": \"Pass\", \"Nxt\": \"B\", \"End\": true}}}
  |                                   ^^^^^
  = help: did you mean `Next`?",
    );
    check(
        "{\n oops",
        "the definition is invalid: 1 error
error[ASL0001]: Unexpected character ('o' (code 111)): was expecting double-quote to start field name
 --> line 2, column 2, at /
  |
2 |  oops
  |  ^",
    );
}

/// Long lines are cut around the place, control characters are replaced, and twenty problems are printed.
#[test]
fn texts_of_strangers() {
    let names = |count: usize| {
        let states: Vec<String> = (0..count).map(|n| format!(r#""{n}\u001b": {{"Type": "Pas"}}"#)).collect();
        format!(r#"{{"StartAt": "0", "States": {{{}}}}}"#, states.join(", "))
    };
    let source = Source::json(names(500));
    let shown = parse(&source).valid(&source).unwrap_err().to_string();
    assert!(shown.lines().all(|line| line.chars().count() < 350), "{shown}");
    assert!(!shown.contains('\u{1b}') && shown.ends_with(" more"), "{shown}");
    assert_eq!(shown.matches("error[").count(), 20);
}

#[test]
fn machines_made_in_rust_have_no_lines() {
    let built = StateMachine::builder("A")
        .state("A", Task::new("charge", Transition::to("B")))
        .state("B", Succeed::new())
        .build();
    let error = built.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the definition is invalid: 1 error\nerror[ASL0016]: Value is not a valid resource ARN\n --> at /States/A/Resource"
    );
    assert!(error.text().is_none() && error.machine().is_some());
}
