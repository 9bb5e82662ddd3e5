//! Nothing is recorded.

use std::sync::Arc;

use asl_engine::{Identity, Observer};
use asl_value::{Text, Value};

use crate::execution::Part;
use crate::trigger::Trigger;
use crate::{Adapter, ConfigError, Invocation};

/// Who has caused an execution.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller {}

impl Caller {
    pub(crate) fn of(_: &Traces, _: Trigger, _: &Part) -> Caller {
        Caller {}
    }

    /// Who has caused a durable execution with this event.
    #[cfg(feature = "durable")]
    pub(crate) fn of_durable(_: &Traces, _: Trigger, _: &Value) -> Caller {
        Caller {}
    }
}

/// The spans of an invocation.
pub(crate) struct Traces;

impl Traces {
    pub(crate) fn of(_: &Adapter, _: &Invocation) -> Traces {
        Traces
    }

    pub(crate) fn observer(&self, _: &Identity, _: Option<&Text>, _: Caller) -> Option<Arc<dyn Observer>> {
        None
    }

    pub(crate) async fn send(&self) -> Option<Value> {
        None
    }
}

pub(crate) fn with_tracer(adapter: Adapter) -> Result<Adapter, ConfigError> {
    Ok(adapter)
}
