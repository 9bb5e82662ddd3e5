//! [`Engine::replay_record`]: an execution done again from its history.

mod comparison;
pub(crate) mod difference;
mod ends;
mod leaves;
mod once;
mod script;

use std::sync::Arc;
use std::time::Duration;

use crate::record::steps::Steps;
use crate::{
    Difference, Engine, Identity, NoObserver, Observer, Outcome, Program, Record, RecordError, Report,
};
use comparison::{Found, values};
use once::{Ended, Once, once};

/// What came of an execution that was done again from its record.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordReplay {
    /// How the execution ended. `None` if it waits for something that was not recorded.
    pub report: Option<Report>,
    /// How the recorded execution ended. `None` if the record was made while it was running.
    pub recorded: Option<Outcome>,
    /// What differs, in the order of the replay. A branch or iteration that takes another step is not compared further.
    pub differences: Vec<Difference>,
}

impl RecordReplay {
    /// Whether the execution did the same again, apart from what depends on chance.
    pub fn is_same(&self) -> bool {
        self.first().is_none()
    }

    /// The first difference that does not depend on chance.
    pub fn first(&self) -> Option<&Difference> {
        self.differences.iter().find(|difference| !difference.is_chance)
    }

    /// The first step that differs, and does not depend on chance.
    pub fn first_step(&self) -> Option<&Difference> {
        let is_step = |difference: &&Difference| difference.kind == crate::DifferenceKind::Step;
        self.differences.iter().filter(|difference| !difference.is_chance).find(is_step)
    }
}

/// How much later the second replay learns everything. A value that follows the clock is then another one.
const SHIFT: Duration = Duration::from_millis(1_371);

impl Engine {
    /// Does again what a recorded execution did, with its recorded results, errors and times, without calling a task or
    /// waiting for anything.
    ///
    /// The definition may have changed since: the replay shows the first steps and values that differ. A task is found in
    /// the record by its state, the strand, and how often the strand had entered the state. Every task needs a handler,
    /// whose [`check`](crate::TaskHandler::check) is called. A distributed Map takes its recorded output, because the
    /// histories of its children are separate.
    ///
    /// A history does not contain random numbers, UUIDs, task tokens and the exact time of each expression. If something
    /// differs, there is a second replay with other ones. Values that differ between the two depend on them:
    /// [`Difference::is_chance`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// use std::sync::Arc;
    /// use asl_engine::{Engine, Execution, HistoryRecorder, NoObserver, Record, load};
    /// use asl_model::Source;
    /// use asl_value::json;
    /// let program = |n: u64| {
    ///     let text = format!(r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": {n}, "End": true}}}}}}"#);
    ///     load(&Source::json(text)).unwrap().program
    /// };
    /// let engine = Engine::builder().build();
    /// let history = Arc::new(HistoryRecorder::new());
    /// engine.run(&program(1), Execution::new(json!({})).with_observer(history.clone())).await;
    /// let record = Record::read(&history.to_json()).unwrap();
    ///
    /// let replay = engine.replay_record(&program(1), &record, Arc::new(NoObserver)).await.unwrap();
    /// assert!(replay.is_same());
    /// let replay = engine.replay_record(&program(2), &record, Arc::new(NoObserver)).await.unwrap();
    /// assert_eq!(replay.first().unwrap().to_string(), "in state `A`, the output differs: recorded 1, now 2");
    /// # }
    /// ```
    ///
    /// # Errors
    /// The record is not one of a single execution, or its events contradict one another.
    pub async fn replay_record(
        &self,
        program: &Program,
        record: &Record,
        observer: Arc<dyn Observer>,
    ) -> Result<RecordReplay, RecordError> {
        let steps = Steps::of(record)?;
        let first =
            Once { identity: record.identity(Identity::default()), shift: Duration::ZERO, seed: 1, observer };
        let first = once(self, program, &steps, first).await?;
        let mut differences = first.differences(record.outcome().as_ref());
        if !differences.is_empty() {
            let second = Once {
                identity: record.identity(another()),
                shift: SHIFT,
                seed: 2,
                observer: Arc::new(NoObserver),
            };
            let second = once(self, program, &steps, second).await?;
            for found in &mut differences {
                found.difference.is_chance = first.depends_on_chance(&second, found);
            }
        }
        let differences = differences.into_iter().map(|found| found.difference).collect();
        Ok(RecordReplay { report: first.report, recorded: record.outcome(), differences })
    }
}

/// An identity that has nothing in common with [`Identity::default`].
fn another() -> Identity {
    let machine = asl_model::MachineArn::new("eu-north-1", "210987654321", "unlike");
    Identity::new(machine.execution("different"))
}

impl Ended<'_> {
    /// Whether a difference is one that another seed, time or name would change.
    fn depends_on_chance(&self, other: &Ended<'_>, found: &Found) -> bool {
        let Found { place: Some(place), difference } = found else {
            let (own, others) =
                [self, other].map(|ended| ends::value(ended.outcome(), &found.difference.at)).into();
            return own != others;
        };
        let [own, others] = [self, other].map(|ended| ended.comparison.events.get(place));
        let (Some(own), Some(others)) = (own, others) else {
            // One of the two went another way: not to this step.
            return own.is_some() != others.is_some();
        };
        let value = |event: &crate::Event| {
            let parts = values(&event.kind);
            let part = parts.into_iter().find(|(kind, _)| *kind == difference.kind);
            part.and_then(|(_, value)| value.pointer(&difference.at).cloned())
        };
        value(own) != value(others)
    }
}
