//! Sample inputs of a definition: `orders.input.json` in the folder of `orders.asl.json`, and the cases of its test file.

use std::path::{Path, PathBuf};

use asl_files::{Kind, within};
use asl_model::{Format, Source};
use asl_value::Value;

/// The size limit of a file with samples.
const LARGEST: u64 = 4 << 20;

/// An input, and what it is called.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) input: Value,
}

/// The ends of the names of files with samples, and of test files.
const INPUTS: [&str; 3] = ["input.json", "input.yaml", "input.yml"];
const TESTS: [&str; 3] = ["test.yaml", "test.yml", "test.json"];

/// `orders` of `orders.asl.json`.
fn stem(path: &Path) -> Option<String> {
    let named = Source::definition_name(path).map(str::to_owned);
    named.or_else(|| Some(path.file_stem()?.to_str()?.to_owned()))
}

/// The sample inputs of a definition.
pub(crate) fn of(definition: &Path) -> Vec<Sample> {
    let Some(stem) = stem(definition) else { return Vec::new() };
    let beside = |end: &str| definition.with_file_name(format!("{stem}.{end}"));
    let mut found = Vec::new();
    for path in INPUTS.map(beside) {
        if let Some(input) = document(&path) {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            found.push(Sample { name: format!("`{name}`"), input });
        }
    }
    for tests in TESTS.map(beside).iter().filter_map(|path| document(path)) {
        for case in tests.get("cases").and_then(Value::as_array).into_iter().flat_map(|cases| cases.iter()) {
            if let (Some(name), Some(input)) = (case.get("name").and_then(Value::as_str), case.get("input")) {
                found.push(Sample { name: format!("the test “{name}”"), input: input.clone() });
            }
        }
    }
    found
}

/// The test files of a definition that exist.
pub(crate) fn test_files(definition: &Path) -> Vec<PathBuf> {
    let Some(stem) = stem(definition) else { return Vec::new() };
    let paths = TESTS.map(|end| definition.with_file_name(format!("{stem}.{end}")));
    paths.into_iter().filter(|path| path.is_file()).collect()
}

fn document(path: &Path) -> Option<Value> {
    let bytes = asl_files::read(&within(path.parent()?, path).ok()?, Kind::Regular, LARGEST).ok()?;
    Source::from_bytes(&bytes, Format::of(path)).ok()?.document().0
}
