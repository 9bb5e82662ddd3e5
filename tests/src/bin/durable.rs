//! Runs the scenarios of durable executions on AWS's local runner: `durable RUNNER PORT real|skipped`.
//!
//! The runner invokes their functions at `127.0.0.1:PORT`, where this program serves them. `cargo xtask durable-e2e`
//! starts both.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::process::ExitCode;
use std::time::Duration;

use asl_aws::{Caller, Config};
use asl_durable::AwsApi;
use asl_tests::durable::{Failed, SCENARIOS, Scenario, serve, shown};
use asl_value::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [runner, port, time] = arguments.as_slice() else {
        println!("usage: durable RUNNER PORT real|skipped");
        return ExitCode::from(2);
    };
    match run(runner, port, time == "real").await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(failed) => {
            println!("{failed} scenarios ended in another way than on the emulator");
            ExitCode::FAILURE
        }
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(runner: &str, port: &str, is_real_time: bool) -> Result<usize, Failed> {
    let endpoint = format!("http://{runner}");
    let variables = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_LAMBDA", &endpoint),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let api = AwsApi::new(Caller::new(Config::from_variables(variables)?));
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    tokio::spawn(serve(listener, api));
    let mut failed = 0;
    for scenario in SCENARIOS.iter().filter(|scenario| scenario.is_real_time == is_real_time) {
        let ended = tokio::time::timeout(Duration::from_secs(90), to_end(runner, scenario)).await??;
        let is_expected = ended == scenario.ends;
        failed += usize::from(!is_expected);
        println!("{} {}: {ended}", if is_expected { "ok    " } else { "FAILED" }, scenario.name);
    }
    Ok(failed)
}

async fn to_end(runner: &str, scenario: &Scenario) -> Result<String, Failed> {
    let name = scenario.name;
    let start = json!({
        "AccountId": "123456789012", "FunctionName": name, "FunctionQualifier": "1", "ExecutionName": name,
        "ExecutionTimeoutSeconds": 63_244_800, "ExecutionRetentionPeriodDays": 1, "Input": "{}"
    });
    let started = send(runner, "POST", "/start-durable-execution", &start.to_json()).await?;
    let arn =
        started.get("ExecutionArn").and_then(Value::as_str).ok_or_else(|| format!("no ARN: {started}"))?;
    let path = format!("/2025-12-01/durable-executions/{}", arn.replace(':', "%3A").replace('/', "%2F"));
    loop {
        let execution = send(runner, "GET", &path, "").await?;
        let text = |name: &str| execution.get(name).and_then(Value::as_str);
        match text("Status") {
            Some("RUNNING") => tokio::time::sleep(Duration::from_millis(50)).await,
            Some(status) => {
                let error =
                    execution.get("Error").and_then(|error| error.get("ErrorType")).and_then(Value::as_str);
                return Ok(shown(status, text("Result"), error));
            }
            None => return Err(format!("not an execution: {execution}").into()),
        }
    }
}

async fn send(runner: &str, method: &str, path: &str, body: &str) -> Result<Value, Failed> {
    let mut stream = TcpStream::connect(runner).await?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {runner}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + body).as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    let body = response.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    Value::parse(body).map_err(|error| format!("{method} {path}: {error}: {response}").into())
}
