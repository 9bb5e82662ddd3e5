//! A CHAINED_INVOKE: the execution of another durable function that a task, or a Map, waits for.

use std::sync::Arc;

use asl_engine::EffectId;
use asl_value::Text;

use super::described::described;
use super::forward::forwarded;
use super::shared::{Awaited, Shared};
use crate::limits::PAYLOAD_BYTES;
use crate::{Change, Operation, operation_id};

/// What is invoked, and with what.
pub(super) struct Invocation<'a> {
    pub(super) state: &'a str,
    /// `StartExecution`, `MapChild`
    pub(super) sub_type: &'static str,
    pub(super) function: &'a Text,
    pub(super) payload: Text,
}

impl Invocation<'_> {
    /// Begins the operation, unless that was done before. Returns it, `None` if the payload is too large.
    pub(super) async fn begin(self, shared: &Arc<Shared>, effect: &EffectId) -> Option<Arc<Operation>> {
        let id = id(shared, effect);
        if shared.log.operation(&id).is_none() {
            if self.payload.len() > PAYLOAD_BYTES {
                return None;
            }
            shared.admit().await;
            let _busy = shared.work();
            let change =
                Change::ChainedInvokeStart { function: self.function.clone(), payload: self.payload };
            let update = described(id.clone(), change, self.state, self.sub_type);
            shared.begin(update).await;
        }
        shared.awaits(effect, Awaited::Operation(id.clone()));
        match shared.log.operation(&id) {
            Some(operation) => Some(operation),
            // A quota is exceeded, and the execution fails.
            None => std::future::pending().await,
        }
    }
}

/// Waits for the end of the operation.
pub(super) async fn ended(shared: &Shared, effect: &EffectId) -> Arc<Operation> {
    shared.ended(&id(shared, effect)).await
}

fn id(shared: &Shared, effect: &EffectId) -> Text {
    forwarded(&shared.log, effect).unwrap_or_else(|| operation_id(&["invoke", effect.as_text()]))
}
