//! [`Place`]: where a distributed Map is, in a journalled execution.

use asl_value::Text;

use crate::ObjectStore;
use crate::journal::map_run_end::MapRunEnd;
use crate::journal::run_journal::RunJournal;
use crate::journal::storage::JournalledStore;
use crate::journal::strand_path::StrandPath;
use crate::slot::Slot;
use crate::visit::Visit;

/// Where a distributed Map is, in a journalled execution.
pub(crate) struct Place<'a> {
    journal: &'a RunJournal,
    path: &'a StrandPath,
    /// The number of the Map in its strand.
    number: u64,
    state: &'a Text,
    storage: Option<&'a dyn ObjectStore>,
}

impl<'a> Place<'a> {
    pub(crate) fn of(visit: &Visit<'a>, slot: &'a Slot) -> Option<Place<'a>> {
        let (journal, path) = (visit.run.journal.as_ref()?, slot.path()?);
        let (number, state) = (path.next_number(), &visit.step.name);
        Some(Place { journal, path, number, state, storage: visit.run.engine.storage() })
    }

    /// The recorded end of the Map Run, if a history is replayed.
    pub(crate) async fn recorded(&self) -> Option<MapRunEnd> {
        let ends = self.journal.map_runs()?;
        Some(ends.wait(self.journal.turnstile(), self.path, self.state).await)
    }

    pub(crate) fn store(&self) -> JournalledStore<'_> {
        let (turnstile, path, state) = (self.journal.turnstile(), self.path, self.state);
        JournalledStore { turnstile, path, state, store: self.storage }
    }

    pub(crate) fn numbered(&self) -> (&RunJournal, &StrandPath, u64) {
        (self.journal, self.path, self.number)
    }

    /// The path of a child execution.
    pub(crate) fn child(&self, index: usize) -> StrandPath {
        self.path.inside(self.number, index)
    }
}
