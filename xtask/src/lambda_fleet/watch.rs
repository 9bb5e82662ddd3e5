//! `cargo xtask lambda-fleet watch`: a distributed Map whose children run in other processes of the prebuilt function, behind
//! `cargo lambda watch`.
//!
//! Parent and workers are the same function. Each process has another value of a substitution, by which results say where
//! they come from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::{Value, json};

use crate::lambda_emulator::{Emulator, FUNCTION};
use crate::running::free_address;
use crate::{Result, command, target};

const WORKERS: usize = 10;
const CHILDREN: usize = 200;

/// How many children run at a time.
const MAX_CONCURRENCY: usize = 100;

pub(crate) fn run() -> Result<()> {
    let program = command::built_program(command::cargo(&BUILD)?, "bootstrap")?;
    let folder = target()?.join("lambda-fleet");
    std::fs::create_dir_all(&folder)?;
    let address = free_address()?;
    let endpoint = format!("http://{address}");
    let definition = written(&folder, "watched.asl.json", &definition())?;
    let event = json!({"items": (0..CHILDREN).map(|n| json!({"n": n})).collect::<Vec<_>>()});
    let event = written(&folder, "watched-event.json", &event)?;
    let definition = definition.to_string_lossy();
    let workers = WORKERS.to_string();
    let of = |number: &str| {
        [
            ("ASL_SUBSTITUTE_Worker", number.to_owned()),
            ("ASL_DEFINITION", definition.to_string()),
            ("ASL_EXPRESS_PATTERNS", "all".to_owned()),
            ("ASL_MAP_FUNCTION", FUNCTION.to_owned()),
            ("ASL_MAP_WORKER", "true".to_owned()),
            ("ASL_MAP_WORKERS", workers.clone()),
            ("AWS_REGION", "eu-west-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "none".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "none".to_owned()),
            ("AWS_ENDPOINT_URL_LAMBDA", endpoint.clone()),
        ]
    };
    let mut emulator = None;
    // One more than there are workers: any of them may get the event of the parent.
    for number in (0..=WORKERS).map(|number| number.to_string()) {
        let environment = of(&number);
        let environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let name = format!("watched-{number}");
        match &mut emulator {
            None => emulator = Some(Emulator::start_at(address, &name, &program, &environment)?),
            Some(emulator) => emulator.start_another(&name, &program, &environment)?,
        }
    }
    let emulator = emulator.ok_or("no process")?;
    let begun = Instant::now();
    let answer = emulator.invoke(&event)?;
    let took = begun.elapsed().as_secs_f64();
    let by = counted(&answer)?;
    println!("{CHILDREN} children in {took:.1} s, each result once; by worker: {by:?}");
    match by.len() {
        WORKERS => Ok(()),
        found => Err(format!("{found} workers ran children, expected {WORKERS}").into()),
    }
}

/// The same build as for durable functions, which is there already when everything is checked.
const BUILD: [&str; 9] = [
    "build",
    "--package",
    "asl-lambda",
    "--all-features",
    "--bin",
    "bootstrap",
    "--example",
    "order-approval",
    "--message-format=json-render-diagnostics",
];

/// How many children each worker has run. Each item has its result, in the order of the items.
fn counted(answer: &Value) -> Result<BTreeMap<String, usize>> {
    let results = answer.as_array().ok_or_else(|| format!("expected an array, found {answer:.300}"))?;
    if results.len() != CHILDREN {
        return Err(format!("{} results of {CHILDREN} children", results.len()).into());
    }
    let mut by = BTreeMap::new();
    for (n, result) in results.iter().enumerate() {
        match (result.get("n").and_then(Value::as_u64), result.get("by").and_then(Value::as_str)) {
            (Some(found), Some(worker)) if found == n as u64 + 1_000 => {
                *by.entry(worker.to_owned()).or_default() += 1;
            }
            _ => return Err(format!("the result of item {n} is {result:.300}").into()),
        }
    }
    Ok(by)
}

/// Children take a second, so that all workers are needed.
fn definition() -> Value {
    json!({"StartAt": "Each", "States": {"Each": {
        "Type": "Map", "ItemsPath": "$.items", "Label": "each", "MaxConcurrency": MAX_CONCURRENCY, "End": true,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Rest", "States": {
                "Rest": {"Type": "Wait", "Seconds": 1, "Next": "Work"},
                "Work": {
                    "Type": "Pass", "End": true,
                    "Parameters": {"n.$": "States.MathAdd($.n, 1000)", "by": "${Worker}"}
                }
            }
        }
    }}})
}

fn written(folder: &Path, name: &str, value: &Value) -> Result<PathBuf> {
    let path = folder.join(name);
    std::fs::write(&path, value.to_string())?;
    Ok(path)
}
