//! The command `asl`: runs and checks Amazon States Language machines (AWS Step Functions) on this computer.
//!
//! ```
//! use asl_cli::{Exit, Terminal};
//!
//! let (terminal, printed) = Terminal::captured("");
//! let machine = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hello.asl.json");
//! let exit = asl_cli::run(["asl", "run", machine, "--input", r#"{"name": "World"}"#, "--format", "json"], terminal);
//! assert_eq!(exit, Exit::Success);
//! assert_eq!(printed.stdout(), "{\"status\":\"SUCCEEDED\",\"output\":{\"greeting\":\"Hello, World!\"},\"transitions\":2}\n");
//! ```
//!
//! The binary calls [`run`] with the arguments and streams of the process. [`mocks`] is useful on its own: it reads Step
//! Functions Local's `MockConfigFile.json` and answers tasks from it.
//!
//! # What it does not do
//! It calls AWS only with `--aws` or an endpoint in the environment; otherwise `--mocks` answers tasks. All checks are those
//! of `asl-model` and `asl-engine`.

#[cfg(feature = "aws")]
mod account;
mod args;
mod command;
mod debug_target;
mod definition;
mod estimate;
#[cfg(feature = "aws")]
mod events;
mod exit;
mod home;
mod input;
mod log_file;
mod logs;
mod machine_files;
mod machine_name;
mod mock_file;
mod objects;
mod private_file;
mod record_checks;
mod record_file;
mod refusal;
mod render;
mod result_schema;
mod runtime;
mod selector;
#[cfg(feature = "aws")]
mod services;
mod stdin_end;
mod task_services;
mod template_file;
mod terminal;
#[cfg(feature = "otel")]
mod traces;
mod walk;

pub use asl_test::mocks;
pub use command::run;
pub use exit::Exit;
pub use terminal::{Printed, Sink, Terminal};
