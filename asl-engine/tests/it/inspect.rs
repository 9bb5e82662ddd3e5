//! A single state, tested.

mod maps;

use std::sync::Arc;

use asl_engine::{
    Clock, Engine, Failure, FieldValidation, Identity, InspectionLevel, ResultSchema, StateTest, TaskRefusal,
    TestRefusal, TestedState, task_fn,
};
use asl_model::{MachineArn, Resource, Source};
use asl_value::{Timestamp, Value, json};

const INVOKE: &str = "arn:aws:states:::lambda:invoke";

/// The answer in detail, its JSON texts as JSON.
fn answer(state: Value, change: impl FnOnce(&mut StateTest)) -> Result<Value, TestRefusal> {
    let tested = TestedState::alone(&Source::json(state.to_json())).expect("a valid state");
    tested_answer(&tested, change)
}

fn tested_answer(tested: &TestedState, change: impl FnOnce(&mut StateTest)) -> Result<Value, TestRefusal> {
    let tasks = asl_engine::Registry::new().service(
        "lambda",
        "invoke",
        task_fn(|_: Value| async move { Ok::<_, Failure>(json!("called")) }),
    );
    let clock = Clock::virtual_time().starting_at(Timestamp::EPOCH);
    let engine = Engine::builder().tasks(tasks).clock(clock).build();
    let mut test = StateTest::new(json!({"n": 1}));
    test.identity = Identity::new(MachineArn::new("us-east-1", "123456789012", "m").express("e", "id"));
    change(&mut test);
    let run = engine.test_state(tested, &test);
    let seen = futures_util::FutureExt::now_or_never(run).expect("nothing here waits")?;
    Ok(seen.to_json(InspectionLevel::Debug))
}

/// `inspect` is the inspectionData.
#[track_caller]
fn check(state: Value, change: impl FnOnce(&mut StateTest), expected: Value, inspect: Value) {
    let mut found = answer(state, change).expect("an answer").as_object().unwrap().clone();
    let data = found.remove("inspectionData").unwrap();
    assert_eq!(Value::from(found), expected);
    assert_eq!(data, inspect);
}

#[track_caller]
fn refused(state: Value, change: impl FnOnce(&mut StateTest), message: &str) {
    assert_eq!(answer(state, change).unwrap_err().to_string(), message);
}

fn mock(result: Value) -> impl FnOnce(&mut StateTest) {
    move |test| test.mock = Some(Ok(result))
}

fn fails(error: &'static str) -> impl FnOnce(&mut StateTest) {
    move |test| test.mock = Some(Err(Failure::new(error, "why")))
}

fn task() -> Value {
    json!({"Type": "Task", "Resource": INVOKE, "Next": "B",
        "Retry": [{"ErrorEquals": ["Other"]}, {"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 5}],
        "Catch": [{"ErrorEquals": ["Other"], "Next": "C"}, {"ErrorEquals": ["Bad"], "Next": "C", "ResultPath": "$.e"}]})
}

#[test]
fn each_type_of_state_shows_its_own_stages() {
    let ok = |output: &str| json!({"output": output, "nextState": "B", "status": "SUCCEEDED"});
    check(
        json!({"Type": "Pass", "Parameters": {"m.$": "$.n"}, "ResultPath": "$.r", "OutputPath": "$.r", "Next": "B"}),
        |_| (),
        ok(r#"{"m":1}"#),
        json!({"input": r#"{"n":1}"#, "afterInputPath": r#"{"n":1}"#, "afterParameters": r#"{"m":1}"#,
            "afterResultSelector": r#"{"m":1}"#, "afterResultPath": r#"{"n":1,"r":{"m":1}}"#}),
    );
    check(
        json!({"Type": "Pass", "Result": 5, "Assign": {"x.$": "$"}, "Next": "B"}),
        |test| test.variables = json!({"y": 2}).as_object().unwrap().clone(),
        ok("5"),
        json!({"input": r#"{"n":1}"#, "result": "5", "afterResultSelector": "5", "afterResultPath": "5",
            "variables": r#"{"y":2,"x":5}"#}),
    );
    check(
        json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.n + $y %}", "Next": "B"}),
        |test| test.variables = json!({"y": 2}).as_object().unwrap().clone(),
        ok("3"),
        json!({"input": r#"{"n":1}"#, "variables": r#"{"y":2}"#}),
    );
    check(
        json!({"Type": "Task", "Resource": INVOKE, "InputPath": "$.n", "ResultSelector": {"s.$": "$"}, "Next": "B"}),
        mock(json!(9)),
        ok(r#"{"s":9}"#),
        json!({"input": r#"{"n":1}"#, "afterInputPath": "1", "afterParameters": "1", "result": "9",
            "afterResultSelector": r#"{"s":9}"#, "afterResultPath": r#"{"s":9}"#}),
    );
    check(
        json!({"Type": "Task", "QueryLanguage": "JSONata", "Resource": INVOKE, "Arguments": {"a": 1}, "End": true}),
        |_| (),
        json!({"output": "\"called\"", "status": "SUCCEEDED"}),
        json!({"input": r#"{"n":1}"#, "afterArguments": r#"{"a":1}"#, "result": "\"called\""}),
    );
    check(
        json!({"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 1, "Next": "B"}]}),
        |_| (),
        ok(r#"{"n":1}"#),
        json!({"input": r#"{"n":1}"#, "afterInputPath": r#"{"n":1}"#}),
    );
    check(
        json!({"Type": "Wait", "Seconds": 60, "Next": "B"}),
        |_| (),
        ok(r#"{"n":1}"#),
        json!({"input": r#"{"n":1}"#, "afterInputPath": r#"{"n":1}"#}),
    );
    check(
        json!({"Type": "Fail", "Error": "E", "Cause": "c"}),
        |_| (),
        json!({"error": "E", "cause": "c", "status": "FAILED"}),
        json!({"input": r#"{"n":1}"#, "afterInputPath": r#"{"n":1}"#}),
    );
}

/// Recorded: without the prefix that an execution's cause has.
#[test]
fn errors_of_the_state_itself() {
    check(
        json!({"Type": "Pass", "Parameters": {"m.$": "$.x"}, "End": true}),
        |_| (),
        json!({"error": "States.Runtime",
            "cause": "The JSONPath '$.x' specified for the field 'm.$' could not be found in the input '{\"n\":1}'",
            "status": "FAILED"}),
        json!({"input": r#"{"n":1}"#, "afterInputPath": r#"{"n":1}"#}),
    );
    check(
        json!({"Type": "Wait", "Seconds": 301, "End": true}),
        |_| (),
        json!({"error": "States.Timeout", "status": "FAILED"}),
        json!({"input": r#"{"n":1}"#, "afterInputPath": r#"{"n":1}"#}),
    );
}

#[test]
fn retry_and_catch_are_reported_not_done() {
    let seen = |details: Value| {
        json!({"input": r#"{"n":1}"#, "afterInputPath": r#"{"n":1}"#, "afterParameters": r#"{"n":1}"#,
            "errorDetails": details})
    };
    for (retries, seconds) in [(0, 1), (1, 2), (4, 16)] {
        check(
            task(),
            |test| {
                fails("Busy")(test);
                test.retries = retries;
            },
            json!({"error": "Busy", "cause": "why", "status": "RETRIABLE"}),
            seen(json!({"retryIndex": 1, "retryBackoffIntervalSeconds": seconds})),
        );
    }
    check(
        task(),
        |test| {
            fails("Busy")(test);
            test.retries = 5;
        },
        json!({"error": "Busy", "cause": "why", "status": "FAILED"}),
        seen(json!({"retryIndex": 1})),
    );
    check(
        task(),
        fails("Bad"),
        json!({"output": r#"{"n":1,"e":{"Error":"Bad","Cause":"why"}}"#, "error": "Bad", "cause": "why",
            "nextState": "C", "status": "CAUGHT_ERROR"}),
        seen(json!({"catchIndex": 1})),
    );
}

/// The members of both.
fn with(fields: &Value, more: Value) -> Value {
    let mut fields = fields.as_object().unwrap().clone();
    for (name, value) in more.as_object().unwrap() {
        fields.insert(name.clone(), value.clone());
    }
    fields.into()
}

fn map(more: Value) -> Value {
    let state = json!({"Type": "Map", "End": true,
        "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}});
    with(&state, more)
}

fn distributed(more: Value) -> Value {
    let processor = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    with(&map(more), json!({"ItemProcessor": processor}))
}

fn items(test: &mut StateTest) {
    test.input = json!({"items": [1, 2, 3]});
    test.mock = Some(Ok(json!(["a", "b", "c"])));
}

/// Measured on AWS: the error is caught, and there is no output.
#[test]
fn a_catcher_that_finds_nothing_has_caught_the_error() {
    let inner = json!({"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}});
    let works = [
        json!({"Type": "Task", "Resource": INVOKE}),
        json!({"Type": "Map", "ItemProcessor": inner.clone()}),
        json!({"Type": "Parallel", "Branches": [inner]}),
    ];
    for (language, catcher) in [
        ("JSONata", json!({"Output": "{% $states.input.missing %}"})),
        ("JSONata", json!({"Output": {"a": "{% $states.input.missing %}"}})),
        ("JSONata", json!({"Assign": {"a": "{% $states.errorOutput.missing %}"}})),
        ("JSONPath", json!({"Assign": {"a.$": "$.missing"}})),
        ("JSONPath", json!({"ResultPath": "$.n.m"})),
    ] {
        let catcher = with(&catcher, json!({"ErrorEquals": ["States.ALL"], "Next": "C"}));
        let more = json!({"QueryLanguage": language, "Catch": [catcher], "Next": "B"});
        for work in &works {
            let state = with(work, more.clone());
            let found = answer(state.clone(), |test| {
                test.input = json!([1]);
                fails("Bad")(test);
            });
            let mut found = found.unwrap().as_object().unwrap().clone();
            let data = found.remove("inspectionData").unwrap();
            let expected =
                json!({"error": "Bad", "cause": "why", "nextState": "C", "status": "CAUGHT_ERROR"});
            assert_eq!(Value::from(found), expected, "{state}");
            assert_eq!(data["errorDetails"], json!({"catchIndex": 0}));
        }
    }
}

/// `$$` as a task sees it that is mocked, in both languages.
#[track_caller]
fn check_context(change: impl Fn(&mut StateTest), expected: &Value) {
    let paths = json!({"Type": "Task", "Resource": INVOKE, "End": true, "ResultSelector": {"seen.$": "$$"}});
    let jsonata = json!({"Type": "Task", "QueryLanguage": "JSONata", "Resource": INVOKE, "End": true,
        "Output": {"seen": "{% $states.context %}"}});
    for state in [paths, jsonata] {
        let found = answer(state, |test| {
            test.mock = Some(Ok(json!(null)));
            test.identity =
                Identity::new(MachineArn::new("us-east-1", "123456789012", "m").tested("e")).with_role("");
            change(test);
        });
        let found = Value::parse(found.unwrap()["output"].as_str().unwrap()).unwrap();
        assert_eq!(&found["seen"], expected);
    }
}

#[test]
fn the_context_object_is_what_the_test_says() {
    let start = "1970-01-01T00:00:00Z";
    let usual = |retries: u64| {
        json!({
            "Execution": {"Id": "arn:aws:states:us-east-1:123456789012:express:m:e", "Input": {"n": 1},
                "Name": "e", "RoleArn": null, "StartTime": start},
            "StateMachine": {"Id": "arn:aws:states:us-east-1:123456789012:stateMachine:m", "Name": "m"},
            "State": {"Name": "StateName", "EnteredTime": start, "RetryCount": retries}
        })
    };
    check_context(|_| (), &usual(0));
    check_context(|test| test.retries = 3, &usual(3));
    // Recorded: what is given is all there is.
    for given in [
        json!({}),
        json!({"Execution": {}, "State": {}, "StateMachine": {}}),
        json!({"Execution": {"Id": "x", "Input": {"m": 2}}}),
        json!({"State": {"Name": "Mine", "RetryCount": 7}, "StateMachine": {"Id": "i", "Name": "n"}}),
    ] {
        check_context(|test| test.context = Some(given.clone()), &given);
    }
    let selector = json!({"ItemsPath": "$.items", "ItemSelector": {"of.$": "$$"}});
    let found = answer(map(selector), |test| {
        items(test);
        test.input = json!({"items": ["a"]});
        test.context = Some(json!({"State": {"Name": "Mine"}}));
    });
    let item = r#"[{"of":{"State":{"Name":"Mine"},"Map":{"Item":{"Index":0,"Value":"a"}}}}]"#;
    assert_eq!(found.unwrap()["inspectionData"]["afterItemSelector"], item.into());

    let state = json!({"Type": "Task", "Resource": INVOKE, "End": true});
    let refused = |context: Value, message: &str| {
        refused(
            state.clone(),
            |test| {
                test.mock = Some(Ok(json!(null)));
                test.context = Some(context);
            },
            &format!("Invalid Context object provided: {message}"),
        );
    };
    refused(json!({"Execution": {"Id": 1}}), "Execution.Id must be a string");
    refused(json!({"Pokedex": 1}), "Field 'Pokedex' is not allowed");
    refused(json!({"State": {"pokemon": 1}}), "Field 'pokemon' is not allowed");
    refused(json!({"Map": {}}), "'Map' field is not supported when mocking a Context object");
    refused(
        json!({"Task": {"Token": "t"}}),
        "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service \
         integration pattern",
    );
}

#[test]
fn tests_that_do_not_fit_their_state() {
    for kind in [json!({"Type": "Pass", "End": true}), json!({"Type": "Succeed"}), json!({"Type": "Fail"})] {
        let message = format!(
            "State type '{}' is not supported when a mock is specified",
            kind["Type"].as_str().unwrap()
        );
        refused(kind, mock(json!(1)), &message);
    }
    let parallel = json!({"Type": "Parallel", "End": true,
        "Branches": [{"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}]});
    let unsupported = "TestState API does not support Map or Parallel states. Supported state types include: [Task, \
                       Wait, Pass, Succeed, Fail, Choice]";
    refused(parallel.clone(), |_| (), unsupported);
    refused(map(json!({})), |_| (), unsupported);
    refused(parallel.clone(), mock(json!({})), "Mocked result must be an array.");
    let number = "Mocked result must contain the same number of items as number of Parallel branches.";
    refused(parallel, mock(json!([1, 2])), number);
    refused(map(json!({})), mock(json!({})), "Mocked result must be an array.");
    let writer = json!({"ResultWriter": {"WriterConfig": {"OutputType": "JSON", "Transformation": "NONE"}}});
    refused(distributed(writer), mock(json!([])), "Mocked result must be a JSON object.");
    refused(
        map(json!({"ItemsPath": "$.items"})),
        |test| {
            items(test);
            test.failed_iterations = Some(4);
        },
        "Map iteration failure count must be less than or equal to the number of Map iterations",
    );
    refused(
        map(json!({})),
        |test| test.failed_iterations = Some(1),
        "TestState does not support MapIterationFailureCount when a mock is not specified.",
    );
    struct Never;
    impl ResultSchema for Never {
        fn check(&self, resource: &Resource, _: &Value, _: FieldValidation) -> Result<(), TaskRefusal> {
            Err(TaskRefusal::new(format!("Field '{resource}' must be a string")))
        }
    }
    refused(
        task(),
        |test| {
            test.mock = Some(Ok(json!(1)));
            test.result_schema = Some(Arc::new(Never));
        },
        "Mock result schema validation error: Field 'arn:aws:states:::lambda:invoke' must be a string",
    );
}

#[test]
fn a_state_of_a_machine_is_found_wherever_it_is() {
    let source = Source::json(
        r#"{"StartAt": "M", "States": {
            "M": {"Type": "Map", "Next": "E", "ItemProcessor": {"StartAt": "I", "States": {
                "I": {"Type": "Pass", "Next": "J"}, "J": {"Type": "Succeed"}}}},
            "E": {"Type": "Succeed"}}}"#,
    );
    let inner = TestedState::of_machine(&source, "I").expect("valid").expect("found");
    let found = tested_answer(&inner, |_| ()).unwrap();
    assert_eq!((found["output"].clone(), found["nextState"].clone()), (r#"{"n":1}"#.into(), "J".into()));
    // Recorded: its name in the context object is that of a state defined alone.
    let source = Source::json(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Parameters": {"name.$": "$$.State.Name"}, "End": true}}}"#,
    );
    let named = TestedState::of_machine(&source, "A").expect("valid").expect("found");
    assert_eq!(tested_answer(&named, |_| ()).unwrap()["output"], r#"{"name":"StateName"}"#.into());
    assert!(TestedState::of_machine(&source, "X").expect("valid").is_none());
    let broken = TestedState::alone(&Source::json(r#"{"Type": "Pass"}"#)).unwrap_err();
    assert!(
        broken.diagnostics().iter().any(|found| found.location.location().starts_with("/States/StateName")),
        "{broken:?}"
    );
}
