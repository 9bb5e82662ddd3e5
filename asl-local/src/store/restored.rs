//! Fills the store from an archive.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Store;
use crate::archive::{Archive, Contents};
use crate::machine::{Machine, Revision};
use crate::record::{self, Damaged};

impl Store {
    /// A store with the machines and activities of an archive, which keeps its changes from now on.
    pub(crate) fn of(
        archive: Arc<dyn Archive>,
        contents: &Contents,
        revisions: &BTreeMap<u64, Arc<Revision>>,
    ) -> Result<Store, Damaged> {
        let mut store = Store { archive: Some(archive), ..Store::default() };
        for body in &contents.machines {
            let machine = record::machine::read(body, revisions)?;
            store.machines.insert(machine.arn.clone(), machine);
        }
        for body in &contents.activities {
            let activity = record::activity::read(body)?;
            store.activities.insert(activity.arn.clone(), activity);
        }
        Ok(store)
    }

    /// Removes the machines that were being deleted and have no open execution. The process may have ended between the end
    /// of the last execution and the removal, and EXPRESS executions may have ended with the process.
    pub(crate) fn remove_deleted_machines(&mut self) {
        let is_unused = |machine: &&Machine| machine.is_deleting && machine.open_executions == 0;
        let unused: Vec<String> =
            self.machines.values().filter(is_unused).map(|machine| machine.arn.clone()).collect();
        for arn in unused {
            self.remove_machine(&arn);
        }
    }
}
