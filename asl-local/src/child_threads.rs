//! [`ChildThreads`]: runs the children of distributed Maps on several threads.

use asl_engine::{CancelToken, Child, ChildEnd, ChildRunner, Engine, Failure};
use async_trait::async_trait;
use tokio::runtime::Handle;

/// Runs the children of distributed Maps on the threads of a tokio runtime, instead of on the thread of their parent.
///
/// Use it if children compute for long. One that only waits, or has a Pass state or two, costs more on its way to another
/// thread and back than it saves. Each child has a time of its own, so the clock should be real.
///
/// As many children begin at once as `MaxConcurrency` and memory allow, because most may be waiting. What they hold counts
/// for the memory of their parent, as it does when they run on its thread.
///
/// A STANDARD child that is aborted, because its Map has failed or was stopped, begins anew when the Map Run is redriven: where
/// its thread was is not known at that moment. One that has failed itself continues where it stopped.
///
/// The children of a journalled execution run in their parent, as does what they have to wait for.
///
/// ```
/// use asl_engine::{Engine, Execution, load};
/// use asl_local::ChildThreads;
/// use asl_model::Source;
/// use asl_value::json;
///
/// let source = Source::json(r#"{"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "ItemProcessor": {
///   "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
///   "StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}
/// }}}}"#);
/// let program = load(&source).unwrap().program;
/// let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
/// let threads = ChildThreads::new(runtime.handle().clone());
/// let engine = threads.engine(&Engine::builder().build());
/// let report = runtime.block_on(engine.run(&program, Execution::new(json!([1, 2]))));
/// assert_eq!(report.outcome.output(), Some(&json!([1, 2])));
/// ```
#[derive(Debug, Clone)]
pub struct ChildThreads {
    runtime: Handle,
}

impl ChildThreads {
    /// The threads of a runtime.
    pub fn new(runtime: Handle) -> ChildThreads {
        ChildThreads { runtime }
    }

    /// The same engine, whose children run on these threads.
    #[must_use]
    pub fn engine(&self, engine: &Engine) -> Engine {
        engine.with_children(Runner { threads: self.clone(), engine: engine.clone() })
    }
}

struct Runner {
    threads: ChildThreads,
    /// Without this runner.
    engine: Engine,
}

#[async_trait]
impl ChildRunner for Runner {
    fn is_local(&self) -> bool {
        true
    }

    async fn run(&self, child: Child<'_>) -> Result<ChildEnd, Failure> {
        let (program, execution) = (child.program(), child.to_execution());
        let mut stop = StopOnDrop(Some(child.cancel_token().clone()));
        // Its own distributed Maps use the threads, too.
        let engine = self.threads.engine(&self.engine);
        let running = self.threads.runtime.spawn(async move { engine.run(&program, execution).await });
        let ended = running.await;
        stop.0 = None;
        ended.map(|report| ChildEnd::of(&report)).map_err(|error| Failure::task(error.to_string()))
    }
}

/// Aborts a child that its parent does not wait for any more. It ends soon, and its history says how.
struct StopOnDrop(Option<CancelToken>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.iter().for_each(CancelToken::cancel);
    }
}

#[cfg(test)]
mod tests {
    use asl_engine::{Execution, Limits, Registry, Report, Task, TaskHandler, load};
    use asl_model::Source;
    use asl_value::{Value, json};
    use tokio::sync::Barrier;

    use super::*;

    const CHILDREN: i64 = 8;

    /// Returns a text of 100 KB, or waits until all children are there.
    struct Work(Barrier);

    #[async_trait]
    impl TaskHandler for Work {
        async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
            if task.state == "Wait" {
                self.0.wait().await;
                return Ok(json!(1));
            }
            Ok(json!({"text": ("x".repeat(100_000))}))
        }
    }

    /// Each child holds five texts in variables while it waits.
    fn definition() -> Value {
        let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
        let mut states = asl_value::Object::new();
        for number in 0..5 {
            let next = if number == 4 { "Wait".to_owned() } else { format!("T{}", number + 1) };
            let mut assign = asl_value::Object::new();
            assign.insert(format!("v{number}.$"), "$.text".into());
            let assign = Value::Object(assign);
            let state = json!({"Type": "Task", "Resource": function, "Assign": assign, "ResultPath": null, "Next": next});
            states.insert(format!("T{number}"), state);
        }
        states.insert("Wait", json!({"Type": "Task", "Resource": function, "End": true}));
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "T0",
            "States": (Value::Object(states))}}}})
    }

    async fn run(memory_bytes: u64) -> Report {
        let tasks = Registry::new().fallback(Work(Barrier::new(CHILDREN as usize)));
        let threads = ChildThreads::new(Handle::current());
        let engine = threads.engine(&Engine::builder().tasks(tasks).build());
        let program = load(&Source::json(definition().to_json())).unwrap().program;
        let items: Value = (0..CHILDREN).map(Value::from).collect();
        let limits = Limits { memory_bytes: Some(memory_bytes), ..Limits::standard() };
        engine.run(&program, Execution::new(items).with_limits(limits)).await
    }

    /// All children wait at the same time, with 500 kB each.
    #[tokio::test]
    async fn all_children_together_hold_what_one_execution_may() {
        for (memory_bytes, expected) in [(16 << 20, "SUCCEEDED"), (3 << 20, "FAILED")] {
            let report = run(memory_bytes).await;
            assert_eq!(report.outcome.status(), expected, "{memory_bytes}: {:?}", report.outcome);
        }
    }
}
