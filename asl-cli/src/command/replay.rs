//! `asl replay`: recorded executions done again.

mod verdict;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_engine::{
    DefinitionHash, Engine, Event, Execution, Identity, NoObserver, Observer, Program, Registry, Replayed,
};

use self::verdict::{Ended, Verdict};
use crate::args::{Format, Replay};
use crate::home::Home;
use crate::machine_files::selected_with;
use crate::record_checks::Checks;
use crate::record_file::{RecordFile, record_file, record_paths};
use crate::refusal::Refusal;
use crate::render::checked::{print, refuse};
use crate::render::path::PathPrinter;
use crate::{Exit, Terminal, runtime};

pub(super) fn replay(args: &Replay, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let paths = record_paths(&args.records)?;
    let substitutions = args.substitutions.values()?;
    let checked = selected_with(&args.definition, &substitutions, args.kind, &home(&paths), terminal)?;
    let Some((machine, program)) = &checked.valid else { return Ok(refuse(&checked, args.format, terminal)) };
    if args.format == Format::Human {
        print(&checked, terminal);
    }
    let replays = Replays { program, definition: DefinitionHash::of(machine) };
    let is_single = args.records.len() == 1 && args.records.iter().all(|record| !record.is_dir());
    let runtime = runtime::single_threaded()?;
    let (mut exit, mut same) = (Exit::Success, 0);
    for path in &paths {
        let observer: Arc<dyn Observer> = match args.format {
            Format::Human if is_single => Arc::new(Printed(PathPrinter::new(terminal.stderr.clone()))),
            _ => Arc::new(NoObserver),
        };
        let verdict = match record_file(path) {
            Ok(record) => runtime.block_on(replays.replay(record, observer)),
            Err(refusal) if is_single => return Err(refusal),
            Err(refusal) => Verdict::unusable(refusal.message),
        };
        exit = worse(exit, verdict.exit());
        same += usize::from(verdict.exit() == Exit::Success);
        show(&verdict, path, is_single, args.format, terminal);
    }
    if args.format == Format::Human && !is_single {
        let (all, others) = (paths.len(), paths.len() - same);
        terminal.stdout.line(format_args!("{all} records: {same} the same, {others} not"));
    }
    Ok(exit)
}

/// The account and region of the first record, for the ARNs in a template.
fn home(paths: &[PathBuf]) -> Home {
    let Some(RecordFile::History(record)) = paths.first().and_then(|path| record_file(path).ok()) else {
        return Home::default();
    };
    let identity = record.identity(Identity::default());
    let machine = identity.machine();
    Home { region: machine.region.to_owned(), account: machine.account.to_owned() }
}

fn show(verdict: &Verdict, path: &Path, is_single: bool, format: Format, terminal: &Terminal) {
    match format {
        Format::Json => terminal.stdout.line(verdict.to_json(path)),
        Format::Human if is_single => {
            if let Some(output) = verdict.output() {
                terminal.stdout.line(crate::render::pretty(output));
            }
            verdict.details().iter().for_each(|line| terminal.stderr.line(crate::render::plain(line)));
        }
        Format::Human => {
            let line = format!("{}: {}", path.display(), verdict.line());
            terminal.stdout.line(crate::render::plain(&line));
        }
    }
}

/// What the records are replayed with.
struct Replays<'a> {
    program: &'a Program,
    definition: DefinitionHash,
}

impl Replays<'_> {
    async fn replay(&self, record: RecordFile, observer: Arc<dyn Observer>) -> Verdict {
        let checked = match &record {
            RecordFile::History(record) => Checks::of(Some(record)),
            RecordFile::Journal(_) => Checks::of(None),
        };
        let engine = Engine::builder().tasks(Registry::new().fallback(checked)).build();
        let mut journal = match record {
            RecordFile::History(record) => {
                return match engine.replay_record(self.program, &record, observer).await {
                    Ok(replay) => Verdict::of_history(replay),
                    Err(error) => Verdict::unusable(error.to_string()),
                };
            }
            RecordFile::Journal(journal) => journal,
        };
        // The replay then fails at the first turn that the changed definition does not wait for.
        let is_changed = journal.header.definition != self.definition;
        journal.header.definition = self.definition.clone();
        let execution = Execution::new(journal.header.input.clone()).with_observer(observer);
        let replay = engine.replay(self.program, &self.definition, execution, &journal).await;
        let recorded = journal.end.as_ref().map(|end| end.status.clone());
        match replay {
            Ok(Replayed::Ended(report)) => {
                Verdict::of_journal(recorded, Ended::from(report.outcome), is_changed)
            }
            Ok(Replayed::Open { state, .. }) => Verdict::of_journal(recorded, Ended::Open(state), is_changed),
            Err(error) => Verdict::unfit(recorded, error.to_string(), is_changed),
            Ok(_) => Verdict::unusable("the replay has no end that is known".to_owned()),
        }
    }
}

/// The exit code of two: a record that cannot be used counts more than one that differs.
fn worse(one: Exit, other: Exit) -> Exit {
    match (one, other) {
        (Exit::Usage, _) | (_, Exit::Usage) => Exit::Usage,
        (Exit::Failure, _) | (_, Exit::Failure) => Exit::Failure,
        _ => Exit::Success,
    }
}

/// Prints the path of an execution.
struct Printed(PathPrinter);

impl Observer for Printed {
    fn on_event(&self, event: Event) {
        self.0.print(&event);
    }
}
