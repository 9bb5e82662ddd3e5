//! Parallel: all branches get the same input, and their results keep the order of the branches.

use std::sync::Arc;

use asl_query::Scope;
use asl_value::Value;

use crate::context::StateContext;
use crate::event::EventKind;
use crate::frame::Frame;
use crate::program::Machine;
use crate::slot::Slot;
use crate::strand::Strands;
use crate::trace::Cursor;
use crate::visit::{Trouble, Visit};

pub(crate) async fn work(
    visit: &Visit<'_>,
    branches: &[Machine],
    arguments: Value,
    scope: &Scope,
    context: &StateContext<'_>,
    slot: &Slot,
    cursor: &mut Cursor,
) -> Result<Value, Trouble> {
    let trace = &visit.run.trace;
    let outer = Arc::new(scope.clone());
    let mut strands = Strands::begin(visit.run, slot, cursor, || EventKind::ParallelStateStarted);
    let (mut results, ended_before) = strands.results(branches.len())?;
    for (number, branch) in branches.iter().enumerate() {
        if ended_before.contains(&number) {
            continue;
        }
        let frame = match strands.stopped_before(number) {
            Some(position) => Frame::resumed(number, position),
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
                for (_, slot) in strands.abort(ended.number, drop) {
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
