//! The state machines that arguments name: in files of their own, in templates, in folders.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_model::{Source, Substitutions};

use crate::Terminal;
use crate::args::{Definition, Kind};
use crate::definition::{Checked, Circumstances, of_source, stdin};
use crate::home::Home;
use crate::refusal::Refusal;
use crate::selector::divided;
use crate::template_file::check_file;
use crate::walk::{Candidate, candidates};

/// The names of SAM's templates.
const TEMPLATES: [&str; 3] = ["template.yaml", "template.yml", "template.json"];
/// What the names of CDK's templates end with.
const CDK: &str = ".template.json";

/// The one machine that an argument names: a file with a definition, `template.yaml#Resource`, a template with one machine,
/// a folder with such a template (`.`, `cdk.out`), or `-` for standard input.
pub(crate) fn selected(
    definition: &Definition,
    kind: Kind,
    home: &Home,
    terminal: &mut Terminal,
) -> Result<Checked, Refusal> {
    let substitutions = definition.substitutions.values()?;
    selected_with(&definition.path, &substitutions, kind, home, terminal)
}

/// [`selected`] with values of placeholders that have been read already.
pub(crate) fn selected_with(
    path: &Path,
    substitutions: &Substitutions,
    kind: Kind,
    home: &Home,
    terminal: &mut Terminal,
) -> Result<Checked, Refusal> {
    let circumstances = Circumstances { substitutions, kind, home: Some(home) };
    if path == Path::new("-") {
        let (file, source) = stdin(terminal);
        return Ok(of_source(file, source, circumstances));
    }
    let mut found = machines(path, circumstances)?;
    match found.len() {
        1 => Ok(found.swap_remove(0)),
        _ => {
            let path = path.display();
            let name = |found: &Checked| match &found.machine {
                Some(machine) => format!("`{path}#{machine}`"),
                None => format!("`{}`", found.file),
            };
            let names: Vec<String> = found.iter().map(name).collect();
            Err(Refusal::usage(format!(
                "`{path}` has several state machines; name one: {}",
                names.join(", ")
            )))
        }
    }
}

/// Whether two paths lead to the same file.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(Path::new);
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// All machines that arguments name, in the same forms, and those in folders of *.asl.json and *.asl.yaml. Their names
/// differ.
pub(crate) fn all_selected(
    arguments: &[PathBuf],
    circumstances: Circumstances<'_>,
) -> Result<Vec<Checked>, Refusal> {
    let mut all = Vec::new();
    for argument in arguments {
        all.extend(machines(argument, circumstances)?);
    }
    let mut by_name: HashMap<&str, &Checked> = HashMap::new();
    for checked in &all {
        if let Some(other) = by_name.insert(&checked.name, checked) {
            let [other, file] = [other, checked].map(|checked| &checked.file);
            return Err(Refusal::usage(format!("`{other}` and `{file}` are both called `{}`", checked.name)));
        }
    }
    Ok(all)
}

/// The machines of a definition, of a template, or of a folder. At least one.
fn machines(argument: &Path, circumstances: Circumstances<'_>) -> Result<Vec<Checked>, Refusal> {
    let (path, resource) = split(argument);
    let found = match path.is_dir() {
        true => in_folder(&path, circumstances)?,
        false => check_file(&Candidate::named(&path), circumstances).checked,
    };
    match &resource {
        Some(resource) => of_resource(found, resource, &path),
        None => readable(found, &path),
    }
}

/// Without those whose definitions are not in a local file.
fn readable(mut found: Vec<Checked>, path: &Path) -> Result<Vec<Checked>, Refusal> {
    let skipped = found.iter().find_map(|checked| checked.skipped);
    found.retain(|checked| checked.skipped.is_none());
    match (found.is_empty(), skipped) {
        (false, _) => Ok(found),
        (true, Some(skipped)) => Err(Refusal::usage(format!("`{}`: {skipped}", path.display()))),
        (true, None) => Err(Refusal::usage(format!(
            "no *.asl.json, no *.asl.yaml and no template with a state machine in `{}`",
            path.display()
        ))),
    }
}

/// The machines of SAM's template in a folder. If it has none, the definitions in the folder; or else the templates of CDK
/// at any depth.
fn in_folder(folder: &Path, circumstances: Circumstances<'_>) -> Result<Vec<Checked>, Refusal> {
    let checked = |files: &[Candidate]| -> Vec<Checked> {
        files.iter().flat_map(|file| check_file(file, circumstances).checked).collect()
    };
    let within: Arc<Path> = folder.into();
    let templates = TEMPLATES.map(|name| Candidate::found(folder.join(name), Arc::clone(&within)));
    let templates: Vec<Candidate> = templates.into_iter().filter(|file| file.path.is_file()).collect();
    let of_sam = checked(&templates);
    if of_sam.iter().any(|checked| checked.machine.is_some()) {
        return Ok(of_sam);
    }
    let definitions = checked(&definitions_in(folder)?);
    if !definitions.is_empty() {
        return Ok(definitions);
    }
    let mut of_cdk = candidates(&[folder.to_path_buf()])?;
    of_cdk.retain(|file| file.path.to_str().is_some_and(|path| path.ends_with(CDK)));
    Ok(checked(&of_cdk))
}

/// The machine with this logical id, or the only one whose id begins so: CDK appends a hash.
fn of_resource(mut found: Vec<Checked>, resource: &str, path: &Path) -> Result<Vec<Checked>, Refusal> {
    let ids: Vec<String> = found.iter().filter_map(|checked| checked.machine.clone()).collect();
    let begins =
        || found.iter().filter(|checked| checked.machine.as_ref().is_some_and(|id| id.starts_with(resource)));
    let id = match ids.iter().any(|id| id == resource) {
        true => Some(resource.to_owned()),
        false => {
            begins().next().filter(|_| begins().count() == 1).and_then(|checked| checked.machine.clone())
        }
    };
    let path = path.display();
    let Some(id) = id else {
        let has = match ids.is_empty() {
            true => "it has none".to_owned(),
            false => format!("it has `{}`", ids.join("`, `")),
        };
        return Err(Refusal::usage(format!("there is no state machine `{resource}` in `{path}`: {has}")));
    };
    found.retain(|checked| checked.machine.as_ref() == Some(&id));
    match found.iter().find_map(|checked| checked.skipped) {
        Some(skipped) => Err(Refusal::usage(format!("`{path}#{id}`: {skipped}"))),
        None => Ok(found),
    }
}

/// `template.yaml` and `Orders` of `template.yaml#Orders`.
fn split(argument: &Path) -> (PathBuf, Option<String>) {
    match argument.to_str().map(divided) {
        Some((path, Some(resource))) if !path.is_empty() && !resource.is_empty() => {
            (PathBuf::from(path), Some(resource.to_owned()))
        }
        _ => (argument.to_path_buf(), None),
    }
}

/// Whether an argument names a template or a folder rather than a definition.
pub(crate) fn is_template(argument: &Path) -> bool {
    let (path, resource) = split(argument);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    resource.is_some() || path.is_dir() || TEMPLATES.contains(&name) || name.ends_with(CDK)
}

/// The definitions directly in a folder, sorted.
fn definitions_in(folder: &Path) -> Result<Vec<Candidate>, Refusal> {
    let problem =
        |error: std::io::Error| Refusal::usage(format!("cannot read `{}`: {error}", folder.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(problem)? {
        let file = entry.map_err(problem)?.path();
        if Source::definition_name(&file).is_some() {
            found.push(file);
        }
    }
    found.sort();
    let folder: Arc<Path> = folder.into();
    Ok(found.into_iter().map(|file| Candidate::found(file, Arc::clone(&folder))).collect())
}
