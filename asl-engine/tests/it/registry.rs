//! Which handler runs which task, and what is found before anything runs.

use asl_engine::{Failure, Outcome, Registry, Task, TaskHandler, TaskRefusal};
use asl_model::Resource;
use asl_value::{Value, json};
use async_trait::async_trait;

use crate::tasks::{DOUBLE, task};
use crate::{program, run};

/// Answers with its name.
pub(crate) struct Named(pub(crate) &'static str);

#[async_trait]
impl TaskHandler for Named {
    async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
        Ok(self.0.into())
    }
}
#[tokio::test]
async fn the_most_particular_handler_is_called() {
    #[track_caller]
    fn check(registry: &Registry, resource: &str, expect: Option<&str>) {
        let handler = registry.resolve(&resource.into());
        assert_eq!(handler.is_some(), expect.is_some(), "{resource}");
    }
    let some = Registry::new().resource(DOUBLE, Named("exact")).function("f", Named("function")).service(
        "aws-sdk:s3",
        "getObject",
        Named("service"),
    );
    check(&some, DOUBLE, Some("exact"));
    check(&some, "arn:aws:lambda:eu-west-1:999999999999:function:f:PROD", Some("function"));
    check(&some, "arn:aws:states:::aws-sdk:s3:getObject", Some("service"));
    check(&some, "arn:aws:states:::aws-sdk:s3:putObject", None);

    let all = some.function("double", Named("function")).fallback(Named("fallback"));
    for (resource, expect) in [
        (DOUBLE, "exact"),
        ("arn:aws:lambda:eu-west-1:999999999999:function:double", "function"),
        ("arn:aws:states:::aws-sdk:s3:getObject.waitForTaskToken", "service"),
        ("arn:aws:states:::sqs:sendMessage", "fallback"),
    ] {
        let report = run(&task(resource, ""), json!({}), all.clone()).await;
        assert_eq!(report.outcome, Outcome::Succeeded(json!(expect)), "{resource}");
    }
}

#[test]
fn missing_handlers_are_found_before_anything_runs() {
    let program = program(&task(DOUBLE, ""));
    let missing = Registry::new();
    let missing: Vec<&str> =
        missing.missing(&program).into_iter().map(|resource| resource.as_str()).collect();
    assert_eq!(missing, [DOUBLE]);
    assert!(Registry::new().fallback(Named("any")).missing(&program).is_empty());
}

#[test]
fn what_a_handler_cannot_do_is_found_before_anything_runs() {
    struct Picky;
    #[async_trait]
    impl TaskHandler for Picky {
        fn serves(&self, resource: &Resource) -> Result<(), TaskRefusal> {
            if resource.as_str() == DOUBLE { Err(TaskRefusal::new("it is odd")) } else { Ok(()) }
        }
        async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
            Ok(Value::Null)
        }
    }
    let program = program(&task(DOUBLE, ""));
    let picky = Registry::new().fallback(Picky);
    let refused = picky.refused(&program);
    assert_eq!(refused, [(&Resource::from(DOUBLE), TaskRefusal::new("it is odd"))]);
    assert!(picky.function("double", Named("other")).refused(&program).is_empty());
    assert!(Registry::new().refused(&program).is_empty());
}

#[test]
fn what_distributed_maps_need_is_found_before_anything_runs() {
    let distributed = r#""ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},"#;
    let map = |name: &str, config: &str, more: &str, inner: &str| {
        format!(
            r#"{{"StartAt": "{name}", "States": {{"{name}": {{"Type": "Map", {more}
                "ItemProcessor": {{{config} {}, "End": true}}}}}}"#,
            &inner[1..inner.len()],
        )
    };
    let end = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;
    let reader = r#""ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": "b", "Key": "k"}},"#;
    let writer =
        r#""ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},"#;
    let formatted =
        r#""ResultWriter": {"WriterConfig": {"OutputType": "JSON", "Transformation": "COMPACT"}},"#;
    let inner = map("Inner", distributed, &format!("{reader}{writer}"), end);
    let check = |definition: &str, expected: &[(&str, Option<&str>, Option<&str>)]| {
        let program = program(definition);
        let found = program.distributed_maps();
        let found: Vec<_> = found.iter().map(|map| (map.state.as_str(), map.reads, map.writes)).collect();
        assert_eq!(found, expected);
    };
    check(&map("Outer", "", "", &inner), &[("Inner", Some("s3:getObject"), Some("s3:putObject"))]);
    check(&map("Outer", distributed, formatted, end), &[("Outer", None, None)]);
    check(&map("Outer", "", "", end), &[]);
}
