//! The arguments of the command: a file for each subcommand, and for what they share.

mod access;
mod bench;
mod debug;
mod definition;
mod estimate;
mod format;
mod graph;
mod machine;
mod mocks;
#[cfg(feature = "aws")]
mod policy;
mod replay;
mod report;
mod run;
mod serve;
#[cfg(feature = "aws")]
mod services;
mod test;
mod test_state;
mod validate;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use access::Access;
pub(crate) use bench::Bench;
pub(crate) use debug::Debug;
pub(crate) use definition::Definition;
pub(crate) use estimate::Estimate;
pub(crate) use format::Format;
pub(crate) use graph::{Drawing, Graph};
pub(crate) use machine::Kind;
pub(crate) use mocks::Mocks;
#[cfg(feature = "aws")]
pub(crate) use policy::Policy;
pub(crate) use replay::Replay;
pub(crate) use report::HtmlReport;
pub(crate) use run::Run;
pub(crate) use serve::{Log, Serve, factor};
#[cfg(feature = "aws")]
pub(crate) use services::Services;
pub(crate) use test::{CoverageReports, Test, TestReport};
pub(crate) use test_state::{FieldValidationMode, Level, TestState};
pub(crate) use validate::{Deny, Report, Target, Validate};

/// Runs and checks Amazon States Language machines (AWS Step Functions) on this computer.
#[derive(Debug, Parser)]
#[command(
    name = "asl",
    version,
    after_help = "Exit codes: 0 succeeded or valid, 1 an execution or a test failed, 2 invalid definition, 64 usage, 74 cannot write"
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
    /// Explains the code of a diagnostic, or lists all codes
    Explain(Explain),
    /// Prints a JSON Schema for definitions, for editors
    Schema,
    /// Runs the cases of test files: workflows with mocked tasks, in virtual time
    Test(Test),
    /// Debugs an execution in the terminal: breakpoints, steps forward and back, data, changes
    Debug(Debug),
    /// Debugs an execution from an editor: the Debug Adapter Protocol on standard input and output
    Dap,
    /// Runs one state on its own, with a mocked result, and shows the data between its filters
    TestState(TestState),
    /// Measures executions in this process
    Bench(Bench),
    /// Serves the Step Functions API on this computer
    Serve(Serve),
    /// Draws a definition: its states, their transitions, and what an execution did
    Graph(Graph),
    /// Does recorded executions again, without calling anything, and says what differs
    Replay(Replay),
    /// Makes an HTML file of the executions in a log: graph, timeline, events and data
    Report(HtmlReport),
    /// Estimates what a month of executions costs: on Step Functions, in one Lambda function, as a durable function
    Estimate(Estimate),
    /// Writes the mock file of a recorded execution
    Mocks(Mocks),
    /// Creates a project: a workflow with its tasks in one Lambda function
    New(New),
    /// Serves editors: the Language Server Protocol on standard input and output
    Lsp(Lsp),
    /// Prints a script that completes the command in a shell: `source <(asl completions bash)`
    Completions(Completions),
    /// Prints the least IAM policy that a machine's role needs
    #[cfg(feature = "aws")]
    Policy(Policy),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// A code such as ASL0019, or an AWS code such as MISSING_TRANSITION_TARGET
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Lsp {
    /// Accepted for clients that add it: standard input and output are always used
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// The name of the project, of its folder and of the function
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The folder to create [default: NAME in the current folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<PathBuf>,
    /// Create a workflow that waits for people, as a Lambda durable function, instead of one that answers at once
    #[arg(long)]
    pub(crate) durable: bool,
    /// The checkout of asl to depend on, because its crates are not published yet [default: the one that contains the project or
    /// `asl`, or that `asl` was built from]
    #[arg(long, value_name = "DIR")]
    pub(crate) checkout: Option<PathBuf>,
}
