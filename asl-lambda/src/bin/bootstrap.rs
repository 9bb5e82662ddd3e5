//! The prebuilt function: runs the definition that `ASL_DEFINITION` names.

use std::process::ExitCode;

use asl_engine::Registry;

fn main() -> ExitCode {
    #[cfg(feature = "parquet")]
    asl_parquet::hide_caught_panics();
    asl_lambda::main_from_env(Registry::new())
}
