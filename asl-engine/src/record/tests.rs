use asl_value::{Value, json};

use super::{Record, RecordedEnd};

/// An event, at its number in seconds.
fn event(id: u64, previous_id: u64, name: &str, member: &str, details: Value) -> Value {
    let mut event = json!({"timestamp": (id), "type": name, "id": (id), "previousEventId": (previous_id)});
    if let Value::Object(event) = &mut event
        && !member.is_empty()
    {
        event.insert(format!("{member}EventDetails"), details);
    }
    event
}

fn started() -> Value {
    event(1, 0, "ExecutionStarted", "executionStarted", json!({"input": "{}"}))
}

fn entered(id: u64, previous_id: u64, kind: &str, name: &str) -> Value {
    let details = json!({"name": name, "input": "{}", "inputDetails": {"truncated": false}});
    event(id, previous_id, &format!("{kind}StateEntered"), "stateEntered", details)
}

#[track_caller]
fn check_refused(document: Value, expected: &str) {
    let error =
        Record::read(&document).and_then(|record| record.calls().map(|_| record)).expect_err("an error");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn what_is_not_a_record() {
    check_refused(json!(3), "a history is an object with `events`");
    check_refused(json!({"events": {}}), "expected an array at `events`, found object");
    check_refused(json!([]), "the first event of a history is `ExecutionStarted`");
    check_refused(json!([null]), "expected a number at `/events/0/id`, found nothing");
    check_refused(
        json!([{"id": 1.5, "previousEventId": 0}]),
        "expected a number at `/events/0/id`, found number",
    );
    check_refused(
        json!([{"id": 1, "previousEventId": [0]}]),
        "expected a number at `/events/0/previousEventId`, found array",
    );
    check_refused(json!([{"id": 1, "previousEventId": 0}]), "event 1 has no `type`");
    check_refused(
        json!([{"id": 1, "previousEventId": 0, "type": "ExecutionStarted", "timestamp": "today"}]),
        "the `timestamp` of event 1 is neither a number of seconds nor a date",
    );
    check_refused(
        json!({"events": [started(), entered(2, 0, "Odd", "A")]}),
        "event 2 (`OddStateEntered`) is of a type that is not known",
    );
    check_refused(
        json!({"events": [started(), event(2, 1, "PassStateEntered", "stateEntered", json!([]))]}),
        "expected an object at `stateEnteredEventDetails` of event 2 (`PassStateEntered`), found array",
    );
    check_refused(
        json!({"events": [started(), event(2, 1, "PassStateEntered", "stateEntered", json!({"input": "{}"}))]}),
        "event 2 (`PassStateEntered`) has no `name`",
    );
    check_refused(
        json!({"events": [started(), event(2, 1, "PassStateEntered", "stateEntered", json!({"name": 3, "input": "{}"}))]}),
        "expected a string at `name` of event 2 (`PassStateEntered`), found number",
    );
}

#[test]
fn what_is_not_complete() {
    check_refused(
        json!({"events": [started()], "nextToken": "more"}),
        "the history has further pages (`nextToken`): export all of them, without `--max-items` and `--no-paginate`",
    );
    check_refused(
        json!({"events": [started(), entered(3, 1, "Pass", "A")]}),
        "event 2 is missing: the history must be complete, with all its pages",
    );
    check_refused(
        json!({"events": [event(1, 0, "ExecutionStarted", "executionStarted", json!({}))]}),
        "event 1 (`ExecutionStarted`) has no `input`: export the history with `--include-execution-data`",
    );
    check_refused(
        json!({"events": [event(1, 0, "ExecutionStarted", "executionStarted", json!({"input": "{\"a\"", "inputDetails": {"truncated": true}}))]}),
        "`input` of event 1 (`ExecutionStarted`) is truncated: records of logs are not complete, export the history with `aws stepfunctions get-execution-history`",
    );
    let described = json!({"events": [started()], "executionArn": "arn:aws:states:us-east-1:123456789012:execution:m:e", "status": "RUNNING"});
    check_refused(
        described,
        "`arn:aws:states:us-east-1:123456789012:execution:m:e` was running when it was described: describe it again",
    );
}

#[test]
fn events_that_contradict_one_another() {
    check_refused(
        json!({"events": [started(), entered(2, 2, "Pass", "A")]}),
        "event 2 follows event 2, which comes after it",
    );
    check_refused(
        json!({"events": [started(), entered(2, 3, "Pass", "A"), entered(3, 2, "Pass", "B")]}),
        "event 2 follows event 3, which comes after it",
    );
    check_refused(
        json!({"events": [started(), event(2, 1, "LambdaFunctionStarted", "", json!(null))]}),
        "event 2 (`LambdaFunctionStarted`) does not follow an event of a task",
    );
    let exited = json!({"name": "B", "output": "{}"});
    check_refused(
        json!({"events": [started(), entered(2, 0, "Pass", "A"), event(3, 2, "PassStateExited", "stateExited", exited)]}),
        "event 3 (`PassStateExited`) does not fit the event 2 that it follows",
    );
    let index = json!({"name": "A", "index": 0});
    let twice = [3, 4].map(|id| event(id, 2, "MapIterationStarted", "mapIterationStarted", index.clone()));
    check_refused(
        json!({"events": [started(), entered(2, 0, "Map", "A"), (twice[0].clone())]}),
        "event 3 (`MapIterationStarted`) does not fit the event 2 that it follows",
    );
    let began = event(3, 2, "MapStateStarted", "mapStateStarted", json!({"length": 1}));
    let twice = [4, 5].map(|id| event(id, 3, "MapIterationStarted", "mapIterationStarted", index.clone()));
    check_refused(
        json!({"events": [started(), entered(2, 0, "Map", "A"), began, (twice[0].clone()), (twice[1].clone())]}),
        "event 5 (`MapIterationStarted`) does not fit the event 3 that it follows",
    );
}

/// One record is nested deeper than any machine. The other has the largest number of events.
#[test]
fn large_records_are_read_or_refused_in_bounded_time() {
    let nested = (0..600).flat_map(|depth| {
        let id = 2 + 2 * depth;
        let parallel = event(id + 1, id, "ParallelStateStarted", "", json!(null));
        [entered(id, id - 1, "Parallel", &format!("P{depth}")), parallel]
    });
    let document = json!({"events": [started()].into_iter().chain(nested).collect::<Value>()});
    check_refused(document, "event 804 is nested too deep");
    let long = (0..25_000u64).map(|index| match index {
        0 => started(),
        index if index % 2 == 1 => entered(index + 1, if index == 1 { 0 } else { index }, "Task", "A"),
        index => {
            let details = json!({"resourceType": "lambda", "resource": "invoke", "parameters": "{}"});
            event(index + 1, index, "TaskScheduled", "taskScheduled", details)
        }
    });
    let record = Record::read(&json!({"events": long.collect::<Value>()})).expect("a record");
    assert_eq!(record.calls().expect("calls").len(), 12_499);
    assert_eq!(record.outcome(), None);
}

#[test]
fn a_history_may_be_reversed_and_described() {
    let failed = event(3, 2, "ExecutionFailed", "executionFailed", json!({"error": "E"}));
    let record = Record::read(&json!({
        "events": [failed, entered(2, 0, "Fail", "A"), started()],
        "executionArn": "arn:aws:states:us-east-1:123456789012:execution:orders:run-1",
        "status": "FAILED"
    }));
    let record = record.expect("a record");
    assert_eq!(record.machine_name().map(|name| name.as_str()), Some("orders"));
    assert_eq!(record.started().to_string(), "1970-01-01T00:00:01Z");
    assert_eq!(record.outcome().unwrap().failure().unwrap().to_string(), "E");
}

#[test]
fn dates_are_seconds_or_texts() {
    let date = json!({"type": "ExecutionStarted", "id": 1, "previousEventId": 0,
        "timestamp": "2016-03-14T13:00:00.500000+01:00", "executionStartedEventDetails": {"input": "1"}});
    assert_eq!(Record::read(&json!([date])).unwrap().started().to_string(), "2016-03-14T12:00:00.500Z");
}

/// A call that failed before it was started, and one that did not end.
#[test]
fn calls_and_how_they_ended() {
    let lambda = json!({"resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "input": "{}"});
    let record = Record::read(&json!({"events": [
        started(),
        entered(2, 0, "Task", "A"),
        event(3, 2, "LambdaFunctionScheduled", "lambdaFunctionScheduled", lambda.clone()),
        event(4, 3, "LambdaFunctionStartFailed", "lambdaFunctionStartFailed", json!({"error": "Denied"})),
        event(5, 4, "LambdaFunctionScheduled", "lambdaFunctionScheduled", lambda),
        event(6, 5, "LambdaFunctionStarted", "", json!(null)),
        event(7, 0, "ExecutionAborted", "executionAborted", json!({}))
    ]}));
    let calls = record.expect("a record").calls().expect("calls");
    let ends: Vec<String> = calls
        .iter()
        .map(|call| match &call.end {
            RecordedEnd::Failed(failure) => format!("{}: {failure}", call.state),
            end => format!("{}: {end:?}", call.state),
        })
        .collect();
    assert_eq!(ends, ["A: Denied", "A: Aborted(Some(Failure { error: None, cause: None }))"]);
}
