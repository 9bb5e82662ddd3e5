//! Fills the store from an archive.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Store;
use crate::archive::{Archive, Contents};
use crate::machine::Revision;
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
}
