//! RedriveExecution: an execution that did not succeed goes on where it stopped.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use asl_engine::{CancelToken, Checkpoint, Outcome};
use asl_model::ExecutionType;
use asl_value::Timestamp;

use crate::app::App;
use crate::clock::now;
use crate::error::ApiError;
use crate::execution::{self, Execution};
use crate::status;
use crate::store::Store;

/// How long after its end an execution can be redriven.
const PERIOD: Duration = Duration::from_secs(14 * 86_400);

/// Events of a history to which a redrive can add two more.
const MOST_EVENTS: usize = 24_998;

/// The reason of our own: its run has panicked.
const NO_CHECKPOINT: &str = "Execution has left no checkpoint";

/// Client tokens that are remembered, and how long.
const MOST_TOKENS: usize = 10;
const TOKEN_PERIOD: Duration = Duration::from_secs(15 * 60);

/// What of an execution changes with a redrive.
#[derive(Default)]
pub(crate) struct Redrives {
    /// Of the run that is going on.
    pub(crate) cancel: CancelToken,
    /// How many there were.
    pub(crate) count: u32,
    /// When the last one was.
    pub(crate) date: Option<Timestamp>,
    /// Where the last run stopped.
    pub(crate) checkpoint: Option<Checkpoint>,
    /// The last ones, with the date that each was answered.
    tokens: VecDeque<(String, Timestamp)>,
}

/// Why an execution cannot be redriven now.
///
/// The first two texts are recorded, those about the machine, the history and the period documented.
/// Source: <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html>
pub(crate) fn obstacle(store: &Store, execution: &Execution) -> Option<&'static str> {
    let Some(ended) = execution.ended() else { return Some("Execution is RUNNING and cannot be redriven") };
    let is_deleting = store.machine(&execution.machine_arn).map_or(true, |machine| machine.is_deleting);
    match ended.outcome {
        Outcome::Succeeded(_) => Some("Execution is SUCCEEDED and cannot be redriven"),
        _ if execution.kind == ExecutionType::Express => Some("Execution is EXPRESS and cannot be redriven"),
        _ if is_deleting => Some("State machine is in DELETING status"),
        _ if execution.history.len() > MOST_EVENTS => Some("Execution history event limit exceeded"),
        _ if now().since(ended.stopped) > PERIOD => Some("Execution redrivable period exceeded"),
        _ if execution.redrives().checkpoint.is_none() => Some(NO_CHECKPOINT),
        _ => None,
    }
}

/// UNRECORDED: the message of ExecutionNotRedrivable; here it is the `redriveStatusReason` of DescribeExecution.
fn not_redrivable(obstacle: &str) -> ApiError {
    ApiError::new("ExecutionNotRedrivable", obstacle)
}

/// Redrives an execution, and tells when. The same client token is answered the same.
pub(crate) fn redrive(
    app: &Arc<App>,
    execution: &Arc<Execution>,
    token: Option<&str>,
) -> Result<Timestamp, ApiError> {
    let now = now();
    let mut store = app.store();
    if let Some(date) = token.and_then(|token| execution.redrives().answered(token, now)) {
        return Ok(date);
    }
    if let Some(obstacle) = obstacle(&store, execution) {
        return Err(not_redrivable(obstacle));
    }
    store.check_open(0, &app.config.quotas)?;
    // By the clock of the execution, which may be ahead of ours.
    let date = execution.ended().map_or(now, |ended| ended.stopped.max(now));
    let Some(checkpoint) = execution.redrives().begin(token, date) else {
        return Err(not_redrivable(NO_CHECKPOINT));
    };
    store.reopen(execution);
    execution.reopen();
    drop(store);
    tracing::info!(arn = execution.arn, "execution redriven");
    status::tell(app, execution);
    execution::spawn(app, execution, asl_engine::Execution::redrive(checkpoint));
    Ok(date)
}

impl Redrives {
    /// None so far, of a run that this token ends.
    pub(crate) fn of(cancel: CancelToken) -> Redrives {
        Redrives { cancel, ..Redrives::default() }
    }

    /// What was answered to a client token.
    fn answered(&self, token: &str, now: Timestamp) -> Option<Timestamp> {
        let known = self.tokens.iter().find(|(known, _)| known == token);
        known.map(|(_, date)| *date).filter(|date| now.since(*date) <= TOKEN_PERIOD)
    }

    /// Counts a redrive, and hands over where it goes on.
    fn begin(&mut self, token: Option<&str>, date: Timestamp) -> Option<Checkpoint> {
        let checkpoint = self.checkpoint.take()?;
        self.cancel = CancelToken::new();
        self.count += 1;
        self.date = Some(date);
        if let Some(token) = token {
            self.tokens.retain(|(known, _)| known != token);
            self.tokens.push_back((token.to_owned(), date));
            if self.tokens.len() > MOST_TOKENS {
                self.tokens.pop_front();
            }
        }
        Some(checkpoint)
    }
}
