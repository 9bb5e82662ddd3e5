//! `cargo xtask lambda-fleet CHILDREN WORKERS`: a distributed Map whose children run in other invocations of the real function,
//! which crash, are throttled and take their time.
//!
//! [`Cloud`] is Lambda: it invokes processes of the function, and runs the task of the children itself, where it counts them. In
//! the middle of a run nothing goes wrong, and tasks wait for each other until as many run as `MaxConcurrency` allows.

mod cloud;
mod crowd;
mod dice;
pub(crate) mod watch;
mod workers;

use std::path::PathBuf;
use std::time::Instant;

use serde_json::{Value, json};

use crate::{Result, command, target};
use cloud::Cloud;
use crowd::Crowd;
use workers::Function;

/// How many children run at a time.
const MAX_CONCURRENCY: usize = 200;

/// Every child whose number is a multiple of this fails.
const FAILING: usize = 500;

pub(crate) fn run(children: usize, workers: usize) -> Result<()> {
    let function = Function { program: built()?, definition: definition()? };
    if children < 10 * MAX_CONCURRENCY {
        return Err(format!("expected at least {} children", 10 * MAX_CONCURRENCY).into());
    }
    let failing = children.div_ceil(FAILING);
    // As many failures as there are must be tolerated, and one less must not.
    round(&function, children, workers, failing)?;
    round(&function, children.min(20_000), workers, failing.min(20_000 / FAILING) - 1)?;
    println!("each item has its result once, and no failure of a worker counted");
    Ok(())
}

/// Runs one Map, and checks its result and what the cloud has counted.
fn round(function: &Function, children: usize, workers: usize, tolerated: usize) -> Result<()> {
    let failing = children.div_ceil(FAILING);
    let cloud = Cloud::start(function.clone(), workers, Crowd::among(children), 20)?;
    let items: Vec<Value> = (0..children).map(|n| json!({"n": n})).collect();
    let event = json!({"items": items, "tolerated": tolerated}).to_string();
    let started = Instant::now();
    let ended = cloud.parent(&event)?;
    let took = started.elapsed();
    let seen = cloud.seen();
    println!(
        "{children} children, {failing} of them fail, {tolerated} tolerated, {workers} workers: {:.1} s\n  \
         {} invocations, {} throttled, {} workers killed, {} slow; {} children begun, at most {} at a time; \
         parent {} KiB",
        took.as_secs_f64(),
        seen.invocations,
        seen.throttled,
        seen.killed,
        seen.slow,
        seen.begun,
        seen.most,
        ended.memory,
    );
    let answer: Value = serde_json::from_str(&ended.answer)?;
    match failing > tolerated {
        true => {
            let expected = "States.ExceedToleratedFailureThreshold";
            if answer.get("errorType").and_then(Value::as_str) != Some(expected) {
                return Err(format!("expected {expected}, found {:.300}", ended.answer).into());
            }
        }
        false => results(&answer, children)?,
    }
    match seen {
        _ if seen.most != MAX_CONCURRENCY => {
            Err(format!("at most {} children at a time, expected {MAX_CONCURRENCY}", seen.most).into())
        }
        _ if seen.twice > 0 => Err(format!("{} children ran twice at the same time", seen.twice).into()),
        _ if seen.killed == 0 || seen.throttled == 0 => Err("nothing went wrong".into()),
        _ => Ok(()),
    }
}

/// Each item has its result, in the order of the items.
fn results(answer: &Value, children: usize) -> Result<()> {
    let results = answer.as_array().ok_or_else(|| format!("expected an array, found {answer:.300}"))?;
    if results.len() != children {
        return Err(format!("{} results of {children} children", results.len()).into());
    }
    for (n, result) in results.iter().enumerate() {
        let is_right = match n % FAILING {
            0 => result.get("Status") == Some(&json!("FAILED")) && result.get("Error") == Some(&json!("Odd")),
            _ => *result == json!(2 * n),
        };
        if !is_right {
            return Err(format!("the result of item {n} is {result:.300}").into());
        }
    }
    Ok(())
}

/// The definition that parent and workers run.
fn definition() -> Result<PathBuf> {
    let definition = json!({"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "ItemsPath": "$.items", "Label": "each", "End": true,
        "MaxConcurrency": MAX_CONCURRENCY, "ToleratedFailureCountPath": "$.tolerated",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Work", "States": {"Work": {
                "Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:work", "End": true
            }}
        }
    }}});
    let folder = target()?.join("lambda-fleet");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("workflow.asl.json");
    std::fs::write(&path, definition.to_string())?;
    Ok(path)
}

fn built() -> Result<PathBuf> {
    let mut cargo = command::cargo(&["build", "--message-format", "json-render-diagnostics"])?;
    cargo.args(["--package", "asl-lambda", "--bin", "bootstrap", "--features", "aws"]);
    command::built_program(cargo, "bootstrap")
}
