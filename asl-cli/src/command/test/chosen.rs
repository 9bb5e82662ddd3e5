//! [`Chosen`]: the test files of the arguments, and the cases of those that have a line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use asl_test::TestFile;

use crate::refusal::Refusal;
use crate::walk::candidates;

/// The test files that arguments name.
pub(super) struct Chosen {
    pub(super) paths: Vec<PathBuf>,
    /// The lines of files of which only some cases run.
    lines: BTreeMap<PathBuf, Vec<usize>>,
}

impl Chosen {
    /// The test files, those in folders, and the files of `orders.test.yaml:12`. An argument without a line means all cases.
    pub(super) fn of(arguments: &[PathBuf]) -> Result<Chosen, Refusal> {
        let (mut named, mut lines, mut whole) = (Vec::new(), BTreeMap::<_, Vec<usize>>::new(), Vec::new());
        for (path, line) in arguments.iter().map(|argument| split(argument)) {
            match line {
                Some(line) => lines.entry(path.clone()).or_default().push(line),
                None => whole.push(path.clone()),
            }
            if !named.contains(&path) {
                named.push(path);
            }
        }
        lines.retain(|path, _| !whole.contains(path));
        let found = candidates(&named)?.into_iter();
        let found = found.filter(|candidate| candidate.is_named() || TestFile::is_named(&candidate.path));
        let paths: Vec<PathBuf> = found.map(|candidate| candidate.path).collect();
        if paths.is_empty() {
            let given: Vec<String> = arguments.iter().map(|path| format!("`{}`", path.display())).collect();
            return Err(Refusal::usage(format!("no *.test.yaml or *.test.json in {}", given.join(", "))));
        }
        Ok(Chosen { paths, lines })
    }

    /// Removes the cases of a file that no line means.
    pub(super) fn narrow(&self, file: &mut TestFile) -> Result<(), Refusal> {
        let Some(lines) = self.lines.get(file.path()) else { return Ok(()) };
        let at = |line: &usize| {
            let refused = || format!("no case at line {line} of `{}`", file.path().display());
            file.case_at(*line).ok_or_else(|| Refusal::usage(refused()))
        };
        let indices = lines.iter().map(at).collect::<Result<Vec<usize>, Refusal>>()?;
        file.keep_cases(&indices);
        Ok(())
    }
}

/// `orders.test.yaml` and 12 of `orders.test.yaml:12`. The name of a file may have a colon.
fn split(argument: &Path) -> (PathBuf, Option<usize>) {
    let parts = argument.to_str().filter(|_| !argument.exists()).and_then(|text| text.rsplit_once(':'));
    match parts.and_then(|(path, line)| Some((path, line.parse().ok()?))) {
        Some((path, line)) => (PathBuf::from(path), Some(line)),
        None => (argument.to_path_buf(), None),
    }
}
