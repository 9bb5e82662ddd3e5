//! `cargo xtask aws-e2e`: tasks that call AWS, against moto.
//!
//! The steps of `tests/aws/sdk.json` become the states of one machine, in their order: each has a name, a resource, its
//! arguments, in which `$name` is the result of an earlier step, and what its result, or its error, must contain.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::asl_serve::AslServe;
use crate::lambda_e2e::answer;
use crate::metadata::Metadata;
use crate::{Result, command, python, root};

const STEPS: &str = "tests/aws/sdk.json";
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
struct Step {
    name: String,
    /// What follows `aws-sdk:`.
    resource: String,
    arguments: Value,
    expect: Value,
}

/// Runs the steps; with a folder that has `miniaws.py` against that.
pub(crate) fn run(conformance: Option<&str>) -> Result<()> {
    let steps = std::fs::read_to_string(root()?.join(STEPS))?;
    let steps: Vec<Step> = serde_json::from_str(&steps).map_err(|error| format!("{STEPS}: {error}"))?;
    let folder = PathBuf::from(Metadata::read()?.target_directory).join("aws-e2e");
    std::fs::create_dir_all(&folder)?;
    let definition = folder.join("sdk.asl.json");
    std::fs::write(&definition, machine(&steps).to_string())?;
    let aws = Aws::start(conformance.map(Path::new))?;

    let mut run = command::cargo(&["run", "--quiet", "--package", "asl-aws", "--example", "run", "--"])?;
    run.arg(&definition).env("AWS_ENDPOINT_URL", format!("http://{}", aws.address));
    run.env("AWS_REGION", "us-east-1").env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    let output: Value = serde_json::from_str(&command::output(run)?)?;

    let mut failed = 0;
    for step in &steps {
        let found = output.get(&step.name).unwrap_or(&Value::Null);
        match answer::check(&step.expect, found) {
            Ok(()) => println!("ok      {} {}", step.resource, step.name),
            Err(problem) => {
                failed += 1;
                println!("FAILED  {} {}: {problem}, the result was {found}", step.resource, step.name);
            }
        }
    }
    if failed > 0 {
        return Err(format!("{failed} of {} steps", steps.len()).into());
    }
    println!("{} steps as expected", steps.len());
    Ok(())
}

/// The states, one after the other. Of causes the part before the request's id is kept.
fn machine(steps: &[Step]) -> Value {
    const ERROR: &str = "{% {'Error': $states.errorOutput.Error, 'Cause': \
        $substringBefore($states.errorOutput.Cause, ', Request ID: ')} %}";
    let mut states = Map::new();
    let next = steps.iter().skip(1).map(|step| step.name.as_str()).chain(["End"]);
    for (step, next) in steps.iter().zip(next) {
        let state = json!({
            "Type": "Task",
            "Resource": format!("arn:aws:states:::aws-sdk:{}", step.resource),
            "Arguments": step.arguments,
            "Assign": {(step.name.as_str()): "{% $states.result %}"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {(step.name.as_str()): ERROR}, "Next": next}],
            "Next": next,
        });
        states.insert(step.name.clone(), state);
    }
    let results: Map<String, Value> =
        steps.iter().map(|step| (step.name.clone(), format!("{{% ${} %}}", step.name).into())).collect();
    states.insert("End".to_owned(), json!({"Type": "Succeed", "Output": results}));
    let first = steps.first().map(|step| step.name.as_str());
    json!({"QueryLanguage": "JSONata", "StartAt": first, "States": states})
}

/// Something that answers like AWS; it ends with this.
struct Aws {
    process: Child,
    /// The Step Functions of `miniaws.py`.
    _states: Option<AslServe>,
    address: SocketAddr,
}

impl Aws {
    fn start(conformance: Option<&Path>) -> Result<Aws> {
        let programs = python::environment("aws", &["moto[server]"])?;
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let port = address.port().to_string();
        let mut server = python::python(&programs);
        let states = match conformance {
            Some(folder) => {
                let states = AslServe::start(&[], &[("AWS_ENDPOINT_URL", "")])?;
                server.arg(folder.join("miniaws.py")).args(["--port", &port, "--states-url", &states.url]);
                Some(states)
            }
            None => {
                server.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port]);
                None
            }
        };
        let process = server.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let mut aws = Aws { process, _states: states, address };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            if let Some(status) = aws.process.try_wait()? {
                return Err(format!("moto ended: {status}").into());
            }
            if start.elapsed() > PATIENCE {
                return Err("moto does not listen".into());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(aws)
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
