//! Records in the store that executions begin and end.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use asl_engine::ChildExecution;
use asl_value::Timestamp;

use crate::app::App;
use crate::changes::Change;
use crate::execution::{ChildOf, Ended, Execution};
use crate::history::History;
use crate::input::Input;
use crate::lookup;
use crate::machine::Target;
use crate::status;

/// Records the start of a child of a distributed Map, or that it runs again. One that has ended in an earlier process, or in
/// an earlier run of its Map Run, keeps its number.
pub(crate) fn begin_child(
    app: &App,
    parent: &Execution,
    child: &ChildExecution<'_>,
    is_new: bool,
) -> Arc<Execution> {
    let ChildExecution { map_run, identity, .. } = child;
    let names = [&identity.execution_arn, &identity.execution_name].map(ToString::to_string);
    let target = Target {
        machine_arn: identity.state_machine_arn.to_string(),
        machine_name: identity.state_machine_name.to_string(),
        kind: map_run.children(),
        revision: Arc::clone(&parent.target.revision),
        version_arn: None,
        alias_arn: None,
    };
    let earlier = child.redriven.and_then(|_| lookup::execution(app, &identity.execution_arn).ok());
    let number = match &earlier {
        Some(earlier) => Some(earlier.number),
        None if is_new => None,
        None => kept_end(app, &identity.execution_arn).map(|(number, _)| number),
    };
    let history = match earlier.as_ref().filter(|_| child.events > 0) {
        Some(earlier) => earlier.history.first(child.events),
        None => History::new(app.keeps_all(target.kind)),
    };
    let input = Input::from(child.input.clone());
    let number = number.unwrap_or_else(|| app.ids.next());
    let mut execution = Execution::new(number, names, target, input, history);
    execution.trace_header = parent.trace_header.clone();
    execution.stages = app.stages.begin(&app.config);
    execution.started = child.started;
    execution.is_durable = parent.is_durable;
    let is_again = child.redriven.is_some();
    let child_of = ChildOf { map_run: Arc::clone(map_run), item_count: child.item_count, is_again };
    let execution = Arc::new(execution.into_child(child_of, child.cancel.clone()));
    if let Some(earlier) = &earlier {
        execution.map_runs().clone_from(&earlier.map_runs());
    }
    // EXPRESS children have no redrives of their own.
    if let Some(count) = identity.redrive_count.filter(|count| *count > 0) {
        execution.redrives().continue_as(count, child.redriven);
    }
    app.store().restart_child(&execution);
    execution
}

/// The number of an execution that has left the memory, and when it ended.
fn kept_end(app: &App, arn: &str) -> Option<(u64, Timestamp)> {
    app.archive.as_ref()?.stopped(arn).ok().flatten()
}

/// Looks whether an earlier process has kept the end of a child, which is then not written again.
pub(crate) fn find_end(app: &App, execution: &Execution, stopped: Timestamp) {
    if execution.child_of.as_ref().is_some_and(|child| child.is_again) {
        return;
    }
    let is_known = kept_end(app, &execution.arn) == Some((execution.number, stopped));
    execution.is_end_known.store(is_known, Ordering::Relaxed);
}

/// Records the end of an execution.
pub(crate) fn end(app: &App, execution: &Arc<Execution>, ended: Ended) {
    tracing::info!(arn = execution.arn, status = ended.outcome.status(), "execution ended");
    if let Some(stages) = &execution.stages {
        app.stages.end(stages);
    }
    // Under the lock of the store, so that a caller who sees the end also finds the execution among the ended ones.
    let mut store = app.store();
    execution.set_ended(Some(ended));
    store.end(execution, app.keeps(execution), &app.config.quotas);
    drop(store);
    // UNRECORDED: whether children of a Map Run emit events. Here they emit none.
    if execution.child_of.is_none() {
        app.changes.report(|| Change::Execution(Arc::clone(execution)));
        status::emit(app, execution);
    }
}
