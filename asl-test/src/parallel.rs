//! Runs the cases of files in parallel.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::case_result::CaseResult;
use crate::test_file::TestFile;

/// Which cases run, and how.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Only cases whose file or name contains this text.
    pub filter: Option<String>,
    /// Writes the files with histories instead of comparing them.
    pub update: bool,
    /// How many threads run cases. `None`: as many as there are processors.
    pub threads: Option<usize>,
}

/// The results of one file.
#[derive(Debug)]
pub struct FileResult<'f> {
    /// The file.
    pub file: &'f TestFile,
    /// The results of the cases that ran, in the order of the file.
    pub cases: Vec<CaseResult>,
}

/// Threads have the stack of a main thread: machines nest.
const STACK_BYTES: usize = 8 << 20;

/// Runs the cases of all files in parallel. Results are in the order of the files, whichever case ends first. Cases share
/// nothing, so they have the same results in any order.
pub fn run_files<'f>(files: &'f [TestFile], options: &Options) -> Vec<FileResult<'f>> {
    let jobs: Vec<(usize, usize)> = files
        .iter()
        .enumerate()
        .flat_map(|(file, tests)| (0..tests.cases.len()).map(move |case| (file, case)))
        .filter(|(file, case)| is_chosen(files.get(*file), *case, options))
        .collect();
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, usize, CaseResult)>> = Mutex::default();
    let work = || {
        while let Some((file, case)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = files.get(*file).and_then(|tests| tests.run(*case, options.update));
            if let Some(result) = result {
                done.lock().unwrap_or_else(PoisonError::into_inner).push((*file, *case, result));
            }
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let threads = options.threads.unwrap_or(processors).clamp(1, jobs.len().max(1));
    thread::scope(|scope| {
        for _ in 0..threads {
            // Without a further thread, those that run do its work.
            let spawned = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
            if spawned.is_err() {
                work();
            }
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(file, case, _)| (*file, *case));
    let mut results: Vec<FileResult<'f>> =
        files.iter().map(|file| FileResult { file, cases: Vec::new() }).collect();
    for (file, _, result) in done {
        if let Some(of_file) = results.get_mut(file) {
            of_file.cases.push(result);
        }
    }
    results
}

fn is_chosen(file: Option<&TestFile>, case: usize, options: &Options) -> bool {
    let Some((file, filter)) = file.zip(options.filter.as_deref()) else { return true };
    let name = file.cases.get(case).map(|ready| ready.case.name.as_str()).unwrap_or_default();
    name.contains(filter) || file.path.to_string_lossy().contains(filter)
}
