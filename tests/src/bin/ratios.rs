//! Compares the CPU time of each workload with the same work written by hand, measured alternately in one process.
//!
//! `cargo run --release -p asl-tests --no-default-features --bin ratios`
//!
//! With default features the workloads in JSONata are there too, but the work by hand is slower: some crate turns on
//! serde_json's `preserve_order`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use asl_engine::HistoryRecorder;
use asl_tests::{WORKLOADS, Workload, limit};
use cpu_time::ThreadTime;

/// Time spent on each of the three columns of a workload.
const BUDGET: Duration = Duration::from_millis(1500);

#[expect(clippy::print_stdout, reason = "its purpose")]
fn main() -> Result<(), String> {
    println!("| workload | transitions | by hand µs | engine µs | ratio | with history µs | ratio |");
    println!("|---|---|---|---|---|---|---|");
    let in_jsonata = |name: &str| matches!(name, "w3" | "w8");
    for (name, transitions) in WORKLOADS {
        if in_jsonata(name) && !cfg!(feature = "jsonata") {
            continue;
        }
        let workload = Workload::load(name)?;
        check(&workload, name, transitions)?;
        let [hand, engine, history] =
            measure([&|| drop(limit::run(name, &workload.input)), &|| drop(workload.run(None)), &|| {
                drop(workload.run(Some(Arc::new(HistoryRecorder::new()))))
            }]);
        let per = |seconds: f64| seconds * 1e6 / transitions as f64;
        println!(
            "| {name} | {transitions} | {:.3} | {:.3} | {:.2} | {:.3} | {:.2} |",
            per(hand),
            per(engine),
            engine / hand,
            per(history),
            history / engine
        );
    }
    Ok(())
}

/// Checks the outputs of all three.
fn check(workload: &Workload, name: &str, transitions: u64) -> Result<(), String> {
    let (output, counted) = workload.run(None)?;
    let hand = limit::run(name, &workload.input).ok_or("the work by hand failed")?;
    let same = |text: &str| text.parse::<asl_value::Value>().is_ok_and(|value| value == workload.expect);
    match same(&output) && same(&hand) && counted == transitions {
        true => Ok(()),
        false => Err(format!("{name}: a wrong output, or {counted} transitions instead of {transitions}")),
    }
}

/// The best CPU time of each, measured alternately, so that load on the machine affects all of them.
fn measure<const N: usize>(work: [&dyn Fn(); N]) -> [f64; N] {
    let mut best = [f64::MAX; N];
    let start = Instant::now();
    let mut rounds = 0;
    while rounds < 5 || (start.elapsed() < BUDGET * N as u32 && rounds < 20_000) {
        for (best, work) in best.iter_mut().zip(work) {
            let begun = ThreadTime::now();
            work();
            *best = best.min(begun.elapsed().as_secs_f64());
        }
        rounds += 1;
    }
    best
}
