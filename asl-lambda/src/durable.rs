//! [`Durable`]: what a function needs for durable executions.

use std::collections::BTreeMap;
use std::sync::Arc;

use asl_durable::DurableApi;
use asl_engine::DefinitionHash;

use crate::machine::Machine;

/// What a function needs for durable executions.
#[derive(Clone)]
pub(crate) struct Durable {
    pub(crate) api: Arc<dyn DurableApi>,
    /// The hash of the main machine's definition.
    pub(crate) definition: DefinitionHash,
    /// Those of the others, by their names.
    pub(crate) others: BTreeMap<String, DefinitionHash>,
}

impl Durable {
    /// The hash of the definition of a machine.
    pub(crate) fn definition_of(&self, machine: &Machine) -> DefinitionHash {
        let other = machine.name.as_ref().and_then(|name| self.others.get(name));
        other.unwrap_or(&self.definition).clone()
    }
}

impl std::fmt::Debug for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Durable").field("definition", &self.definition).finish_non_exhaustive()
    }
}
