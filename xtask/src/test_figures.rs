//! `cargo xtask test-figures`: how long `asl test` takes for 1,000 cases of ten states each.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{Result, command};

const CASES: usize = 1000;
/// What all cases may take.
const LIMIT: Duration = Duration::from_secs(1);
/// The shortest of several runs counts, since the computer may be busy.
const RUNS: usize = 5;

/// Measures a program, or a release build that it makes.
pub(crate) fn run(program: Option<&str>) -> Result<()> {
    let build = ["build", "--release", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    let program = match program {
        Some(program) => PathBuf::from(program),
        None => command::built_program(command::cargo(&build)?, "asl")?,
    };
    let folder = std::env::temp_dir().join(format!("asl-test-figures-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(&program, &folder);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure(program: &Path, folder: &Path) -> Result<()> {
    std::fs::write(folder.join("ten.asl.json"), machine().to_string())?;
    std::fs::write(folder.join("ten.test.json"), tests().to_string())?;
    let mut slowest = Duration::ZERO;
    for threads in [Some("1"), None] {
        let mut best: Option<(Duration, Duration)> = None;
        for _ in 0..RUNS {
            let took = once(program, folder, threads)?;
            best = Some(best.map_or(took, |best| best.min(took)));
        }
        let (wall, processor) = best.unwrap_or_default();
        let threads =
            threads.map_or("as many threads as processors".to_owned(), |count| format!("{count} thread"));
        println!(
            "{CASES} cases of ten states, {threads}: {} ms, {} ms of processor time",
            wall.as_millis(),
            processor.as_millis()
        );
        slowest = slowest.max(wall);
    }
    if slowest > LIMIT {
        return Err(format!("{CASES} cases took {slowest:.2?}, more than {LIMIT:?}").into());
    }
    Ok(())
}

/// Runs all cases. Returns the time that it took, and that of the processor.
fn once(program: &Path, folder: &Path, threads: Option<&str>) -> Result<(Duration, Duration)> {
    let mut command = Command::new(program);
    command.arg("test").arg(folder).args(["--format", "json"]).stderr(Stdio::inherit());
    command.args(threads.iter().flat_map(|count| ["--threads", count]));
    let (before, begun) = (processor_time()?, Instant::now());
    let done = command.output()?;
    let took = (begun.elapsed(), processor_time()?.saturating_sub(before));
    let report: Value = serde_json::from_slice(&done.stdout)?;
    let list =
        |value: &Value, name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let cases: Vec<Value> = list(&report, "files").iter().flat_map(|file| list(file, "cases")).collect();
    let passed =
        cases.iter().filter(|case| case.get("passed").and_then(Value::as_bool) == Some(true)).count();
    match (done.status.success(), cases.len(), passed) {
        (true, CASES, CASES) => Ok(took),
        (_, all, passed) => Err(format!("{passed} of {all} cases passed, not {CASES}").into()),
    }
}

/// The processor time of the processes that this one has waited for.
fn processor_time() -> Result<Duration> {
    /// The clock ticks of `/proc`, which Linux fixes at a hundredth of a second.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program, in parentheses, may have spaces; times of children are fields 16 and 17.
    let fields = stat.rsplit_once(") ").ok_or("no fields")?.1.split(' ').skip(13).take(2);
    let ticks = fields.map(str::parse::<u32>).sum::<std::result::Result<u32, _>>()?;
    Ok(TICK * ticks)
}

const NAMES: [&str; 10] =
    ["Read", "Size", "Price", "Check", "Pause", "Reserve", "Pack", "Ship", "Report", "Done"];

/// A machine of ten states: four tasks, one of which is retried, waits, choices, filters.
fn machine() -> Value {
    let function = |name: &str| format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
    json!({"StartAt": "Read", "States": {
        "Read": {"Type": "Pass", "Parameters": {"id.$": "$.id", "count.$": "$.count"}, "Next": "Size"},
        "Size": {"Type": "Choice", "Choices": [{"Variable": "$.count", "NumericGreaterThan": 0, "Next": "Price"}],
            "Default": "Done"},
        "Price": {"Type": "Task", "Resource": function("price"), "ResultPath": "$.price", "Next": "Check",
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60}]},
        "Check": {"Type": "Choice", "Choices": [{"Variable": "$.price.total", "IsNumeric": true, "Next": "Pause"}],
            "Default": "Done"},
        "Pause": {"Type": "Wait", "Seconds": 3600, "Next": "Reserve"},
        "Reserve": {"Type": "Task", "Resource": function("reserve"), "ResultPath": "$.reserved", "Next": "Pack"},
        "Pack": {"Type": "Task", "Resource": function("pack"), "ResultPath": "$.parcel", "Next": "Ship"},
        "Ship": {"Type": "Task", "Resource": function("ship"), "ResultPath": "$.shipped", "Next": "Report"},
        "Report": {"Type": "Pass", "Parameters": {"id.$": "$.id", "total.$": "$.price.total"}, "Next": "Done"},
        "Done": {"Type": "Succeed"}
    }})
}

fn tests() -> Value {
    let case = |number: usize| {
        json!({
            "name": format!("order {number}"),
            "input": {"id": number, "count": 1},
            "mocks": {
                "Price": [{"throw": {"error": "Busy"}}, {"return": {"total": number * 2}}],
                "Reserve": {"return": "r"}, "Pack": {"return": "p"}, "Ship": {"return": "s"}
            },
            "expect": {"output": {"id": number, "total": number * 2}, "path": NAMES, "durationSeconds": 3660}
        })
    };
    json!({"machine": "ten.asl.json", "cases": (0..CASES).map(case).collect::<Vec<_>>()})
}
