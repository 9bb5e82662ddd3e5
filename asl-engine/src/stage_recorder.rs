//! [`StageRecorder`]: keeps what the states of an execution made of their data.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_value::{Array, Object, Text, Value};

use crate::Failure;
use crate::event::Event;
use crate::observer::{Interest, Observer};
use crate::stage::{Handled, VisitStage};

/// What an attempt and what a stage take besides their data, roughly.
const ATTEMPT_BYTES: usize = 256;
const STAGE_BYTES: usize = 64;

/// The name of the stage that each iteration of a Map has.
const ITEM_SELECTOR: &str = "afterItemSelector";

/// Keeps what the states of an execution made of their data, up to a number of bytes.
///
/// Beyond it, the visits that succeeded first are forgotten, then those that failed first. A visit that takes more than a
/// quarter of it is not kept, so that it does not displace all others.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use std::sync::Arc;
/// use asl_engine::{Engine, Execution, StageRecorder, load};
/// use asl_model::Source;
/// use asl_value::json;
/// let text = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "InputPath": "$.a", "Parameters": {"b.$": "$"}, "End": true}}}"#;
/// let program = load(&Source::json(text)).unwrap().program;
/// let stages = Arc::new(StageRecorder::new(1 << 20));
/// Engine::builder().build().run(&program, Execution::new(json!({"a": 1})).with_observer(stages.clone())).await;
/// // `PassStateEntered` is event 2.
/// let visit = stages.visit(2).unwrap();
/// assert_eq!(visit[0]["input"], json!({"a": 1}));
/// assert_eq!(visit[0]["afterInputPath"], json!(1));
/// assert_eq!(visit[0]["afterParameters"], json!({"b": 1}));
/// assert_eq!(visit[0]["output"], json!({"b": 1}));
/// # }
/// ```
#[derive(Debug)]
pub struct StageRecorder {
    most_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// By the number of the event with which the state was entered.
    visits: BTreeMap<u64, Visit>,
    bytes: usize,
    /// Visits that have ended, in this order.
    succeeded: VecDeque<u64>,
    failed: VecDeque<u64>,
}

#[derive(Debug, Default)]
struct Visit {
    attempts: Vec<Attempt>,
    bytes: usize,
}

#[derive(Debug)]
struct Attempt {
    number: u64,
    data: Vec<(&'static str, Value)>,
    variables: Object,
    assigned: Option<Object>,
    failure: Option<Failure>,
    handled: Handled,
}

impl StageRecorder {
    /// A recorder that takes this many bytes of memory, as [`Value::memory_bytes`] estimates them; the JSON text of the data is
    /// shorter.
    pub fn new(most_bytes: usize) -> StageRecorder {
        StageRecorder { most_bytes, kept: Mutex::default() }
    }

    /// What the visit of a state made of its data, by the number of the event with which it began; `None` if it is not kept.
    ///
    /// ```json
    /// [{"attempt": 0, "input": {"a": 1}, "afterInputPath": 1, "afterParameters": {"b": 1}, "result": {"b": 1},
    ///   "afterResultSelector": {"b": 1}, "afterResultPath": {"b": 1}, "output": {"b": 1}, "variables": {}}]
    /// ```
    ///
    /// An attempt that failed has `error` and `cause`, and `catch` or `retry`: the index of what handled it. `assigned` has
    /// the variables that were set. The other names are those of TestState.
    pub fn visit(&self, entered: u64) -> Option<Value> {
        self.lock().visits.get(&entered).map(Visit::to_json)
    }

    /// All visits that are kept, by the number of the event with which they began: `{"2": […]}`.
    pub fn to_json(&self) -> Value {
        let kept = self.lock();
        let member = |(entered, visit): (&u64, &Visit)| (Text::from(entered.to_string()), visit.to_json());
        Value::Object(kept.visits.iter().map(member).collect())
    }

    /// The memory that is taken, by that estimate.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Forgets everything.
    pub fn clear(&self) {
        *self.lock() = Kept::default();
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for StageRecorder {
    fn interest(&self) -> Interest {
        Interest::Stages
    }

    fn on_event(&self, _: Event) {}

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        let mut kept = self.lock();
        kept.note(entered, stage);
        kept.shrink(self.most_bytes, entered);
    }
}

impl Kept {
    fn note(&mut self, entered: u64, stage: VisitStage<'_>) {
        let visit = match stage {
            VisitStage::Begun { attempt: 0, .. } => self.visits.entry(entered).or_default(),
            // A visit that was forgotten stays forgotten.
            _ => match self.visits.get_mut(&entered) {
                Some(visit) => visit,
                None => return,
            },
        };
        let added = visit.note(stage);
        visit.bytes = visit.bytes.saturating_add(added);
        self.bytes = self.bytes.saturating_add(added);
        match stage {
            VisitStage::Left { .. } => self.succeeded.push_back(entered),
            VisitStage::Failed { handled: Handled::Not, .. } => self.failed.push_back(entered),
            _ => {}
        }
    }

    /// Forgets the current visit if it is too large, and others until the rest fits.
    fn shrink(&mut self, most_bytes: usize, current: u64) {
        if self.visits.get(&current).is_some_and(|visit| visit.bytes > most_bytes / 4) {
            self.forget(current);
        }
        while self.bytes > most_bytes {
            let ended = self.succeeded.pop_front().or_else(|| self.failed.pop_front());
            self.forget(ended.unwrap_or(current));
            if ended.is_none() {
                break;
            }
        }
    }

    fn forget(&mut self, entered: u64) {
        let bytes = self.visits.remove(&entered).map_or(0, |visit| visit.bytes);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

impl Visit {
    /// Returns the bytes that it adds.
    fn note(&mut self, stage: VisitStage<'_>) -> usize {
        if let VisitStage::Begun { attempt, input, variables, .. } = stage {
            let input_bytes = self.new_bytes(input);
            let data = vec![("input", input.clone())];
            let (failure, handled) = (None, Handled::Not);
            let variables_bytes = object_bytes(variables);
            let variables = variables.clone();
            self.attempts.push(Attempt {
                number: attempt,
                data,
                variables,
                assigned: None,
                failure,
                handled,
            });
            return ATTEMPT_BYTES.saturating_add(input_bytes).saturating_add(variables_bytes);
        }
        let bytes = match stage {
            VisitStage::Data { value, .. } | VisitStage::Left { output: value, .. } => self.new_bytes(value),
            _ => 0,
        };
        let Some(attempt) = self.attempts.last_mut() else { return 0 };
        match stage {
            VisitStage::Data { name: ITEM_SELECTOR, value } => attempt.select(value.clone()),
            VisitStage::Data { name, value } => attempt.data.push((name, value.clone())),
            VisitStage::Failed { failure, handled } => {
                attempt.failure = Some(failure.clone());
                attempt.handled = handled;
                return failure.cause.as_ref().map_or(0, |cause| cause.len());
            }
            VisitStage::Left { output, assigned } => {
                attempt.data.push(("output", output.clone()));
                attempt.assigned = assigned.cloned();
                return bytes.saturating_add(assigned.map_or(0, object_bytes)).saturating_add(STAGE_BYTES);
            }
            VisitStage::Begun { .. } => {}
            VisitStage::Chosen { .. } | VisitStage::Tested { .. } => return 0,
        }
        bytes.saturating_add(STAGE_BYTES)
    }

    /// The bytes of a value, unless it is one that the visit has already.
    fn new_bytes(&self, value: &Value) -> usize {
        let mut known = self.attempts.iter().rev().take(2).flat_map(|attempt| &attempt.data);
        if known.any(|(_, known)| known.same(value)) { 0 } else { memory(value) }
    }

    fn to_json(&self) -> Value {
        self.attempts.iter().map(Attempt::to_json).collect()
    }
}

impl Attempt {
    /// Adds the input of another iteration.
    fn select(&mut self, input: Value) {
        let known = self.data.iter_mut().rev().find(|(name, _)| *name == ITEM_SELECTOR);
        match known {
            Some((_, Value::Array(inputs))) => inputs.push(input),
            _ => self.data.push((ITEM_SELECTOR, Value::Array(Array::from(vec![input])))),
        }
    }

    fn to_json(&self) -> Value {
        let mut attempt = Object::new();
        attempt.insert("attempt", self.number.into());
        for (name, value) in &self.data {
            attempt.insert(*name, value.clone());
        }
        attempt.insert("variables", Value::Object(self.variables.clone()));
        if let Some(assigned) = &self.assigned {
            attempt.insert("assigned", Value::Object(assigned.clone()));
        }
        if let Some(Failure { error, cause, .. }) = &self.failure {
            for (name, part) in [("error", error), ("cause", cause)] {
                if let Some(part) = part {
                    attempt.insert(name, part.into());
                }
            }
            match self.handled {
                Handled::Retried(index) => attempt.insert("retry", Value::from(index)),
                Handled::Caught(index) => attempt.insert("catch", Value::from(index)),
                Handled::Not => None,
            };
        }
        Value::Object(attempt)
    }
}

fn object_bytes(object: &Object) -> usize {
    object.iter().map(|(name, value)| name.len().saturating_add(memory(value))).fold(0, usize::saturating_add)
}

fn memory(value: &Value) -> usize {
    usize::try_from(value.memory_bytes()).unwrap_or(usize::MAX)
}
