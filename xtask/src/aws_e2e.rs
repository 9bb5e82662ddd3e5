//! `cargo xtask aws-e2e`: tasks that call AWS, against moto.
//!
//! The steps of `tests/aws/sdk.json` become the states of one machine, in order. Each has a name, a resource, its arguments,
//! in which `$name` is the result of an earlier step, and what its result or error must contain.
//!
//! `tests/aws/optimised.py` runs the optimised integrations of `tests/aws/optimised.json` with `asl serve` and `asl run`, and
//! compares their histories too. `tests/aws/distributed.py` runs distributed Maps over S3.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::asl_serve::AslServe;
use crate::running::{Running, free_address};
use crate::{Result, answer, command, python, root, target};

const STEPS: &str = "tests/aws/sdk.json";
const OPTIMISED: &str = "tests/aws/optimised.py";
const DISTRIBUTED: &str = "tests/aws/distributed.py";
/// The accounts of moto and of `miniaws.py`.
const MOTO_ACCOUNT: &str = "123456789012";
const MINIAWS_ACCOUNT: &str = "000000000000";

#[derive(Deserialize)]
struct Step {
    name: String,
    /// The part after `aws-sdk:`.
    resource: String,
    arguments: Value,
    expect: Value,
}

/// Runs the steps and the optimised integrations against moto, or against the `miniaws.py` of a folder, which has functions.
pub(crate) fn run(conformance: Option<&str>) -> Result<()> {
    let aws = Aws::start(conformance.map(Path::new))?;
    let (sdk, optimised, distributed) = (sdk(&aws), optimised(&aws), distributed(&aws));
    sdk.and(optimised).and(distributed)
}

fn sdk(aws: &Aws) -> Result<()> {
    let steps = std::fs::read_to_string(root()?.join(STEPS))?;
    let steps: Vec<Step> = serde_json::from_str(&steps).map_err(|error| format!("{STEPS}: {error}"))?;
    let folder = target()?.join("aws-e2e");
    std::fs::create_dir_all(&folder)?;
    let definition = folder.join("sdk.asl.json");
    std::fs::write(&definition, machine(&steps).to_string())?;

    let mut run = command::cargo(&["run", "--quiet", "--package", "asl-aws", "--example", "run", "--"])?;
    run.arg(&definition).env("AWS_ENDPOINT_URL", &aws.url);
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

fn optimised(aws: &Aws) -> Result<()> {
    let mut script = python::python(&aws.programs);
    script.arg(root()?.join(OPTIMISED)).arg(&aws.states.program).args([&aws.states.url, &aws.url]);
    if aws.is_miniaws {
        script.arg("miniaws");
    }
    command::run(script)
}

fn distributed(aws: &Aws) -> Result<()> {
    let mut script = python::python(&aws.programs);
    script.arg(root()?.join(DISTRIBUTED)).args([&aws.states.url, &aws.url]);
    command::run(script)
}

/// A machine with the steps as a sequence of states. Causes are cut before the request id.
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

/// An AWS emulator, and a Step Functions server that calls it. Dropping this ends both.
struct Aws {
    _process: Running,
    states: AslServe,
    /// `http://127.0.0.1:…`
    url: String,
    /// The folder of the Python environment.
    programs: PathBuf,
    is_miniaws: bool,
}

impl Aws {
    fn start(conformance: Option<&Path>) -> Result<Aws> {
        let programs = python::environment("aws", &["moto[server]"])?;
        let address = free_address()?;
        let url = format!("http://{address}");
        let account = if conformance.is_some() { MINIAWS_ACCOUNT } else { MOTO_ACCOUNT };
        let states = AslServe::start(
            &["--account", account, "--region", "us-east-1"],
            &[("AWS_ENDPOINT_URL", &url), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")],
        )?;
        let port = address.port().to_string();
        let mut server = python::python(&programs);
        match conformance {
            Some(folder) => {
                server.arg(folder.join("miniaws.py")).args(["--port", &port, "--states-url", &states.url])
            }
            None => server.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port]),
        };
        server.stdout(Stdio::null()).stderr(Stdio::null());
        let mut process = Running::start(server)?;
        process.wait_until_it_listens(address).map_err(|error| format!("moto: {error}"))?;
        Ok(Aws { _process: process, states, url, programs, is_miniaws: conformance.is_some() })
    }
}
