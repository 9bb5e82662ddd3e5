//! The command `asl`.

use std::process::ExitCode;

use asl_cli::Terminal;

fn main() -> ExitCode {
    #[cfg(feature = "parquet")]
    asl_parquet::hide_caught_panics();
    asl_cli::run(std::env::args_os(), Terminal::of_process()).into()
}
