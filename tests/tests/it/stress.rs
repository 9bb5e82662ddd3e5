//! Random machines, run in virtual time. All of them end, and their histories are consistent.

mod history;
mod machine;

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{
    CancelToken, Clock, Engine, Execution, Failure, HistoryRecorder, Limits, Registry, Report, SeededEntropy,
    Task, TaskHandler, load,
};
use asl_model::Source;
use asl_value::{Timestamp, Value, json};

use machine::Dice;

const SEEDS: u64 = 400;

/// A task that succeeds, fails or takes time, at random.
struct Fickle(Dice);

#[async_trait::async_trait]
impl TaskHandler for Fickle {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        if self.0.one_in(3) {
            tokio::time::sleep(Duration::from_secs(self.0.below(3))).await;
        }
        if self.0.one_in(3) {
            task.started(None);
        }
        if task.token.is_some() && self.0.one_in(2) {
            task.submitted(json!({"submitted": true}));
        }
        for _ in 0..self.0.below(4) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            task.heartbeat();
        }
        match self.0.below(8) {
            0 | 1 => Err(Failure::new("A", "the first kind")),
            2 => Err(Failure::new("B", "the second kind")),
            3 => Err(Failure::from_parts(None, None)),
            4 => std::future::pending().await,
            5 => Ok(task.arguments),
            _ => Ok(json!({"n": self.0.below(5), "items": [1, 2, 3]})),
        }
    }
}

struct Ended {
    report: Report,
    history: Option<Value>,
}

async fn run(seed: u64, definition: &str, is_heard: bool) -> Ended {
    let loaded = load(&Source::json(definition));
    let program = loaded.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{definition}")).program;
    let engine = Engine::builder()
        .tasks(Registry::new().fallback(Fickle(Dice::new(seed))))
        .clock(Clock::virtual_time().starting_at(Timestamp::EPOCH))
        .entropy(SeededEntropy::new(seed))
        .build();
    let limits = Limits { events: Some(300), map_concurrency: 3, ..Limits::standard() };
    let recorder = Arc::new(HistoryRecorder::new());
    let token = CancelToken::new();
    let mut execution =
        Execution::new(json!({"n": 0, "items": [1, 2, 3, 4]})).with_limits(limits).with_cancel(token.clone());
    if is_heard {
        execution = execution.with_observer(recorder.clone());
    }
    let cancel = async {
        // Every eighth execution is cancelled after a second of virtual time.
        match seed.is_multiple_of(8) {
            true => tokio::time::sleep(Duration::from_secs(1)).await,
            false => std::future::pending().await,
        }
        token.cancel_with(Failure::from_parts(Some("Stopped".into()), None));
        std::future::pending::<()>().await;
    };
    let report = tokio::select! {
        biased;
        () = cancel => unreachable!("never ends"),
        report = engine.run(&program, execution) => report,
    };
    if is_heard {
        history::check(&recorder.events(), &report, &format!("seed {seed}: {definition}"));
    }
    Ended { report, history: is_heard.then(|| recorder.to_json()) }
}

#[tokio::test(start_paused = true)]
async fn random_machines_end_and_their_histories_hang_together() {
    let mut ends = std::collections::BTreeMap::new();
    let mut events = std::collections::BTreeSet::new();
    for seed in 0..SEEDS {
        let definition = machine::random(seed).to_json();
        let first = run(seed, &definition, true).await;
        let again = run(seed, &definition, true).await;
        assert_eq!(first.history, again.history, "seed {seed} does not repeat: {definition}");
        let unheard = run(seed, &definition, false).await;
        assert_eq!(first.report, unheard.report, "seed {seed} differs when nobody listens: {definition}");
        *ends.entry(first.report.outcome.status()).or_insert(0) += 1;
        for event in first.history.iter().flat_map(|history| history.as_array().into_iter().flatten()) {
            events.insert(event["type"].as_str().unwrap().to_owned());
        }
    }
    // All outcomes must occur.
    assert_eq!(ends.len(), 4, "{ends:?}");
    assert!(events.len() >= 46, "{events:?}");
}
