//! [`Probe`]: the [`Witness`] of a test of a single state.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_query::Yields;
use asl_value::{Object, Text, Value};
use async_trait::async_trait;

use super::StateTest;
use super::answer::InspectionData;
use super::context;
use crate::languages::{pass_yields, stage_name};
use crate::program::{Quick, Step, StepKind, Waiting};
use crate::stage::Stage;
use crate::witness::Witness;
use crate::{Failure, MapRunSettings, Registry, Task, TaskHandler};

/// The test of a state, and what it has seen so far.
#[derive(Debug)]
pub(crate) struct Probe {
    mock: Option<Result<Value, Failure>>,
    context: Option<Value>,
    failed_iterations: u64,
    item_reader_data: Option<Text>,
    notes: Mutex<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    stages: Vec<(Stage, Value)>,
    data: InspectionData,
    refusal: Option<String>,
}

impl Probe {
    pub(super) fn new(test: &StateTest) -> Probe {
        Probe {
            mock: test.mock.clone(),
            context: test.context.clone(),
            failed_iterations: test.failed_iterations.unwrap_or_default(),
            item_reader_data: test.item_reader_data.clone(),
            notes: Mutex::default(),
        }
    }

    fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn refusal(&self) -> Option<String> {
        self.notes().refusal.take()
    }

    /// What was seen, as far as AWS shows it for a state of this type.
    pub(super) fn data(&self, step: &Step, input: &Value) -> InspectionData {
        let mut notes = self.notes();
        let mut data = std::mem::take(&mut notes.data);
        if step.kind.as_map().is_some() {
            // Recorded: every Map has it. UNRECORDED: whether a tested Map that fails before it is known has it.
            data.max_concurrency.get_or_insert_default();
        }
        data.stages.push(("input", input.clone()));
        if matches!(step.kind, StepKind::Quick(Quick::Fail(_))) {
            notes.stages.push((Stage::Input, input.clone()));
        }
        for (stage, value) in notes.stages.drain(..) {
            if let (true, Some(name)) = (is_shown(step, stage), stage_name(step.query_language, stage)) {
                data.stages.push((name, value));
            }
        }
        data
    }
}

impl Witness for Probe {
    fn saw(&self, stage: Stage, value: &Value) {
        self.notes().stages.push((stage, value.clone()));
    }

    fn saw_concurrency(&self, max_concurrency: u64) {
        self.notes().data.max_concurrency = Some(max_concurrency);
    }

    fn saw_tolerance(&self, settings: &MapRunSettings) {
        let data = &mut self.notes().data;
        data.tolerated_failure_count = settings.tolerated_failure_count;
        data.tolerated_failure_percentage = settings.tolerated_failure_percentage;
    }

    fn context(&self, built: Object) -> Value {
        match &self.context {
            Some(Value::Object(given)) => context::seen(given, &built),
            _ => Value::Object(built),
        }
    }

    fn mocked(&self) -> Result<Value, Failure> {
        // Never asked of a test without a mock, which does the work itself.
        self.mock.clone().unwrap_or(Ok(Value::Null))
    }

    fn failed_iterations(&self) -> u64 {
        self.failed_iterations
    }

    fn item_reader_data(&self) -> Option<&Text> {
        self.item_reader_data.as_ref()
    }

    fn refuse(&self, message: &str) {
        self.notes().refusal = Some(message.to_owned());
    }
}

/// Recorded for most types. UNRECORDED for a Wait, and for a Parallel of the language without paths: they follow the
/// rule of the others.
fn is_shown(step: &Step, stage: Stage) -> bool {
    match &step.kind {
        StepKind::Quick(Quick::Pass(Some(_))) => matches!(stage, Stage::Result | Stage::Exit(_)),
        StepKind::Quick(Quick::Pass(None)) => {
            stage != Stage::Result && pass_yields(step.query_language) == Yields::Result
        }
        StepKind::Waiting(Waiting::Task(_)) => true,
        StepKind::Quick(Quick::Choice(_) | Quick::Succeed | Quick::Fail(_))
        | StepKind::Waiting(Waiting::Wait(_)) => stage == Stage::Input,
        StepKind::Waiting(Waiting::Parallel(_)) => matches!(stage, Stage::Exit(_)),
        StepKind::Waiting(Waiting::Map(_)) => !matches!(stage, Stage::Arguments | Stage::Result),
    }
}

/// The handlers of a state whose work is mocked.
pub(super) fn mocked_tasks(probe: &Arc<Probe>) -> Registry {
    Registry::new().fallback(Mocked(Arc::clone(probe)))
}

struct Mocked(Arc<Probe>);

#[async_trait]
impl TaskHandler for Mocked {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        task.started(None);
        self.0.mocked()
    }
}
