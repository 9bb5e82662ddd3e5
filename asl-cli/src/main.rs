//! The command `asl`.

use std::process::ExitCode;

use asl_cli::Terminal;

fn main() -> ExitCode {
    asl_cli::run(std::env::args_os(), Terminal::of_process()).into()
}
