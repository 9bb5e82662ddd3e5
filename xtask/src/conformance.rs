//! `cargo xtask conformance [PATH]`: `asl serve` against scenarios recorded on AWS, which are kept elsewhere.
//!
//! How many cases pass must not fall below `tests/conformance-floor.toml`, which also names the cases that do not count.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::asl_serve::AslServe;
use crate::{Result, command, python, root};

const FLOOR: &str = "tests/conformance-floor.toml";
/// Where the runner starts its loopback AWS.
const AWS: &str = "http://127.0.0.1:4510";

/// Where the runner looks for scenarios that are not beside it.
const CORPUS: &str = "RIG_CORPUS";

/// Levels of agreement, and how many cases reach them.
type Levels = BTreeMap<String, u64>;

/// What [`FLOOR`] says.
#[derive(Debug, Default, PartialEq, Eq)]
struct Floor {
    least: Levels,
    /// Cases that do not count, and why.
    excluded: BTreeMap<String, String>,
}

pub(crate) fn run(folder: Option<&str>) -> Result<()> {
    let folder = match folder {
        Some(folder) => Path::new(folder).to_path_buf(),
        None => root()?.join("target/conformance"),
    };
    let corpus = std::env::var_os(CORPUS).map_or_else(|| folder.join("corpus"), PathBuf::from);
    if !corpus.is_dir() {
        println!("no corpus in {}: nothing to compare with", corpus.display());
        return Ok(());
    }
    let floor = read_floor(&std::fs::read_to_string(root()?.join(FLOOR))?)?;
    let programs = python::environment("conformance", &["boto3", "moto[server]", "jsonpath-ng"])?;
    let server = AslServe::start(
        &["--account", "000000000000", "--region", "us-east-1"],
        &[
            ("AWS_ENDPOINT_URL", AWS),
            ("AWS_ACCESS_KEY_ID", "a"),
            ("AWS_SECRET_ACCESS_KEY", "b"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ],
    )?;
    let report = root()?.join("target/conformance.json");
    let mut script = python::python(&programs);
    script.arg(folder.join("conformance.py")).args(["--states-url", &server.url, "--json"]).arg(&report);
    // The other modes of boto3 add how often they tried to the texts that are compared.
    script.env("AWS_RETRY_MODE", "legacy");
    command::run(script)?;
    let levels = count(&serde_json::from_str(&std::fs::read_to_string(report)?)?, &floor)?;
    for (case, reason) in &floor.excluded {
        println!("excluded: {case}: {reason}");
    }
    println!("reached: {levels:?}, the floor: {:?}", floor.least);
    match below(&levels, &floor.least).as_slice() {
        [] => Ok(()),
        fallen => Err(format!("below {FLOOR}: {}", fallen.join(", ")).into()),
    }
}

/// `a = 12` for a level, `"area/case" = "why"` for a case that does not count.
fn read_floor(text: &str) -> Result<Floor> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut floor = Floor::default();
    for line in lines {
        let (name, value) = line.split_once('=').ok_or_else(|| format!("{FLOOR}: `{line}`"))?;
        let (name, value) = (name.trim(), value.trim());
        match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
            Some(case) => {
                floor.excluded.insert(case.to_owned(), value.trim_matches('"').to_owned()).is_some()
            }
            None => floor.least.insert(name.to_owned(), value.parse()?).is_some(),
        };
    }
    Ok(floor)
}

/// The cases that reach each level, of a report: a list of cases, or an object with one in `results`.
fn count(report: &Value, floor: &Floor) -> Result<Levels> {
    let cases = report.get("results").unwrap_or(report).as_array().ok_or("a report without cases")?;
    let counts = |case: &&Value| {
        let id = case.get("id").and_then(Value::as_str).unwrap_or_default();
        !floor.excluded.contains_key(id)
    };
    let mut levels = Levels::new();
    let reached = cases.iter().filter(counts).filter_map(|case| case.get("levels")?.as_object()).flatten();
    for (level, reached) in reached {
        *levels.entry(level.clone()).or_default() += u64::from(*reached == Value::Bool(true));
    }
    Ok(levels)
}

fn below(levels: &Levels, floor: &Levels) -> Vec<String> {
    let reached = |level: &String| levels.get(level).copied().unwrap_or_default();
    let fallen = floor.iter().filter(|(level, least)| reached(level) < **least);
    fallen.map(|(level, least)| format!("{level} is {}, not {least}", reached(level))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(floor: &str, expected: &[&str]) {
        let report = serde_json::json!([
            {"id": "x", "levels": {"a": true, "b": false, "c": null}},
            {"id": "y", "levels": {"a": true, "b": true, "c": false}}
        ]);
        let floor = read_floor(floor).unwrap();
        let levels = count(&report, &floor).unwrap();
        assert_eq!(below(&levels, &floor.least), expected);
    }

    #[test]
    fn the_floor_holds_or_not() {
        check("# levels\na = 2\nb = 1\nc = 0\n", &[]);
        check("a = 3", &["a is 2, not 3"]);
        check("c = 1\n\nb = 2", &["b is 1, not 2", "c is 0, not 1"]);
        check("d = 1", &["d is 0, not 1"]);
        check("a = 2\n\"x\" = \"recorded on something else\"", &["a is 1, not 2"]);
        assert!(read_floor("a").is_err());
        assert!(count(&serde_json::json!(1), &Floor::default()).is_err());
    }
}
