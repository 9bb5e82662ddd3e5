//! [`App`]: what all requests and executions of a server share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::Config;
use crate::arn::Home;
use crate::execution::Execution;
use crate::ids::Ids;
use crate::machine::MachineType;
use crate::store::Store;
use crate::token::Tokens;

pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) home: Home,
    pub(crate) ids: Ids,
    pub(crate) tokens: Tokens,
    /// Whether the server is about to end: who waits for long stops waiting.
    pub(crate) closing: watch::Sender<bool>,
    store: Mutex<Store>,
}

impl App {
    pub(crate) fn new(config: Config) -> App {
        let home = Home { account: config.account.clone(), region: config.region.clone() };
        App {
            config,
            home,
            ids: Ids::default(),
            tokens: Tokens::default(),
            closing: watch::Sender::new(false),
            store: Mutex::default(),
        }
    }

    /// Whether executions of this type have a history.
    pub(crate) fn keeps_all(&self, kind: MachineType) -> bool {
        kind == MachineType::Standard || self.config.express_history
    }

    /// Whether an execution is remembered once it has ended. Documented: a child of a Map Run is, whatever its type.
    pub(crate) fn keeps(&self, execution: &Execution) -> bool {
        execution.child_of.is_some() || self.keeps_all(execution.kind)
    }

    /// The state machines, executions and activities. Never held across an await.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
