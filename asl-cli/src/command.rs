//! The subcommands, each in a file of its own.

mod bench;
mod completions;
mod dap;
mod debug;
mod estimate;
mod explain;
mod graph;
mod lsp;
mod mocks;
mod new;
#[cfg(feature = "aws")]
mod policy;
mod replay;
mod report;
mod run;
mod serve;
mod test;
mod test_state;
mod validate;

use std::ffi::OsString;

use clap::Parser;

use crate::args::{Args, Command};
use crate::refusal::Refusal;
use crate::render::pretty;
use crate::{Exit, Terminal};

/// Runs the command `asl` in this process. The first argument is the name of the program.
///
/// Prints results to [`Terminal::stdout`] and everything else to [`Terminal::stderr`], and never panics on bad arguments:
/// they end with [`Exit::Usage`]. It blocks until the command has finished, which for `asl serve` is a signal. Do not call it
/// from an async task, because it starts a runtime of its own.
///
/// ```
/// use asl_cli::{Exit, Terminal};
///
/// let (terminal, printed) = Terminal::captured(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
/// assert_eq!(asl_cli::run(["asl", "validate", "-"], terminal), Exit::Success);
/// assert_eq!(printed.stdout(), "<stdin>: valid\n");
/// ```
pub fn run(args: impl IntoIterator<Item = impl Into<OsString> + Clone>, mut terminal: Terminal) -> Exit {
    let exit = match Args::try_parse_from(args) {
        Ok(args) => {
            let ended = match args.command {
                Command::Run(args) => run::run(&args, &mut terminal),
                Command::Validate(args) => validate::validate(&args, &mut terminal),
                Command::Explain(args) => explain::explain(&args, &terminal),
                Command::Schema => {
                    terminal.stdout.line(pretty(&asl_model::json_schema()));
                    Ok(Exit::Success)
                }
                Command::Debug(args) => debug::debug(&args, &mut terminal),
                Command::Dap => dap::dap(&mut terminal),
                Command::Test(args) => test::test(&args, &terminal),
                Command::TestState(args) => test_state::test_state(&args, &mut terminal),
                Command::Bench(args) => bench::bench(&args, &mut terminal),
                Command::Serve(args) => serve::serve(&args, &mut terminal),
                Command::Graph(args) => graph::graph(&args, &mut terminal),
                Command::Replay(args) => replay::replay(&args, &mut terminal),
                Command::Report(args) => report::report(&args, &mut terminal),
                Command::Estimate(args) => estimate::estimate(&args, &mut terminal),
                Command::Mocks(args) => mocks::mocks(&args, &terminal),
                Command::Lsp(args) => lsp::lsp(&args),
                Command::Completions(args) => Ok(completions::completions(&args, &terminal)),
                Command::New(args) => new::new(&args, &terminal),
                #[cfg(feature = "aws")]
                Command::Policy(args) => policy::policy(&args, &mut terminal),
            };
            ended.unwrap_or_else(|Refusal { exit, message }| {
                terminal.stderr.line(format_args!("error: {message}"));
                exit
            })
        }
        // clap reports `--help` and `--version` as errors as well.
        Err(message) if message.exit_code() == 0 => {
            terminal.stdout.line(message.to_string().trim_end());
            Exit::Success
        }
        Err(message) => {
            terminal.stderr.line(message.to_string().trim_end());
            Exit::Usage
        }
    };
    match terminal.stdout.error() {
        Some(error) => {
            terminal.stderr.line(format_args!("error: cannot write to standard output: {error}"));
            Exit::Io
        }
        None => exit,
    }
}
