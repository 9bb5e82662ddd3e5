//! [`Page`]: the payload of a STEP, with turns of the execution's journal.

use std::time::Duration;

use asl_engine::Turn;
use asl_value::{Object, Text, Value, json};

use super::described::described;
use crate::{Change, DurableError, ErrorObject, Update, operation_id};

/// The payload of a STEP: the turns up to the end of its task.
///
/// ```json
/// {"turns": [{"turn": 3, "at": "…", "news": […]}], "awaits": "4"}
/// ```
///
/// `awaits` names the delay before the next attempt. The first page also has `definition` and `seed`.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    pub(super) turns: Vec<Value>,
    pub(super) awaits: Option<Text>,
}

/// The bytes of one payload. UNRECORDED: in April 2026 the service still refused a STEP of more than 262,144 bytes.
const PIECE_BYTES: usize = 240_000;

/// A failure is written as such if its page is not longer. AWS's local runner allows 32,768 bytes.
const ERROR_BYTES: usize = 16_000;

impl Page {
    pub(super) fn add(&mut self, turn: &Turn) {
        self.turns.push(turn.to_value());
    }

    pub(super) fn to_text(&self) -> Text {
        let mut members = Object::new();
        members.insert("turns", self.turns.iter().cloned().collect());
        if let Some(awaits) = &self.awaits {
            members.insert("awaits", awaits.into());
        }
        Value::from(members).to_json().into()
    }

    pub(super) fn read(payload: &Value) -> Page {
        let turns = payload.get("turns").and_then(Value::as_array);
        Page {
            turns: turns.map(|turns| turns.iter().cloned().collect()).unwrap_or_default(),
            awaits: payload.get("awaits").and_then(Value::as_text).cloned(),
        }
    }
}

/// A turn of a page.
pub(super) fn turn(value: &Value) -> Result<Turn, DurableError> {
    Turn::read(value.clone())
        .map_err(|error| DurableError::unreadable(format!("a turn cannot be read: {error}")))
}

/// How the STEP of a page continues.
pub(super) enum Step {
    Succeeded,
    Failed(ErrorObject),
    Retried(Duration),
}

/// The updates that write a page as one STEP. A long one is cut into further STEPs.
pub(super) fn updates(id: &Text, name: &str, page: &Page, step: Step) -> Vec<Update> {
    let mut payload = page.to_text();
    let mut updates = Vec::new();
    if payload.len() > PIECE_BYTES {
        let whole = std::mem::take(&mut payload);
        let pieces = pieces(&whole);
        payload = json!({"pieces": (pieces.len() as u64)}).to_json().into();
        for (number, piece) in pieces.into_iter().enumerate() {
            let change = Change::StepSucceed { payload: piece.into() };
            updates.push(described(piece_id(id, number), change, name, "Piece"));
        }
    }
    let change = match step {
        Step::Retried(delay) => Change::StepRetry { delay, payload },
        Step::Failed(error) if payload.len() + error.bytes() <= ERROR_BYTES => {
            let data = Some(payload);
            Change::StepFail { error: ErrorObject { data, ..error } }
        }
        Step::Failed(_) | Step::Succeeded => Change::StepSucceed { payload },
    };
    updates.push(described(id.clone(), change, name, "Task"));
    updates
}

/// The id of a piece of a long page.
pub(super) fn piece_id(id: &str, number: usize) -> Text {
    operation_id(&["piece", id, &number.to_string()])
}

fn pieces(payload: &str) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), payload);
    while rest.len() > PIECE_BYTES {
        let cut = (0..=PIECE_BYTES).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(cut);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_pages_are_cut() {
        let turns = vec![Value::from("é".repeat(250_000))];
        let updates = updates(&"s".into(), "State", &Page { turns, awaits: None }, Step::Succeeded);
        assert_eq!(updates.len(), 4);
        let texts: Vec<&Text> = updates.iter().filter_map(|update| update.change.payload()).collect();
        assert!(texts.iter().all(|text| text.len() <= PIECE_BYTES));
        let whole: String = texts.iter().take(3).map(|text| text.as_str()).collect();
        assert_eq!(Page::read(&Value::parse(&whole).unwrap()).turns.len(), 1);
    }
}
