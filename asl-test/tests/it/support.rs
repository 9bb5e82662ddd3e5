//! A folder for the files of a test.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use asl_test::{BadTestFile, CaseResult, Options, TestFile, run_files};

/// A folder that is removed at the end of the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("asl-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn with(self, name: &str, text: &str) -> Folder {
        fs::write(self.0.join(name), text).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A machine with a task that is retried and caught, a Parallel and a Map.
pub(crate) const ORDERS: &str = include_str!("../data/orders.asl.json");

/// The test file with these cases, next to the machine.
pub(crate) fn read(text: &str) -> Result<TestFile, BadTestFile> {
    let folder = Folder::new().with("orders.asl.json", ORDERS).with("orders.test.yaml", text);
    TestFile::read(&folder.path("orders.test.yaml"))
}

/// Runs all cases of a file.
pub(crate) fn run(path: &Path) -> Vec<CaseResult> {
    let file = TestFile::read(path).unwrap_or_else(|error| panic!("{error}"));
    let files = [file];
    run_files(&files, &Options::default()).pop().unwrap().cases
}

/// What the mismatches of a case say.
pub(crate) fn lines(result: &CaseResult) -> Vec<String> {
    let lines = |mismatch: &asl_test::Mismatch| {
        let lines = mismatch.lines.iter().map(|line| line.trim().to_owned());
        std::iter::once(mismatch.what.clone()).chain(lines).collect::<Vec<_>>()
    };
    result.mismatches.iter().flat_map(lines).collect()
}
