//! The workloads of the benchmarks: a definition, an input, the checked output.

use std::sync::Arc;

use asl_engine::{
    Clock, Engine, Execution, Failure, HistoryRecorder, Limits, Observer, Program, Registry, SeededEntropy,
    load, task_fn,
};
use asl_model::Source;
use asl_value::Value;

/// Names of the workloads, and the transitions of each.
pub const WORKLOADS: [(&str, u64); 9] = [
    ("w0", 1),
    ("w1", 1000),
    ("w2", 20_002),
    ("w3", 20_003),
    ("w4", 30_001),
    ("w5", 1001),
    ("w6", 50),
    ("w7", 27),
    ("w8", 1004),
];

/// A workload, compiled.
pub struct Workload {
    /// The text of the input.
    pub input: String,
    /// The expected output.
    pub expect: Value,
    program: Arc<Program>,
    engine: Engine,
    runtime: tokio::runtime::Runtime,
}

impl Workload {
    /// Reads and compiles a workload.
    ///
    /// # Errors
    /// A file is missing or wrong.
    pub fn load(name: &str) -> Result<Workload, String> {
        let read = |part: &str| {
            let path = format!("{}/workloads/{name}.{part}.json", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))
        };
        let tasks = Registry::new()
            .function("echo", task_fn(|arguments: Value| async move { Ok::<_, Failure>(arguments) }))
            .function("fail", task_fn(fail));
        Ok(Workload {
            input: read("input")?,
            expect: Value::parse(&read("expect")?).map_err(|error| error.to_string())?,
            program: load(&Source::json(read("asl")?)).map_err(|error| error.to_string())?.program,
            engine: Engine::builder()
                .tasks(tasks)
                .clock(Clock::real())
                .entropy(SeededEntropy::new(1))
                .build(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()
                .map_err(|error| error.to_string())?,
        })
    }

    /// Runs the workload from the text of the input to the text of the output. Also returns the number of transitions.
    ///
    /// # Errors
    /// The execution does not succeed.
    pub fn run(&self, history: Option<Arc<HistoryRecorder>>) -> Result<(String, u64), String> {
        let input = Value::parse(&self.input).map_err(|error| error.to_string())?;
        let execution = Execution::new(input).with_limits(Limits::express());
        let execution = match history {
            Some(recorder) => execution.with_observer(recorder as Arc<dyn Observer>),
            None => execution,
        };
        let report = self.runtime.block_on(self.engine.run(&self.program, execution));
        let output = report.outcome.output().ok_or_else(|| format!("{:?}", report.outcome))?;
        Ok((output.to_json(), report.transitions))
    }
}

async fn fail(arguments: Value) -> Result<Value, Failure> {
    let text = |name: &str| arguments.get(name).and_then(Value::as_text).cloned();
    Err(Failure::from_parts(text("error"), text("cause")))
}
