//! `hostile CASES [SEED]` runs hostile cases, each of which must end within three seconds in 512 MiB.
//!
//! The seconds are CPU time, so that a busy machine breaks no case. The cases run in a process of their own under
//! `ulimit -v`, which is started again behind a case that broke it. `hostile one
//! SEED NUMBER` shows one case and runs it.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use asl_tests::hostile::{attack, run};
use cpu_time::ThreadTime;

/// The CPU time that a case may take.
const LONGEST: Duration = Duration::from_secs(3);
/// How long a case may give no sign of life, on however busy a machine.
const HANG: Duration = Duration::from_secs(60);
/// KiB of address space.
const MEMORY: u32 = 512 * 1024;
/// Of the thread that runs the cases: what a worker of a runtime has.
const STACK: usize = 2 << 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| arguments.get(place).and_then(|text| text.parse::<u64>().ok());
    let done = match (arguments.first().map(String::as_str), number(1), number(2), number(3)) {
        (Some("one"), Some(seed), Some(case), _) => show(seed, case),
        (Some("child"), Some(seed), Some(first), Some(behind)) => work(seed, first, behind),
        _ => attend(number(0).unwrap_or(1_000), number(1).unwrap_or(1)),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn show(seed: u64, number: u64) -> Result<bool, String> {
    let attack = attack(seed, number);
    println!(
        "{}\ninput: {} bytes, deadline {:?}",
        attack.definition,
        attack.input.encoded_len(),
        attack.deadline
    );
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        let begun = Instant::now();
        println!("{} after {:?}", run(&attack), begun.elapsed());
    });
    Ok(thread.map_err(|error| error.to_string())?.join().is_ok())
}

/// Runs the cases from one number to another. Prints `> 17` before one, and after it its CPU time in milliseconds and how
/// it ended: `< 12 FAILED …`.
fn work(seed: u64, first: u64, behind: u64) -> Result<bool, String> {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        for number in first..behind {
            say(&format!("> {number}"));
            let attack = attack(seed, number);
            let begun = ThreadTime::now();
            let ended =
                catch_unwind(AssertUnwindSafe(|| run(&attack))).unwrap_or_else(|_| "PANIC".to_owned());
            say(&format!("< {} {ended}", begun.elapsed().as_millis()));
        }
    });
    let thread = thread.map_err(|error| error.to_string())?;
    Ok(thread.join().is_ok())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Has the cases run, and watches.
fn attend(cases: u64, seed: u64) -> Result<bool, String> {
    println!("{cases} cases of seed {seed}");
    let begun = Instant::now();
    let (mut next, mut ends, mut broken) = (0, BTreeMap::<String, u64>::new(), Vec::new());
    let mut slowest = (Duration::ZERO, 0);
    while next < cases {
        let (mut child, lines) = start(seed, next, cases)?;
        let mut since = Instant::now();
        let problem = loop {
            match lines.recv_timeout(HANG.saturating_sub(since.elapsed())) {
                Ok(line) => match line.split_once(' ') {
                    Some((">", _)) => since = Instant::now(),
                    Some(("<", ended)) => {
                        let (millis, end) = ended.split_once(' ').ok_or("a line without an end")?;
                        let took =
                            Duration::from_millis(millis.parse().map_err(|_| "a line without a time")?);
                        slowest = slowest.max((took, next));
                        if end == "PANIC" {
                            broken.push((next, end.to_owned()));
                        }
                        if took > LONGEST {
                            broken.push((next, format!("took {took:?} of CPU time")));
                        }
                        *ends.entry(end.to_owned()).or_default() += 1;
                        next += 1;
                        since = Instant::now();
                    }
                    _ => {}
                },
                Err(RecvTimeoutError::Timeout) => break Some(format!("gave no sign of life for {HANG:?}")),
                Err(RecvTimeoutError::Disconnected) => {
                    let status = child.wait().map_err(|error| error.to_string())?;
                    break (next < cases).then(|| format!("ended the process: {status}"));
                }
            }
        };
        let _ = child.kill();
        let _ = child.wait();
        if let Some(problem) = problem {
            println!("case {next} of seed {seed} {problem}");
            broken.push((next, problem));
            next += 1;
        }
    }
    for (end, count) in &ends {
        println!("{count:8}  {end}");
    }
    println!("slowest: case {} took {:?}", slowest.1, slowest.0);
    for (number, problem) in &broken {
        println!("broken: `hostile one {seed} {number}`: {problem}");
    }
    println!("{cases} cases in {:.0} s, {} broken", begun.elapsed().as_secs_f64(), broken.len());
    Ok(broken.is_empty())
}

/// A process that runs the cases under the limits, and the lines that it says.
fn start(seed: u64, first: u64, behind: u64) -> Result<(Child, Receiver<String>), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MEMORY} && exec \"$0\" child {seed} {first} {behind}")])
        .arg(program)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("sh: {error}"))?;
    let out = child.stdout.take().ok_or("no output of the process")?;
    let (tell, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    Ok((child, lines))
}
