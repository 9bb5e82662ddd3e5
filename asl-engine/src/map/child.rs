//! One child execution of a distributed Map.

use std::sync::Arc;

use asl_model::ExecutionType;
use asl_value::Value;

use super::ended_child::EndedChild;
use crate::budget::Held;
use crate::frame::Frame;
use crate::journal::run_journal::RunJournal;
use crate::journal::strand_path::StrandPath;
use crate::map_run::ChildExecution;
use crate::program::Machine;
use crate::run::Run;
use crate::trace::Cursor;
use crate::{Execution, Failure, Limits, MapRun, NoObserver, Outcome};

/// Runs one child execution, for one item or a batch, to its end. Dropping the future aborts it.
///
/// The child has a history of its own, but shares the time of its parent.
pub(crate) async fn run(
    parent: &Run<'_>,
    machine: &Machine,
    map_run: &Arc<MapRun>,
    index: usize,
    (input, batch): (Value, Option<u64>),
    held: Held,
    path: Option<StrandPath>,
) -> EndedChild {
    let items = batch.unwrap_or(1);
    let (machine_arn, children) = (map_run.state_machine_arn(), map_run.children());
    let identity =
        parent.identity.of_child(machine_arn, children, &parent.entropy().uuid(), || parent.entropy().uuid());
    let express = Limits::express();
    let limits = match map_run.children() {
        ExecutionType::Standard => parent.limits.clone(),
        ExecutionType::Express => {
            Limits { events: express.events, duration: express.duration, ..parent.limits.clone() }
        }
    };
    let execution = Execution::new(input)
        .with_identity(identity)
        .with_limits(limits)
        .with_trace_header(parent.trace_header.cloned());
    let begun = parent.timeline.elapsed();
    let started = parent.timeline.at(begun).to_millis();
    let observer = parent.trace.observer().and_then(|observer| {
        let Execution { identity, input, cancel, .. } = &execution;
        observer.on_child(&ChildExecution { map_run, identity, input, item_count: batch, started, cancel })
    });
    let execution = execution.with_observer(observer.unwrap_or_else(|| Arc::new(NoObserver)));
    let budget = Arc::clone(&parent.budget);
    let run =
        Run::new(parent.engine, &execution, parent.timeline, begun, machine.timeout, machine.start, budget)
            .inside(parent);
    let run = match (&parent.journal, &path) {
        (Some(journal), Some(path)) => run.journalled(RunJournal::new(journal.turnstile(), path)),
        _ => run,
    };
    map_run.child_started(items);
    run.begin(&execution);
    let mut child = RunningChild { run: &run, map_run, items, has_ended: false };
    let outcome = match Frame::root(execution.input.clone()).holding(held) {
        Ok(root) => {
            path.into_iter().for_each(|path| root.slot.set_path(path));
            run.to_end(machine, root).await
        }
        Err(exceeded) => {
            let outcome = Outcome::Failed(exceeded.into());
            run.end(Cursor::START, &outcome);
            outcome
        }
    };
    child.ended(&outcome);
    drop(child);
    let ended = parent.timeline.elapsed();
    run.note_use(machine, ended);
    parent.near.merge(&run.near);
    let stopped = parent.timeline.at(ended).to_millis();
    let Execution { identity, input, .. } = execution;
    EndedChild { index, identity, input, outcome, started, stopped }
}

struct RunningChild<'a> {
    run: &'a Run<'a>,
    map_run: &'a MapRun,
    items: u64,
    has_ended: bool,
}

impl RunningChild<'_> {
    fn ended(&mut self, outcome: &Outcome) {
        self.has_ended = true;
        self.map_run.child_ended(self.items, outcome);
    }
}

impl Drop for RunningChild<'_> {
    fn drop(&mut self) {
        if !self.has_ended && !self.run.is_abandoned() {
            let aborted = Outcome::Aborted(Failure::default());
            self.run.end(Cursor::START, &aborted);
            self.ended(&aborted);
        }
    }
}
