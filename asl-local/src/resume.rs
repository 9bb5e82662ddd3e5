//! Continues executions from their journals: those that ran when the server ended, and those that are redriven.

use std::sync::Arc;

use asl_engine::{Checkpoint, Execution as EngineRun, RecordedExecution, Replayed};

use crate::app::App;
use crate::execution::Execution;
use crate::runner::engine;

/// Where the last of these runs stopped, which all ended without success.
pub(crate) async fn checkpoint(
    app: &Arc<App>,
    execution: &Execution,
    journals: &[Vec<String>],
) -> Result<Checkpoint, String> {
    let engine = engine(app, execution);
    let runnable = execution.target.revision.program().ok_or("this version cannot run its definition")?;
    let mut last = None;
    // The last run has none if the process ended before it began.
    for lines in journals.iter().filter(|lines| !lines.is_empty()) {
        let recorded = read(execution, lines)?;
        let run = last
            .take()
            .map_or_else(|| recorded.header.to_execution().keeping_checkpoint(), EngineRun::redrive);
        let replayed = engine.replay(&runnable.program, &runnable.hash, run, &recorded).await;
        last = match replayed.map_err(|error| error.to_string())? {
            Replayed::Ended(report) => report.checkpoint,
            _ => return Err("its journal does not come to an end".to_owned()),
        };
    }
    last.ok_or_else(|| "its journal leaves no checkpoint".to_owned())
}

/// The journal of an execution with these lines.
pub(crate) fn read(execution: &Execution, lines: &[String]) -> Result<RecordedExecution, String> {
    let text: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    let mut recorded = RecordedExecution::parse(&text).map_err(|error| error.to_string())?;
    // The definition is the one that it was started with; another version may have hashed it in another way.
    if let Some(runnable) = execution.target.revision.program() {
        recorded.header.definition = runnable.hash.clone();
    }
    // The same value, so that events show it as it was sent.
    recorded.header.input = execution.input.value.clone();
    Ok(recorded)
}
