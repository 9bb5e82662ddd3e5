//! [`CaseResult`]: whether a case has passed, and why not.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use asl_coverage::Hits;
use asl_engine::Event;
use asl_model::LineCol;
use asl_value::{Text, Value};

use crate::difference::differences;
use crate::judge::{Mismatch, judge, refuted};
use crate::mock::Mock;
use crate::recorder::Recorder;
use crate::run::{Other, Setup, run};
use crate::tasks::{TestTasks, Unanswered};
use crate::test_file::{Ready, Started, TestFile};
use crate::test_run::{TestRun, history};

/// The result of one case.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CaseResult {
    /// The name of the case.
    pub name: Text,
    /// Where the case begins in its file.
    pub place: LineCol,
    /// What was not as expected. Empty if the case has passed.
    pub mismatches: Vec<Mismatch>,
    /// How long the execution took, in virtual time.
    pub duration: Duration,
    /// The events of the execution, unless the case has passed.
    pub events: Vec<Event>,
    /// Whether the file with its history was written.
    pub is_updated: bool,
    pub(crate) hits: Hits,
    /// What it reached of the machines of `with`, in their order.
    pub(crate) hits_of_others: Vec<Hits>,
}

impl CaseResult {
    /// Whether everything was as expected.
    pub fn has_passed(&self) -> bool {
        self.mismatches.is_empty()
    }

    /// [`CaseResult::events`] as GetExecutionHistory returns them: `[{"id": 1, "type": "ExecutionStarted", …}, …]`.
    pub fn history(&self) -> Value {
        history(&self.events)
    }
}

impl TestFile {
    /// Runs the case of this index; `None` if there is none. With `update`, files with histories are written instead of compared.
    pub fn run(&self, index: usize, update: bool) -> Option<CaseResult> {
        let ready = self.cases.get(index)?;
        let (run, hits_of_others) = self.execute(ready);
        let mut mismatches = judge(&run, &self.machine, &ready.case.expect, &ready.case.place);
        mismatches.extend(refuted(&run, &ready.input, &ready.predicates, &ready.case.place));
        let is_updated = self.check_history(ready, &run, update, &mut mismatches);
        let events = if mismatches.is_empty() { Vec::new() } else { run.events };
        Some(CaseResult {
            name: ready.case.name.clone(),
            place: ready.place,
            duration: run.duration,
            hits: run.hits,
            hits_of_others,
            mismatches,
            events,
            is_updated,
        })
    }

    /// Where in the file a mismatch is about.
    pub fn place_of(&self, mismatch: &Mismatch) -> Option<LineCol> {
        let mut place = Some(mismatch.place.clone());
        while let Some(at) = place {
            if let Some(span) = self.source.key_span(&at).or_else(|| self.source.span(&at)) {
                return Some(self.source.line_col(span.start));
            }
            place = at.parent();
        }
        None
    }

    fn execute(&self, ready: &Ready) -> (TestRun, Vec<Hits>) {
        let (setup, others) = self.setup(ready);
        let run = run(&self.machine, setup, &others);
        (run, others.iter().map(|other| other.recorder.take().hits).collect())
    }

    /// What the execution of a case needs, and the machines that it can start.
    pub(crate) fn setup(&self, ready: &Ready) -> (Setup, Vec<Other<'_>>) {
        let unanswered = Arc::new(Unanswered::default());
        let none: Arc<[Mock]> = Arc::default();
        let layers = [Arc::clone(&ready.mocks), Arc::clone(&self.mocks)];
        let tasks = TestTasks::new(layers, ready.others.as_ref(), Arc::clone(&unanswered));
        let others = self.with.iter().map(|Started { machine, mocks, .. }| {
            let layers = [Arc::clone(&none), Arc::clone(mocks)];
            let tasks = Arc::new(TestTasks::new(layers, None, Arc::clone(&unanswered)));
            Other { machine, tasks, recorder: Arc::new(Recorder::new()) }
        });
        let others = others.collect();
        let setup = Setup {
            input: ready.input.clone(),
            seed: ready.case.seed,
            time: ready.case.time,
            tasks: Arc::new(tasks),
            unanswered,
        };
        (setup, others)
    }

    /// Compares the history with its file, or writes the file. Returns whether it was written.
    fn check_history(
        &self,
        ready: &Ready,
        run: &TestRun,
        update: bool,
        mismatches: &mut Vec<Mismatch>,
    ) -> bool {
        let Some(name) = &ready.case.expect.history else { return false };
        let place = ready.case.place.key("expect").key("history");
        let mut add = |lines: Vec<String>| {
            if !lines.is_empty() {
                mismatches.push(Mismatch::new("history", place.clone(), lines));
            }
        };
        if !is_inside(name) {
            add(vec![format!("`{name}` must be a path into the folder of the test file")]);
            return false;
        }
        let path = self.path.parent().unwrap_or(Path::new("")).join(name.as_str());
        let found = run.history();
        let known = read(&path);
        if let Ok(known) = &known
            && *known == found
        {
            return false;
        }
        if update {
            let written = write(&path, &found);
            let has_written = written.is_ok();
            add(written.err().into_iter().collect());
            return has_written;
        }
        add(match known {
            Ok(known) => differences(&known, &found, false),
            Err(message) => vec![message, "write it with --update".to_owned()],
        });
        false
    }
}

/// Whether a path leads into the folder that it starts from.
fn is_inside(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    !name.is_empty() && parts.all(|part| matches!(part, std::path::Component::Normal(_)))
}

fn read(path: &Path) -> Result<Value, String> {
    /// Bytes of a history.
    const LARGEST: u64 = 256 << 20;
    let refused = |error: &dyn std::fmt::Display| format!("cannot read `{}`: {error}", path.display());
    let bytes = asl_files::read(path, asl_files::Kind::Regular, LARGEST).map_err(|error| refused(&error))?;
    Value::parse_slice(&bytes).map_err(|error| refused(&error))
}

fn write(path: &Path, history: &Value) -> Result<(), String> {
    let refused = |error: std::io::Error| format!("cannot write `{}`: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(refused)?;
    }
    fs::write(path, history.to_json_pretty() + "\n").map_err(refused)
}
