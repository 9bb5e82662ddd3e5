use asl_value::{Value, json};

use super::{CaseErrorKind, MockConfig};

#[track_caller]
fn check_problems(document: Value, expected: &[&str]) {
    let problems = MockConfig::parse(&document).expect_err("problems");
    let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(messages, expected);
}

#[test]
fn problems_name_their_place() {
    check_problems(json!([]), &["expected an object at `/`, found array"]);
    check_problems(
        json!({}),
        &["expected a field `StateMachines` at `/`", "expected a field `MockedResponses` at `/`"],
    );
    check_problems(
        json!({"StateMachines": 1, "MockedResponses": {}}),
        &["expected an object at `/StateMachines`, found number"],
    );
    check_problems(
        json!({"StateMachines": {"M": {}, "N": []}, "MockedResponses": {}}),
        &[
            "expected a field `TestCases` at `/StateMachines/M`",
            "expected an object at `/StateMachines/N`, found array",
        ],
    );
    check_problems(
        json!({"StateMachines": {"M": {"TestCases": {"C": {"A": "Nope", "B": 3}}}}, "MockedResponses": {}}),
        &[
            "the mocked response `Nope` at `/StateMachines/M/TestCases/C/A` does not exist",
            "expected the name of a mocked response at `/StateMachines/M/TestCases/C/B`, found number",
        ],
    );
}

#[track_caller]
fn check_response_problems(response: Value, expected: &[&str]) {
    let machines = json!({"M": {"TestCases": {"C": {"A": "R"}}}});
    check_problems(json!({"StateMachines": machines, "MockedResponses": {"R": response}}), expected);
}

#[test]
fn responses_are_checked() {
    check_response_problems(json!(null), &["expected an object at `/MockedResponses/R`, found null"]);
    for key in ["", "x", "-1", "1-", "2-1", "0-1-2", "+1", " 1", "99999999999999999999"] {
        let expected = format!("expected a call as `0` or a range as `1-2` at `/MockedResponses/R/{key}`");
        check_response_problems(json!({key: {"Return": 1}}), &[&expected]);
    }
    check_response_problems(
        json!({"2": {"Return": 1}, "0-3": {"Return": 2}, "3-4": {"Return": 3}}),
        &["the calls `0-3` and `2` overlap at `/MockedResponses/R`"],
    );
    check_response_problems(
        json!({"0": {}, "1": {"Return": 1, "Throw": {}}, "2": {"Retrun": 1}, "3": "Return"}),
        &[
            "expected either `Return` or `Throw` at `/MockedResponses/R/0`, found nothing",
            "expected either `Return` or `Throw` at `/MockedResponses/R/1`, found `Return`, `Throw`",
            "expected either `Return` or `Throw` at `/MockedResponses/R/2`, found `Retrun`",
            "expected an object at `/MockedResponses/R/3`, found string",
        ],
    );
    check_response_problems(
        json!({"0": {"Throw": {"Error": 1, "Cause": [], "Causes": ""}}, "1": {"Throw": "E"}}),
        &[
            "expected a string at `/MockedResponses/R/0/Throw/Error`, found number",
            "expected a string at `/MockedResponses/R/0/Throw/Cause`, found array",
            "expected only `Error` and `Cause`, found `/MockedResponses/R/0/Throw/Causes`",
            "expected an object at `/MockedResponses/R/1/Throw`, found string",
        ],
    );
}

fn config() -> MockConfig {
    let cases = json!({
        "M": {"TestCases": {"Good": {"A": "Twice"}, "Bad": {"A": "Never", "B": "Twice"}}},
        "N": {"TestCases": {"Good": {}}}
    });
    let responses = json!({
        "Twice": {"2-3": {"Return": {"n": 2}}, "0": {"Throw": {"Error": "E", "Cause": "c"}}},
        "Never": {"0": {"Throw": {}}}
    });
    MockConfig::parse(&json!({"StateMachines": cases, "MockedResponses": responses, "Comment": "other"}))
        .unwrap()
}

#[track_caller]
fn check_case(machine: Option<&str>, name: Option<&str>, expected: Result<&str, &str>) {
    let config = config();
    let found = config.case(machine, name).map(ToString::to_string).map_err(|error| error.to_string());
    assert_eq!(found.as_deref().map_err(String::as_str), expected);
}

#[test]
fn a_case_is_named_as_far_as_needed() {
    check_case(Some("M"), Some("Good"), Ok("M/Good"));
    check_case(None, Some("Bad"), Ok("M/Bad"));
    check_case(Some("N"), None, Ok("N/Good"));
    let several = Err("there are several test cases, name one of `M/Good`, `M/Bad`, `N/Good`");
    check_case(None, None, several);
    check_case(None, Some("Good"), several);
    check_case(Some("M"), None, several);
    let none = Err("there is no such test case; there are `M/Good`, `M/Bad`, `N/Good`");
    check_case(Some("O"), None, none);
    check_case(Some("N"), Some("Bad"), none);
    let empty = MockConfig::parse(&json!({"StateMachines": {}, "MockedResponses": {}})).unwrap();
    let error = empty.case(None, None).unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (CaseErrorKind::NotFound, "there is no test case"));
    assert_eq!(config().case(None, None).unwrap_err().kind(), CaseErrorKind::Ambiguous);
}

#[test]
fn answers_follow_the_count_of_calls() {
    let config = config();
    let handler = config.case(Some("M"), Some("Good")).unwrap().handler();
    let answers: Vec<String> = (0..5)
        .map(|_| handler.answer("A").map_or_else(|failure| failure.to_string(), |value| value.to_string()))
        .collect();
    let missing = |call| {
        format!(
            "States.Runtime: the mocked response `Twice` of the state `A` has no answer for call {call}; it has 0, 2-3"
        )
    };
    let result = r#"{"n":2}"#;
    assert_eq!(answers, ["E: c", &missing(1), result, result, &missing(4)]);
    assert_eq!(
        handler.answer("B").unwrap_err().to_string(),
        "States.Runtime: the test case `M/Good` has no mocked response for the state `B`"
    );
    let anonymous = config.case(None, Some("Bad")).unwrap().handler().answer("A").unwrap_err();
    assert_eq!((anonymous.error, anonymous.cause), (None, None));
}
