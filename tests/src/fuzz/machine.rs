//! Properties that hold for any execution: it ends or asks for much work, and its replay is the same byte for byte.

use std::path::Path;
use std::time::Duration;

use asl_model::Value;

use super::{Random, corpus, damaged, mutate};
use crate::{Case, files};

/// How long an execution may take. One that asks for more work is not a find.
const PATIENCE: Duration = Duration::from_secs(1);

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
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build() else {
            return false;
        };
        let Ok(Some(ran)) = runtime.block_on(case.run_journalled()) else { return false };
        let journals: Vec<String> = ran.journals.iter().map(|lines| damaged(lines, random)).collect();
        let replayed = async { tokio::time::timeout(PATIENCE, case.replay(&journals)).await };
        drop(runtime.block_on(replayed));
        true
    }

    /// Runs a case with a journal, and again from its journal. Returns whether it ended in time: the work that a machine
    /// asks for is not bounded.
    ///
    /// # Panics
    /// The engine panicked, or the replay is not the same.
    pub fn run(&self, case: &Case) -> bool {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let Ok(runtime) = runtime else { return false };
        let both = async {
            let Some(ran) = case.run_journalled().await? else { return Ok(false) };
            let replayed = case.replay(&ran.journals).await?;
            assert_eq!(ran, replayed, "{} of {}", case.input, case.definition);
            Ok::<_, String>(true)
        };
        let ended = runtime.block_on(async { tokio::time::timeout(PATIENCE, both).await });
        let Ok(ended) = ended else { return false };
        assert!(ended.is_ok(), "{ended:?}: {} of {}", case.input, case.definition);
        ended == Ok(true)
    }
}
