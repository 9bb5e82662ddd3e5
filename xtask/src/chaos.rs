//! `cargo xtask chaos`: kills `asl serve --data-dir` again and again while it works.
//!
//! Executions of all kinds are started at a rate, their functions, callbacks and activities are served over loopback, and
//! the process is killed with SIGKILL at random moments and started again. In the end nothing that was acknowledged may be
//! lost: each execution has ended like one that was never interrupted, with the same history but for times and tokens.
#![allow(clippy::indexing_slicing, reason = "a missing member of JSON is null")]

pub(crate) mod figures;
mod functions;
mod history;
mod http;
mod load;
mod machines;
mod server;
mod starts;
mod workers;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Result;
use functions::Functions;
use history::canonical;
use http::Client;
use load::{Load, Started};
use machines::KINDS;
use server::Server;

/// What `cargo xtask chaos` was asked for.
struct Options {
    kills: u32,
    rate: u32,
    seed: u64,
    /// The longest time between two kills.
    pause: Duration,
    folder: Option<PathBuf>,
}

/// How long executions may take to end once nothing kills the server any more.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let options = Options::read(arguments)?;
    let (program, functions) = (server::program()?, Functions::start()?);
    let expected = references(&program, &functions)?;
    let temporary = std::env::temp_dir().join(format!("asl-chaos-{}", std::process::id()));
    let folder = options.folder.clone().unwrap_or_else(|| temporary.clone());
    let result = interrupted(&program, &options, &functions, &folder, &expected);
    if result.is_ok() && options.folder.is_none() {
        std::fs::remove_dir_all(&temporary)?;
    }
    result
}

impl Options {
    fn read(arguments: &[&str]) -> Result<Options> {
        let mut options =
            Options { kills: 100, rate: 200, seed: 1, pause: Duration::from_millis(3000), folder: None };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("expected a value after {name}"))?;
            match *name {
                "--kills" => options.kills = value.parse()?,
                "--rate" => options.rate = value.parse()?,
                "--seed" => options.seed = value.parse()?,
                "--pause-ms" => options.pause = Duration::from_millis(value.parse()?),
                "--folder" => options.folder = Some(value.into()),
                other => return Err(format!("unknown option {other}").into()),
            }
        }
        Ok(options)
    }
}

/// How an execution of each kind ends, and its history, when nothing interrupts it.
type References = BTreeMap<&'static str, (Value, Vec<String>)>;

fn references(program: &Path, functions: &Functions) -> Result<References> {
    let server = Server::start(program, None, functions)?;
    let client = Client::new(server.address());
    machines::create(&client)?;
    let stop = Arc::new(AtomicBool::new(false));
    let workers = workers::start(server.address(), functions, &stop);
    let mut references = References::new();
    for kind in KINDS {
        let name = format!("reference-{}", kind.name);
        let execution = load::start(&client, kind, &name)?;
        let end = Instant::now() + PATIENCE;
        let ended = ended(&client, &execution, end)?;
        references.insert(kind.name, (outcome(&ended), canonical(&client, &execution, &name)?));
    }
    stop.store(true, Ordering::Relaxed);
    drop(server);
    workers::join(workers)?;
    Ok(references)
}

fn outcome(described: &Value) -> Value {
    json!({"status": described["status"], "output": described["output"], "error": described["error"]})
}

/// The description of an execution once it has ended.
fn ended(client: &Client, execution: &str, end: Instant) -> Result<Value> {
    loop {
        let described = client.ask("DescribeExecution", &json!({"executionArn": execution}));
        let described = described.map_err(|error| format!("{execution} is lost: {error}"))?;
        if described["status"] != "RUNNING" {
            return Ok(described);
        }
        if Instant::now() > end {
            return Err(format!("{execution} does not end").into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn interrupted(
    program: &Path,
    options: &Options,
    functions: &Functions,
    folder: &Path,
    expected: &References,
) -> Result<()> {
    println!(
        "seed {}, {} kills, {} executions a second, {}",
        options.seed,
        options.kills,
        options.rate,
        folder.display()
    );
    let mut server = Server::start(program, Some(folder), functions)?;
    let client = Client::new(server.address());
    machines::create(&client)?;
    let stop = Arc::new(AtomicBool::new(false));
    let workers = workers::start(server.address(), functions, &stop);
    let load = Load::begin(server.address(), options.rate, options.seed);
    let mut random = options.seed;
    let (mut up, mut slowest) = (Duration::ZERO, Duration::ZERO);
    let begun = Instant::now();
    for kill in 1..=options.kills {
        let most = u64::try_from(options.pause.as_millis()).unwrap_or(u64::MAX).max(2);
        std::thread::sleep(Duration::from_millis(next(&mut random) % most));
        let restart = server.kill_and_restart()?;
        up += restart;
        slowest = slowest.max(restart);
        if kill % 20 == 0 {
            println!("{kill} kills, {} executions, {:.0?}", load.acknowledged(), begun.elapsed());
        }
    }
    let lasted = begun.elapsed();
    let started = load.end()?;
    println!(
        "{} executions were acknowledged in {lasted:.0?}; a restart took {:.0?} on average, {slowest:.0?} at most",
        started.len(),
        up / options.kills.max(1),
    );
    let compared = compare(&client, &started, expected);
    stop.store(true, Ordering::Relaxed);
    server.check_log()?;
    drop(server);
    workers::join(workers)?;
    compared
}

/// A number that follows from the last one: SplitMix64.
fn next(random: &mut u64) -> u64 {
    *random = random.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*random ^ (*random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Compares each execution with the one of its kind that was not interrupted.
fn compare(client: &Client, started: &[Started], expected: &References) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    let (mut problems, mut retried, mut counts) = (Vec::new(), 0, BTreeMap::<&str, u32>::new());
    for Started { kind, name, execution } in started {
        let Some((expected_outcome, expected_history)) = expected.get(kind.name) else { continue };
        let found = ended(client, execution, end).and_then(|described| {
            let found = outcome(&described);
            if found != *expected_outcome {
                return Err(format!("{execution}: expected {expected_outcome}, found {described}").into());
            }
            let found = canonical(client, execution, name)?;
            if found == *expected_history {
                return Ok(false);
            }
            // The answer that gave an activity to its worker may be lost with the process.
            let is_retried = history::without_lost_activities(&found)
                == history::without_lost_activities(expected_history);
            if kind.has_activity && is_retried {
                return Ok(true);
            }
            Err(format!("{execution}: {}", history::difference(expected_history, &found)).into())
        });
        *counts.entry(kind.name).or_default() += 1;
        match found {
            Ok(is_retried) => retried += u32::from(is_retried),
            Err(problem) => problems.push(problem.to_string()),
        }
    }
    let nested = count(client, machines::CHILD)?;
    let parents = counts.get(machines::PARENT).copied().unwrap_or_default();
    if nested != parents {
        problems.push(format!("{parents} executions started {nested} children"));
    }
    println!(
        "{counts:?}; {retried} activities were lost on the way to their worker, timed out and were retried"
    );
    for problem in problems.iter().take(20) {
        println!("{problem}");
    }
    match problems.len() {
        0 => Ok(()),
        some => Err(format!("{some} of {} executions differ", started.len()).into()),
    }
}

/// The number of executions of a machine.
fn count(client: &Client, machine: &str) -> Result<u32> {
    let (mut token, mut found) = (Value::Null, 0);
    loop {
        let mut request = json!({"stateMachineArn": machines::arn(machine), "maxResults": 1000});
        if !token.is_null() {
            request["nextToken"] = token;
        }
        let page = client.ask("ListExecutions", &request)?;
        found += page["executions"].as_array().map_or(0, |list| list.len() as u32);
        token = page["nextToken"].clone();
        if token.is_null() {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = KINDS.iter().map(|kind| kind.name).collect();
        assert_eq!(names.len(), KINDS.len());
    }
}
