//! `asl test --watch`: runs the cases of a file again when something changes that was read for it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::chosen::Chosen;
use super::round::run;
use super::stamp::Stamp;
use crate::args::Test;
use crate::refusal::Refusal;
use crate::{Exit, Terminal};

/// How often files are looked at.
const EVERY: Duration = Duration::from_millis(200);

/// Runs until the process is stopped.
pub(super) fn watch(args: &Test, terminal: &Terminal) -> Result<Exit, Refusal> {
    let mut watched = Watched::default();
    loop {
        let mut chosen = Chosen::of(&args.paths)?;
        let due = watched.due(std::mem::take(&mut chosen.paths));
        if !due.is_empty() {
            let ran = run(args, &chosen, due, terminal)?;
            watched.0.extend(ran.read);
            terminal.stderr.line("waiting for changes; stop with Ctrl-C");
        }
        thread::sleep(EVERY);
    }
}

/// The test files, each with the files that it depends on as they were when its cases ran.
#[derive(Default)]
struct Watched(HashMap<PathBuf, Vec<Stamp>>);

impl Watched {
    /// The files whose cases should run: those that have not yet, and those for which something has changed.
    fn due(&self, paths: Vec<PathBuf>) -> Vec<PathBuf> {
        let is_current = |path: &PathBuf| {
            let known = self.0.get(path);
            known.is_some_and(|stamps| stamps.iter().all(Stamp::is_current))
        };
        paths.into_iter().filter(|path| !is_current(path)).collect()
    }
}
