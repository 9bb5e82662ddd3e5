use super::*;

const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:a:b";
const MACHINE_ARN: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:a";

fn described<T>(outcome: Option<Outcome>, input: &Value, show: impl Fn(Description<'_>) -> T) -> T {
    let started = Timestamp::from_epoch_millis(1500);
    let description = Description::new(ARN, MACHINE_ARN, "b", started, input);
    match &outcome {
        Some(outcome) => show(description.ended(started, outcome)),
        None => show(description),
    }
}

#[test]
fn a_task_results_in_members_in_pascal_case_and_sorted() {
    let input = json!({"inputDetails": {"a": 1}});
    let result = |outcome, pattern| described(Some(outcome), &input, |it| it.task_result(pattern));
    let of = |input: &str, output: &str| {
        format!(
            r#"{{"ExecutionArn":"{ARN}","Input":{input},"InputDetails":{{"Included":true}},"Name":"b","Output":{output},"OutputDetails":{{"Included":true}},"StartDate":1500,"StateMachineArn":"{MACHINE_ARN}","Status":"SUCCEEDED","StopDate":1500}}"#
        )
    };
    let succeeded = || Outcome::Succeeded(json!([2]));
    let text = of(r#""{\"inputDetails\":{\"a\":1}}""#, r#""[2]""#);
    assert_eq!(result(succeeded(), Pattern::Sync).unwrap().to_json(), text);
    let value = of(r#"{"inputDetails":{"a":1}}"#, "[2]");
    assert_eq!(result(succeeded(), Pattern::Sync2).unwrap().to_json(), value);
    let failed = result(Outcome::Failed(Failure::new("E", "c")), Pattern::Sync2).unwrap_err();
    let cause = Value::parse(&failed.cause.unwrap()).unwrap();
    assert_eq!(
        (&cause["Error"], &cause["Cause"], &cause["Output"]),
        (&json!("E"), &json!("c"), &Value::Null)
    );
}

#[test]
fn an_execution_that_timed_out_shows_its_error_in_some_forms() {
    #[track_caller]
    fn check(arn: &str, hides: bool, shown: [bool; 5]) {
        let (input, date) = (json!({}), Timestamp::EPOCH);
        let outcome = Outcome::TimedOut(Failure::new("States.Timeout", "late"));
        let description = Description::new(arn, MACHINE_ARN, "b", date, &input).ended(date, &outcome);
        let description = if hides { description.without_timeout() } else { description };
        let cause = description.task_result(Pattern::Sync).unwrap_err().cause.unwrap();
        let forms = [
            Value::Object(description.describe_execution()),
            Value::Object(description.event_bridge()),
            Value::Object(description.start_sync_execution()),
            Value::parse(&cause).unwrap(),
            Value::parse(&description.map_result()).unwrap(),
        ];
        let found = forms.map(|form| {
            let member = |lower: &str, upper: &str| {
                form.get(lower).or_else(|| form.get(upper)).filter(|part| !part.is_null()).cloned()
            };
            match (member("error", "Error"), member("cause", "Cause")) {
                (None, None) => false,
                parts => {
                    assert_eq!(parts, (Some(json!("States.Timeout")), Some(json!("late"))));
                    true
                }
            }
        });
        assert_eq!(found, shown, "{arn} {hides}");
    }
    const EXPRESS: &str = "arn:aws:states:us-east-1:123456789012:express:a:b:c";
    // DescribeExecution, EventBridge, StartSyncExecution, a task, a ResultWriter.
    check(ARN, false, [false, false, true, false, true]);
    check(EXPRESS, false, [true, true, true, true, true]);
    check(ARN, true, [false; 5]);
    check(EXPRESS, true, [false; 5]);
}

#[test]
fn an_output_that_is_the_input_keeps_its_spaces() {
    let input = json!({"n": 1});
    let outputs = [input.clone(), json!({"n": 1})].map(|output| {
        described(Some(Outcome::Succeeded(output)), &input, |it| {
            it.with_input_text("{ \"n\": 1 }").describe_execution().get("output").cloned().unwrap()
        })
    });
    assert_eq!(outputs, [json!("{ \"n\": 1 }"), json!("{\"n\":1}")]);
}

#[test]
fn an_event_has_no_payload_that_is_too_large() {
    #[track_caller]
    fn check(input: usize, output: Option<usize>, expected: [Option<bool>; 2]) {
        let outcome = output.map(|output| Outcome::Succeeded("\"".repeat(output / 2).into()));
        let members = described(outcome, &"x".repeat(input).into(), |it| it.event_bridge());
        let found = ["input", "output"].map(|name| {
            let included = members.get(&format!("{name}Details"))?.get("included")?.as_bool();
            assert_eq!(members.get(name).is_some_and(|text| !text.is_null()), included?);
            included
        });
        assert_eq!(found, expected);
    }
    check(1000, Some(1000), [Some(true), Some(true)]);
    check(200 << 10, Some(20 << 10), [Some(true), Some(true)]);
    check(200 << 10, Some(30 << 10), [Some(false), Some(true)]);
    check(10, Some(130 << 10), [Some(false), Some(false)]);
    check(250 << 10, None, [Some(false), None]);
}
