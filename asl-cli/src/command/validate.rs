//! `asl validate`: reports all problems of definitions.

use std::collections::HashSet;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use asl_model::Diagnostic;
use asl_value::{Value, json};

use crate::args::{Deny, Report, Target, Validate};
use crate::definition::{self, Checked, Circumstances};
use crate::estimate::{Bounds, diagnostics};
use crate::refusal::Refusal;
use crate::render::checked::print;
use crate::render::{diagnostic, github, sarif};
use crate::template_file::{CheckedFile, check_file};
use crate::walk::{Candidate, candidates};
use crate::{Exit, Terminal};

pub(super) fn validate(args: &Validate, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let stdin = Path::new("-");
    let is_stdin = |candidate: &Candidate| candidate.is_named() && candidate.path == stdin;
    if args.definitions.iter().filter(|path| *path == stdin).count() > 1 {
        return Err(Refusal::usage("standard input can be read only once"));
    }
    let substitutions = args.substitutions.values()?;
    let circumstances = Circumstances { substitutions: &substitutions, kind: args.kind, home: None };
    let candidates = candidates(&args.definitions)?;
    let mut given = candidates.iter().any(is_stdin).then(|| definition::stdin(terminal));
    let mut files = in_parallel(&candidates, |candidate| match is_stdin(candidate) {
        true => CheckedFile::default(),
        false => check_file(candidate, circumstances),
    });
    for (candidate, checked_file) in candidates.iter().zip(&mut files) {
        if let Some((file, source)) = given.take_if(|_| is_stdin(candidate)) {
            checked_file.checked = vec![definition::of_source(file, source, circumstances)];
        }
    }
    let mut checked = once(&candidates, files);
    if let Some(Target::Durable) = args.target {
        let bounds = Bounds::read(args.bounds.as_deref())?;
        for checked in &mut checked {
            let machine = checked.machine();
            checked.diagnostics.extend(machine.iter().flat_map(|machine| diagnostics(machine, &bounds)));
        }
    }
    if checked.is_empty() {
        return Err(Refusal::usage("there is no definition in the folder"));
    }
    let walked = candidates.iter().any(|candidate| !candidate.is_named());
    report(&checked, args.format, walked, terminal);
    let denied = |found: &Diagnostic| found.is_error() || args.deny == Some(Deny::Warnings);
    let refused = checked.iter().flat_map(|checked| &checked.diagnostics).any(denied);
    Ok(if refused { Exit::Invalid } else { Exit::Success })
}

/// Drops the files of a folder that a template already refers to, so that each is reported once.
fn once(candidates: &[Candidate], files: Vec<CheckedFile>) -> Vec<Checked> {
    let known = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let referenced: HashSet<_> =
        files.iter().flat_map(|file| &file.referenced).map(|path| known(path)).collect();
    let own = candidates.iter().zip(files).filter(|(candidate, _)| {
        candidate.is_named() || referenced.is_empty() || !referenced.contains(&known(&candidate.path))
    });
    own.flat_map(|(_, file)| file.checked).collect()
}

/// Processes the items with one thread per processor. The results are in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(share)).collect();
        let mut all = share();
        for other in others {
            match other.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, result)| result).collect()
}

fn report(all: &[Checked], format: Report, walked: bool, terminal: &Terminal) {
    match format {
        Report::Human => {
            for checked in all {
                print(checked, terminal);
                // In a folder, valid definitions are not listed.
                if !walked || !checked.diagnostics.is_empty() {
                    terminal.stdout.line(format_args!("{}: {}", name(checked), verdict(checked)));
                }
            }
            if walked || all.len() > 1 {
                terminal.stdout.line(summary(all));
            }
        }
        Report::Json => {
            let diagnostics: Value = all.iter().flat_map(json).collect();
            terminal.stdout.line(json!({"diagnostics": diagnostics}));
        }
        Report::Sarif => terminal.stdout.line(sarif::log(all)),
        Report::Github => {
            for checked in all {
                for (found, place) in checked.placed() {
                    terminal.stdout.line(github::annotation(found, &checked.file, place.as_ref()));
                }
            }
            terminal.stdout.line(summary(all));
        }
    }
}

fn json(checked: &Checked) -> impl Iterator<Item = Value> {
    checked.placed().map(|(found, place)| {
        let mut members = diagnostic::json(found, place.as_ref());
        members.insert("file", checked.file.as_str().into());
        if let Some(machine) = &checked.machine {
            members.insert("machine", machine.as_str().into());
        }
        Value::Object(members)
    })
}

/// The name of the file, with the state machine if the file is a template.
fn name(checked: &Checked) -> String {
    match &checked.machine {
        Some(machine) => format!("{} ({machine})", checked.file),
        None => checked.file.clone(),
    }
}

fn verdict(checked: &Checked) -> String {
    if let Some(skipped) = checked.skipped {
        return skipped.to_owned();
    }
    let counts = counts(std::slice::from_ref(checked));
    match (checked.is_invalid(), counts.is_empty()) {
        (false, true) => "valid".to_owned(),
        (false, false) => format!("valid, {}", counts.join(", ")),
        (true, _) => format!("invalid, {}", counts.join(", ")),
    }
}

/// `3 definitions, 1 invalid, 2 errors, 1 warning`
fn summary(all: &[Checked]) -> String {
    let skipped = all.iter().filter(|checked| checked.skipped.is_some()).count();
    let invalid = all.iter().filter(|checked| checked.is_invalid()).count();
    let mut parts = vec![count(all.len() - skipped, "definition")];
    parts.push(if invalid == 0 { "all valid".to_owned() } else { format!("{invalid} invalid") });
    parts.extend(counts(all));
    if skipped > 0 {
        parts.push(format!("{skipped} not checked"));
    }
    parts.join(", ")
}

/// The numbers of errors and warnings, as far as there are any.
fn counts(all: &[Checked]) -> Vec<String> {
    let found = || all.iter().flat_map(|checked| &checked.diagnostics);
    let errors = found().filter(|diagnostic| diagnostic.is_error()).count();
    let counts = [(errors, "error"), (found().count() - errors, "warning")];
    counts.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(number, noun)).collect()
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
