//! Properties that hold for any execution: it ends or asks for much work, and its replay is the same byte for byte.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use asl_model::Value;

use super::{Random, corpus, damaged, mutate};
use crate::{Case, files};

/// How long an execution may take. One that asks for more work is not a find.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long an execution may wait, on a paused clock. What nobody answers waits longer.
const FOREVER: Duration = Duration::from_secs(365 * 86_400);

/// The cases of the suite, whose definitions and inputs are mutated and run.
pub struct Machines {
    cases: Vec<Case>,
    donors: Vec<Value>,
}

impl Machines {
    /// Reads the suite.
    ///
    /// # Errors
    /// The suite cannot be read.
    pub fn read() -> Result<Machines, String> {
        let suite = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/suite"));
        let cases = files(suite)?.iter().map(|path| Case::read(path)).collect::<Result<_, _>>()?;
        Ok(Machines { cases, donors: corpus()? })
    }

    /// A case with another definition or another input. `None` if that of the suite is not JSON.
    pub fn mutated(&self, random: &mut Random) -> Option<Case> {
        let mut case = random.choose(&self.cases)?.clone();
        for _ in 0..=random.below(2) {
            let is_input = random.below(2) == 0;
            let text = if is_input { &mut case.input } else { &mut case.definition };
            *text = mutate(&Value::parse(text.as_str()).ok()?, &self.donors, random).to_json();
        }
        // The quota of events ends every loop.
        case.limits = None;
        Some(case)
    }

    /// Runs a case, damages its journals, and does again what is left of them. Returns whether it ran.
    ///
    /// # Panics
    /// The engine panicked.
    pub fn replay_damaged(&self, random: &mut Random) -> bool {
        let Some(case) = random.choose(&self.cases) else { return false };
        let Some(Ok(Some(ran))) = patiently(case.run_journalled()) else { return false };
        let journals: Vec<String> = ran.journals.iter().map(|lines| damaged(lines, random)).collect();
        drop(patiently(case.replay(&journals)));
        true
    }

    /// Runs a case with a journal, and again from its journal. Returns whether it ended in time: the work that a machine
    /// asks for is not bounded.
    ///
    /// # Panics
    /// The engine panicked, or the replay is not the same.
    pub fn run(&self, case: &Case) -> bool {
        let both = async {
            let Some(ran) = case.run_journalled().await? else { return Ok(false) };
            let replayed = case.replay(&ran.journals).await?;
            assert_eq!(ran, replayed, "{} of {}", case.input, case.definition);
            Ok::<_, String>(true)
        };
        let Some(ended) = patiently(both) else { return false };
        assert!(ended.is_ok(), "{ended:?}: {} of {}", case.input, case.definition);
        ended == Ok(true)
    }
}

/// Does the work on a paused clock, so that nothing waits for the delays of tasks. `None` if it takes longer than [`PATIENCE`]
/// in reality, or than [`FOREVER`] on that clock.
fn patiently<T>(work: impl Future<Output = T>) -> Option<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.ok()?.block_on(async {
        let mut work = pin!(tokio::time::timeout(FOREVER, work));
        let began = Instant::now();
        std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(ended) => Poll::Ready(ended.ok()),
            Poll::Pending if began.elapsed() > PATIENCE => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    })
}
