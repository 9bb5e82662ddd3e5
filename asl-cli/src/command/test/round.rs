//! Runs the cases of test files once, and reports the results.

use std::path::PathBuf;
use std::time::Instant;

use asl_test::{BadTestFile, FileResult, Options, TestFile, run_files};

use super::chosen::Chosen;
use super::coverage::report;
use super::stamp::{Stamp, of_files, of_folder};
use crate::args::{Test, TestReport};
use crate::refusal::Refusal;
use crate::render::tests::{Results, github, human, json, junit, tap};
use crate::{Exit, Terminal};

/// What came of some test files.
pub(super) struct Ran {
    pub(super) exit: Exit,
    /// How many cases ran, and files that cannot be used.
    pub(super) cases: usize,
    /// The test files, each with the state of what was read for it.
    pub(super) read: Vec<(PathBuf, Vec<Stamp>)>,
}

/// Runs the cases of these files and reports the results.
pub(super) fn run(
    args: &Test,
    chosen: &Chosen,
    paths: Vec<PathBuf>,
    terminal: &Terminal,
) -> Result<Ran, Refusal> {
    let (mut files, mut bad, mut read) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        match TestFile::read(&path) {
            Ok(mut file) => {
                chosen.narrow(&mut file)?;
                read.push((path, of_files(file.files())));
                files.push(file);
            }
            Err(problems) => {
                read.push((path.clone(), of_folder(&path)));
                bad.push(problems);
            }
        }
    }
    let began = Instant::now();
    let results = Results { files: run_files(&files, &options(args)), bad: &bad, took: began.elapsed() };
    print(&results, args.format, terminal);
    let is_covered = report(&args.coverage, &results.files, args.format, terminal)?;
    let exit = match exit(&results.files, &bad) {
        Exit::Success if !is_covered => Exit::Failure,
        exit => exit,
    };
    let cases = results.files.iter().map(|result| result.cases.len()).sum::<usize>() + bad.len();
    Ok(Ran { exit, cases, read })
}

fn options(args: &Test) -> Options {
    let mut options = Options::default();
    options.filter.clone_from(&args.filter);
    options.update = args.update;
    options.threads = args.threads;
    options
}

fn print(results: &Results<'_>, format: TestReport, terminal: &Terminal) {
    match format {
        TestReport::Human => human::print(results, terminal),
        TestReport::Junit => terminal.stdout.line(junit::document(results)),
        TestReport::Github => github::print(results, terminal),
        TestReport::Tap => terminal.stdout.line(tap::document(results)),
        TestReport::Json => terminal.stdout.line(json::document(results)),
    }
    if !matches!(format, TestReport::Human | TestReport::Github) {
        for problems in results.bad {
            terminal.stderr.line(format_args!("error: {}", crate::render::plain(&problems.to_string())));
        }
    }
}

fn exit(results: &[FileResult<'_>], bad: &[BadTestFile]) -> Exit {
    let has_failed = results.iter().flat_map(|file| &file.cases).any(|case| !case.has_passed());
    match (bad.is_empty(), has_failed) {
        (false, _) => Exit::Invalid,
        (true, true) => Exit::Failure,
        (true, false) => Exit::Success,
    }
}
