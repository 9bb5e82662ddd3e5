//! [`Launch`]: what a user wants to debug.

use std::sync::Arc;

use asl_value::Value;

use crate::debuggee::Debuggee;
use crate::listing::Listing;

/// What a user wants to debug: the arguments of a launch.
///
/// ```json
/// {"program": "orders.asl.json", "input": {"amount": 21}, "mocks": "mocks.json#HappyPath", "stopOnEntry": true}
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Launch {
    /// The definition, or `template.yaml#Resource`. A test names its own.
    pub program: Option<String>,
    /// The input.
    pub input: Option<Value>,
    /// The file with the input.
    pub input_file: Option<String>,
    /// A mock file with a case: `FILE[#[MACHINE/]CASE]`.
    pub mocks: Option<String>,
    /// A test file with a case: `FILE#CASE`, `FILE:LINE`.
    pub test: Option<String>,
    /// A record of an execution to do again: a history or a journal.
    pub record: Option<String>,
    /// The type of the machine: `STANDARD`, `EXPRESS`.
    pub kind: Option<String>,
    /// Seeds random numbers.
    pub seed: u64,
    /// What answers tasks that are not mocked.
    pub services: LaunchServices,
}

/// What answers tasks that are not mocked, as for `asl run`:
///
/// ```json
/// {"aws": true, "lambdaEndpoint": "http://127.0.0.1:9001", "objects": "buckets", "with": ["ship.asl.json"]}
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LaunchServices {
    /// Calls AWS, with the credentials of the environment.
    pub aws: bool,
    /// The endpoint that invokes Lambda functions.
    pub lambda_endpoint: Option<String>,
    /// A folder that replaces S3 for distributed Maps.
    pub objects: Option<String>,
    /// Other machines of type STANDARD, which tasks can start: files or folders.
    pub with: Vec<String>,
    /// The same of type EXPRESS.
    pub with_express: Vec<String>,
}

/// What was launched.
pub struct Launched {
    /// What is debugged.
    pub debuggee: Arc<dyn Debuggee>,
    /// The definitions: that of its machine first, then those that it may start.
    pub listings: Vec<Listing>,
    /// What the user should know: warnings.
    pub notes: Vec<String>,
}

/// Finds what a user wants to debug.
pub trait Launcher: Send {
    /// Reads the definition and what answers its tasks.
    ///
    /// # Errors
    /// What is wrong with the arguments, or with the files that they name.
    fn launch(&mut self, launch: &Launch) -> Result<Launched, String>;
}
