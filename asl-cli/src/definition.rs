//! From a file to a program: what `asl run`, `asl validate` and `asl bench` begin with.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use asl_engine::{Program, load};
use asl_model::{Code, Diagnostic, Format, Resource, Source, StateKind, StateMachine, validate_express};
use asl_value::{Pointer, Text};

use crate::Terminal;
use crate::args::{MachineType, Substitutions};

/// A definition, as far as it could be read.
pub(crate) struct Checked {
    /// Its name in messages.
    pub(crate) file: String,
    /// `None` if there is no text to show.
    pub(crate) source: Option<Source>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Where the definition is valid.
    pub(crate) valid: Option<(StateMachine, Arc<Program>)>,
}

/// Reads and compiles a definition, `-` being standard input.
pub(crate) fn check(
    path: &Path,
    substitutions: &Substitutions,
    machine_type: MachineType,
    terminal: &mut Terminal,
) -> Checked {
    let is_stdin = path == Path::new("-");
    let file = if is_stdin { "<stdin>".to_owned() } else { path.display().to_string() };
    let mut unread = Checked { file, source: None, diagnostics: Vec::new(), valid: None };
    let bytes = if is_stdin {
        let mut bytes = Vec::new();
        terminal.stdin.read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("cannot read the definition: {error}");
            unread.diagnostics.push(Diagnostic::error(Code::INVALID_JSON, message, Pointer::root()));
            return unread;
        }
    };
    match Source::from_bytes(&bytes, Format::of(path)) {
        Ok(source) => compiled(source, &substitutions.list, machine_type, unread),
        Err(diagnostic) => {
            let mut diagnostic = *diagnostic;
            // The same text but for the bytes that are none, each of which becomes this character.
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let start = diagnostic.range.as_ref().map_or(0, |range| range.start);
            diagnostic.range = Some(start..start + char::REPLACEMENT_CHARACTER.len_utf8());
            Checked { source: Some(Source::json(text)), diagnostics: vec![diagnostic], ..unread }
        }
    }
}

fn compiled(
    source: Source,
    substitutions: &[(String, String)],
    machine_type: MachineType,
    unread: Checked,
) -> Checked {
    let (source, mut diagnostics) =
        if substitutions.is_empty() { (source, Vec::new()) } else { source.substituted(substitutions) };
    let loaded = load(&source);
    diagnostics.extend(loaded.diagnostics);
    if let (Some(machine), MachineType::Express) = (&loaded.machine, machine_type) {
        diagnostics.extend(validate_express(machine));
    }
    let refused = diagnostics.iter().any(Diagnostic::is_error);
    let valid = loaded.machine.zip(loaded.program).filter(|_| !refused);
    Checked { source: Some(source), diagnostics, valid, ..unread }
}

/// The Task states of a machine with those of its branches, each with its resource.
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
