//! [`hold`]: keeps an execution open that this process cannot continue.

use std::sync::Arc;

use asl_engine::Outcome;

use crate::app::App;
use crate::clock::now;
use crate::execution::{Ended, Execution};
use crate::lifecycle::end;

/// Leaves an execution as it is in the archive, with its journal, so that the next start of a server tries again. Until
/// then it is RUNNING and does nothing; StopExecution ends it.
pub(crate) fn hold(app: &Arc<App>, execution: &Arc<Execution>, problem: &str) {
    tracing::error!(
        arn = execution.arn,
        problem,
        "an execution cannot be continued; it stays open, and the next start tries again"
    );
    let (kept, execution) = (Arc::clone(app), Arc::clone(execution));
    app.spawn(async move {
        let outcome = Outcome::Aborted(execution.stopped().await);
        end(&kept, &execution, Ended { stopped: now().max(execution.started), outcome });
    });
}
