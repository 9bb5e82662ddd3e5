//! [`Durable`]: what a function needs for durable executions.

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
    pub(crate) others: Vec<(String, DefinitionHash)>,
}

impl Durable {
    /// The hash of the definition of a machine.
    pub(crate) fn definition_of(&self, machine: &Machine) -> DefinitionHash {
        let name = machine.name.as_ref();
        let other = name.and_then(|name| self.others.iter().find(|(known, _)| known == name));
        other.map_or(&self.definition, |(_, definition)| definition).clone()
    }
}

impl std::fmt::Debug for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Durable").field("definition", &self.definition).finish_non_exhaustive()
    }
}
