//! `cargo xtask lambda-load`: compares the cost of a whole workflow in a function with that of a bare function. `lambda-soak`
//! tests endurance.
//!
//! The figures depend on the machine and its load. The command fails only if a response is lost, wrong or mixed up, or if a
//! function is too large.

pub(crate) mod host;
mod orders;

use std::path::PathBuf;
use std::time::Duration;

use crate::{Result, command, size};
use host::{Host, Invocations};

/// Invocations are spread over rounds, so that a busy moment of the machine affects all functions.
const ROUNDS: usize = 5;
const INVOCATIONS: usize = 2_000;
const WARM_UP: usize = 200;
const COLD_STARTS: usize = 20;

struct Function {
    name: &'static str,
    program: PathBuf,
    environment: &'static [(&'static str, &'static str)],
    event: host::Event,
    latencies: Vec<Duration>,
    starts: Vec<Duration>,
    memory: u64,
}

impl Function {
    fn new(
        name: &'static str,
        program: PathBuf,
        environment: &'static [(&'static str, &'static str)],
        event: host::Event,
    ) -> Function {
        Function { name, program, environment, event, latencies: Vec::new(), starts: Vec::new(), memory: 0 }
    }

    fn start(&self, events: impl Iterator<Item = host::Event> + Send + 'static) -> Result<Host> {
        Host::start(&self.program, self.environment, events)
    }

    fn invoke(&mut self) -> Result<()> {
        let mut host = self.start(std::iter::repeat_n(self.event.clone(), WARM_UP + INVOCATIONS))?;
        let Invocations { took, .. } = host.report(WARM_UP + INVOCATIONS)?;
        self.latencies.extend(took.into_iter().skip(WARM_UP));
        self.memory = self.memory.max(host.memory()?);
        Ok(())
    }

    fn start_cold(&mut self) -> Result<()> {
        let start = self.start(std::iter::empty())?.first_next()?;
        self.starts.push(start);
        Ok(())
    }

    fn print(&mut self) -> Result<()> {
        println!(
            "{:28} {:9.1} {:9.1} {:12.2} {:9} {:9}",
            self.name,
            percentile(&mut self.latencies, 50).as_secs_f64() * 1e6,
            percentile(&mut self.latencies, 99).as_secs_f64() * 1e6,
            percentile(&mut self.starts, 50).as_secs_f64() * 1e3,
            self.memory,
            std::fs::metadata(&self.program)?.len() / 1024,
        );
        Ok(())
    }
}

pub(crate) fn compare() -> Result<()> {
    let echo = build(&["--package", "asl-lambda", "--example", "echo"], "echo")?;
    let echoed = host::Event { payload: orders::good(0), expect: orders::id(0) };
    let mut functions = [
        Function::new("echo (bare lambda_runtime)", echo, &[], echoed.clone()),
        Function::new("order-processing", order_processing()?, &orders::ENVIRONMENT, orders::event(0)),
        Function::new(
            "bootstrap, one Pass",
            bootstrap("bootstrap", &[], size::MOST_BYTES)?,
            &orders::PREBUILT,
            echoed.clone(),
        ),
        Function::new(
            "the same with AWS",
            bootstrap("bootstrap-aws", &["--features", size::PREBUILT], size::MOST_BYTES_WITH_AWS)?,
            &orders::PREBUILT,
            echoed,
        ),
    ];
    for _ in 0..ROUNDS {
        functions.iter_mut().try_for_each(Function::invoke)?;
    }
    for _ in 0..COLD_STARTS {
        functions.iter_mut().try_for_each(Function::start_cold)?;
    }
    println!("{:28} {:>9} {:>9} {:>12} {:>9} {:>9}", "", "p50 µs", "p99 µs", "cold p50 ms", "RSS KiB", "KiB");
    functions.iter_mut().try_for_each(Function::print)
}

/// Sends good, failing, oversized and malformed events, sequentially and concurrently. The second half must not use more
/// memory than the first.
pub(crate) fn soak(runs: usize) -> Result<()> {
    let program = order_processing()?;
    for concurrency in ["1", "8"] {
        let mut environment = orders::ENVIRONMENT.to_vec();
        environment.push(("AWS_LAMBDA_MAX_CONCURRENCY", concurrency));
        let mut host = Host::start(&program, &environment, (0..runs).map(orders::mixed))?;
        let mut before = 0;
        for tenth in 1..=10 {
            let share = runs * tenth / 10 - runs * (tenth - 1) / 10;
            let Invocations { failed, .. } = host.report(share)?;
            let memory = host.memory()?;
            println!("{concurrency} at a time, {:6}: {failed:5} errors, RSS {memory} KiB", runs * tenth / 10);
            if tenth <= 5 {
                before = before.max(memory);
            }
        }
        host.still_the_same_process()?;
        let after = host.memory()?;
        if after > before + before / 10 + 2048 {
            return Err(format!("memory grew from {before} to {after} KiB").into());
        }
    }
    println!("{} invocations answered, each its own", 2 * runs);
    Ok(())
}

/// The prebuilt function, in the same folder as the definition that it runs.
fn bootstrap(name: &str, features: &[&str], most_bytes: u64) -> Result<PathBuf> {
    let built = build(&[&["--package", "asl-lambda", "--bin", "bootstrap"], features].concat(), "bootstrap")?;
    size::check(&built, most_bytes)?;
    let folder = built.with_file_name("lambda-load");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join(orders::DEFINITION), orders::ECHO)?;
    let program = folder.join(name);
    std::fs::copy(built, &program)?;
    Ok(program)
}

fn order_processing() -> Result<PathBuf> {
    build(&["--package", "order-processing"], "order-processing")
}

fn build(of: &[&str], name: &str) -> Result<PathBuf> {
    let mut cargo = command::cargo(&["build", "--release", "--message-format", "json-render-diagnostics"])?;
    cargo.args(of);
    command::built_program(cargo, name)
}

fn percentile(durations: &mut [Duration], percent: usize) -> Duration {
    durations.sort();
    durations.get(durations.len() * percent / 100).copied().unwrap_or_default()
}
