//! From a file, which may be a template, to the definitions in it.

use std::path::{Path, PathBuf};

use asl_model::{
    CloudFormationTemplate, Code, Diagnostic, Excerpt, Format, Source, Substitutions, TemplateDefinition,
    TemplateMachine,
};
use asl_value::Pointer;

use crate::args::Kind;
use crate::definition::{Checked, Circumstances, compiled, decoded, of_source, read, refused};
use crate::walk::Candidate;

/// The definitions in a file, and the other files that a template takes definitions from.
#[derive(Default)]
pub(crate) struct CheckedFile {
    pub(crate) checked: Vec<Checked>,
    pub(crate) referenced: Vec<PathBuf>,
}

/// Checks a file, which may be a definition or a template. A file found in a folder may be neither.
pub(crate) fn check_file(candidate: &Candidate, circumstances: Circumstances<'_>) -> CheckedFile {
    let (path, is_named) = (candidate.path.as_path(), candidate.is_named());
    let file = path.display().to_string();
    let is_named_so = Source::definition_name(path).is_some();
    let source = read(candidate);
    let alone = |source| {
        let checked = vec![of_source(file.clone(), source, circumstances)];
        CheckedFile { checked, referenced: Vec::new() }
    };
    let Ok(text) = &source else {
        return if is_named || is_named_so { alone(source) } else { CheckedFile::default() };
    };
    if !is_named_so && CloudFormationTemplate::is_likely(text.text(), is_named) {
        return match CloudFormationTemplate::read(text) {
            Ok(Some(template)) => of_template(path, text, &template, circumstances),
            Ok(None) if !is_named && !is_definition(text) => CheckedFile::default(),
            Ok(None) => alone(source),
            Err(problem) => {
                let refused = refused(file.clone(), text.clone(), *problem);
                CheckedFile { checked: vec![refused], referenced: Vec::new() }
            }
        };
    }
    if is_named || is_named_so || is_definition(text) { alone(source) } else { CheckedFile::default() }
}

/// Whether the content of a file is that of a definition, whatever its name.
fn is_definition(source: &Source) -> bool {
    let has =
        |name: &str| source.text().contains(name) && source.key_span(&Pointer::root().key(name)).is_some();
    has("StartAt") && has("States")
}

fn of_template(
    path: &Path,
    text: &Source,
    template: &CloudFormationTemplate,
    circumstances: Circumstances<'_>,
) -> CheckedFile {
    let mut found = CheckedFile::default();
    let file = path.display().to_string();
    if template.machines.is_empty() {
        let skipped = Some("no state machine in this template");
        found.checked.push(Checked { skipped, ..Checked::unread(file.clone()) });
    }
    let stand_ins = circumstances.home.map(|home| template.stand_ins(&home.region, &home.account));
    for machine in &template.machines {
        let machine_type = machine.execution_type.unwrap_or(circumstances.kind.machine_type);
        let kind = Kind { machine_type, ..circumstances.kind };
        let circumstances = Circumstances { kind, ..circumstances };
        let (checked, referenced) = of_machine(path, text, machine, stand_ins.as_ref(), circumstances);
        let mut files = checked.files;
        files.push(path.to_path_buf());
        found.checked.push(Checked {
            name: machine.machine_name.clone().unwrap_or_else(|| machine.name.clone()),
            machine: Some(machine.name.clone()),
            files,
            ..checked
        });
        found.referenced.extend(referenced);
    }
    found
}

fn of_machine(
    template: &Path,
    text: &Source,
    machine: &TemplateMachine,
    stand_ins: Option<&Substitutions>,
    Circumstances { substitutions, kind, .. }: Circumstances<'_>,
) -> (Checked, Option<PathBuf>) {
    let file = template.display().to_string();
    let deployed = |file, definition| {
        let (excerpt, found) = match stand_ins {
            Some(stand_ins) => machine.standing_in(definition, substitutions, stand_ins),
            None => machine.deployed(definition, substitutions),
        };
        compiled(file, excerpt, found, kind)
    };
    match &machine.definition {
        TemplateDefinition::Inline(excerpt) => (deployed(file, excerpt.clone()), None),
        TemplateDefinition::File(name) => {
            let folder = template.parent().unwrap_or(Path::new(""));
            let referenced = Candidate::found(folder.join(name), folder);
            let path = referenced.path.display().to_string();
            // A template may come from a stranger. A file outside its folder is not read, because a diagnostic would show it.
            match referenced.read() {
                Ok(bytes) => match decoded(&bytes, Format::of(&referenced.path), &path) {
                    Ok(source) => (deployed(path, Excerpt::of(source)), Some(referenced.path)),
                    Err(unread) => (*unread, None),
                },
                Err(error) => {
                    let message = format!("cannot read the definition `{path}`: {error}");
                    let problem = Diagnostic::error(Code::INVALID_JSON, message, Pointer::root());
                    (refused(file, text.clone(), problem.range(machine.span.clone())), None)
                }
            }
        }
        _ => {
            let skipped = Some("not checked, its definition is not in a local file");
            (Checked { skipped, ..Checked::unread(file) }, None)
        }
    }
}
