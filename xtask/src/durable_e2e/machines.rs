//! Workflows in the prebuilt function: tasks, retries, waits of years, callbacks.

use std::time::Duration;

use serde_json::{Value, json};

use super::local_runner::Time;
use super::stage::{Programs, Stage};
use crate::lambda_emulator::FUNCTION;
use crate::{Result, root};

const DEFINITION: &str = "xtask/src/durable_e2e/machines.asl.json";

/// An execution: its name, its input, and how it must end.
struct Run {
    name: &'static str,
    input: Value,
    ends: (&'static str, Value),
}

fn run(name: &'static str, input: Value, result: Value) -> Run {
    Run { name, input, ends: ("SUCCEEDED", result) }
}

/// Those whose time is skipped.
fn without_time() -> Vec<Run> {
    let wait = |seconds: u64| json!({"run": "wait", "seconds": seconds});
    vec![
        run("steps", json!({"run": "steps"}), json!(["first-1", "second-1", "third-1"])),
        run("five waits in parallel", json!({"run": "parallel"}), json!([1, 2, 3, 4, 5])),
        run("map of 200", json!({"run": "map"}), json!(200)),
        // An execution ends after 365 days.
        run("a wait of 364 days", wait(31_449_600), json!(true)),
        // The function invokes itself: a durable execution that waits for another one.
        run("chained", json!({"run": "chained"}), json!([1, 2, 3, 4, 5])),
        Run { name: "failure", input: json!({"run": "what"}), ends: ("FAILED", json!("UnknownRun")) },
    ]
}

/// Those whose time is real: callbacks, and a step that is retried, since the runner does not tell when a step is ready.
fn with_time() -> Vec<Run> {
    let callback = |answer: &str, timeout: u64, heartbeat: u64| json!({"run": "callback", "answer": answer, "timeout": timeout, "heartbeat": heartbeat});
    let error = |name: &str| json!({"error": name});
    vec![
        run("retry", json!({"run": "retry"}), json!({"taken": "busy-3", "retries": 2})),
        run("callback success", callback("succeed", 60, 50), json!({"ok": true})),
        run("callback failure", callback("fail", 60, 50), error("Declined")),
        run("callback heartbeat", callback("beat", 60, 2), error("no heartbeat")),
        run("callback without a heartbeat", callback("forget", 2, 1), error("no heartbeat")),
    ]
}

pub(super) fn check(programs: &Programs) -> Result<()> {
    let definition = root()?.join(DEFINITION).to_string_lossy().into_owned();
    let stage = |name: &str, time: Time| {
        Stage::start(name, &programs.bootstrap, time, |services, _| {
            let mut variables = vec![
                ("ASL_DEFINITION", definition.clone()),
                ("ASL_DURABLE_FUNCTIONS", format!(r#"{{"child": "{FUNCTION}"}}"#)),
                ("ASL_SUBSTITUTE_Queue", format!("http://{services}/123456789012/queue")),
            ];
            if time == Time::Real {
                variables.push(("ASL_DURABLE_CONTINUE_AT", "100".to_owned()));
            }
            variables
        })
    };
    let skipped = stage("durable-skipped", Time::Skipped)?;
    let mut failed = 0;
    for run in without_time() {
        let arn = skipped.runner.execute(FUNCTION, run.name, &run.input)?;
        failed += usize::from(!ends(&skipped, &run, &arn)?);
    }
    let real = stage("durable-real", Time::Real)?;
    let mut running = Vec::new();
    for run in with_time() {
        running.push((real.runner.execute(FUNCTION, run.name, &run.input)?, run));
    }
    for _ in running.iter().filter(|(_, run)| run.input.get("answer").is_some()) {
        answer(&real, &real.services.message()?)?;
    }
    for (arn, run) in &running {
        failed += usize::from(!ends(&real, run, arn)?);
    }
    failed += usize::from(!continues(&real)?);
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} executions of the prebuilt function").into()),
    }
}

/// An execution that continues in a next one while a callback is open, which is answered only then.
fn continues(stage: &Stage) -> Result<bool> {
    let run = run("continued", json!({"run": "continued"}), json!([{"ok": true}, 120]));
    let arn = stage.runner.execute(FUNCTION, run.name, &run.input)?;
    let message = || stage.services.message().map_err(|error| format!("{error}\n{}", stage.function.log()));
    let token = message()?.get("token").cloned();
    // All its tasks have ended, the last of them in the next execution.
    message()?;
    answer(stage, &json!({"call": "succeed", "token": token}))?;
    let has_ended = ends(stage, &run, &arn)?;
    match stage.runner.has_invoked(&arn)? {
        true => Ok(has_ended),
        false => Err("an execution did not continue in a next one".into()),
    }
}

fn ends(stage: &Stage, run: &Run, arn: &str) -> Result<bool> {
    let (status, end) = stage.runner.end(arn)?;
    let is_expected = (status.as_str(), &end) == (run.ends.0, &run.ends.1);
    println!("{} {}: {status} {end}", if is_expected { "ok    " } else { "FAILED" }, run.name);
    if !is_expected {
        println!("{}", stage.function.log());
    }
    Ok(is_expected)
}

/// Answers a callback like a client of Step Functions whose endpoint is the URL of the function.
fn answer(stage: &Stage, message: &Value) -> Result<()> {
    let (call, token) = (message.get("call").and_then(Value::as_str), message.get("token"));
    let (action, body) = match call.unwrap_or_default() {
        "succeed" => ("SendTaskSuccess", json!({"taskToken": token, "output": "{\"ok\": true}"})),
        "fail" => ("SendTaskFailure", json!({"taskToken": token, "error": "Declined", "cause": "no"})),
        "beat" => ("SendTaskHeartbeat", json!({"taskToken": token})),
        _ => return Ok(()),
    };
    std::thread::sleep(Duration::from_millis(200));
    let target = format!("AWSStepFunctions.{action}");
    let headers = [("X-Amz-Target", target.as_str()), ("Content-Type", "application/x-amz-json-1.0")];
    match stage.request("POST", "/", &headers, &body.to_string())? {
        (200, _) => Ok(()),
        (status, body) => Err(format!("{action}: {status} {body}\n{}", stage.function.log()).into()),
    }
}
