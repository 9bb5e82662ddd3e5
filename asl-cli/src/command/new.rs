//! `asl new`: a project to start from.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use asl_value::{Value, json};

mod files;
mod workspace;

use crate::args::New;
use crate::refusal::Refusal;
use crate::{Exit, Terminal};
use workspace::Surroundings;

const CRATES: [&str; 5] = ["asl-durable", "asl-engine", "asl-lambda", "asl-model", "asl-value"];

/// The maximum length of the name of a Lambda function.
const LONGEST_NAME: usize = 64;

pub(super) fn new(args: &New, terminal: &Terminal) -> Result<Exit, Refusal> {
    check_name(&args.name)?;
    let folder = args.path.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let place = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let checkout = match &args.checkout {
        Some(checkout) => checked_out(checkout)?,
        None => nearest_checkout(&[
            place.canonicalize().ok(),
            std::env::current_dir().ok(),
            std::env::current_exe().ok(),
            Some(PathBuf::from(BUILT_IN)),
        ])?,
    };
    let around = workspace::around(&folder);
    let cannot = |path: &Path, error: &std::io::Error| format!("cannot write `{}`: {error}", path.display());
    std::fs::create_dir(&folder).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Refusal::usage(format!("`{}` exists already", folder.display())),
        _ => Refusal::io(cannot(&folder, &error)),
    })?;
    let files = if args.durable { files::DURABLE } else { files::EXPRESS };
    for (path, template) in files {
        let path = folder.join(path);
        let parent = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        parent
            .and_then(|()| std::fs::write(&path, filled(template, &args.name, &checkout, around)))
            .map_err(|error| Refusal::io(cannot(&path, &error)))?;
    }
    let (what, next) = match args.durable {
        true => ("a workflow that waits for people, in a Lambda durable function", "asl test"),
        false => ("a workflow with its tasks in one Lambda function", "cargo run -- events/http-api.json"),
    };
    terminal.stdout.line(format_args!(
        "{folder}: {what}, on the checkout of asl in `{checkout}`\n\n  cd {folder}\n  cargo test\n  {next}",
        folder = folder.display()
    ));
    if around == Surroundings::Member {
        terminal.stderr.line(
            "note: the profiles that make a function small belong in the Cargo.toml of the workspace; copy them from a project \
             that `asl new` creates outside of one",
        );
    }
    Ok(Exit::Success)
}

/// Checks a name against Cargo's rules for packages and Lambda's for functions.
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

/// The absolute path of a checkout.
fn checked_out(folder: &Path) -> Result<String, Refusal> {
    checkout_at(folder)
        .ok_or_else(|| Refusal::usage(format!("`{}` is not a checkout of asl", folder.display())))
}

fn checkout_at(folder: &Path) -> Option<String> {
    let has = |name: &&str| folder.join(name).join("Cargo.toml").is_file();
    let path = folder.canonicalize().ok().filter(|_| CRATES.iter().all(has))?;
    path.into_os_string().into_string().ok()
}

/// The folder that this command was built in, by `cargo install --path asl-cli` for example.
const BUILT_IN: &str = env!("CARGO_MANIFEST_DIR");

/// The checkout that contains one of these places: the project, the current folder, the command itself, what it was built
/// from. No registry has the crates yet.
fn nearest_checkout(places: &[Option<PathBuf>]) -> Result<String, Refusal> {
    let mut folders = places.iter().flatten().flat_map(|place| place.ancestors());
    folders.find_map(checkout_at).ok_or_else(|| {
        let message = "the crates of asl are not published yet, and the checkout that `asl` was built from is gone: name one with \
                       --checkout DIR";
        Refusal::usage(message)
    })
}

/// Where the profiles begin in the manifest.
const PROFILES: &str = "\n# A task that panics";

fn filled(template: &str, name: &str, checkout: &str, around: Surroundings) -> String {
    let workspace = match around {
        Surroundings::Another => "# It is not a member of the workspace around it.\n[workspace]\n\n",
        Surroundings::Nothing | Surroundings::Member => "",
    };
    let template = match (around, template.split_once(PROFILES)) {
        (Surroundings::Member, Some((manifest, _))) => manifest,
        _ => template,
    };
    let text = template.replace("{{name}}", name).replace("{{workspace}}", workspace);
    CRATES.iter().fold(text, |text, dependency| {
        // A JSON string is also a TOML string.
        let path = json!(format!("{checkout}/{dependency}"));
        let text = text.replace(&format!("{{{{{dependency}}}}}"), &format!("{{ path = {path} }}"));
        FEATURES.iter().fold(text, |text, features| {
            let list: Value = features.split(' ').map(Value::from).collect();
            let source = format!("{{ path = {path}, features = {list} }}");
            text.replace(&format!("{{{{{dependency} {features}}}}}"), &source)
        })
    })
}

/// The features that a template may ask for.
const FEATURES: [&str; 2] = ["aws durable", "emulator"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_found_around() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().unwrap().canonicalize().unwrap();
        let found = nearest_checkout(&[None, Some(here.join("src/command"))]).ok();
        assert_eq!(found.as_deref(), root.to_str());
        let refusal = nearest_checkout(&[Some(std::env::temp_dir()), None]).unwrap_err();
        assert!(format!("{refusal:?}").contains("name one with --checkout DIR"), "{refusal:?}");
    }
}
