//! [`Feed`]: machines and executions that change, for the lists of the page.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use asl_value::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

use super::stream::{Messages, message};
use crate::app::App;
use crate::changes::Change;
use crate::listed::listed;

/// Changes within this time are sent together.
const PAUSE: Duration = Duration::from_millis(100);

/// The changes since it was made.
pub(super) struct Feed {
    changes: Receiver<Change>,
    /// The first change of the next batch.
    first: Option<Result<Change, Missed>>,
}

/// There were more changes than are kept for a slow client: it has to read its lists again.
struct Missed;

impl Feed {
    pub(super) fn new(app: &Arc<App>) -> Feed {
        Feed { changes: app.changes.subscribe(), first: None }
    }
}

impl Messages for Feed {
    async fn next(&mut self) -> Option<String> {
        if self.first.is_none() {
            self.first = Some(match self.changes.recv().await {
                Ok(change) => Ok(change),
                Err(RecvError::Lagged(_)) => Err(Missed),
                Err(RecvError::Closed) => return None,
            });
        }
        tokio::time::sleep(PAUSE).await;
        let mut batch = Batch::default();
        if let Some(first) = self.first.take() {
            batch.add(first);
        }
        loop {
            match self.changes.try_recv() {
                Ok(change) => batch.add(Ok(change)),
                Err(TryRecvError::Lagged(_)) => batch.add(Err(Missed)),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        Some(batch.text())
    }
}

/// Changes that are sent together, each machine and execution once.
#[derive(Default)]
struct Batch {
    has_missed: bool,
    by_arn: BTreeMap<String, Change>,
}

impl Batch {
    fn add(&mut self, change: Result<Change, Missed>) {
        match change {
            Ok(change) => {
                self.by_arn.insert(change.arn().to_owned(), change);
            }
            Err(Missed) => self.has_missed = true,
        }
    }

    fn text(&self) -> String {
        if self.has_missed {
            return message("reset", "{}");
        }
        let one = |change: &Change| match change {
            Change::Machine(arn) => message("machine", &json!({"stateMachineArn": arn.as_str()}).to_json()),
            Change::Execution(execution) => message(
                "execution",
                &Value::to_json(&listed(execution, execution.ended().as_ref(), execution.redriven())),
            ),
        };
        self.by_arn.values().map(one).collect()
    }
}
