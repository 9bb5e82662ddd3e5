//! The definitions that `ASL_DEFINITION` names.

use std::fmt;
use std::path::{Path, PathBuf};

use asl_files::{Kind, read as read_file};
use asl_model::{Format, Source, Substitutions};

/// The largest size of a definition, or of the file with its values: several times what AWS accepts.
const LARGEST: u64 = 8 << 20;

pub(super) struct Definitions {
    pub(super) main: Definition,
    /// By the name of the file, without its ending.
    pub(super) others: Vec<(String, Definition)>,
}

pub(super) struct Definition {
    pub(super) source: Source,
    /// The values from the file next to the definition.
    pub(super) values: Substitutions,
}

/// Reads one definition, or all definitions in a folder, where `main` names the one that triggers start.
pub(super) fn read(path: &Path, main: Option<&str>) -> Result<Definitions, String> {
    if !path.is_dir() {
        let definition = definition(path)?;
        return match main {
            Some(_) => Err(format!("ASL_MAIN: set, although `{}` is not a folder", path.display())),
            None => Ok(Definitions { main: definition, others: Vec::new() }),
        };
    }
    let mut files = files(path)?;
    let names: Vec<String> = files.iter().map(|(name, _)| format!("`{name}`")).collect();
    let place = match (main, files.as_slice()) {
        (_, []) => {
            return Err(format!("ASL_DEFINITION: `{}`: no `*.asl.json` and no `*.asl.yaml`", path.display()));
        }
        (None, [_]) => 0,
        (None, _) => return Err(format!("ASL_MAIN: not set, expected one of {}", names.join(", "))),
        (Some(main), files) => files
            .iter()
            .position(|(name, _)| name == main)
            .ok_or_else(|| format!("ASL_MAIN: expected one of {}, found `{main}`", names.join(", ")))?,
    };
    let (_, main) = files.remove(place);
    let others = files.into_iter().map(|(name, path)| Ok((name, definition(&path)?)));
    Ok(Definitions { main: definition(&main)?, others: others.collect::<Result<_, String>>()? })
}

/// The definitions in a folder, sorted by name.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        // A folder may contain other files, such as events.
        if let Some(name) = Source::definition_name(&path) {
            files.push((name.to_owned(), path));
        }
    }
    files.sort();
    match files.windows(2).find(|pair| matches!(pair, [(a, _), (b, _)] if a == b)) {
        Some([(name, _), ..]) => {
            Err(format!("ASL_DEFINITION: `{}`: two definitions `{name}`", folder.display()))
        }
        _ => Ok(files),
    }
}

fn definition(path: &Path) -> Result<Definition, String> {
    let read = |file: &Path| read_file(file, Kind::Regular, LARGEST);
    let bytes = read(path).map_err(|error| unreadable(path, &error))?;
    let source = Source::from_bytes(&bytes, Format::of(path));
    let source = source.map_err(|diagnostic| unreadable(path, &diagnostic.message))?;
    let values = Substitutions::beside(path, read);
    Ok(Definition {
        source,
        values: values.map_err(|problem| format!("ASL_DEFINITION: {}", problem.message))?,
    })
}

fn unreadable(path: &Path, error: &dyn fmt::Display) -> String {
    format!("ASL_DEFINITION: `{}`: {error}", path.display())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn only_regular_files_are_read() {
        let folder = std::env::temp_dir().join(format!("asl-lambda-definitions-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("d.asl.json");
        let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
        std::fs::write(folder.join("kept"), text).unwrap();
        std::fs::write(folder.join("long"), " ".repeat(1 + (8 << 20))).unwrap();
        for (target, expected) in [
            ("kept", None),
            ("/dev/zero", Some("it is not a regular file")),
            ("pipe", Some("it is not a regular file")),
            ("long", Some("it is longer than 8388608 bytes")),
        ] {
            let _ = std::fs::remove_file(&path);
            match target {
                "pipe" => assert!(Command::new("mkfifo").arg(&path).status().unwrap().success()),
                _ => symlink(target, &path).unwrap(),
            }
            for named in [&folder, &path] {
                let refused = read(named, None).err();
                let expected =
                    expected.map(|problem| format!("ASL_DEFINITION: `{}`: {problem}", path.display()));
                assert_eq!(refused, expected, "{target}");
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
