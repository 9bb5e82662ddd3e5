//! From a file to a program: the first step of `asl run`, `asl validate` and `asl bench`.

use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_engine::{Program, load};
use asl_files::read_all;
use asl_model::{
    CloudFormationTemplate, Code, Diagnostic, Excerpt, ExecutionType, Format, Place, Resource, Source,
    StateKind, StateMachine, Substitutions, TemplateDefinition, TemplateMachine, parse, validate_express,
};
use asl_value::{Pointer, Text};

use crate::Terminal;
use crate::args::Kind;
use crate::walk::{Candidate, LARGEST};

/// A definition and its diagnostics, as far as it could be read.
pub(crate) struct Checked {
    /// The name of the file in messages.
    pub(crate) file: String,
    /// The logical id of the state machine, in a template.
    pub(crate) machine: Option<String>,
    /// The text, if it could be read.
    pub(crate) excerpt: Option<Excerpt>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The machine and its program, if the definition is valid and fully supported.
    pub(crate) valid: Option<(StateMachine, Arc<Program>)>,
    /// Why the definition was not checked.
    pub(crate) skipped: Option<&'static str>,
}

impl Checked {
    fn unread(file: String) -> Checked {
        Checked { file, machine: None, excerpt: None, diagnostics: Vec::new(), valid: None, skipped: None }
    }

    /// A valid definition as JSON text.
    pub(crate) fn to_json(&self) -> Option<String> {
        let ((machine, _), source) = (self.valid.as_ref()?, self.excerpt.as_ref()?.source());
        let is_json = source.format() == Format::Json;
        Some(if is_json { source.text().to_owned() } else { machine.to_value().to_json() })
    }

    /// The machine of a valid definition, even if this version cannot run all of it.
    pub(crate) fn machine(&self) -> Option<StateMachine> {
        let mut errors = self.diagnostics.iter().filter(|found| found.is_error());
        let is_refused = errors.any(|found| found.code != Code::NOT_BUILT);
        parse(self.excerpt.as_ref().filter(|_| !is_refused)?.source()).machine
    }

    /// The diagnostics, each with its place in the file.
    pub(crate) fn placed(&self) -> impl Iterator<Item = (&Diagnostic, Option<Place>)> {
        let places = self.excerpt.as_ref().map(|excerpt| excerpt.places(&self.diagnostics));
        self.diagnostics.iter().zip(places.unwrap_or_default().into_iter().chain(iter::repeat(None)))
    }

    /// Whether the definition has errors.
    pub(crate) fn is_invalid(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Reads and compiles a definition. `-` is standard input.
pub(crate) fn check(
    candidate: &Candidate,
    substitutions: &Substitutions,
    kind: Kind,
    terminal: &mut Terminal,
) -> Checked {
    let (file, source) = named(candidate, terminal);
    of_source(file, source, substitutions, kind)
}

/// Reads a definition and applies its substitutions, without checking it.
///
/// # Errors
/// The definition cannot be read. The error holds the diagnostic.
pub(crate) fn text(
    path: &Path,
    substitutions: &Substitutions,
    terminal: &mut Terminal,
) -> Result<(Checked, Source), Box<Checked>> {
    let (file, source) = named(&Candidate::named(path), terminal);
    let (excerpt, diagnostics) = substituted(&file, source?, substitutions);
    let source = excerpt.source().clone();
    Ok((Checked { excerpt: Some(excerpt), diagnostics, ..Checked::unread(file) }, source))
}

fn named(candidate: &Candidate, terminal: &mut Terminal) -> (String, Result<Source, Box<Checked>>) {
    match candidate.is_named() && candidate.path == Path::new("-") {
        true => stdin(terminal),
        false => (candidate.path.display().to_string(), read(candidate)),
    }
}

/// Reads standard input. Returns the text and its name in messages.
pub(crate) fn stdin(terminal: &mut Terminal) -> (String, Result<Source, Box<Checked>>) {
    let file = "<stdin>".to_owned();
    let source = match read_all(&mut terminal.stdin, LARGEST) {
        Ok(bytes) => decoded(&bytes, Format::Json, &file),
        Err(error) => Err(Box::new(unreadable(file.clone(), &error))),
    };
    (file, source)
}

pub(crate) fn of_source(
    file: String,
    source: Result<Source, Box<Checked>>,
    substitutions: &Substitutions,
    kind: Kind,
) -> Checked {
    match source {
        Ok(source) => {
            let (excerpt, found) = substituted(&file, source, substitutions);
            compiled(file, excerpt, found, kind)
        }
        Err(unread) => *unread,
    }
}

/// Applies the given values, or those of the file next to the definition. Returns the definition and the diagnostics of the
/// values.
fn substituted(file: &str, source: Source, given: &Substitutions) -> (Excerpt, Vec<Diagnostic>) {
    let file = Path::new(file);
    // A file that was not named on the command line must be in the folder of the definition.
    let folder = file.parent().unwrap_or(Path::new(""));
    let beside = Substitutions::beside(file, |path| Candidate::found(path, folder).read());
    let (beside, problem) = match beside {
        Ok(beside) => (beside, None),
        Err(problem) => (Substitutions::default(), Some(*problem)),
    };
    let (excerpt, mut found) = Excerpt::of(source).substituted(&given.clone().or(beside));
    let (excerpt, left) = excerpt.unsubstituted();
    found.extend(problem.into_iter().chain(left));
    (excerpt, found)
}

fn read(candidate: &Candidate) -> Result<Source, Box<Checked>> {
    let file = candidate.path.display().to_string();
    match candidate.read() {
        Ok(bytes) => decoded(&bytes, Format::of(&candidate.path), &file),
        Err(error) => Err(Box::new(unreadable(file, &error))),
    }
}

fn unreadable(file: String, error: &std::io::Error) -> Checked {
    let message = format!("cannot read the definition: {error}");
    let problem = Diagnostic::error(Code::INVALID_JSON, message, Pointer::root());
    Checked { diagnostics: vec![problem], ..Checked::unread(file) }
}

fn decoded(bytes: &[u8], format: Format, file: &str) -> Result<Source, Box<Checked>> {
    Source::from_bytes(bytes, format).map_err(|diagnostic| {
        let mut diagnostic = *diagnostic;
        // Invalid bytes are shown as this character.
        let text = String::from_utf8_lossy(bytes).into_owned();
        let start = diagnostic.range.as_ref().map_or(0, |range| range.start);
        diagnostic.range = Some(start..start + char::REPLACEMENT_CHARACTER.len_utf8());
        Box::new(refused(file.to_owned(), Source::json(text), diagnostic))
    })
}

/// The result for a file that cannot be parsed.
fn refused(file: String, source: Source, problem: Diagnostic) -> Checked {
    Checked { excerpt: Some(Excerpt::of(source)), diagnostics: vec![problem], ..Checked::unread(file) }
}

fn compiled(file: String, excerpt: Excerpt, mut diagnostics: Vec<Diagnostic>, kind: Kind) -> Checked {
    let (machine, program) = match load(excerpt.source()) {
        Ok(loaded) => {
            diagnostics.extend(loaded.diagnostics);
            (Some(loaded.machine), Some(loaded.program))
        }
        Err(error) => {
            let (machine, found) = error.into_parts();
            diagnostics.extend(found);
            (machine, None)
        }
    };
    if let (Some(machine), ExecutionType::Express) = (&machine, kind.machine_type) {
        diagnostics.extend(validate_express(machine, kind.express_patterns.into()));
    }
    #[cfg(feature = "aws")]
    if let Some(machine) = &machine {
        diagnostics.extend(asl_model::validate_sdk(machine, &asl_aws::SdkIntegrations));
    }
    diagnostics.retain(|found| !excerpt.excuses(found));
    let refused = diagnostics.iter().any(Diagnostic::is_error);
    let valid = machine.zip(program).filter(|_| !refused);
    Checked { excerpt: Some(excerpt), diagnostics, valid, ..Checked::unread(file) }
}

/// The definitions in a file, and the other files that a template takes definitions from.
#[derive(Default)]
pub(crate) struct CheckedFile {
    pub(crate) checked: Vec<Checked>,
    pub(crate) referenced: Vec<PathBuf>,
}

/// Checks a file, which may be a definition or a template. A file found in a folder may be neither.
pub(crate) fn check_file(candidate: &Candidate, substitutions: &Substitutions, kind: Kind) -> CheckedFile {
    let (path, is_named) = (candidate.path.as_path(), candidate.is_named());
    let file = path.display().to_string();
    let is_named_so = Source::definition_name(path).is_some();
    let source = read(candidate);
    let alone = |source| {
        let checked = vec![of_source(file.clone(), source, substitutions, kind)];
        CheckedFile { checked, referenced: Vec::new() }
    };
    let Ok(text) = &source else {
        return if is_named || is_named_so { alone(source) } else { CheckedFile::default() };
    };
    if !is_named_so && CloudFormationTemplate::is_likely(text.text(), is_named) {
        return match CloudFormationTemplate::read(text) {
            Ok(Some(template)) => of_template(path, text, &template, substitutions, kind),
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
    substitutions: &Substitutions,
    kind: Kind,
) -> CheckedFile {
    let mut found = CheckedFile::default();
    let file = path.display().to_string();
    if template.machines.is_empty() {
        let skipped = Some("no state machine in this template");
        found.checked.push(Checked { skipped, ..Checked::unread(file.clone()) });
    }
    for machine in &template.machines {
        let machine_type = machine.execution_type.unwrap_or(kind.machine_type);
        let kind = Kind { machine_type, ..kind };
        let (checked, referenced) = of_machine(path, text, machine, substitutions, kind);
        found.checked.push(Checked { machine: Some(machine.name.clone()), ..checked });
        found.referenced.extend(referenced);
    }
    found
}

fn of_machine(
    template: &Path,
    text: &Source,
    machine: &TemplateMachine,
    substitutions: &Substitutions,
    kind: Kind,
) -> (Checked, Option<PathBuf>) {
    let file = template.display().to_string();
    let deployed = |file, definition| {
        let (excerpt, found) = machine.deployed(definition, substitutions);
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

/// The Task states of a machine and its branches, each with its resource.
pub(crate) fn task_states(machine: &StateMachine) -> Vec<(&Text, &Resource)> {
    let mut found = Vec::new();
    let mut machines = vec![machine];
    while let Some(machine) = machines.pop() {
        for state in &machine.states {
            if let StateKind::Task(task) = &state.kind {
                found.push((&state.name, &task.resource));
            }
            machines.extend(StateMachine::children(state));
        }
    }
    found
}
