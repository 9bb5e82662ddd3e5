//! [`Records`]: the operations of a log, merged, and what they use of the quotas.

use std::sync::Arc;

use asl_value::Text;

use crate::table::Table;
use crate::{Change, Operation, OperationDetails, Update, Usage};

/// The operations of a log in the order in which they were first seen, which is that in which they started.
#[derive(Default)]
pub(super) struct Records {
    operations: Vec<Arc<Operation>>,
    known: Table<Known>,
    usage: Usage,
}

/// What is known of an operation.
#[derive(Clone, Copy, Default)]
struct Known {
    /// Its place among the operations, once the service has reported it.
    place: Option<usize>,
    /// What it uses, written or not.
    used: Usage,
}

impl Records {
    /// Replaces the operations that are known and adds the others.
    pub(super) fn merge(&mut self, operations: Vec<Operation>) {
        for operation in operations {
            let Known { place, used } = self.known(&operation.id);
            let operations = operation.counted().max(used.operations);
            let stored_bytes = operation.stored_bytes().max(used.stored_bytes);
            let place = place.unwrap_or(self.operations.len());
            self.set(&operation.id, Known { place: Some(place), used: Usage { operations, stored_bytes } });
            match self.operations.get_mut(place) {
                Some(known) => *known = Arc::new(operation),
                None => self.operations.push(Arc::new(operation)),
            }
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<&Arc<Operation>> {
        self.operations.get(self.known.get(id)?.place?)
    }

    pub(super) fn all(&self) -> &[Arc<Operation>] {
        &self.operations
    }

    pub(super) fn execution(&self) -> Option<&Operation> {
        let first = self.operations.first()?;
        matches!(first.details, OperationDetails::Execution { .. }).then_some(first)
    }

    pub(super) fn usage(&self) -> Usage {
        self.usage
    }

    /// What would be used with one more update, which stores `bytes`.
    pub(super) fn usage_with(&self, update: &Update, bytes: u64) -> Usage {
        let Known { used, .. } = self.known(&update.id);
        self.total_with(used, used_after(used, update, bytes))
    }

    /// Counts an update that is to be written.
    pub(super) fn note(&mut self, update: &Update, bytes: u64) {
        let Known { place, used } = self.known(&update.id);
        self.set(&update.id, Known { place, used: used_after(used, update, bytes) });
    }

    fn known(&self, id: &str) -> Known {
        self.known.get(id).copied().unwrap_or_default()
    }

    fn set(&mut self, id: &Text, known: Known) {
        self.usage = self.total_with(self.known(id).used, known.used);
        self.known.put(id, known);
    }

    fn total_with(&self, before: Usage, after: Usage) -> Usage {
        Usage {
            operations: self.usage.operations - before.operations + after.operations,
            stored_bytes: self.usage.stored_bytes - before.stored_bytes + after.stored_bytes,
        }
    }
}

/// What an operation uses after an update of it.
fn used_after(before: Usage, update: &Update, bytes: u64) -> Usage {
    let retries = u64::from(matches!(update.change, Change::StepRetry { .. }));
    Usage { operations: before.operations.max(1) + retries, stored_bytes: before.stored_bytes + bytes }
}
