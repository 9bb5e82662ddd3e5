//! `asl new`: a project to start from.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use asl_value::json;

use super::Refusal;
use crate::args::New;
use crate::{Exit, Terminal};

/// The files of a project, by their paths in it. `{{name}}` stands for the project's name, `{{asl-…}}` for a dependency.
///
/// Cargo leaves out of a package what has a `Cargo.toml` of its own, hence the longer names.
const FILES: [(&str, &str); 10] = [
    ("Cargo.toml", include_str!("../../templates/new/Cargo.toml.template")),
    (".gitignore", include_str!("../../templates/new/gitignore.template")),
    ("README.md", include_str!("../../templates/new/README.md.template")),
    ("workflow.asl.json", include_str!("../../templates/new/workflow.asl.json")),
    ("template.yaml", include_str!("../../templates/new/template.yaml")),
    ("events/direct.json", include_str!("../../templates/new/events/direct.json")),
    ("events/http-api.json", include_str!("../../templates/new/events/http-api.json")),
    ("src/main.rs", include_str!("../../templates/new/src/main.rs")),
    ("src/tasks.rs", include_str!("../../templates/new/src/tasks.rs")),
    ("src/tests.rs", include_str!("../../templates/new/src/tests.rs")),
];

const CRATES: [&str; 4] = ["asl-engine", "asl-lambda", "asl-model", "asl-value"];

/// The longest name of a Lambda function.
const LONGEST_NAME: usize = 64;

pub(super) fn new(args: &New, terminal: &Terminal) -> Result<Exit, Refusal> {
    check_name(&args.name)?;
    let folder = args.path.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let checkout = args.checkout.as_deref().map(checked_out).transpose()?;
    let cannot = |path: &Path, error: &std::io::Error| format!("cannot write `{}`: {error}", path.display());
    std::fs::create_dir(&folder).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Refusal::usage(format!("`{}` exists already", folder.display())),
        _ => Refusal::io(cannot(&folder, &error)),
    })?;
    for (path, template) in FILES {
        let path = folder.join(path);
        let parent = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        parent
            .and_then(|()| std::fs::write(&path, filled(template, &args.name, checkout.as_deref())))
            .map_err(|error| Refusal::io(cannot(&path, &error)))?;
    }
    terminal.stdout.line(format_args!(
        "{folder}: a workflow with its tasks in one Lambda function\n\n  cd {folder}\n  cargo test\n  cargo run -- events/http-api.json",
        folder = folder.display()
    ));
    Ok(Exit::Success)
}

/// Cargo's rules for packages and Lambda's for functions, together.
fn check_name(name: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(allowed)
        && name.len() <= LONGEST_NAME
    {
        return Ok(());
    }
    Err(Refusal::usage(format!(
        "`{name}` cannot name a function: expected a lower-case letter, then letters, digits, `-` and `_`, {LONGEST_NAME} at most"
    )))
}

/// The path of a checkout, from the root.
fn checked_out(folder: &Path) -> Result<String, Refusal> {
    let has = |name: &&str| folder.join(name).join("Cargo.toml").is_file();
    let path = folder.canonicalize().ok().filter(|_| CRATES.iter().all(has));
    path.and_then(|path| path.into_os_string().into_string().ok())
        .ok_or_else(|| Refusal::usage(format!("`{}` is no checkout of asl", folder.display())))
}

fn filled(template: &str, name: &str, checkout: Option<&str>) -> String {
    CRATES.iter().fold(template.replace("{{name}}", name), |text, dependency| {
        let source = match checkout {
            // JSON's strings are TOML's too.
            Some(checkout) => format!("{{ path = {} }}", json!(format!("{checkout}/{dependency}"))),
            None => format!("\"{}\"", env!("CARGO_PKG_VERSION")),
        };
        text.replace(&format!("{{{{{dependency}}}}}"), &source)
    })
}
