//! From the text of a definition to a program: the first step of most commands.

use std::iter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_engine::{Program, load};
use asl_files::read_all;
use asl_model::{
    Code, Diagnostic, Excerpt, ExecutionType, Format, Place, Resource, Source, StateKind, StateMachine,
    Substitutions, parse, validate_express,
};
use asl_value::{Pointer, Text};

use crate::Terminal;
use crate::args::Kind;
use crate::home::Home;
use crate::machine_name::machine_name;
use crate::walk::{Candidate, LARGEST};

/// A definition and its diagnostics, as far as it could be read.
pub(crate) struct Checked {
    /// The name of the file in messages.
    pub(crate) file: String,
    /// The logical id of the state machine, in a template.
    pub(crate) machine: Option<String>,
    /// The name of the state machine: that of its file, or that in the template.
    pub(crate) name: String,
    /// The type of the state machine: that of the arguments, or that in the template.
    pub(crate) machine_type: ExecutionType,
    /// The files that decide what the definition is. Some may not exist.
    pub(crate) files: Vec<PathBuf>,
    /// The text, if it could be read.
    pub(crate) excerpt: Option<Excerpt>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The machine and its program, if the definition is valid and fully supported.
    pub(crate) valid: Option<(StateMachine, Arc<Program>)>,
    /// Why the definition was not checked.
    pub(crate) skipped: Option<&'static str>,
}

impl Checked {
    pub(crate) fn unread(file: String) -> Checked {
        let path = Path::new(&file);
        Checked {
            name: machine_name(path),
            machine_type: ExecutionType::Standard,
            files: iter::once(path.to_path_buf()).chain(Substitutions::files(path)).collect(),
            machine: None,
            excerpt: None,
            diagnostics: Vec::new(),
            valid: None,
            skipped: None,
            file,
        }
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

/// What the meaning of a file depends on besides its text.
#[derive(Clone, Copy)]
pub(crate) struct Circumstances<'a> {
    /// The values of the arguments and of the environment.
    pub(crate) substitutions: &'a Substitutions,
    pub(crate) kind: Kind,
    /// Where the machines of a template run without being deployed. `None` to check them as they will be deployed.
    pub(crate) home: Option<&'a Home>,
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

/// The name of standard input in messages.
pub(crate) const STDIN: &str = "<stdin>";

/// Reads standard input. Returns the text and its name in messages.
pub(crate) fn stdin(terminal: &mut Terminal) -> (String, Result<Source, Box<Checked>>) {
    let file = STDIN.to_owned();
    let source = match read_all(&mut terminal.stdin, LARGEST) {
        Ok(bytes) => decoded(&bytes, format_of(&bytes), &file),
        Err(error) => Err(Box::new(unreadable(file.clone(), &error))),
    };
    (file, source)
}

/// The format of standard input, which has no name: YAML if it begins with `---`, a comment or a key without quotes.
fn format_of(bytes: &[u8]) -> Format {
    let mut lines = bytes.trim_ascii_start().split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default().trim_ascii_end();
    let key = first.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let has_key = key > 0 && matches!(first.get(key..), Some([b':'] | [b':', b' ', ..]));
    if has_key || first.starts_with(b"---") || first.starts_with(b"#") { Format::Yaml } else { Format::Json }
}

pub(crate) fn of_source(
    file: String,
    source: Result<Source, Box<Checked>>,
    circumstances: Circumstances<'_>,
) -> Checked {
    match source {
        Ok(source) => {
            let (excerpt, found) = substituted(&file, source, circumstances.substitutions);
            compiled(file, excerpt, found, circumstances.kind)
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

pub(crate) fn read(candidate: &Candidate) -> Result<Source, Box<Checked>> {
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

pub(crate) fn decoded(bytes: &[u8], format: Format, file: &str) -> Result<Source, Box<Checked>> {
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
pub(crate) fn refused(file: String, source: Source, problem: Diagnostic) -> Checked {
    Checked { excerpt: Some(Excerpt::of(source)), diagnostics: vec![problem], ..Checked::unread(file) }
}

pub(crate) fn compiled(
    file: String,
    excerpt: Excerpt,
    mut diagnostics: Vec<Diagnostic>,
    kind: Kind,
) -> Checked {
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
    let machine_type = kind.machine_type;
    Checked { excerpt: Some(excerpt), diagnostics, valid, machine_type, ..Checked::unread(file) }
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
