//! [`World`]: everything that outlives the processes of the server: its clients, what they know, what functions were told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_value::Value;

use super::functions::{number, text};
use super::held::Held;
use super::known::Known;
use super::machines::CONCURRENCY;
use crate::clock::now;

pub(super) struct World {
    pub(super) seed: u64,
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) known: Vec<Known>,
    /// Tokens that workers have, in the order in which they got them.
    pub(super) held: Vec<Held>,
    /// By the ARN of the execution: the values that the concurrency of its Map Runs may have.
    pub(super) concurrency: BTreeMap<String, Vec<u64>>,
    /// By the ARN of the execution: how many children call a function.
    children: BTreeMap<String, u64>,
    /// The attempts of tasks that were called, and the process that did.
    calls: BTreeMap<String, u32>,
    /// The number of observations, and that of the last one whose object is on disk.
    observations: u64,
    pub(super) durable: u64,
    answers: i64,
    /// What happened, for the report of a find.
    pub(super) trace: Vec<String>,
    pub(super) find: Option<String>,
    /// How often which operation had which answer.
    pub(super) counts: BTreeMap<String, u64>,
    /// Whether clients only look, and workers answer.
    pub(super) is_calm: bool,
}

impl World {
    pub(super) fn new(seed: u64) -> Arc<World> {
        Arc::new(World { seed, state: Mutex::default() })
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A task is called by a process. In one process an attempt is called once.
    pub(super) fn called(&self, what: &str, process: u32, is_resumed: bool) {
        let mut state = self.lock();
        state.note(format!("function: {what}{}", if is_resumed { ", again" } else { "" }));
        let known = state.calls.insert(what.to_owned(), process);
        // An EXPRESS child of a Map Run that is redriven begins again, with its name.
        if known == Some(process) && !what.contains(":express:") {
            state.found(format!("one process called it twice: {what}"));
        }
        let name = if known.is_some() { "called again" } else { "called" };
        state.count(name);
    }

    /// A child of the Map Run of an execution calls its function, until the result is dropped.
    pub(super) fn enter_child(self: &Arc<World>, parent: &str) -> Child {
        let mut state = self.lock();
        let running = state.children.entry(parent.to_owned()).or_default();
        *running += 1;
        let running = *running;
        state.check_concurrency(parent, running);
        Child { world: Arc::clone(self), parent: parent.to_owned() }
    }

    /// A worker gets a token.
    pub(super) fn hand_out(&self, token: &str, payload: &Value, state: &str, has_timeout: bool) {
        let mut world = self.lock();
        if world.held.iter().any(|held| held.token == token) {
            return;
        }
        world.note(format!("token of {} {state}", text(payload, "execution")));
        world.held.push(Held {
            token: token.to_owned(),
            execution: text(payload, "execution").to_owned(),
            place: (number(payload, "redrive"), state.to_owned(), number(payload, "attempt")),
            has_timeout,
            ..Held::default()
        });
    }
}

impl State {
    pub(super) fn note(&mut self, what: impl Into<String>) {
        self.trace.push(format!("{} {}", now(), what.into()));
    }

    /// The first one counts.
    pub(super) fn found(&mut self, what: String) {
        self.note(format!("FOUND {what}"));
        self.find.get_or_insert(what);
    }

    pub(super) fn check(&mut self, what: impl std::fmt::Display, checked: Result<(), String>) {
        if let Err(problem) = checked {
            self.found(format!("{what}: {problem}"));
        }
    }

    pub(super) fn count(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// The number of an answer, which no other has.
    pub(super) fn next_answer(&mut self) -> i64 {
        self.answers += 1;
        1_000_000 + self.answers
    }

    pub(super) fn observe(&mut self) -> u64 {
        self.observations += 1;
        self.observations
    }

    /// The number of observations so far.
    pub(super) fn observations(&self) -> u64 {
        self.observations
    }

    pub(super) fn known(&mut self, arn: &str) -> Option<&mut Known> {
        self.known.iter_mut().find(|known| known.arn == arn)
    }

    pub(super) fn concurrency(&mut self, parent: &str) -> &mut Vec<u64> {
        self.concurrency.entry(parent.to_owned()).or_insert_with(|| vec![CONCURRENCY])
    }

    /// As many children of an execution run at a time.
    pub(super) fn check_concurrency(&mut self, parent: &str, running: u64) {
        let most = self.concurrency(parent).iter().copied().max().unwrap_or_default();
        if running > most {
            self.found(format!("{running} children of {parent} run, where at most {most} may"));
        }
    }

    /// A process has ended.
    pub(super) fn crash(&mut self) {
        let durable = self.durable;
        self.known.iter_mut().for_each(|known| known.crash(durable));
        self.children.clear();
    }
}

/// A child that calls its function.
pub(super) struct Child {
    world: Arc<World>,
    parent: String,
}

impl Drop for Child {
    fn drop(&mut self) {
        let mut state = self.world.lock();
        if let Some(running) = state.children.get_mut(&self.parent) {
            *running = running.saturating_sub(1);
        }
    }
}
