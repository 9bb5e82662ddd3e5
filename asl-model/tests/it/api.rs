//! The guarantees for programs that build or read machines.

use asl_model::*;

#[test]
fn everything_can_be_sent() {
    fn check<T: Send + Sync + Clone + std::fmt::Debug + PartialEq>() {}
    check::<StateMachine>();
    check::<State>();
    check::<Diagnostic>();
    check::<Source>();
    check::<Parsed>();
    check::<Code>();
    check::<Resource>();
}

#[test]
fn a_machine_made_in_rust() {
    let child = StateMachine::builder("Each").state("Each", Pass::new(Transition::End)).build().unwrap();
    let machine = StateMachine::builder("Work")
        .comment("made")
        .timeout_seconds(60)
        .state(
            "Work",
            Map::new(child, Transition::to("Decide"))
                .items(Field::Query("$.items".into()))
                .max_concurrency(2)
                .result_path("$.done")
                .retry(
                    Retrier::new(["States.Timeout"]).backoff_rate(1.5).jitter_strategy(JitterStrategy::Full),
                )
                .catch(Catcher::new(["States.ALL"], "Lost").result_path("$.error")),
        )
        .state(
            "Decide",
            Choice::new(vec![ChoiceRule::new(
                Condition::Test(Test::And(vec![
                    Test::compare("$.n", "IsPresent", Value::from(true)),
                    Test::Not(Box::new(Test::compare("$.n", "NumericLessThan", Value::from(3)))),
                ])),
                "Pause",
            )])
            .default("Lost"),
        )
        .state("Pause", Wait::new(WaitUntil::Seconds(Field::Literal(5)), Transition::End))
        .state("Lost", Fail::new().error(Text::from("Lost")))
        .build()
        .unwrap();
    let expect = r#"{"Comment": "made", "TimeoutSeconds": 60, "StartAt": "Work", "States": {
        "Work": {"Type": "Map", "ResultPath": "$.done", "ItemsPath": "$.items", "MaxConcurrency": 2,
            "ItemProcessor": {"StartAt": "Each", "States": {"Each": {"Type": "Pass", "End": true}}},
            "Retry": [{"ErrorEquals": ["States.Timeout"], "BackoffRate": 1.5, "JitterStrategy": "FULL"}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Lost"}], "Next": "Decide"},
        "Decide": {"Type": "Choice", "Choices": [{"And": [{"Variable": "$.n", "IsPresent": true},
            {"Not": {"Variable": "$.n", "NumericLessThan": 3}}], "Next": "Pause"}], "Default": "Lost"},
        "Pause": {"Type": "Wait", "Seconds": 5, "End": true}, "Lost": {"Type": "Fail", "Error": "Lost"}}}"#;
    assert_eq!(machine.to_value(), Value::parse(expect).unwrap());
}

#[test]
fn a_wrong_machine_made_in_rust() {
    let built = StateMachine::builder("A")
        .query_language(QueryLanguage::JsonAta)
        .state("A", Pass::new(Transition::to("B")).input_path("$.a"))
        .state("B", Task::new("nobody", Transition::End).timeout_seconds(0))
        .build();
    let messages: Vec<String> =
        built.unwrap_err().into_parts().1.into_iter().map(|found| found.message).collect();
    assert_eq!(
        messages,
        [
            "The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage",
            "Minimum value is 1",
            "Value is not a valid resource ARN",
        ]
    );
}

#[track_caller]
fn check_resource(arn: &str, expect: ResourceKind<'_>) {
    assert_eq!(Resource::from(arn).kind(), expect);
}

#[test]
fn resources_are_taken_apart() {
    let service = |service, action, pattern| ResourceKind::Service { service, action, pattern };
    check_resource("arn:aws:states:::lambda:invoke", service("lambda", "invoke", Pattern::RequestResponse));
    check_resource("arn:aws:states:eu-west-1::ecs:runTask.sync", service("ecs", "runTask", Pattern::Sync));
    check_resource(
        "arn:aws:states:::states:startExecution.sync:2",
        service("states", "startExecution", Pattern::Sync2),
    );
    check_resource(
        "arn:aws-us-gov:states:::aws-sdk:s3:getObject.waitForTaskToken",
        service("aws-sdk:s3", "getObject", Pattern::WaitForTaskToken),
    );
    check_resource(
        "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST",
        ResourceKind::Lambda { function: "f", qualifier: Some("$LATEST") },
    );
    check_resource(
        "arn:aws:lambda:eu-west-1:123456789012:function:f",
        ResourceKind::Lambda { function: "f", qualifier: None },
    );
    check_resource("arn:aws:states:eu-west-1:123456789012:activity:a", ResourceKind::Activity { name: "a" });
    for arn in [
        "",
        "arn",
        "arn:aws:states:::",
        "arn:aws:states:::lambda",
        "arn:aws:states:::lambda:",
        "arn:aws:states:::lambda:invoke.later",
        "arn:aws:lambda:::function:",
        "arn:aws:lambda:::function:f:",
        "arn:aws:s3:::b",
        "arn::states:::lambda:invoke",
    ] {
        check_resource(arn, ResourceKind::Other);
    }
}

#[test]
fn states_keep_their_order() {
    let names = ["C", "A", "B", "A"];
    let states: States = names.into_iter().map(|name| State::new(name, Succeed::new())).collect();
    let found: Vec<&str> = states.iter().map(|state| state.name.as_str()).collect();
    assert_eq!((found.as_slice(), states.len()), (["C", "A", "B"].as_slice(), 3));
    assert_eq!(states.position("B"), Some(2));
    assert!(states.get("D").is_none() && !states.is_empty());
}
