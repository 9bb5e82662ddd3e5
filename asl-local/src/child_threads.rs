//! [`ChildThreads`]: runs the children of distributed Maps on several threads.

use asl_engine::{CancelToken, Child, ChildEnd, ChildRunner, Engine, Failure, Limits};
use async_trait::async_trait;
use tokio::runtime::Handle;

/// Runs the children of distributed Maps on the threads of a tokio runtime, instead of on the thread of their parent.
///
/// Use it if children compute for long. One that only waits, or has a Pass state or two, costs more on its way to another
/// thread and back than it saves. Each child has a time of its own, so the clock should be real.
///
/// As many children begin at once as `MaxConcurrency` allows, because most may be waiting. Each may hold the memory of an
/// execution, divided by the number of threads. All together may so hold more than one execution may: choose
/// `MaxConcurrency` for what children hold while they wait.
///
/// A STANDARD child that is aborted, because its Map has failed or was stopped, begins from its start when the Map Run is
/// redriven. One that has failed itself continues where it stopped.
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
/// let threads = ChildThreads::new(runtime.handle().clone(), 4);
/// let engine = threads.engine(&Engine::builder().build());
/// let report = runtime.block_on(engine.run(&program, Execution::new(json!([1, 2]))));
/// assert_eq!(report.outcome.output(), Some(&json!([1, 2])));
/// ```
#[derive(Debug, Clone)]
pub struct ChildThreads {
    runtime: Handle,
    count: usize,
}

impl ChildThreads {
    /// The threads of a runtime, which has `count` of them.
    pub fn new(runtime: Handle, count: usize) -> ChildThreads {
        ChildThreads { runtime, count: count.max(1) }
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
        let limits = execution.limits().clone();
        let memory_bytes = limits.memory_bytes.map(|bytes| bytes / self.threads.count as u64);
        let execution = execution.with_limits(Limits { memory_bytes, ..limits });
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
