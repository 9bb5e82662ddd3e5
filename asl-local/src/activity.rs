//! [`Activity`]: tasks that workers poll for.

use std::collections::VecDeque;
use std::sync::Arc;

use asl_value::{Timestamp, Value};
use tokio::sync::Notify;

use crate::machine::Tags;

pub(crate) struct Activity {
    /// Its position in the order of creation.
    pub(crate) number: u64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    pub(crate) tags: Tags,
    /// Its `encryptionConfiguration`. Nothing is encrypted here.
    pub(crate) encryption: Value,
    /// Tasks that no worker has taken yet.
    pub(crate) waiting: VecDeque<WaitingTask>,
    /// Notified of each new task.
    pub(crate) news: Arc<Notify>,
    /// How many workers are polling.
    pub(crate) pollers: usize,
}

pub(crate) struct WaitingTask {
    pub(crate) token: String,
    pub(crate) input: String,
}
