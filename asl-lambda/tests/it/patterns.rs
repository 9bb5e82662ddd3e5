//! What can never work is refused at the start: patterns that a setting allows, storage, handlers.

use asl_engine::{Engine, Failure, ObjectPage, ObjectStore, Registry, Task, TaskHandler, TaskRefusal};
use asl_lambda::{Adapter, Config, InitError, Invocation, handle};
use asl_model::Resource;
use asl_value::{Object, Text, Timestamp, Value, json};

use crate::machine::program;

/// Starts a job that never ends.
struct Begins;

#[async_trait::async_trait]
impl TaskHandler for Begins {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        task.submitted(json!({}));
        std::future::pending().await
    }
}

fn adapter(resource: &str, more: Value, vars: &[(&str, &str)]) -> Result<Adapter, InitError> {
    let mut state = json!({"Type": "Task", "Resource": format!("arn:aws:states:::{resource}"), "End": true});
    if let (Value::Object(state), Value::Object(more)) = (&mut state, more) {
        state.extend(more);
    }
    let definition = json!({"StartAt": "Job", "States": {"Job": state}});
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let engine = Engine::builder().tasks(Registry::new().fallback(Begins)).build();
    Adapter::new(program(&definition), engine, Config::from_vars(vars).expect("a configuration"))
}

#[test]
fn what_waits_is_refused_at_the_start() {
    for resource in
        ["glue:startJobRun.sync", "states:startExecution.sync:2", "sqs:sendMessage.waitForTaskToken"]
    {
        let error = adapter(resource, json!({}), &[]).unwrap_err();
        assert_eq!(error.error_type(), "InvalidDefinition");
        let message = format!(
            "Invalid State Machine Definition: 'Express state machine does not support the pattern of \
             `arn:aws:states:::{resource}`' (ASL_EXPRESS_PATTERNS=all allows it, in a function that waits)"
        );
        assert_eq!(error.to_string(), message);
        assert_eq!(error.lines().len(), 1);
    }
    assert!(adapter("sqs:sendMessage", json!({}), &[]).is_ok());
}

fn map(more: &str) -> Value {
    let definition = format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "End": true, {more} "ItemProcessor": {{
            "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}},
            "StartAt": "P", "States": {{"P": {{"Type": "Pass", "End": true}}}}}}}}}}}}"#
    );
    Value::parse(&definition).unwrap()
}

fn start(definition: &Value, engine: Engine, vars: &[(&str, &str)]) -> Result<Adapter, InitError> {
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Adapter::new(program(definition), engine, Config::from_vars(vars).expect("a configuration"))
}

#[test]
fn distributed_maps_are_refused_as_the_settings_say() {
    let [none, all] = [&[][..], &[("ASL_EXPRESS_PATTERNS", "all")]];
    let engine = || Engine::builder().build();
    let error = start(&map(""), engine(), none).unwrap_err();
    assert_eq!((error.error_type(), error.lines().len()), ("InvalidDefinition", 1));
    let message = "Invalid State Machine Definition: 'The field 'Mode' with value 'DISTRIBUTED' is not supported inside \
        'EXPRESS' state machines: `M`' (ASL_EXPRESS_PATTERNS=all allows it, in a function that waits)";
    assert_eq!(error.to_string(), message);
    assert!(start(&map(""), engine(), all).is_ok());
    let inside = json!({"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [map("")]}}});
    assert_eq!(start(&inside, engine(), none).unwrap_err().to_string(), message);
}

/// A storage without objects.
struct Nothing;

#[async_trait::async_trait]
impl ObjectStore for Nothing {
    async fn get(&self, _: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        Err(Failure::new("NoSuchKey", "nothing"))
    }
    async fn put(&self, _: &Object, _: String) -> Result<(), Failure> {
        Ok(())
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

#[test]
fn what_needs_storage_is_refused_where_there_is_none() {
    let reader =
        r#""ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b"}},"#;
    let writer =
        r#""ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b"}},"#;
    let both = map(&format!("{reader}{writer}"));
    let all = [("ASL_EXPRESS_PATTERNS", "all")];
    let error = start(&both, Engine::builder().build(), &all).unwrap_err();
    let message = "no storage for `s3:listObjectsV2`, the ItemReader of state `M`, \
        no storage for `s3:putObject`, the ResultWriter of state `M`";
    assert_eq!(
        (error.error_type(), error.to_string().as_str(), error.lines().len()),
        ("MissingStorage", message, 2)
    );
    assert!(start(&both, Engine::builder().storage(Nothing).build(), &all).is_ok());
    // All problems are reported together.
    let error = start(&both, Engine::builder().build(), &[]).unwrap_err();
    assert_eq!((error.error_type(), error.lines().len()), ("MissingStorage", 3));
    assert!(
        error.to_string().starts_with(&format!("{message}; Invalid State Machine Definition: ")),
        "{error}"
    );
}

/// A handler that refuses every resource.
struct Closed;

#[async_trait::async_trait]
impl TaskHandler for Closed {
    fn serves(&self, _: &Resource) -> Result<(), TaskRefusal> {
        Err(TaskRefusal::new("it is closed"))
    }
    async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
        Ok(Value::Null)
    }
}

#[test]
fn what_a_handler_never_does_is_refused() {
    let tasks = Registry::new().fallback(Closed).function("own", Begins);
    let engine = Engine::builder().tasks(tasks).build();
    assert!(start(&crate::machine::task("own"), engine.clone(), &[]).is_ok());
    let error = start(&crate::machine::task("other"), engine, &[]).unwrap_err();
    let message = "the tasks of resource `arn:aws:lambda:us-east-1:123456789012:function:other` can never work here: \
        it is closed";
    assert_eq!((error.error_type(), error.to_string().as_str()), ("MissingTaskHandler", message));
}

#[test]
fn what_outlasts_the_invocation_times_out() {
    let late = "the deadline of the execution passed in state `Job`";
    let callback = "sqs:sendMessage.waitForTaskToken";
    for (resource, more, error, cause) in [
        ("glue:startJobRun.sync", json!({}), "States.Timeout", late),
        (callback, json!({}), "States.Timeout", late),
        (callback, json!({"TimeoutSeconds": 3}), "States.Timeout", ""),
        (callback, json!({"HeartbeatSeconds": 2}), "States.Timeout", ""),
    ] {
        let adapter = adapter(resource, more, &[("ASL_EXPRESS_PATTERNS", "all")]).expect("an adapter");
        let deadline = Timestamp::EPOCH.plus(std::time::Duration::from_secs(1_000_000_000_000));
        let deadline = if cause.is_empty() { deadline } else { Timestamp::EPOCH };
        let invocation = Invocation::new("r-1").with_deadline(deadline);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let failed = runtime.block_on(handle(&adapter, json!({}), invocation)).unwrap_err();
        assert_eq!((failed.error_type(), failed.error_message()), (error, cause));
    }
}
