//! `asl test --list`: the cases of test files, without running them.

use asl_test::{BadTestFile, TestFile};

use super::chosen::Chosen;
use crate::args::{Test, TestReport};
use crate::refusal::Refusal;
use crate::render::plain;
use crate::render::tests::json::list;
use crate::{Exit, Terminal};

/// A line `orders.test.yaml:8: a cheap order ships` for each case, or one JSON object.
pub(super) fn print(args: &Test, terminal: &Terminal) -> Result<Exit, Refusal> {
    let chosen = Chosen::of(&args.paths)?;
    let (mut files, mut bad): (Vec<TestFile>, Vec<BadTestFile>) = Default::default();
    for path in &chosen.paths {
        match TestFile::read(path) {
            Ok(mut file) => {
                chosen.narrow(&mut file)?;
                files.push(file);
            }
            Err(problems) => bad.push(problems),
        }
    }
    match args.format {
        TestReport::Json => terminal.stdout.line(list(&files, &bad)),
        TestReport::Human => {
            for file in &files {
                let path = plain(&file.path().display().to_string());
                for (name, place) in file.cases().zip(file.places()) {
                    terminal.stdout.line(format_args!("{path}:{}: {}", place.line, plain(name)));
                }
            }
        }
        TestReport::Junit | TestReport::Github | TestReport::Tap => {
            return Err(Refusal::usage("--list has the formats human and json"));
        }
    }
    for problems in &bad {
        terminal.stderr.line(format_args!("error: {}", plain(&problems.to_string())));
    }
    Ok(if bad.is_empty() { Exit::Success } else { Exit::Invalid })
}
