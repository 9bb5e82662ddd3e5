//! What a fuzzer begins with: the files of `fuzz/seeds/TARGET`, and what the repository has of that kind.

use std::path::{Path, PathBuf};

use crate::{Result, root};

/// Writes the seeds of a target to its corpus. The fuzzer adds what it finds there.
pub(super) fn write(target: &str) -> Result<()> {
    let corpus = root()?.join("fuzz/corpus").join(target);
    std::fs::create_dir_all(&corpus)?;
    for (number, seed) in of(target)?.iter().enumerate() {
        std::fs::write(corpus.join(format!("seed-{number}")), seed)?;
    }
    Ok(())
}

/// The seeds of a target.
pub(super) fn of(target: &str) -> Result<Vec<Vec<u8>>> {
    let own = files(&format!("fuzz/seeds/{target}"), &[""])?;
    let mut seeds = own.iter().map(std::fs::read).collect::<std::io::Result<Vec<_>>>()?;
    match target {
        "definition" | "expression" => seeds.extend(definitions()?),
        // Choices.
        "journal" | "machine" => {
            seeds.extend((0..=u8::MAX).map(|byte| vec![byte, 0, byte, 3, 5, 1, byte, 2]))
        }
        // The kind of file, a place, a question, a length.
        "language_server" => seeds.extend(definitions()?.into_iter().enumerate().map(|(number, text)| {
            let [low, high, ..] = number.to_le_bytes();
            [[0, low, 12, high, 7].as_slice(), &text].concat()
        })),
        "event" => seeds.extend(contents("examples/order-processing/events", &[".json"])?),
        "test_file" => seeds.extend(contents("examples/order-processing", &[".test.yaml", "mocks.json"])?),
        "yaml" => seeds.extend(contents("asl-cli/templates", &[".yaml"])?),
        _ => {}
    }
    Ok(seeds)
}

/// The definitions of the suite.
fn definitions() -> Result<Vec<Vec<u8>>> {
    let mut definitions = Vec::new();
    for text in contents("tests/suite", &[".toml"])? {
        let case: toml::Table = toml::from_slice(&text)?;
        let definition = case.get("definition").and_then(toml::Value::as_str);
        definitions.extend(definition.map(|text| text.as_bytes().to_vec()));
    }
    Ok(definitions)
}

fn contents(folder: &str, ends: &[&str]) -> Result<Vec<Vec<u8>>> {
    Ok(files(folder, ends)?.iter().map(std::fs::read).collect::<std::io::Result<_>>()?)
}

/// The files in a folder and its folders whose names end so, in order.
fn files(folder: &str, ends: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(&root()?.join(folder), ends, &mut found)?;
    found.sort();
    Ok(found)
}

/// Recurses as deep as the folders.
fn collect(folder: &Path, ends: &[&str], found: &mut Vec<PathBuf>) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            collect(&path, ends, found)?;
        } else if ends.iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
    Ok(())
}
