//! Parallel: every branch on the same input, the results in their order.

use std::sync::Arc;

use asl_query::Scope;
use asl_value::Value;

use crate::context::StateContext;
use crate::event::EventKind;
use crate::interpret::{Frame, Trouble, Visit};
use crate::program::Machine;
use crate::strand::{Slot, Strands};
use crate::trace::Cursor;

pub(crate) async fn work(
    visit: &Visit<'_>,
    branches: &[Machine],
    arguments: Value,
    scope: &Scope,
    context: &StateContext<'_>,
    slot: &Slot,
    cursor: &mut Cursor,
) -> Result<Value, Trouble> {
    if let Some(probe) = visit.run.probe {
        return visit.checked(probe.mocked()?);
    }
    let trace = &visit.run.trace;
    let outer = Arc::new(scope.clone());
    let mut strands = Strands::begin(visit.run, slot, cursor, || EventKind::ParallelStateStarted);
    let (mut results, ended_before) = strands.results(branches.len())?;
    for (number, branch) in branches.iter().enumerate() {
        if ended_before.contains(&number) {
            continue;
        }
        let frame = match strands.stopped_before(number) {
            Some(stand) => Frame::resumed(number, stand),
            None => {
                let item = context.map_item.cloned();
                Frame::child(number, arguments.clone(), Scope::inside(&outer), *cursor, item)
            }
        };
        strands.start(branch, frame)?;
    }
    drop(arguments);
    while let Some(ended) = strands.next().await {
        *cursor = ended.cursor;
        match ended.result {
            Ok(output) => {
                if let Some(place) = results.get_mut(ended.number) {
                    *place = output;
                }
            }
            Err(failure) if failure.is_runtime() => return Err(failure.into()),
            Err(failure) => {
                if ended.in_task {
                    trace.mark(*cursor, || EventKind::TaskStateAborted);
                }
                for slot in strands.abort(ended.number, drop).values() {
                    slot.mark_aborted(trace, *cursor);
                }
                return Err(failure.into());
            }
        }
    }
    let output = visit.checked(Value::Array(results.into()))?;
    trace.mark(*cursor, || EventKind::ParallelStateSucceeded);
    Ok(output)
}
