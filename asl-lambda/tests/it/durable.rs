//! Durable executions, on the emulator of asl-durable.

use std::sync::Arc;

use asl_durable::Emulator;
use asl_engine::{DefinitionHash, Engine, Registry, Task, TaskHandler, load};
use asl_lambda::{Adapter, Config, Invocation, handle};
use asl_model::Source;
use asl_value::{Value, json};
use futures_util::FutureExt;

const ORDER: &str = r#"{"StartAt": "Pause", "States": {
    "Pause": {"Type": "Wait", "Seconds": 86400, "Next": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"Link.$": "States.Format('https://approve?token={}', $$.Task.Token)"}, "TimeoutSeconds": 604800, "End": true}
}}"#;

/// Sends the link to somebody who answers an hour later.
struct Sent(Arc<Emulator>);

#[async_trait::async_trait]
impl TaskHandler for Sent {
    async fn call(&self, task: Task<'_>) -> Result<Value, asl_engine::Failure> {
        let (service, link) = (Arc::clone(&self.0), task.arguments["Link"].as_str().unwrap().to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_secs(3_600)).await;
            let id = link.rsplit_once("token=").unwrap().1;
            service.succeed_callback(id, r#"{"approved":true}"#.into()).unwrap();
        });
        task.submitted(json!({"MessageId": "m-1"}));
        std::future::pending().await
    }
}

/// The function's clock is real, the emulator's is not: a wait that has ended is over for both.
#[tokio::test]
async fn an_approval_without_time() {
    let service = Arc::new(Emulator::starting_at(std::time::SystemTime::now().into()));
    let source = Source::json(ORDER.replace("86400", "0"));
    let loaded = load(&source).unwrap();
    let definition = DefinitionHash::of(&asl_model::parse(&source).machine.unwrap());
    let tasks = Registry::new().service("sqs", "sendMessage", Sent(Arc::clone(&service)));
    let vars = [("ASL_EXPRESS_PATTERNS".to_owned(), "all".to_owned())];
    let engine = Engine::builder().tasks(tasks).build();
    let adapter = Adapter::new(loaded.program, engine, Config::from_vars(vars).unwrap()).unwrap();
    let adapter = adapter.with_durable(service.clone(), definition);
    tokio::time::pause();
    let ended = service.run("order-7", r#"{"n":7}"#.into(), move |event| {
        let adapter = adapter.clone();
        async move { Ok(handle(&adapter, event, Invocation::new("request-1")).await?) }.boxed()
    });
    let ended = ended.await;
    assert_eq!((ended.status.as_str(), ended.result.as_deref()), ("SUCCEEDED", Some(r#"{"approved":true}"#)));
    let kinds: Vec<&str> = ended.operations.iter().map(|operation| operation.details.kind().name()).collect();
    assert_eq!(kinds, ["EXECUTION", "STEP", "CALLBACK", "STEP"], "{ended:#?}");
    assert_eq!(ended.invocations, 2);
}
