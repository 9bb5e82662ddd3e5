//! Writes each change of the store to the archive.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use asl_engine::MapRun;

use super::Store;
use crate::archive::{Pin, Record};
use crate::error::ApiError;
use crate::execution::{Execution, is_name_free};
use crate::machine::Revision;
use crate::record;

impl Store {
    /// Writes a record if there is an archive. Returns its number.
    pub(super) fn keep(&self, record: impl FnOnce() -> Record) -> u64 {
        self.archive.as_ref().map_or(0, |archive| archive.write(record()))
    }

    /// Writes a machine that has changed, and the revision that is new.
    pub(super) fn keep_machine(&self, arn: &str, new: Option<Arc<Revision>>) {
        let Some(machine) = self.machines.get(arn) else { return };
        self.keep(|| Record::Machine {
            arn: machine.arn.clone(),
            body: record::machine::record(machine),
            new,
            revisions: record::machine::revisions(machine),
        });
    }

    pub(super) fn remove_machine(&mut self, arn: &str) {
        if self.machines.remove(arn).is_some() {
            self.keep(|| Record::NoMachine { arn: arn.to_owned() });
        }
    }

    pub(super) fn keep_activity(&self, arn: &str) {
        let Some(activity) = self.activities.get(arn) else { return };
        self.keep(|| Record::Activity { arn: arn.to_owned(), body: record::activity::record(activity) });
    }

    /// Writes the machine or activity whose tags have changed.
    pub(super) fn keep_tagged(&self, arn: &str) {
        self.keep_machine(arn, None);
        self.keep_activity(arn);
    }

    /// Writes a Map Run that has begun, or whose settings have changed: as it is now, since a replay sets them again.
    pub(super) fn keep_map_run(&self, map_run: &MapRun, execution: &Execution) {
        if execution.is_durable {
            let arn = map_run.arn().to_string();
            self.keep(|| Record::MapRun { arn, body: map_run.to_json(), execution: execution.number });
        }
    }

    /// Writes an execution that was started or redriven.
    pub(super) fn keep_open(&self, execution: &Arc<Execution>, pin: Option<Pin>) {
        self.keep(|| Record::Open {
            execution: Arc::clone(execution),
            redriven: execution.redrives().redriven(),
            pin,
        });
    }

    /// Writes the end of an execution.
    pub(super) fn keep_end(&self, execution: &Arc<Execution>) {
        let is_kept = execution.is_durable && !execution.is_archived();
        let Some(ended) = execution.ended().filter(|_| is_kept) else { return };
        let number = self.keep(|| {
            let known = |arn: &String| self.map_runs.get(arn).cloned();
            Record::End {
                execution: Arc::clone(execution),
                ended,
                redriven: execution.redrives().redriven(),
                events: execution.history.len(),
                map_runs: execution.map_runs().iter().filter_map(known).collect(),
            }
        });
        execution.end_record.store(number, Ordering::Relaxed);
    }

    /// Rejects an execution whose name is that of one that has left the memory.
    pub(super) fn check_archived_name(&self, execution: &Execution) -> Result<(), ApiError> {
        let Some(archive) = &self.archive else { return Ok(()) };
        let stopped = archive.stopped(&execution.arn).map_err(|problem| ApiError::unreadable(&problem))?;
        match stopped.is_none_or(|(_, stopped)| is_name_free(stopped, execution.started)) {
            true => Ok(()),
            false => Err(ApiError::execution_exists(&execution.arn)),
        }
    }
}
