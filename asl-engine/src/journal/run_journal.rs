//! [`RunJournal`]: what an execution, or a child execution, has only if it is journalled.

use std::sync::{Mutex, PoisonError};

use asl_value::Text;
use sha2::{Digest, Sha256};

use super::gate::Gate;
use super::map_run_end::MapRunEnds;
use super::strand_path::StrandPath;
use super::ticket::Ticket;
use super::turnstile::Turnstile;
use crate::{EffectId, EffectKind, Entropy, Outcome};

/// What an execution, or a child execution, has only if it is journalled.
///
/// As [`Entropy`], it returns numbers that follow from the seed, the news of the current turn, and how many numbers this
/// execution has drawn in the turn.
pub(crate) struct RunJournal {
    turnstile: Turnstile,
    /// The path of its machine.
    path: Box<str>,
    /// The name of its stop.
    stop: EffectId,
    gate: Gate,
    drawn: Mutex<Drawn>,
    map_runs: Option<MapRunEnds>,
}

#[derive(Default)]
struct Drawn {
    turn: u64,
    count: u64,
}

impl RunJournal {
    /// The journal of an execution whose machine is the strand at `path`.
    pub(crate) fn new(turnstile: &Turnstile, path: &StrandPath) -> RunJournal {
        RunJournal {
            turnstile: turnstile.clone(),
            path: path.text().into(),
            stop: path.effect(0),
            gate: Gate::default(),
            drawn: Mutex::default(),
            map_runs: None,
        }
    }

    /// Takes the ends of Map Runs from a record.
    pub(crate) fn with_map_runs(self, map_runs: MapRunEnds) -> RunJournal {
        RunJournal { map_runs: Some(map_runs), ..self }
    }

    /// The recorded ends of Map Runs, if a history is replayed.
    pub(crate) fn map_runs(&self) -> Option<&MapRunEnds> {
        self.map_runs.as_ref()
    }

    pub(crate) fn turnstile(&self) -> &Turnstile {
        &self.turnstile
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// A strand checks whether to stop.
    pub(crate) fn count_check(&self) {
        self.turnstile.count_check();
    }

    /// A strand has noticed in the middle of a turn that the execution must stop.
    pub(crate) fn stop(&self, outcome: Outcome) {
        self.turnstile.stop(&self.stop, &self.gate, outcome);
    }

    /// The ticket for the stop of the execution.
    pub(super) fn stop_ticket(&self, kind: EffectKind) -> Ticket {
        let gate = Some(self.gate.clone());
        Ticket::with_gate(&self.turnstile, self.stop.clone(), &Text::default(), kind, gate)
    }
}

impl Entropy for RunJournal {
    fn next_u64(&self) -> u64 {
        let (turn, key) = self.turnstile.chance();
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if drawn.turn != turn {
            *drawn = Drawn { turn, count: 0 };
        }
        drawn.count += 1;
        let hash =
            Sha256::new_with_prefix(key).chain_update(&*self.path).chain_update(drawn.count.to_le_bytes());
        let hash: [u8; 32] = hash.finalize().into();
        hash.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
    }
}
