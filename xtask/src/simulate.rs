//! `cargo xtask simulate`: many seeds of the simulation of asl-local, several at a time.

use std::process::Command;
use std::thread::available_parallelism;

use crate::{Result, command};

/// The tests, optimised, with the dependencies that other builds have.
const TESTS: [&str; 8] = [
    "--config",
    "profile.dev.opt-level=2",
    "test",
    "--package",
    "asl-local",
    "--lib",
    "--features",
    "data-dir",
];

/// Runs `--seeds N` from `--from N`, or one `--seed N`, whose schedule is printed if it finds something.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (mut first, mut count) = (1_u64, 10_000_u64);
    for pair in options.chunks(2) {
        match pair {
            ["--seeds", number] => count = number.parse()?,
            ["--from", number] => first = number.parse()?,
            ["--seed", number] => (first, count) = (number.parse()?, 1),
            other => return Err(format!("`{}` is no option of simulate", other.join(" ")).into()),
        }
    }
    command::run(tests(&["--no-run"])?)?;
    let processes = available_parallelism().map_or(1, |cores| cores.get() as u64).min(count.max(1));
    let mut running = Vec::new();
    for process in 0..processes {
        let (begin, end) = (count * process / processes, count * (process + 1) / processes);
        let mut tests =
            tests(&["--", "--nocapture", "--exact", "simulation::what_clients_see_agrees_with_the_model"])?;
        tests.env("ASL_SIMULATION", format!("{}+{}", first + begin, end - begin));
        running.push(tests.spawn()?);
    }
    let mut is_right = true;
    for mut process in running {
        is_right &= process.wait()?.success();
    }
    if is_right { Ok(()) } else { Err("found something: `cargo xtask simulate --seed N` repeats it".into()) }
}

fn tests(more: &[&str]) -> Result<Command> {
    command::cargo(&[&TESTS[..], more].concat())
}
