//! `cargo xtask ci`: everything a change must pass, one step after the other.

use std::time::{Duration, Instant};

use crate::metadata::{Metadata, Package};
use crate::{Result, api, command, fuzz, target, tidy};

/// A package outside the workspace that enables other features of serde_json.
const SERDE_FEATURES: &str = "tests/serde-features/Cargo.toml";

/// What a function without the feature `aws` says of a task without a handler. In a build of the workspace, asl-lambda has
/// all its features.
const WITHOUT_AWS: &[&str] =
    &["test", "--package", "asl-lambda", "--test", "it", "a_task_without_a_handler_is_told"];

/// Whether to run the tests of the workspace.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tests {
    Run,
    Skip,
}

pub(crate) fn run(tests: Tests) -> Result<()> {
    let metadata = Metadata::read()?;
    let mut steps = Steps::default();
    steps.cargo("fmt", &["fmt", "--all", "--check"])?;
    steps.cargo("fmt of serde features", &["fmt", "--manifest-path", SERDE_FEATURES, "--check"])?;
    steps.run("tidy", tidy::run)?;
    steps.cargo("clippy", &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    if tests == Tests::Run {
        steps.cargo("test", &["test", "--workspace"])?;
        steps.run("fuzz-smoke", || fuzz::smoke(&[]))?;
    }
    steps.cargo("asl-lambda without AWS", WITHOUT_AWS)?;
    steps.run("doc", || {
        let mut doc = command::cargo(&["doc", "--workspace", "--no-deps"])?;
        doc.env("RUSTDOCFLAGS", "-D warnings");
        command::run(doc)
    })?;
    steps.run("api", api::check)?;
    let libraries = metadata.members().filter(|package| package.is_published() && package.is_library());
    // The vendored crates need a feature, as their originals do.
    for library in libraries.filter(|package| !package.is_vendored()) {
        steps.cargo(
            &format!("{} alone", library.name),
            &["clippy", "--package", &library.name, "--no-default-features", "--", "-D", "warnings"],
        )?;
    }
    let target = format!("{}/serde-features", target()?.display());
    steps.cargo("serde features", &["test", "--manifest-path", SERDE_FEATURES, "--target-dir", &target])?;
    steps.run("package", || package(metadata.members()))?;
    steps.report();
    Ok(())
}

/// Packages the published crates, which use each other instead of versions from the registry.
fn package<'m>(members: impl Iterator<Item = &'m Package>) -> Result<()> {
    let mut arguments =
        vec!["package", "--workspace", "--no-verify", "--allow-dirty", "--no-metadata", "--quiet"];
    for private in members.filter(|package| !package.is_published()) {
        arguments.extend(["--exclude", &private.name]);
    }
    command::run(command::cargo(&arguments)?)
}

/// The steps that were run, with their durations.
#[derive(Default)]
struct Steps(Vec<(String, Duration)>);

impl Steps {
    fn cargo(&mut self, name: &str, arguments: &[&str]) -> Result<()> {
        self.run(name, || command::run(command::cargo(arguments)?))
    }

    fn run(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("== {name}");
        let start = Instant::now();
        step().map_err(|error| format!("{name}: {error}"))?;
        self.0.push((name.to_owned(), start.elapsed()));
        Ok(())
    }

    fn report(&self) {
        println!("== all {} steps passed", self.0.len());
        for (name, time) in &self.0 {
            println!("{:7.1} s  {name}", time.as_secs_f64());
        }
    }
}
