//! The checks and chores of this repository: `cargo xtask <command>`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

mod answer;
mod asl_serve;
mod aws_e2e;
mod cargo_lambda;
mod ci;
mod circles;
mod command;
mod conformance;
mod dist;
mod docs;
mod fuzz;
mod hostile;
mod iam_table;
mod jsonata;
mod lambda_e2e;
mod lambda_load;
mod metadata;
mod python;
mod repository;
mod running;
mod scaffold;
mod sdk_e2e;
mod service_table;
mod size;
mod source;
mod templates;
mod tidy;

use std::process::ExitCode;

use metadata::target;
use repository::{Result, root};

const USAGE: &str = "\
usage: cargo xtask <command>

  ci [--skip-tests]   everything a change must pass
  tidy [--phrases]    what the compiler does not check: dependencies, file lengths, forbidden words, circles, licences;
                      --phrases lists comments that read like a translation
  circles [CRATE] [--root FOLDER]
                      lists the files of a crate that need each other, here or in another checkout
  docs                writes docs/deviations.md from the comments in the code, and docs/asl.schema.json
  jsonata PATH        runs the suites of JSONata in a folder, official.jsonl and states.jsonl
  fuzz-smoke [--runs N] [--seed N]
                      loads N mutated definitions and expressions (100,000)
  hostile [--cases N] [--seed S]
                      runs N hostile expressions (10,000) in 512 MiB and three seconds each
  lambda-e2e          invokes the order-processing example in an emulator of AWS Lambda
  scaffold            makes a project with `asl new`, tests it and invokes it
  templates           checks the CloudFormation templates with cfn-lint
  dist [OPTIONS]      makes target/dist/bootstrap.zip, the function for any definition; OPTIONS of cargo lambda build
  lambda-load         measures the order-processing example and the prebuilt function beside a bare one
  lambda-soak N       invokes it N times, twice, with events good and bad, and watches its memory
  sdk-e2e             drives `asl serve` with boto3, the aws-cli and the SDK for JavaScript
  aws-e2e [PATH]      calls services as tasks do, at moto, or at the miniaws.py of a folder, which has functions
  iam-table           writes asl-aws/iam-table.bin from the facts about IAM's actions and the models of botocore
  service-table       writes asl-aws/service-table.bin from the models of botocore
  conformance PATH [--write]
                      holds `asl serve` to the scenarios recorded on AWS in a folder; writes tests/conformance.toml";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["ci"] => ci::run(ci::Tests::Run),
        ["ci", "--skip-tests"] => ci::run(ci::Tests::Skip),
        ["tidy"] => tidy::run(),
        ["tidy", "--phrases"] => tidy::list_phrases(),
        ["circles", options @ ..] => circles::run(options),
        ["docs"] => docs::write(),
        ["jsonata", folder] => jsonata::run(folder),
        ["fuzz-smoke", options @ ..] => fuzz::smoke(options),
        ["hostile", options @ ..] => hostile::run(options),
        ["lambda-e2e"] => lambda_e2e::run(),
        ["scaffold"] => scaffold::run(),
        ["templates"] => templates::run(),
        ["dist", options @ ..] => dist::run(options),
        ["lambda-load"] => lambda_load::compare(),
        ["lambda-soak", runs] => runs.parse().map_err(Into::into).and_then(lambda_load::soak),
        ["sdk-e2e"] => sdk_e2e::run(),
        ["aws-e2e"] => aws_e2e::run(None),
        ["aws-e2e", folder] => aws_e2e::run(Some(folder)),
        ["iam-table"] => iam_table::run(),
        ["service-table"] => service_table::run(),
        ["conformance", folder] => conformance::run(folder),
        ["conformance", folder, "--write"] => conformance::write(folder),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(64);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
