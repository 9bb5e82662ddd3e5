//! The arguments of the command.

use std::ffi::OsString;
use std::path::PathBuf;

use asl_model::{ExecutionType, ExpressPatterns};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Parser, Subcommand, ValueEnum};

use crate::command::Refusal;

/// Runs and checks Amazon States Language machines (AWS Step Functions) on this computer.
#[derive(Debug, Parser)]
#[command(
    name = "asl",
    version,
    after_help = "Exit codes: 0 succeeded or valid, 1 the execution failed, 2 invalid definition, 64 usage, 74 cannot write"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs one execution and prints its output
    Run(Run),
    /// Checks definitions
    Validate(Validate),
    /// Explains a code of a diagnostic, or lists them all
    Explain(Explain),
    /// Prints a JSON Schema of definitions, for editors
    Schema,
    /// Runs one state on its own, with a mocked result, and shows what each of its filters sees
    TestState(TestState),
    /// Measures executions in this process
    Bench(Bench),
    /// Serves the Step Functions API on this computer
    Serve(Serve),
    /// Starts a project: a workflow with its tasks in one Lambda function
    New(New),
    /// Prints the IAM policy that a machine's role needs, and no more
    #[cfg(feature = "aws")]
    Policy(Policy),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// The input: JSON text, a file, or `-` for standard input
    #[arg(long, value_name = "JSON|FILE|-", default_value = "{}", allow_negative_numbers = true)]
    pub(crate) input: String,
    /// Answers of the tasks, in the format of Step Functions Local's MockConfigFile
    #[arg(long, value_name = "FILE[#[MACHINE/]CASE]")]
    pub(crate) mocks: Option<String>,
    /// A folder in place of S3 for the readers and writers of distributed Maps: a sub-folder for each bucket
    #[arg(long, value_name = "DIR")]
    pub(crate) objects: Option<PathBuf>,
    /// Other machines that the tasks can start and ask for, of type STANDARD: files, or folders of *.asl.json and
    /// *.asl.yaml; each is called as its file
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) with: Vec<PathBuf>,
    /// The same, of type EXPRESS
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) with_express: Vec<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub(crate) services: Services,
    /// Writes the history of the execution here, as GetExecutionHistory shows it
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Option<PathBuf>,
    /// Makes random numbers, and so UUIDs and jitter, repeat
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Waits as long as the machine says, instead of jumping over waits and retry delays
    #[arg(long)]
    pub(crate) real_time: bool,
    #[command(flatten)]
    pub(crate) memory: Memory,
    #[command(flatten)]
    pub(crate) kind: Kind,
    /// For people, or one JSON object on standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    /// Definitions and templates of CloudFormation or SAM, .json, .yaml or .yml, folders of them, or `-` for JSON on
    /// standard input
    #[arg(value_name = "FILE|DIR", required = true)]
    pub(crate) definitions: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) substitutions: Substitutions,
    #[command(flatten)]
    pub(crate) kind: Kind,
    /// For people, one JSON object, one SARIF log, or annotations of GitHub Actions
    #[arg(long, value_enum, default_value_t = Report::Human)]
    pub(crate) format: Report,
    /// Fails on warnings, too
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) deny: Option<Deny>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// A code such as ASL0019, or one of AWS's such as MISSING_TRANSITION_TARGET
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct TestState {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// The state to test, if the definition is a whole machine and not one state
    #[arg(long, alias = "state-name", value_name = "NAME")]
    pub(crate) state: Option<String>,
    /// The state's input: JSON text, a file, or `-` for standard input
    #[arg(long, value_name = "JSON|FILE|-", default_value = "{}", allow_negative_numbers = true)]
    pub(crate) input: String,
    /// The variables that it can read, an object
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) variables: Option<String>,
    /// The context object, whole: the state sees nothing else of it
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) context: Option<String>,
    /// The result of its work, which is not done then
    #[arg(long, value_name = "JSON|FILE", conflicts_with = "mock_error", allow_negative_numbers = true)]
    pub(crate) mock_result: Option<String>,
    /// The error of its work: a name, or {"error": "…", "cause": "…"}
    #[arg(long, value_name = "NAME|JSON")]
    pub(crate) mock_error: Option<String>,
    /// How much of the result is checked against the service's API: STRICT wants all required fields, PRESENT does not
    #[arg(long, value_enum, ignore_case = true, default_value_t = FieldValidationMode::Strict)]
    pub(crate) field_validation_mode: FieldValidationMode,
    /// How often the retrier that decides about the error has retried already
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) retrier_retry_count: u64,
    /// The state inside a Map or Parallel that the mocked error is from
    #[arg(long, value_name = "NAME")]
    pub(crate) error_caused_by_state: Option<String>,
    /// Iterations of a Map that have failed
    #[arg(long, value_name = "N")]
    pub(crate) map_iteration_failure_count: Option<u64>,
    /// What the ItemReader of a Map reads
    #[arg(long, value_name = "JSON|FILE")]
    pub(crate) map_item_reader_data: Option<String>,
    /// How much is shown: INFO leaves out what the filters see
    #[arg(long, alias = "inspection-level", value_enum, ignore_case = true, default_value_t = Level::Debug)]
    pub(crate) level: Level,
    /// Waits as long as the state says, instead of jumping over it
    #[arg(long)]
    pub(crate) real_time: bool,
    /// For people, or AWS's answer on standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// The input: JSON text, a file, or `-` for standard input
    #[arg(long, value_name = "JSON|FILE|-", default_value = "{}", allow_negative_numbers = true)]
    pub(crate) input: String,
    /// How many executions
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) repeat: u64,
    /// Answers the tasks: `function:echo` returns its input, `function:fail` fails with its input's `error` and `cause`
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) mock_tasks: Option<MockTasks>,
    /// The output that every execution must have, as a JSON value
    #[arg(long, value_name = "FILE")]
    pub(crate) expect: Option<PathBuf>,
    /// Keeps the history of each execution while it runs
    #[arg(long)]
    pub(crate) history: bool,
    /// Prints the figures as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Definitions to create as state machines: files, or folders of *.asl.json and *.asl.yaml
    #[arg(value_name = "DEFINITION|DIR")]
    pub(crate) definitions: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) substitutions: Substitutions,
    /// The port to listen at; 0 for any that is free
    #[arg(long, default_value_t = 8083)]
    pub(crate) port: u16,
    /// The address to listen at
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// A host name under which the server may be asked, beside those of this machine, or `*` for any; a page of that host
    /// may ask it, too. May be given more than once
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,
    /// The account in ARNs, or AWS_ACCOUNT_ID [default: 123456789012; with AWS_ENDPOINT_URL 000000000000, as in LocalStack]
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// The region in ARNs, or AWS_DEFAULT_REGION [default: us-east-1]
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Test cases, in the format of Step Functions Local's MockConfigFile, or SFN_MOCK_CONFIG
    #[arg(long, value_name = "FILE")]
    pub(crate) mocks: Option<String>,
    /// A folder in place of S3 for the readers and writers of distributed Maps: a sub-folder for each bucket
    #[arg(long, value_name = "DIR")]
    pub(crate) objects: Option<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub(crate) services: Services,
    /// Jumps over waits and retry delays
    #[arg(long)]
    pub(crate) virtual_time: bool,
    /// Writes the log records of machines with a loggingConfiguration, one JSON a line: into a file of this folder for each
    /// log group, or to standard output
    #[arg(long, value_name = "DIR|-")]
    pub(crate) logs: Option<String>,
    /// What is logged to standard error
    #[arg(long, value_enum, default_value_t = Log::Error)]
    pub(crate) log: Log,
    /// Lets EXPRESS executions be described, listed and stopped, and have a history
    #[arg(long)]
    pub(crate) express_history: bool,
    #[command(flatten)]
    pub(crate) memory: Memory,
    #[command(flatten)]
    pub(crate) kind: Kind,
}

/// Which services of AWS are called for tasks that nothing else answers: one rule for all commands.
#[cfg(feature = "aws")]
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Services {
    /// Calls AWS for tasks that nothing else answers, with region, keys and endpoints of the environment and of AWS_PROFILE.
    /// Without it only services are called that the environment gives an endpoint: AWS_ENDPOINT_URL (all of them),
    /// AWS_ENDPOINT_URL_<SERVICE>, LAMBDA_ENDPOINT, SQS_ENDPOINT and the like
    #[arg(long)]
    pub(crate) aws: bool,
    /// Where Lambda functions are invoked, or LAMBDA_ENDPOINT
    #[arg(long, value_name = "URL")]
    pub(crate) lambda_endpoint: Option<String>,
}

#[cfg(feature = "aws")]
#[derive(Debug, clap::Args)]
pub(crate) struct Policy {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// The account of the resources that are given by name
    #[arg(long, default_value = "*")]
    pub(crate) account: String,
    /// The region of the resources that are given by name
    #[arg(long, default_value = "*")]
    pub(crate) region: String,
    /// The partition: aws, aws-cn, aws-us-gov
    #[arg(long, default_value = "aws")]
    pub(crate) partition: String,
    /// The machine's name, which a distributed Map and an HTTP task need [default: that of the file]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The machine has a logging configuration
    #[arg(long)]
    pub(crate) logging: bool,
    /// The machine has X-Ray tracing
    #[arg(long)]
    pub(crate) tracing: bool,
    #[command(flatten)]
    pub(crate) kind: Kind,
}

#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// The name of the project, of its folder and of the function
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The folder to make it in, instead of one of its name here
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<PathBuf>,
    /// The checkout of asl to depend on, whose crates are not published yet [default: the one around the project or `asl`]
    #[arg(long, value_name = "DIR")]
    pub(crate) checkout: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Definition {
    /// The definition: .json, .yaml or .yml, or `-` for JSON on standard input
    #[arg(value_name = "DEFINITION")]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) substitutions: Substitutions,
}

#[derive(Debug, Default, clap::Args)]
pub(crate) struct Substitutions {
    /// Puts VALUE where the definition says ${NAME}, as SAM's DefinitionSubstitutions do; before ASL_SUBSTITUTE_NAME,
    /// ASL_SUBSTITUTIONS (a JSON object), and the file NAME-OF-DEFINITION.substitutions.json beside it
    #[arg(long = "substitute", value_name = "NAME=VALUE", value_parser = substitution)]
    list: Vec<(String, String)>,
}

impl Substitutions {
    /// The values of the arguments, else those of the environment.
    pub(crate) fn values(&self) -> Result<asl_model::Substitutions, Refusal> {
        let text =
            |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        // Of a name that is given twice, the last one counts.
        let given: asl_model::Substitutions = self.list.iter().rev().cloned().collect();
        let environment = asl_model::Substitutions::from_variables(std::env::vars_os().filter_map(text));
        Ok(given.or(environment.map_err(|problem| Refusal::usage(problem.message))?))
    }
}

fn substitution(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    Off,
    Error,
    /// Executions, and requests that are refused
    Info,
    /// Every request
    Debug,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum FieldValidationMode {
    Strict,
    Present,
    None,
}

/// AWS's inspection levels; TRACE adds the request and response of an HTTP task, which no mock has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum Level {
    Info,
    Debug,
    Trace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Json,
}

/// How diagnostics are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Report {
    Human,
    Json,
    Sarif,
    Github,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Deny {
    Warnings,
}

/// What a machine may be and do.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Kind {
    /// The type of the machines, unless a template tells it: what they may use, and their limits
    #[arg(long = "type", value_name = "MACHINE_TYPE", value_parser = machine_types(), ignore_case = true, default_value = "STANDARD")]
    pub(crate) machine_type: ExecutionType,
    /// The patterns of integrations that EXPRESS machines may use: those that AWS allows, or .sync and .waitForTaskToken too
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = Patterns::Aws)]
    pub(crate) express_patterns: Patterns,
}

impl Kind {
    pub(crate) const STANDARD: Kind =
        Kind { machine_type: ExecutionType::Standard, express_patterns: Patterns::Aws };
}

/// The memory of an execution.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Memory {
    /// How many MiB an execution may hold in memory, by estimate: items of files, results, variables, strands
    #[arg(long = "memory", value_name = "MIB", default_value_t = 128)]
    mebibytes: u32,
}

impl Memory {
    pub(crate) fn bytes(self) -> u64 {
        u64::from(self.mebibytes) << 20
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Patterns {
    Aws,
    All,
}

impl From<Patterns> for ExpressPatterns {
    fn from(patterns: Patterns) -> ExpressPatterns {
        match patterns {
            Patterns::Aws => ExpressPatterns::Aws,
            Patterns::All => ExpressPatterns::All,
        }
    }
}

fn machine_types() -> impl TypedValueParser<Value = ExecutionType> {
    let types = [ExecutionType::Standard, ExecutionType::Express];
    PossibleValuesParser::new(types.map(ExecutionType::name)).map(move |name| {
        let is_named = |found: &ExecutionType| found.name().eq_ignore_ascii_case(&name);
        types.into_iter().find(is_named).unwrap_or(ExecutionType::Standard)
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MockTasks {
    Echo,
}
