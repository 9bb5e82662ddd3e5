//! Hostile cases, generated from seeds. Each must end quickly, in bounded memory, without a panic.
//!
//! Each kind of case is a row of [`KINDS`]: a function that generates a definition and an input from random numbers. The
//! program `hostile` (`cargo xtask hostile`) runs the cases in a separate process with limits set by the system.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{
    Clock, Engine, Execution, Failure, Identity, Limits, Loaded, ObjectPage, ObjectStore, load,
};
use asl_model::{MachineArn, Source};
use asl_value::{Object, Text, Timestamp, Value};

use crate::fuzz::Random;

mod jsonata;
mod map;
mod path;
mod reader;
mod template;

/// A definition and an input from a stranger.
#[derive(Debug, Default)]
pub struct Attack {
    /// The text of the definition, JSON.
    pub definition: String,
    /// The input of its execution.
    pub input: Value,
    /// How long the execution may take; `None` for [`LONGEST`].
    pub deadline: Option<Duration>,
    /// The objects of a bucket, by key.
    pub files: Vec<(String, Vec<u8>)>,
}

/// The default deadline of an execution. The host sets it, because a valid machine may ask for days of work.
pub const LONGEST: Duration = Duration::from_millis(500);

/// Generates a case.
pub type Make = fn(&mut Random) -> Attack;

/// The kinds of cases, by name.
pub const KINDS: &[(&str, Make)] = &[
    ("jsonata", jsonata::attack),
    ("template", template::attack),
    ("map", map::attack),
    ("path", path::attack),
    ("reader", reader::attack),
];

/// The case of a seed and a number, always the same. The kinds take turns.
pub fn attack(seed: u64, number: u64) -> Attack {
    let mut random = Random::new(seed.wrapping_mul(1_000_003).wrapping_add(number));
    // Skip the first numbers, which are similar for neighbouring seeds.
    for _ in 0..8 {
        random.below(1);
    }
    let turn = usize::try_from(number).unwrap_or_default() % KINDS.len().max(1);
    match KINDS.get(turn) {
        Some((_, make)) => make(&mut random),
        None => Attack::default(),
    }
}

/// Runs a case. Returns `REFUSED`, or the status of the execution and the name of its error.
pub fn run(attack: &Attack) -> String {
    let Ok(Loaded { program, .. }) = load(&Source::json(attack.definition.as_str())) else {
        return "REFUSED".to_owned();
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let Ok(runtime) = runtime else { return "NO RUNTIME".to_owned() };
    let files = Files(attack.files.clone());
    let engine = Engine::builder().clock(Clock::real()).storage(Arc::new(files)).build();
    let execution = Execution::new(attack.input.clone())
        .with_identity(Identity::new(
            MachineArn::new("us-east-1", "123456789012", "machine").execution("run"),
        ))
        .with_limits(Limits::standard());
    let now: Timestamp = std::time::SystemTime::now().into();
    let execution = execution.with_deadline(now.plus(attack.deadline.unwrap_or(LONGEST)));
    let report = runtime.block_on(engine.run(&program, execution));
    let error = report.outcome.failure().and_then(|failure| failure.error.clone());
    match error {
        Some(error) => format!("{} {error}", report.outcome.status()),
        None => report.outcome.status().to_string(),
    }
}

/// The storage of a case.
struct Files(Vec<(String, Vec<u8>)>);

#[async_trait::async_trait]
impl ObjectStore for Files {
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        let key = arguments.get("Key").and_then(Value::as_str).unwrap_or_default();
        let file = self.0.iter().find(|(name, _)| name == key);
        let (_, bytes) = file.ok_or_else(|| Failure::new("NoSuchKey", "no such key"))?;
        let most = usize::try_from(most_bytes).unwrap_or(usize::MAX).saturating_add(1);
        Ok(bytes.get(..most).unwrap_or(bytes).to_vec())
    }
    async fn put(&self, _: &Object, _: String) -> Result<(), Failure> {
        Err(Failure::new("AccessDenied", "nothing is written"))
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_the_same_whenever_it_is_made() {
        for number in 0..50 {
            assert_eq!(attack(7, number).definition, attack(7, number).definition);
        }
        let differ = (0..50).filter(|number| attack(7, *number).definition != attack(8, *number).definition);
        assert!(differ.count() > 40, "seeds make cases of their own");
    }

    /// Most machines must compile, because a refused machine attacks nothing.
    #[test]
    fn most_cases_are_machines() {
        let compiles = |number| load(&Source::json(attack(1, number).definition.as_str())).is_ok();
        let good = (0..300).filter(|number| compiles(*number)).count();
        assert!(good > 200, "{good} of 300 compile");
    }

    #[test]
    fn some_cases_end() {
        for number in 0..25 {
            let attack = Attack { deadline: Some(Duration::from_millis(100)), ..attack(1, number) };
            assert!(!run(&attack).is_empty());
        }
    }
}
