//! Checks and maintenance tasks of this repository: `cargo xtask <command>`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

mod answer;
mod api;
mod asl_serve;
mod aws_e2e;
mod cargo_lambda;
mod chaos;
mod ci;
mod circles;
mod command;
mod compatibility;
mod conformance;
mod dap_e2e;
mod differential;
mod dist;
mod docs;
mod durable_e2e;
mod editor_e2e;
mod extension;
mod fuzz;
mod guide;
mod guide_e2e;
mod hostile;
mod iam_table;
mod jsonata;
mod lambda_e2e;
mod lambda_emulator;
mod lambda_fleet;
mod lambda_load;
mod loopback;
mod lsp_e2e;
mod metadata;
mod packages;
mod page_e2e;
mod python;
mod release;
mod replay;
mod repository;
mod running;
mod scaffold;
mod sdk_e2e;
mod service_table;
mod simulate;
mod site;
mod size;
mod source;
mod templates;
mod test_figures;
mod tidy;
mod ui;
mod version;

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
  api [CRATE]         writes docs/api, the public API of each library
  docs                writes docs/deviations.md from comments in the code, the schemas, and tables of docs/reference
  site                builds target/site, the documentation as a web site, and looks for dead links
  jsonata PATH        runs the JSONata suites official.jsonl and states.jsonl of a folder
  jsonata-differential [--runs N] [--from N]
                      compares N random expressions (20,000) with jsonata.js
  jsonpath-differential [--runs N] [--from N]
                      compares N random paths (20,000) with Jayway JsonPath, which it gets from Debian
  fuzz [TARGET…] [--seconds N] [--sanitizer NAME]
                      runs each target of fuzz/ under cargo-fuzz for N seconds (60), and prints what it executed
  fuzz-smoke [--runs N] [--seed N]
                      loads, reads and runs N mutated texts and machines (100,000)
  hostile [--cases N] [--seed S]
                      runs N hostile expressions (10,000) in 512 MiB and three seconds each
  hostile-requests [REQUESTS] [--seed S]
                      sends hostile requests (100,000) to `asl serve`, and checks each answer and its memory
  chaos [--kills N] [--rate N] [--seed S] [--pause-ms N] [--folder DIR]
                      kills `asl serve --data-dir` N times (100) under load and compares what its executions came to
  simulate [--seeds N] [--from N] [--seed N]
                      runs N seeds (10,000) of the simulated server, whose processes are killed, in virtual time; --seed repeats
                      one and prints its schedule if it finds something
  data-figures [N]    measures `asl serve --data-dir` with N executions (100,000): durable starts, memory, its start
  server-soak N       runs N executions in `asl serve --data-dir`, which is killed and whose connections are dropped, and checks
                      its memory
  lambda-e2e          invokes the order-processing example in an emulator of AWS Lambda
  scaffold            creates a project with `asl new`, tests it and invokes it
  templates           checks the CloudFormation templates with cfn-lint
  dist [OPTIONS]      builds target/dist/bootstrap.zip, the function for any definition; OPTIONS of cargo lambda build
  size                builds the prebuilt function without and with durable executions and compares its sizes
  lambda-fleet CHILDREN WORKERS
                      runs a distributed Map in WORKERS processes of the function, which are killed and throttled
  lambda-fleet watch  runs one in ten processes of the function behind an emulator of AWS Lambda
  release [--debug] [PLATFORM...]
                      builds static programs for Linux, or for these platforms, in target/release-artifacts: archives, wheels,
                      bills of materials, licences, checksums; --debug does not optimise
  version X.Y.Z       writes this version into everything that is published, and into the changelogs
  msrv                checks the workspace with the oldest Rust that it supports
  semver [TAG]        compares the libraries with the last release, or with this one, by cargo-semver-checks
  lambda-load         compares the order-processing example and the prebuilt function with a bare function
  lambda-soak N       invokes the example N times, twice, with good and bad events, and checks its memory
  durable-e2e         runs durable functions on AWS's local runner, behind an emulator of AWS Lambda
  order-approval      runs what `asl new --durable` creates there, and prints the link that approves the order
  packages [PROGRAM]  builds the packages for other languages with `asl`, or with this one, whose times it checks, and uses them
                      as on a computer without Rust
  guide-e2e [TEXT]    runs the files and commands of docs/start, docs/reference and the guide about testing, or of pages whose
                      path contains TEXT
  sdk-e2e             drives `asl serve` with boto3, the aws-cli and the SDK for JavaScript
  aws-e2e [PATH]      runs tasks against moto, or against the miniaws.py of a folder, which also has functions
  ui [--check]        builds the page of `asl serve` with npm; --check fails if what is committed differs
  extension [--check] packs target/extension/asl.vsix, the extension for Visual Studio Code, with npm; --check checks its types
                      and tests its bundle with a small fake of the editor
  dap-e2e             drives `asl dap` with the test client of Visual Studio Code
  editor-e2e          drives the extension in Visual Studio Code with Chromium, and leaves screenshots in target/editor-e2e
  lsp-e2e             drives `asl lsp` with a headless Neovim
  lsp-figures [PROGRAM]
                      measures a release build of `asl lsp` in a definition of 5,000 lines
  test-figures [PROGRAM]
                      measures a release build of `asl test` with 1,000 cases of ten states
  page-e2e            drives the page of `asl serve` with Chromium, and leaves screenshots in target/page-e2e
  iam-table           writes asl-aws/iam-table.bin from data about IAM actions and the models of botocore
  service-table       writes asl-aws/service-table.bin from the models of botocore
  conformance PATH [--write]
                      compares `asl serve` with scenarios recorded on AWS; --write updates tests/conformance.toml
  replay PATH [--write]
                      replays the executions of these scenarios from AWS's histories; --write updates tests/replay.toml";

fn main() -> ExitCode {
    if let Some(done) = api::as_rustdoc() {
        return exit_code(done);
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["ci"] => ci::run(ci::Tests::Run),
        ["ci", "--skip-tests"] => ci::run(ci::Tests::Skip),
        ["tidy"] => tidy::run(),
        ["tidy", "--phrases"] => tidy::list_phrases(),
        ["circles", options @ ..] => circles::run(options),
        ["api"] => api::write(None),
        ["api", name] => api::write(Some(name)),
        ["docs"] => docs::write(),
        ["site"] => site::run(),
        ["jsonata-differential", options @ ..] => differential::jsonata(options),
        ["jsonpath-differential", options @ ..] => differential::jsonpath(options),
        ["jsonata", folder] => jsonata::run(folder),
        ["fuzz", options @ ..] => fuzz::run(options),
        ["fuzz-smoke", options @ ..] => fuzz::smoke(options),
        ["hostile", options @ ..] => hostile::run(options),
        ["hostile-requests", options @ ..] => hostile::requests(options),
        ["chaos", options @ ..] => chaos::run(options),
        ["simulate", options @ ..] => simulate::run(options),
        ["server-soak", executions] => executions.parse().map_err(Into::into).and_then(chaos::soak::run),
        ["data-figures"] => chaos::figures::run(100_000),
        ["data-figures", executions] => executions.parse().map_err(Into::into).and_then(chaos::figures::run),
        ["lambda-e2e"] => lambda_e2e::run(),
        ["scaffold"] => scaffold::run(),
        ["templates"] => templates::run(),
        ["dist", options @ ..] => dist::run(options),
        ["size"] => size::run(),
        ["lambda-fleet", "watch"] => lambda_fleet::watch::run(),
        ["lambda-fleet", children, workers] => match (children.parse(), workers.parse()) {
            (Ok(children), Ok(workers)) => lambda_fleet::run(children, workers),
            _ => Err("expected the numbers of children and of workers".into()),
        },
        ["version", version] => version::set(version),
        ["msrv"] => compatibility::msrv(),
        ["semver"] => compatibility::semver(None),
        ["semver", tag] => compatibility::semver(Some(tag)),
        ["release", platforms @ ..] => release::run(platforms),
        ["lambda-load"] => lambda_load::compare(),
        ["lambda-soak", runs] => runs.parse().map_err(Into::into).and_then(lambda_load::soak),
        ["durable-e2e"] => durable_e2e::run(),
        ["order-approval"] => durable_e2e::order_approval(),
        ["packages"] => packages::run(None),
        ["packages", program] => packages::run(Some(program)),
        ["guide-e2e"] => guide_e2e::run(""),
        ["guide-e2e", filter] => guide_e2e::run(filter),
        ["sdk-e2e"] => sdk_e2e::run(),
        ["aws-e2e"] => aws_e2e::run(None),
        ["aws-e2e", folder] => aws_e2e::run(Some(folder)),
        ["ui"] => ui::build(),
        ["ui", "--check"] => ui::check(),
        ["extension"] => extension::build(),
        ["extension", "--check"] => extension::check(),
        ["dap-e2e"] => dap_e2e::run(),
        ["editor-e2e"] => editor_e2e::run(),
        ["lsp-e2e"] => lsp_e2e::run(),
        ["lsp-figures"] => lsp_e2e::figures::run(None),
        ["lsp-figures", program] => lsp_e2e::figures::run(Some(program)),
        ["test-figures"] => test_figures::run(None),
        ["test-figures", program] => test_figures::run(Some(program)),
        ["page-e2e"] => page_e2e::run(),
        ["iam-table"] => iam_table::run(),
        ["service-table"] => service_table::run(),
        ["conformance", folder] => conformance::run(folder),
        ["replay", folder] => replay::run(folder),
        ["replay", folder, "--write"] => replay::write(folder),
        ["conformance", folder, "--write"] => conformance::write(folder),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(64);
        }
    };
    exit_code(done)
}

fn exit_code(done: Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
