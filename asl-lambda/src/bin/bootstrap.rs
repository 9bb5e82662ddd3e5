//! The prebuilt function: runs the definition that `ASL_DEFINITION` names.

use std::process::ExitCode;

use asl_engine::Registry;

fn main() -> ExitCode {
    asl_lambda::bootstrap(tasks())
}

#[cfg(not(feature = "aws"))]
fn tasks() -> Registry {
    Registry::new()
}

/// AWS does every task. Without a region there is none, and the tasks are reported as missing. Those that wait for a token
/// are called only where a setting allows that, and wait then for as long as they may.
#[cfg(feature = "aws")]
fn tasks() -> Registry {
    match asl_aws::Aws::from_env() {
        Ok(aws) => Registry::new().fallback(aws.with_tokens()),
        Err(error) => {
            eprintln!("{}", asl_value::json!({"level": "WARN", "message": error.to_string()}));
            Registry::new()
        }
    }
}
