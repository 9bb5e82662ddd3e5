//! Loads the definitions of `asl serve` again when their files change.
//!
//! It polls the times of the files instead of subscribing to events of the system: there are a few files, events do not
//! cross the mounts of containers, and editors replace files in ways that a subscription loses.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use asl_local::Machines;
use asl_model::{ExecutionType, Substitutions};

use crate::Terminal;
use crate::args::Kind;
use crate::definition::{Checked, Circumstances};
use crate::home::Home;
use crate::machine_files::all_selected;
use crate::refusal::Refusal;
use crate::render::checked::print;

/// How often the files are looked at. A change is loaded when the files have been the same twice.
const EVERY: Duration = Duration::from_millis(250);

/// The time of the last change and the length of a file. `None` if it does not exist.
type Stamp = Option<(SystemTime, u64)>;

/// The definitions of the arguments, and what the server has of them.
pub(super) struct Definitions {
    arguments: Vec<PathBuf>,
    substitutions: Substitutions,
    kind: Kind,
    home: Home,
    served: BTreeMap<String, ServedMachine>,
    stamps: BTreeMap<PathBuf, Stamp>,
}

struct ServedMachine {
    arn: String,
    definition: String,
    machine_type: ExecutionType,
}

impl Definitions {
    pub(super) fn new(
        arguments: &[PathBuf],
        substitutions: Substitutions,
        kind: Kind,
        home: Home,
    ) -> Definitions {
        let (served, stamps) = (BTreeMap::new(), BTreeMap::new());
        Definitions { arguments: arguments.to_vec(), substitutions, kind, home, served, stamps }
    }

    /// Reads the definitions.
    pub(super) fn read(&mut self) -> Result<Vec<Checked>, Refusal> {
        let circumstances =
            Circumstances { substitutions: &self.substitutions, kind: self.kind, home: Some(&self.home) };
        let found = all_selected(&self.arguments, circumstances)?;
        // A folder changes when a file is added to it.
        let files = found.iter().flat_map(|checked| &checked.files).chain(&self.arguments);
        let files: BTreeSet<PathBuf> = files.cloned().collect();
        self.stamps = files.into_iter().map(|file| (file.clone(), stamp(&file))).collect();
        Ok(found)
    }

    /// Creates or updates the machine of a valid definition. Returns what it did, unless the server has it already.
    pub(super) async fn serve(
        &mut self,
        machines: &Machines,
        name: &str,
        definition: String,
        machine_type: ExecutionType,
    ) -> Result<Option<String>, Refusal> {
        let refused = |error: asl_local::ApiError| Refusal::usage(error.to_string());
        match self.served.get_mut(name) {
            None => {
                let arn =
                    machines.put_state_machine(name, &definition, machine_type).await.map_err(refused)?;
                let done = format!("created {arn}");
                self.served.insert(name.to_owned(), ServedMachine { arn, definition, machine_type });
                Ok(Some(done))
            }
            Some(served) if served.machine_type != machine_type => {
                let types = [served.machine_type, machine_type].map(ExecutionType::name);
                Err(Refusal::usage(format!(
                    "`{name}` remains {}: a machine of type {} needs a new start of the server",
                    types[0], types[1]
                )))
            }
            Some(served) if served.definition == definition => Ok(None),
            Some(served) => {
                machines.put_state_machine(name, &definition, machine_type).await.map_err(refused)?;
                served.definition = definition;
                Ok(Some(format!("updated {}; running executions keep their definition", served.arn)))
            }
        }
    }

    /// Loads what changes, for ever.
    pub(super) async fn watch(
        mut self,
        machines: &Machines,
        terminal: &Terminal,
    ) -> std::convert::Infallible {
        let mut seen = self.stamps.clone();
        loop {
            tokio::time::sleep(EVERY).await;
            let now: BTreeMap<PathBuf, Stamp> = seen.keys().map(|file| (file.clone(), stamp(file))).collect();
            if now == seen && now != self.stamps {
                self.reload(machines, terminal).await;
                // A file may have changed while it was read: then the stamps differ again.
                seen = self.stamps.clone();
            } else {
                seen = now;
            }
        }
    }

    async fn reload(&mut self, machines: &Machines, terminal: &Terminal) {
        let before = std::mem::take(&mut self.stamps);
        let found = match self.read() {
            Ok(found) => found,
            Err(refusal) => {
                terminal
                    .stderr
                    .line(format_args!("error: {}; the machines remain as they are", refusal.message));
                self.stamps = before.into_keys().map(|file| (file.clone(), stamp(&file))).collect();
                return;
            }
        };
        for checked in found {
            print(&checked, terminal);
            let Some(definition) = checked.to_json() else {
                let (file, name) = (&checked.file, &checked.name);
                terminal.stderr.line(format_args!("error: {file} is invalid: `{name}` remains as it is"));
                continue;
            };
            match self.serve(machines, &checked.name, definition, checked.machine_type).await {
                Ok(done) => done.into_iter().for_each(|done| terminal.stdout.line(done)),
                Err(refusal) => terminal.stderr.line(format_args!("error: {}", refusal.message)),
            }
        }
    }
}

fn stamp(file: &PathBuf) -> Stamp {
    let metadata = fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
