//! When a new execution starts its effects: after its header is stored.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    CancelToken, Clock, DefinitionHash, Engine, Execution, Failure, Journal, JournalError, JournalRecord,
    Registry, load, task_fn,
};
use asl_model::Source;
use asl_value::Value;

/// Notes what happens, in order.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<&'static str>>>);

impl Noted {
    fn note(&self, what: &'static str) {
        self.0.lock().unwrap().push(what);
    }
}

/// Stores a header after a second, while the execution computes.
#[async_trait::async_trait]
impl Journal for Noted {
    async fn append(&self, record: &JournalRecord) -> Result<(), JournalError> {
        self.note(match record {
            JournalRecord::Header(_) => "header",
            JournalRecord::Turn(_) => "turn",
            _ => "end",
        });
        Ok(())
    }
    async fn begin_effects(&self) -> Result<(), JournalError> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.note("stored");
        Ok(())
    }
}

async fn check(state: &str, cancel: CancelToken, expected: &[&str]) {
    let definition = format!(r#"{{"StartAt": "S", "States": {{"S": {{{state}, "End": true}}}}}}"#);
    let loaded = load(&Source::json(definition)).unwrap();
    let noted = Noted::default();
    let task = {
        let noted = noted.clone();
        task_fn(move |arguments: Value| {
            noted.note("call");
            async move { Ok::<_, Failure>(arguments) }
        })
    };
    let engine = Engine::builder().tasks(Registry::new().function("f", task)).clock(Clock::real()).build();
    let execution = Execution::new(Value::Null).with_cancel(cancel);
    let hash = DefinitionHash::of(&loaded.machine);
    engine.run_journalled(&loaded.program, &hash, execution, &noted).await.unwrap();
    assert_eq!(*noted.0.lock().unwrap(), expected, "{state}");
}

#[tokio::test(start_paused = true)]
async fn effects_begin_when_the_header_is_stored() {
    let task = r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f""#;
    let branch =
        |name| format!(r#"{{"StartAt": "{name}", "States": {{"{name}": {{{task}, "End": true}}}}}}"#);
    let both = format!(r#""Type": "Parallel", "Branches": [{}, {}]"#, branch("A"), branch("B"));
    let go = CancelToken::new;
    check(task, go(), &["header", "stored", "call", "turn", "end"]).await;
    check(r#""Type": "Wait", "Seconds": 5"#, go(), &["header", "stored", "turn", "end"]).await;
    check(&both, go(), &["header", "stored", "call", "call", "turn", "end"]).await;
    // Nothing happens outside.
    check(r#""Type": "Pass""#, go(), &["header", "end"]).await;
    check(r#""Type": "Wait", "Seconds": 0"#, go(), &["header", "end"]).await;
}

#[tokio::test(start_paused = true)]
async fn an_execution_that_is_stopped_before_has_no_effects() {
    let stopped = CancelToken::new();
    stopped.cancel();
    let task = r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f""#;
    check(task, stopped, &["header", "turn", "end"]).await;
}
