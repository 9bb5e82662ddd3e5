//! A worker: an invocation that runs children of distributed Maps for another one.

use std::sync::Arc;

use asl_engine::{ChildEnd, DistributedMap, Execution, Failure, Identity, Outcome, Program, Report};
use asl_model::{ExecutionArn, ExecutionType, MachineArn, error_name};
use asl_value::{Text, Timestamp, Value};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::machines::limits_of_child;
use super::{Bounds, Session};
use crate::fleet::{BatchAnswer, BatchEvent, WorkerChild};
use crate::reply::MOST_BYTES;
use crate::traces::Caller;

/// What a child that runs may take of the answer, besides its output.
const AROUND: usize = 8 << 10;

/// The longest output that is expected of a child, if there is no limit. A longer one runs again if it does not fit.
const EXPECTED: usize = 256 << 10;

impl Session {
    /// Runs a batch of children and answers with their ends.
    ///
    /// A child begins only while there is time, and room for its end in the answer. The others are left to another worker.
    pub(crate) async fn run_batch(self: &Arc<Self>, event: BatchEvent) -> Value {
        let BatchEvent { state, role_arn, until, children } = event;
        let found = children.first().and_then(|child| self.children_of(&state, &child.execution_arn));
        let found = found.filter(|_| are_of_one_machine(&children));
        let Some((program, kind)) = found else {
            let failure =
                Failure::new(error_name::RUNTIME, format!("this function has no distributed Map `{state}`"));
            self.log_problem(&failure);
            return BatchAnswer::refusal(&failure);
        };
        let limits = limits_of_child(self.config().limits.clone(), kind);
        let deadline = self.deadline.into_iter().chain(until).min();
        let reserve = limits.payload_bytes.unwrap_or(EXPECTED) + AROUND;
        let bounds = Bounds { limits, deadline, fans_out: false };
        // One that is stopped only because nobody waits for it any more may begin again.
        let has_all_time = until.is_none_or(|until| self.deadline.is_some_and(|own| own < until));
        let is_alone = children.len() == 1 && has_all_time;
        let mut waiting = children.into_iter();
        let (mut running, mut answer) = (FuturesUnordered::new(), Entries::new());
        loop {
            while !self.is_over(deadline)
                && (running.is_empty() && answer.entries.is_empty()
                    || answer.has_room((running.len() + 1) * reserve))
                && let Some(child) = waiting.next()
            {
                running.push(self.run_child(&program, child, &role_arn, bounds.clone()));
            }
            let Some((name, report)) = running.next().await else { break };
            // Alone, it had all the time that there is.
            match !is_alone && self.is_cut_short(&report, deadline) {
                true => answer.unfinished.push(name),
                false => answer.add(&name, &ChildEnd::of(&report)),
            }
        }
        BatchAnswer::of_entries(answer.entries, answer.unfinished)
    }

    /// The program of the children of a distributed Map, and their type.
    fn children_of(&self, state: &str, execution_arn: &str) -> Option<(Program, ExecutionType)> {
        let machine = ExecutionArn::parse(execution_arn)?.machine;
        // The machine of a child has the label of the Map in its name.
        let (name, label) = machine.name.split_once('/')?;
        let parent = MachineArn { name, ..machine }.to_string();
        // Another function does not give its main machine the name that this one gives to its own.
        let program = &self.machine_of(Some(&parent)).unwrap_or_else(|_| self.adapter.main()).program;
        // A Map without a label draws one.
        let has_label = |map: &DistributedMap<'_>| map.label.is_none_or(|known| *known == *label);
        let maps = program.distributed_maps();
        maps.iter().find(|map| *map.state == *state && has_label(map))?;
        program.of_children(state)
    }

    async fn run_child(
        self: &Arc<Self>,
        program: &Program,
        child: WorkerChild,
        role_arn: &Text,
        bounds: Bounds,
    ) -> (Text, Report) {
        let WorkerChild { execution_arn, input } = child;
        let identity = match ExecutionArn::parse(&execution_arn) {
            Some(arn) => Identity::new(arn).with_role(role_arn.clone()).with_redrive_count(Some(0)),
            None => self.identity.clone(),
        };
        let execution = Execution::new(input).with_identity(identity);
        let from = (None, Caller::default());
        let (ended, listeners) = self.to_end(program, execution, from, 0, bounds).await;
        self.note(&ended, listeners.as_deref());
        (execution_arn, ended.report)
    }

    fn is_over(&self, deadline: Option<Timestamp>) -> bool {
        deadline.is_some_and(|deadline| deadline <= self.now())
    }

    /// Whether an execution ended only because the time of the worker is over.
    fn is_cut_short(&self, report: &Report, deadline: Option<Timestamp>) -> bool {
        matches!(report.outcome, Outcome::TimedOut(_)) && self.is_over(deadline)
    }
}

fn are_of_one_machine(children: &[WorkerChild]) -> bool {
    let machine = |child: &WorkerChild| {
        let parsed = ExecutionArn::parse(&child.execution_arn);
        parsed.map(|execution| execution.machine.to_string())
    };
    let first = children.first().and_then(machine);
    first.is_some() && children.iter().all(|child| machine(child) == first)
}

/// The ends of children, as many as an answer may have.
struct Entries {
    entries: Vec<Value>,
    unfinished: Vec<Text>,
    bytes: usize,
}

impl Entries {
    fn new() -> Entries {
        Entries { entries: Vec::new(), unfinished: Vec::new(), bytes: AROUND }
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.bytes.saturating_add(bytes) <= MOST_BYTES
    }

    /// Adds the end of a child. One that does not fit is left out, unless it is the first: it would never fit.
    fn add(&mut self, name: &Text, end: &ChildEnd) {
        let mut entry = BatchAnswer::entry(name, end);
        // With the comma that parts it from the next one.
        if !self.has_room(entry.encoded_len() + 1) && self.entries.is_empty() {
            let cause = "the output of the child execution is too large for the answer of an invocation";
            let outcome = Outcome::Failed(Failure::new(error_name::DATA_LIMIT_EXCEEDED, cause));
            entry = BatchAnswer::entry(name, &ChildEnd { outcome, ..end.clone() });
        }
        let bytes = entry.encoded_len() + 1;
        if self.has_room(bytes) {
            self.bytes += bytes;
            self.entries.push(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(bytes: usize) -> ChildEnd {
        ChildEnd { outcome: Outcome::Succeeded("x".repeat(bytes).into()), ..ChildEnd::default() }
    }

    /// The only end of an answer is there, as it is or as an error, however long it is.
    #[test]
    fn an_answer_always_has_the_first_end() {
        let name = Text::from("arn");
        let around = BatchAnswer::entry(&name, &end(0)).encoded_len();
        for bytes in MOST_BYTES - AROUND - around - 2..=MOST_BYTES - AROUND - around + 2 {
            let mut answer = Entries::new();
            answer.add(&name, &end(bytes));
            let [entry] = answer.entries.as_slice() else { panic!("{} entries", answer.entries.len()) };
            let fits = bytes < MOST_BYTES - AROUND - around;
            assert_eq!(entry.get("output").is_some(), fits, "{bytes}: {:?}", entry.get("error"));
        }
    }
}
