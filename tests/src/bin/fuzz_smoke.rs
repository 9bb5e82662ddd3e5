//! `fuzz-smoke RUNS [SEED]`: loads, reads and runs this many mutated texts, and prints the first one that violates a property.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use asl_model::Value;
use asl_tests::fuzz::{
    Machines, ParquetFiles, Random, corpus, definition, expression, items, made_items, mutated,
    mutated_expression, parquet,
};

/// The time limit for loading one text, generous for busy machines.
const LONGEST: Duration = Duration::from_secs(10);

fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let runs = numbers.first().copied().unwrap_or(10_000);
    let seed = numbers.get(1).copied().unwrap_or(1);
    let read = corpus().and_then(|corpus| Ok((corpus, Machines::read()?, ParquetFiles::read()?)));
    let (corpus, machines, files) = match read {
        Ok(read) => read,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    // The message and location of a panic are printed once, with the definition.
    std::panic::set_hook(Box::new(|_| {}));
    let threads = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    let (began, broken) = (Instant::now(), AtomicBool::new(false));
    thread::scope(|scope| {
        for number in 0..threads {
            let (corpus, machines, files, broken) = (&corpus, &machines, &files, &broken);
            let share = runs / threads + u64::from(number < runs % threads);
            scope.spawn(move || smoke(corpus, machines, files, share, seed * threads + number, broken));
        }
    });
    if broken.load(Ordering::Relaxed) {
        return ExitCode::FAILURE;
    }
    println!("{runs} texts from {} definitions in {:.1} s", corpus.len(), began.elapsed().as_secs_f64());
    ExitCode::SUCCESS
}

/// Of eight runs, one loads an expression, one reads a file of items, one a Parquet file, one runs a machine and replays it, and
/// the others load definitions.
fn smoke(
    corpus: &[Value],
    machines: &Machines,
    files: &ParquetFiles,
    runs: u64,
    seed: u64,
    broken: &AtomicBool,
) {
    let mut random = Random::new(seed);
    for run in 0..runs {
        if broken.load(Ordering::Relaxed) {
            return;
        }
        let (text, target): (String, fn(&[u8])) = match run % 8 {
            0 => (mutated_expression(&mut random), expression),
            1 => (made_items(&mut random), items),
            2 => match machines.mutated(&mut random) {
                Some(case) => {
                    checked(run, seed, &case.definition, broken, || {
                        machines.run(&case);
                    });
                    continue;
                }
                None => continue,
            },
            3 => {
                let bytes = files.damaged(&mut random);
                checked(run, seed, "a damaged Parquet file", broken, || parquet(&bytes));
                continue;
            }
            _ => (mutated(corpus, &mut random), definition),
        };
        checked(run, seed, &text, broken, || target(text.as_bytes()));
    }
}

/// Checks that the work neither panics nor takes long.
fn checked(run: u64, seed: u64, text: &str, broken: &AtomicBool, work: impl FnOnce()) {
    let began = Instant::now();
    let problem = match catch_unwind(AssertUnwindSafe(work)) {
        Err(panic) => {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            Some(message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned())
        }
        Ok(()) => (began.elapsed() > LONGEST).then(|| format!("took {:?}", began.elapsed())),
    };
    if let Some(problem) = problem {
        broken.store(true, Ordering::Relaxed);
        eprintln!("error: run {run} of seed {seed}: {problem}\n{text}");
    }
}
