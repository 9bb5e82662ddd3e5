//! Events with several records.

use std::sync::Arc;

use asl_engine::{EventKind, HistoryRecorder};
use asl_lambda::{Invocation, handle};
use asl_value::{Value, json};

use crate::handle::{Answer, check};
use crate::machine::{adapter, echo, pass};

/// A machine that fails for records with the body `bad`, for every trigger.
fn picky(body: &str) -> Value {
    json!({"StartAt": "Is it bad", "States": {
        "Is it bad": {
            "Type": "Choice", "Default": "Fine",
            "Choices": [{"Variable": body, "StringMatches": "*bad*", "Next": "Bad"}]
        },
        "Bad": {"Type": "Fail", "Error": "Bad", "Cause": "it said so"},
        "Fine": {"Type": "Pass", "End": true}
    }})
}

fn sqs(queue: &str, messages: &[(&str, &str, &str)]) -> Value {
    let record = |(id, group, body): &(&str, &str, &str)| {
        json!({
            "messageId": *id, "body": *body, "eventSource": "aws:sqs", "attributes": {"MessageGroupId": *group},
            "eventSourceARN": format!("arn:aws:sqs:eu-west-1:123456789012:{queue}")
        })
    };
    json!({"Records": messages.iter().map(record).collect::<Value>()})
}

fn kinesis(records: &[(&str, &str, &str)]) -> Value {
    let record = |(number, key, data): &(&str, &str, &str)| {
        json!({
            "kinesis": {"sequenceNumber": *number, "partitionKey": *key, "data": *data}, "eventSource": "aws:kinesis"
        })
    };
    json!({"Records": records.iter().map(record).collect::<Value>()})
}

fn failures(ids: &[&str]) -> Answer {
    let ids: Value = ids.iter().map(|id| json!({"itemIdentifier": *id})).collect();
    Ok(json!({"batchItemFailures": ids}))
}

/// The bodies of the executed records, in the order in which they started.
fn executed(definition: &Value, event: Value, body: &str) -> Vec<String> {
    let history = Arc::new(HistoryRecorder::new());
    let invocation = Invocation::new("r-1").with_observer(history.clone());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(handle(&adapter(definition, &[("ASL_INPUT", body)]), event, invocation)).unwrap();
    let inputs = history.events().into_iter().filter_map(|event| match event.kind {
        EventKind::ExecutionStarted { input, .. } => Some(input.as_str().unwrap().to_owned()),
        _ => None,
    });
    inputs.collect()
}

#[test]
fn exactly_the_failed_messages_are_reported() {
    let event = |bodies: [&'static str; 4]| {
        sqs(
            "orders",
            &[("1", "g", bodies[0]), ("2", "g", bodies[1]), ("3", "h", bodies[2]), ("4", "h", bodies[3])],
        )
    };
    let picky = || picky("$.body");
    check(picky(), &[], event(["a", "b", "c", "d"]), failures(&[]));
    check(picky(), &[], event(["bad", "b", "c", "bad"]), failures(&["1", "4"]));
    check(picky(), &[], event(["bad", "bad", "bad", "bad"]), failures(&["1", "2", "3", "4"]));
    check(picky(), &[("ASL_ON_FAILURE", "report")], event(["bad", "b", "c", "d"]), failures(&[]));
    check(picky(), &[("ASL_RESPONSE", "envelope")], event(["a", "bad", "c", "d"]), failures(&["2"]));
}

#[test]
fn after_a_failure_the_rest_of_a_fifo_group_is_left_alone() {
    let event = sqs(
        "orders.fifo",
        &[
            ("1", "g", "a"),
            ("2", "h", "bad"),
            ("3", "g", "bad"),
            ("4", "g", "b"),
            ("5", "h", "c"),
            ("6", "i", "d"),
        ],
    );
    check(picky("$.body"), &[], event.clone(), failures(&["2", "3", "4", "5"]));
    let mut bodies = executed(&picky("$"), event, "$.body");
    bodies.sort();
    assert_eq!(bodies, ["a", "bad", "bad", "d"]);
}

#[test]
fn a_stream_goes_on_from_the_first_failure() {
    // `bad` and `ok` in base64.
    let records = [("11", "k", "b2s="), ("12", "l", "YmFk"), ("13", "k", "YmFk"), ("14", "l", "b2s=")];
    let picky = picky("$");
    check(picky.clone(), &[("ASL_INPUT", "body")], kinesis(&records), failures(&["12"]));
    check(picky.clone(), &[("ASL_INPUT", "body")], kinesis(&records[..1]), failures(&[]));
    let bodies = executed(&picky, kinesis(&[records[1], records[3]]), "body");
    assert_eq!(bodies, ["bad"]);
    let change = |number: &str, id: &str| json!({"eventSource": "aws:dynamodb", "dynamodb": {"SequenceNumber": number, "Keys": {"id": {"S": id}}}});
    let event = json!({"Records": [change("1", "good"), change("2", "bad"), change("3", "bad")]});
    let picky = crate::batches::picky("$.dynamodb.Keys.id.S");
    check(picky, &[], event, failures(&["2"]));
}

#[test]
fn a_record_without_a_name_fails_all() {
    let event = json!({"Records": [{"eventSource": "aws:sqs", "body": "bad"}]});
    check(picky("$.body"), &[], event, Err(("Bad", "it said so")));
}

#[test]
fn a_batch_can_be_one_execution() {
    let array = [("ASL_BATCH", "array")];
    let bodies = [("ASL_BATCH", "array"), ("ASL_INPUT", "body")];
    let event = || sqs("orders", &[("1", "g", "[1]"), ("2", "g", "b")]);
    check(picky("$[1].body"), &array, event(), failures(&[]));
    check(picky("$[1]"), &bodies, event(), failures(&[]));
    check(
        picky("$[1]"),
        &bodies,
        sqs("orders", &[("1", "g", "a"), ("2", "g", "bad")]),
        Err(("Bad", "it said so")),
    );
    let own = json!({"batchItemFailures": [{"itemIdentifier": "2"}]});
    check(pass(&own), &array, event(), Ok(own.clone()));
    let sns = json!({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": "{\"id\":7}"}}]});
    check(echo(), &bodies, sns, Ok(json!([{"id": 7}])));
}

#[test]
fn many_records_run_side_by_side() {
    let rest = json!({"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 200, "End": true}}});
    let ids: Vec<String> = (0..100).map(|id| id.to_string()).collect();
    let messages: Vec<(&str, &str, &str)> = ids.iter().map(|id| (id.as_str(), "g", "b")).collect();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let answer = runtime.block_on(async {
        let begun = tokio::time::Instant::now();
        let answer = handle(&adapter(&rest, &[]), sqs("orders", &messages), Invocation::new("r-1")).await;
        // Forty run concurrently.
        assert_eq!(begun.elapsed().as_secs(), 600);
        answer
    });
    assert_eq!(answer, Ok(json!({"batchItemFailures": []})));
}

#[test]
fn notifications_fail_the_invocation() {
    let sns = |messages: [&'static str; 2]| {
        let record = |message: &str| json!({"EventSource": "aws:sns", "Sns": {"Message": message}});
        json!({"Records": messages.map(record).into_iter().collect::<Value>()})
    };
    let body = [("ASL_INPUT", "body")];
    check(echo(), &body, sns(["1", "x"]), Ok(json!([1, "x"])));
    check(picky("$"), &body, sns(["a", "bad"]), Err(("Bad", "it said so")));
    let reported = json!(["a", {"status": "FAILED", "error": "Bad", "cause": "it said so"}]);
    check(
        picky("$"),
        &[("ASL_INPUT", "body"), ("ASL_ON_FAILURE", "report")],
        sns(["a", "bad"]),
        Ok(reported),
    );
    let one = json!({"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "k"}}}]});
    check(echo(), &body, one, Ok(json!({"object": {"key": "k"}})));
}

#[test]
fn each_record_is_an_execution_of_its_own_name() {
    let names = json!({"StartAt": "Name", "States": {"Name": {
        "Type": "Pass", "Parameters": {"name.$": "$$.Execution.Name"}, "OutputPath": "$.name", "End": true}}});
    let record = || json!({"EventSource": "aws:sns", "Sns": {"Message": ""}});
    check(names.clone(), &[], json!({"Records": [record()]}), Ok(json!("r-1")));
    check(names, &[], json!({"Records": [record(), record()]}), Ok(json!(["r-1-0", "r-1-1"])));
}

/// An event of a tumbling window.
fn window(service: &str, records: Value, state: Value, is_final: bool) -> Value {
    json!({
        "Records": records, "window": {"start": "2026-01-31T12:00:00Z", "end": "2026-01-31T12:02:00Z"}, "state": state,
        "shardId": "shardId-000000000006", "isFinalInvokeForWindow": is_final, "isWindowTerminatedEarly": false,
        "eventSourceARN": format!("arn:aws:{service}:eu-west-1:123456789012:stream/orders")
    })
}

fn answer_with(state: Value) -> Answer {
    Ok(json!({"state": state, "batchItemFailures": []}))
}

#[test]
fn a_window_is_one_execution_that_hands_on_a_state() {
    // The number 2 in base64, and the change of an item.
    let kinesis = json!([{"eventSource": "aws:kinesis", "kinesis": {"sequenceNumber": "1", "data": "Mg=="}}]);
    let dynamodb = json!([{"eventSource": "aws:dynamodb", "dynamodb": {"NewImage": {"n": {"N": "2"}}}}]);
    let sum = |number: &str| {
        json!({"StartAt": "Sum", "States": {"Sum": {"Type": "Pass", "End": true, "Parameters": {
            "state": {"sum.$": number, "until.$": "$.window.end"}
        }}}})
    };
    let expect = |sum: Value| answer_with(json!({"sum": sum, "until": "2026-01-31T12:02:00Z"}));
    let event = || window("kinesis", kinesis.clone(), json!({"sum": 40}), false);
    for vars in [&[("ASL_INPUT", "body")][..], &[("ASL_INPUT", "body"), ("ASL_BATCH", "array")]] {
        check(sum("States.MathAdd($.state.sum, $.Records[0])"), vars, event(), expect(json!(42)));
    }
    let number = sum("States.StringToJson($.Records[0].dynamodb.NewImage.n.N)");
    check(number, &[], window("dynamodb", dynamodb, json!({}), false), expect(json!(2)));
    // At the end of a window there may be no records; Lambda ignores the state then.
    for service in ["kinesis", "dynamodb"] {
        let last = window(service, json!([]), json!({"sum": 42}), true);
        check(echo(), &[], last.clone(), answer_with(json!({"sum": 42})));
        check(pass(&json!("stored")), &[], last, answer_with(json!({"sum": 42})));
    }
}

#[test]
fn the_output_of_a_window_is_its_answer_or_its_state() {
    let event = || window("kinesis", json!([]), json!({"sum": 1}), false);
    check(pass(&json!({"sum": 2})), &[], event(), answer_with(json!({"sum": 2})));
    check(pass(&json!({"state": {"sum": 3}, "more": 1})), &[], event(), answer_with(json!({"sum": 3})));
    let failed = json!([{"itemIdentifier": "1"}]);
    let answer = json!({"state": {"sum": 1}, "batchItemFailures": failed.clone()});
    check(pass(&json!({"batchItemFailures": failed})), &[], event(), Ok(answer));
    let refused = "the output is not the state of a window: expected an object, found number";
    check(pass(&json!(7)), &[], event(), Err(("InvalidResponse", refused)));
    let refused = "the output is not the state of a window: expected an object, found array";
    check(pass(&json!({"state": []})), &[], event(), Err(("InvalidResponse", refused)));
    // A failed execution does not lose the state.
    let bad =
        json!({"StartAt": "Bad", "States": {"Bad": {"Type": "Fail", "Error": "Bad", "Cause": "it said so"}}});
    check(bad.clone(), &[], event(), Err(("Bad", "it said so")));
    check(bad, &[("ASL_ON_FAILURE", "report")], event(), answer_with(json!({"sum": 1})));
    // The first event of a window has no state.
    check(
        pass(&json!({"batchItemFailures": []})),
        &[],
        window("kinesis", json!([]), Value::Null, false),
        answer_with(json!({})),
    );
}
