//! [`Records`]: the operations of a log, merged, and what they use of the quotas.

use std::collections::BTreeMap;

use asl_value::Text;

use crate::{Change, Operation, OperationDetails, Update, Usage};

/// The operations of a log in the order in which they were first seen, which is that in which they started.
#[derive(Default)]
pub(super) struct Records {
    operations: Vec<Operation>,
    places: BTreeMap<Text, usize>,
    /// What each operation uses, written or not.
    used: BTreeMap<Text, Usage>,
    usage: Usage,
}

impl Records {
    /// Replaces the operations that are known and adds the others.
    pub(super) fn merge(&mut self, operations: Vec<Operation>) {
        for operation in operations {
            let known = self.used_by(&operation.id);
            let operations = operation.counted().max(known.operations);
            let stored_bytes = operation.stored_bytes().max(known.stored_bytes);
            self.set(&operation.id, Usage { operations, stored_bytes });
            match self.places.get(&operation.id).and_then(|place| self.operations.get_mut(*place)) {
                Some(known) => *known = operation,
                None => {
                    self.places.insert(operation.id.clone(), self.operations.len());
                    self.operations.push(operation);
                }
            }
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<&Operation> {
        self.operations.get(*self.places.get(id)?)
    }

    pub(super) fn all(&self) -> &[Operation] {
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
        self.total_with(self.used_by(&update.id), used_after(self.used_by(&update.id), update, bytes))
    }

    /// Counts an update that is to be written.
    pub(super) fn note(&mut self, update: &Update, bytes: u64) {
        self.set(&update.id, used_after(self.used_by(&update.id), update, bytes));
    }

    fn used_by(&self, id: &str) -> Usage {
        self.used.get(id).copied().unwrap_or_default()
    }

    fn set(&mut self, id: &Text, used: Usage) {
        self.usage = self.total_with(self.used_by(id), used);
        self.used.insert(id.clone(), used);
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
