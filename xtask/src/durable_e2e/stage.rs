//! A function behind the emulator of Lambda, with the runner that invokes it and the services that it calls.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::local_runner::{LocalRunner, Time};
use super::services::Services;
use crate::lambda_emulator::{Emulator, FUNCTION};
use crate::running::free_address;
use crate::{Result, command, loopback};

/// The functions. With the features of the tests of asl-lambda, so that what they need is compiled once.
pub(super) struct Programs {
    /// The prebuilt function.
    pub(super) bootstrap: PathBuf,
    /// What `asl new --durable` creates.
    pub(super) order: PathBuf,
}

impl Programs {
    pub(super) fn build() -> Result<Programs> {
        let build = ["build", "--package", "asl-lambda", "--all-features", "--bin", "bootstrap"];
        let example = ["--example", "order-approval", "--message-format", "json-render-diagnostics"];
        let built = command::output(command::cargo(&[&build[..], &example[..]].concat())?)?;
        let program = |name| command::program_in(&built, name);
        Ok(Programs { bootstrap: program("bootstrap")?, order: program("order-approval")? })
    }
}

/// Everything that runs for one function. Dropping this ends it.
pub(super) struct Stage {
    pub(super) services: Services,
    pub(super) runner: LocalRunner,
    pub(super) function: Emulator,
    address: SocketAddr,
}

impl Stage {
    /// Starts it. `environment` gets the address of the services and the URL of the function.
    pub(super) fn start(
        name: &str,
        program: &Path,
        time: Time,
        environment: impl FnOnce(SocketAddr, &str) -> Vec<(&'static str, String)>,
    ) -> Result<Stage> {
        let services = Services::start()?;
        let (address, runner) = (free_address()?, free_address()?);
        let mut all = environment(services.address, &format!("http://{address}/lambda-url/{FUNCTION}"));
        all.extend([
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", "local".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
            ("AWS_ENDPOINT_URL_LAMBDA", format!("http://{runner}")),
            ("AWS_ENDPOINT_URL_SQS", format!("http://{}", services.address)),
            ("AWS_ENDPOINT_URL_SNS", format!("http://{}", services.address)),
            ("ASL_EXPRESS_PATTERNS", "all".to_owned()),
            ("ASL_CALLBACK_PATH", "/approve".to_owned()),
            ("ASL_LOG_LEVEL", "ALL".to_owned()),
        ]);
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let function = Emulator::start_at(address, name, program, &all)?;
        let configs = format!(
            r#"{{"{FUNCTION}": {{"DurableConfig": {{"ExecutionTimeout": 31622400, "RetentionPeriodInDays": 1}}}}}}"#
        );
        let runner = LocalRunner::start(runner, address, time, &configs)?;
        Ok(Stage { services, runner, function, address })
    }

    /// Sends a request to the function's URL. Returns the status and the body of the response.
    pub(super) fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<(u16, String)> {
        loopback::send(self.address, method, &format!("/lambda-url/{FUNCTION}{path}"), headers, body)
    }
}
