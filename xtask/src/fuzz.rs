//! `cargo xtask fuzz` and `fuzz-smoke`: texts that a fuzzer makes, through every parser and boundary.
//!
//! `fuzz` runs the targets of `fuzz/` under cargo-fuzz, each for some seconds, and prints what they executed. `fuzz-smoke` is
//! a bounded run without a nightly compiler.

mod seeds;

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::{Result, command, root};

/// How long one input may take, and how much memory the process may hold.
const LIMITS: [&str; 2] = ["-timeout=2", "-rss_limit_mb=1024"];

/// The options of `fuzz`.
struct Options<'o> {
    seconds: &'o str,
    sanitizer: &'o str,
    targets: Vec<&'o str>,
}

/// What the fuzzer said of a target.
#[derive(Debug, Default, PartialEq)]
struct Figures {
    executions: u64,
    a_second: u64,
    edges: u64,
    inputs: u64,
    /// The files with inputs that were found.
    finds: Vec<String>,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { executions, a_second, edges, inputs, finds } = self;
        write!(f, "{executions:>12} {a_second:>9} {edges:>7} {inputs:>7} {:>6}", finds.len())
    }
}

/// Runs targets one after the other, and fails if one finds something.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let all = targets()?;
    let Options { seconds, sanitizer, targets } = Options::read(options)?;
    if let Some(unknown) = targets.iter().find(|name| !all.iter().any(|target| target == *name)) {
        return Err(format!("no fuzz target is called `{unknown}`; there are: {}", all.join(", ")).into());
    }
    let chosen: Vec<&str> =
        if targets.is_empty() { all.iter().map(String::as_str).collect() } else { targets };
    let mut rows = Vec::new();
    for target in chosen {
        seeds::write(target)?;
        let figures = fuzz(target, seconds, sanitizer)?;
        println!("{target}: {} executions, {} finds", figures.executions, figures.finds.len());
        rows.push((target, figures));
    }
    println!(
        "\n{:20} {:>12} {:>9} {:>7} {:>7} {:>6}",
        "target", "executions", "a second", "edges", "corpus", "finds"
    );
    for (target, figures) in &rows {
        println!("{target:20} {figures}");
    }
    println!("{:20} {:>12}", "all", rows.iter().map(|(_, figures)| figures.executions).sum::<u64>());
    let finds: Vec<&str> = rows.iter().flat_map(|(_, figures)| &figures.finds).map(String::as_str).collect();
    if finds.is_empty() { Ok(()) } else { Err(format!("found: {}", finds.join(", ")).into()) }
}

/// The targets in `fuzz/fuzz_targets`.
fn targets() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root()?.join("fuzz/fuzz_targets"))? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

fn fuzz(target: &str, seconds: &str, sanitizer: &str) -> Result<Figures> {
    // Not `command::cargo`, which is the stable one that runs xtask.
    let mut fuzz = Command::new("cargo");
    fuzz.current_dir(root()?).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    fuzz.args(["+nightly", "fuzz", "run", "--sanitizer", sanitizer, target, "--"]);
    fuzz.args(LIMITS).arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1");
    let mut running = fuzz.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut figures = Figures::default();
    let mut lines = Vec::new();
    for line in BufReader::new(running.stderr.take().ok_or("no output")?).lines() {
        let line = line?;
        figures.read(&line);
        lines.push(line);
    }
    let status = running.wait()?;
    if !status.success() {
        // The last lines have the panic, and the command that repeats it.
        println!("{}", lines.get(lines.len().saturating_sub(40)..).unwrap_or_default().join("\n"));
        if figures.finds.is_empty() {
            return Err(format!("cargo fuzz run {target}: {status}; see fuzz/README.md").into());
        }
    }
    Ok(figures)
}

impl Figures {
    /// Reads a line of libFuzzer: `#6138 pulse cov: 812 ft: 2211 corp: 301/9kb …`, `stat::number_of_executed_units: 6138`.
    fn read(&mut self, line: &str) {
        let number = |text: &str| text.trim().split(['/', ' ']).next()?.parse().ok();
        if let Some((_, rest)) = line.split_once("cov: ") {
            self.edges = number(rest).unwrap_or(self.edges);
        }
        if let Some((_, rest)) = line.split_once("corp: ") {
            self.inputs = number(rest).unwrap_or(self.inputs);
        }
        for (name, figure) in [
            ("stat::number_of_executed_units:", &mut self.executions),
            ("stat::average_exec_per_sec:", &mut self.a_second),
        ] {
            if let Some(rest) = line.strip_prefix(name) {
                *figure = number(rest).unwrap_or(*figure);
            }
        }
        if let Some((_, file)) = line.split_once("Test unit written to ") {
            self.finds.push(file.trim().to_owned());
        }
    }
}

impl<'o> Options<'o> {
    fn read(options: &[&'o str]) -> Result<Options<'o>> {
        let mut read = Options { seconds: "60", sanitizer: "none", targets: Vec::new() };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            let mut value = || options.next().copied().ok_or_else(|| format!("{option} needs a value"));
            match *option {
                "--seconds" => read.seconds = value()?,
                "--sanitizer" => read.sanitizer = value()?,
                other if other.starts_with('-') => {
                    return Err(format!("`{other}` is no option of fuzz").into());
                }
                target => read.targets.push(target),
            }
        }
        Ok(read)
    }
}

/// Runs a number of mutated texts, by a seed.
pub(crate) fn smoke(options: &[&str]) -> Result<()> {
    let (mut runs, mut seed) = ("100000", "1");
    for pair in options.chunks(2) {
        match pair {
            ["--runs", number] => runs = number,
            ["--seed", number] => seed = number,
            other => return Err(format!("`{}` is no option of fuzz-smoke", other.join(" ")).into()),
        }
    }
    let program = ["run", "--release", "--package", "asl-tests", "--bin", "fuzz_smoke", "--", runs, seed];
    command::run(command::cargo(&program)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fuzzer_is_understood() {
        let mut figures = Figures::default();
        for line in [
            "#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 40Mb",
            "#6138\tpulse  cov: 812 ft: 2211 corp: 301/9kb lim: 4 exec/s: 3069 rss: 61Mb",
            "artifact_prefix='fuzz/artifacts/yaml/'; Test unit written to fuzz/artifacts/yaml/crash-da39",
            "stat::number_of_executed_units: 6138",
            "stat::average_exec_per_sec:     3069",
        ] {
            figures.read(line);
        }
        let finds = vec!["fuzz/artifacts/yaml/crash-da39".to_owned()];
        assert_eq!(figures, Figures { executions: 6138, a_second: 3069, edges: 812, inputs: 301, finds });
    }

    #[test]
    fn every_target_is_declared_and_has_seeds() {
        let manifest = std::fs::read_to_string(root().unwrap().join("fuzz/Cargo.toml")).unwrap();
        for target in targets().unwrap() {
            assert!(
                manifest.contains(&format!("\"fuzz_targets/{target}.rs\"")),
                "{target} is not in Cargo.toml"
            );
            assert!(!seeds::of(&target).unwrap().is_empty(), "{target} has no seeds");
        }
    }
}
