//! The function: the workflow, and the tasks that it names. All other tasks call AWS.

use std::process::ExitCode;

use asl_model::Source;

mod tasks;
#[cfg(test)]
mod tests;

const WORKFLOW: &str = include_str!("../workflow.asl.json");

fn main() -> ExitCode {
    asl_lambda::main(Source::json(WORKFLOW), tasks::registry())
}
