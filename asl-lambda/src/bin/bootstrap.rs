//! The prebuilt function: runs the definition that `ASL_DEFINITION` names.

use std::process::ExitCode;

use asl_engine::Registry;

fn main() -> ExitCode {
    asl_lambda::main_from_env(Registry::new())
}
