//! [`Activity`]: tasks that workers poll for.

use std::collections::VecDeque;
use std::sync::Arc;

use asl_value::{Timestamp, Value};
use tokio::sync::Notify;

use crate::machine::Tags;

pub(crate) struct Activity {
    /// Its place among the activities.
    pub(crate) number: u64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    /// How its data are encrypted at AWS.
    pub(crate) encryption: Value,
    /// Tasks that no worker has taken.
    pub(crate) waiting: VecDeque<WaitingTask>,
    /// Told of each new one.
    pub(crate) news: Arc<Notify>,
    /// Workers that wait.
    pub(crate) pollers: usize,
}

pub(crate) struct WaitingTask {
    pub(crate) token: String,
    pub(crate) input: String,
}
