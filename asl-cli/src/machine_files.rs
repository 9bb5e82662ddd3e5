//! The definition files of state machines, and the names that the machines get.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_model::Source;

use crate::refusal::Refusal;
use crate::walk::Candidate;

/// The given files, and the definitions in the given folders.
pub(crate) fn definition_files(given: &[PathBuf]) -> Result<Vec<Candidate>, Refusal> {
    let mut files = Vec::new();
    for path in given {
        if !path.is_dir() {
            files.push(Candidate::named(path));
            continue;
        }
        let problem =
            |error: std::io::Error| Refusal::usage(format!("cannot read `{}`: {error}", path.display()));
        let mut found = Vec::new();
        for entry in std::fs::read_dir(path).map_err(problem)? {
            let file = entry.map_err(problem)?.path();
            if Source::definition_name(&file).is_some() {
                found.push(file);
            }
        }
        if found.is_empty() {
            return Err(Refusal::usage(format!("no *.asl.json or *.asl.yaml in `{}`", path.display())));
        }
        found.sort();
        let folder: Arc<Path> = path.as_path().into();
        files.extend(found.into_iter().map(|file| Candidate::found(file, Arc::clone(&folder))));
    }
    let mut by_name: HashMap<String, &Path> = HashMap::new();
    for Candidate { path: file, .. } in &files {
        let name = machine_name(file);
        if let Some(other) = by_name.insert(name.clone(), file) {
            let [other, file] = [other, file].map(|path| path.display());
            return Err(Refusal::usage(format!("`{other}` and `{file}` are both called `{name}`")));
        }
    }
    Ok(files)
}

/// `orders` of `orders.asl.json`.
pub(crate) fn machine_name(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.strip_suffix(".asl").unwrap_or(stem).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_called_as_its_file() {
        for (file, expected) in
            [("a/orders.asl.json", "orders"), ("orders.json", "orders"), ("b.asl.yaml", "b"), ("c", "c")]
        {
            assert_eq!(machine_name(Path::new(file)), expected);
        }
    }
}
