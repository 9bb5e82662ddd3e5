//! [`Ledger`]: the journal of the execution as operations.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_engine::{
    DefinitionHash, EffectId, EffectKind, Entropy, Learned, News, OpenEffect, SystemEntropy, TaskClock, Turn,
};
use asl_model::error_name;
use asl_value::{Text, Timestamp, Value, json};

use super::described::described;
use super::page::{self, Page, Step};
use crate::table::Table;
use crate::{
    Change, DurableError, DurableLog, ErrorObject, Operation, OperationDetails, OperationStatus, Update,
    operation_id,
};

/// The id of the STEP with the hash of the definition and the seed of random numbers.
const FIRST: &str = "first";

/// The journal of the execution as operations.
pub(super) struct Ledger {
    log: Arc<DurableLog>,
    /// What the first STEP has.
    head: Text,
    seed: [u8; 32],
    is_new: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Turns that are not written yet.
    pending: Vec<Turn>,
    /// The tasks that were called, by their effects.
    tasks: Table<Called>,
    /// Steps that are retried, by the delay before their next attempt. `None` when that was made.
    retried: Table<Option<Retried>>,
    has_head: bool,
}

/// A task that was called.
struct Called {
    /// The name of its state.
    state: Text,
    /// Which part of it another operation records.
    kept: Option<Kept>,
}

impl State {
    fn kept(&self, effect: &EffectId) -> Option<Kept> {
        self.tasks.get(effect.as_text())?.kept
    }
}

/// Which part of a task another operation records: its end if that is a callback, all of it if it is an invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Its end.
    End,
    /// Its start, too.
    All,
}

struct Retried {
    id: Text,
    name: Text,
    page: Page,
}

impl Ledger {
    /// Reads what earlier invocations have written: the ledger, and the turns so far, of which the first follows turn `before`.
    pub(super) fn open(
        log: Arc<DurableLog>,
        definition: &DefinitionHash,
        before: u64,
    ) -> Result<(Ledger, Vec<Turn>), DurableError> {
        let mut state = State::default();
        let mut turns = Vec::new();
        for operation in log.operations() {
            let Some(page) = read(&log, &operation)? else { continue };
            for turn in &page.turns {
                turns.push(page::turn(turn)?);
            }
            if let Some(timer) = page.awaits.clone().filter(|_| !operation.status.is_final()) {
                let (id, name) = (operation.id.clone(), operation.name.clone().unwrap_or_default());
                state.retried.put(&timer, Some(Retried { id, name, page }));
            }
        }
        let turns = in_order(turns, before)?;
        let known = log.operation(FIRST);
        let (head, seed) = match &known {
            Some(first) => head(first, definition)?,
            None => new_head(definition),
        };
        (state.has_head, state.pending) = (known.is_some(), Vec::new());
        let ledger = Ledger { log, head, seed, is_new: known.is_none(), state: Mutex::new(state) };
        Ok((ledger, turns))
    }

    /// Whether no invocation has written anything before.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    pub(super) fn seed(&self) -> [u8; 32] {
        self.seed
    }

    pub(super) fn append(&self, turn: Turn) {
        self.lock().pending.push(turn);
    }

    /// Notes which state an effect belongs to, and which part of it another operation records.
    pub(super) fn note(&self, effect: &EffectId, state: &str, kept: Option<Kept>) {
        let mut known = self.lock();
        let kept = kept.or_else(|| known.kept(effect));
        known.tasks.put(effect.as_text(), Called { state: state.into(), kept });
    }

    /// Which part of an effect another operation records.
    pub(super) fn kept(&self, effect: &EffectId) -> Option<Kept> {
        self.lock().kept(effect)
    }

    /// Adds the updates for the turns so far to the log. Without `effects`, turns that no task has ended in may wait for
    /// one. With what the execution waits for, because the invocation is to end, all of them are written, and the delay
    /// of a retry becomes a RETRY. Returns the delays that did.
    pub(super) fn write(&self, effects: Option<&[OpenEffect]>, now: Timestamp) -> Result<(), DurableError> {
        let mut state = self.lock();
        let (mut page, mut carried, mut updates) = (Page::default(), Vec::new(), Vec::new());
        for turn in std::mem::take(&mut state.pending) {
            page.add(&turn);
            let ended = turn.news.iter().find(|news| has_step(news, &state)).cloned();
            carried.push(turn);
            let Some(news) = ended else { continue };
            carried.clear();
            updates.extend(self.step(&mut state, std::mem::take(&mut page), &news, effects, now));
        }
        match (effects, carried.last()) {
            (Some(_), Some(last)) => {
                let id = operation_id(&["turns", &last.number.to_string()]);
                updates.extend(page::updates(&id, "turns", &page, Step::Succeeded));
            }
            _ => state.pending = carried,
        }
        let is_first = !state.has_head && (effects.is_some() || !updates.is_empty());
        drop(state);
        if is_first {
            self.write_head()?;
        }
        updates.into_iter().try_for_each(|update| self.log.add(update))
    }

    /// Adds the first STEP, before any other operation.
    pub(super) fn write_head(&self) -> Result<(), DurableError> {
        let mut state = self.lock();
        if state.has_head {
            return Ok(());
        }
        state.has_head = true;
        let change = Change::StepSucceed { payload: self.head.clone() };
        self.log.add(described(FIRST.into(), change, "definition", "Definition"))
    }

    /// The updates for a page that ends with the end of a task.
    fn step(
        &self,
        state: &mut State,
        mut page: Page,
        news: &News,
        effects: Option<&[OpenEffect]>,
        now: Timestamp,
    ) -> Vec<Update> {
        let task = state.tasks.get(news.of.as_text());
        let name = task.map(|task| task.state.clone()).unwrap_or_default();
        let is_ready = |retried: &Retried| {
            self.log.operation(&retried.id).is_some_and(|step| step.status == OperationStatus::Ready)
        };
        let earlier = neighbour(&news.of, -1).and_then(|timer| state.retried.get_mut(&timer)?.take());
        let earlier = earlier.filter(is_ready);
        let (id, name) = match earlier {
            Some(mut earlier) => {
                // A step has one payload, so the turns of earlier attempts are written again.
                earlier.page.turns.append(&mut page.turns);
                page.turns = earlier.page.turns;
                (earlier.id, earlier.name)
            }
            None => (operation_id(&["task", news.of.as_text(), news.learned.name()]), name),
        };
        let timer = neighbour(&news.of, 1).filter(|_| error_of(&news.learned).is_some());
        let delay = timer.and_then(|timer| {
            let is_it = |effect: &&OpenEffect| effect.of.as_text() == &timer && effect.state == name;
            match effects?.iter().find(is_it)?.kind {
                EffectKind::Timer { until } => Some((timer.clone(), until.since(now))),
                _ => None,
            }
        });
        let step = match (&delay, error_of(&news.learned)) {
            (Some((timer, delay)), _) => {
                page.awaits = Some(timer.clone());
                let retried = Retried { id: id.clone(), name: name.clone(), page: page.clone() };
                state.retried.put(timer, Some(retried));
                Step::Retried((*delay).max(Duration::from_secs(1)))
            }
            (None, Some(error)) => Step::Failed(error),
            (None, None) => Step::Succeeded,
        };
        page::updates(&id, &name, &page, step)
    }

    /// The RETRY that a timer is the delay of.
    pub(super) fn retry_of(&self, timer: &EffectId) -> Option<Text> {
        let state = self.lock();
        state.retried.get(timer.as_text())?.as_ref().map(|retried| retried.id.clone())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Turns in their order. The first follows turn `before`, and none is missing.
fn in_order(turns: Vec<Turn>, before: u64) -> Result<Vec<Turn>, DurableError> {
    // Placed rather than sorted: the code of a sort is long.
    let mut places: Vec<Option<Turn>> = turns.iter().map(|_| None).collect();
    for turn in turns {
        let place = turn.number.checked_sub(before + 1).and_then(|place| usize::try_from(place).ok());
        if let Some(place) = place.and_then(|place| places.get_mut(place)) {
            *place = Some(turn);
        }
    }
    let numbered = places.into_iter().zip(before + 1..);
    let known = numbered.map(|(turn, number)| {
        turn.ok_or_else(|| DurableError::unreadable(format!("the log has no turn {number}")))
    });
    known.collect()
}

/// Whether a piece of news is written as a step of its own.
fn has_step(news: &News, state: &State) -> bool {
    match news.learned {
        Learned::Started { .. } | Learned::Submitted(_) => state.kept(&news.of) != Some(Kept::All),
        Learned::Returned(_) | Learned::Failed(_) | Learned::Expired(_) => state.kept(&news.of).is_none(),
        // Another look at the storage might find something else.
        Learned::Read(_) | Learned::ReadPart(_) | Learned::Listed(_) | Learned::Written => true,
        _ => false,
    }
}

fn error_of(learned: &Learned) -> Option<ErrorObject> {
    let text = |name: &str| Some(Text::from(name));
    match learned {
        Learned::Failed(failure) => Some(ErrorObject {
            error_type: failure.error.clone(),
            message: failure.cause.clone(),
            ..ErrorObject::default()
        }),
        Learned::Expired(TaskClock::Heartbeat) => {
            Some(ErrorObject { error_type: text(error_name::HEARTBEAT_TIMEOUT), ..ErrorObject::default() })
        }
        Learned::Expired(_) => {
            Some(ErrorObject { error_type: text(error_name::TIMEOUT), ..ErrorObject::default() })
        }
        _ => None,
    }
}

/// The id of the effect before or after another one in its strand.
fn neighbour(effect: &EffectId, step: i64) -> Option<Text> {
    let text = effect.as_text();
    let (path, number) = match text.rsplit_once('/') {
        Some((path, number)) => (format!("{path}/"), number),
        None => (String::new(), text.as_str()),
    };
    let number = number.parse::<i64>().ok()?.checked_add(step).filter(|number| *number > 0)?;
    Some(format!("{path}{number}").into())
}

/// The page of a STEP, if it has one.
fn read(log: &DurableLog, operation: &Operation) -> Result<Option<Page>, DurableError> {
    let is_ours = operation.sub_type.as_ref().is_some_and(|name| *name == "Task");
    if !is_ours || !matches!(operation.details, OperationDetails::Step { .. }) {
        return Ok(None);
    }
    let (result, error) = operation.details.end();
    let Some(text) = result.or(error.and_then(|error| error.data.as_ref())) else { return Ok(None) };
    let payload = parsed(text)?;
    let Some(pieces) = payload.get("pieces").and_then(Value::as_i64) else {
        return Ok(Some(Page::read(&payload)));
    };
    let mut whole = String::new();
    for number in 0..usize::try_from(pieces).unwrap_or_default() {
        let piece = log.operation(&page::piece_id(&operation.id, number));
        let piece = piece.and_then(|piece| piece.details.end().0.cloned());
        whole.push_str(
            &piece.ok_or_else(|| DurableError::unreadable("a piece of a step is missing".to_owned()))?,
        );
    }
    Ok(Some(Page::read(&parsed(&whole)?)))
}

fn parsed(text: &str) -> Result<Value, DurableError> {
    Value::parse(text).map_err(|error| DurableError::unreadable(format!("a payload is not JSON: {error}")))
}

fn new_head(definition: &DefinitionHash) -> (Text, [u8; 32]) {
    let entropy = SystemEntropy::new();
    let mut seed = [0; 32];
    seed.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&entropy.next_u64().to_le_bytes()));
    let digits: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
    let head = json!({"asl-durable": 1, "definition": (definition.as_text()), "seed": digits});
    (head.to_json().into(), seed)
}

/// The first STEP, which must be of this definition.
fn head(first: &Operation, definition: &DefinitionHash) -> Result<(Text, [u8; 32]), DurableError> {
    let text = first.details.end().0.cloned().unwrap_or_default();
    let head = parsed(&text)?;
    let found = head.get("definition").and_then(Value::as_str).unwrap_or_default();
    if *definition.as_text() != *found {
        return Err(DurableError::unreadable(format!(
            "the execution began with another definition: expected `{definition}`, found `{found}`"
        )));
    }
    let digits = head.get("seed").and_then(Value::as_str).unwrap_or_default();
    let mut seed = [0; 32];
    for (byte, place) in seed.iter_mut().zip((0..).step_by(2)) {
        let digits = digits.get(place..place + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        *byte = digits.ok_or_else(|| DurableError::unreadable("the log has no seed".to_owned()))?;
    }
    Ok((text, seed))
}
