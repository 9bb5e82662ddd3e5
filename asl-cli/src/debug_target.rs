//! What `asl dap` and `asl debug` run: definitions, inputs and mocks in files.

use std::path::Path;
use std::sync::Arc;

use asl_debug::{Launch, Launched, Launcher, Listing, Mocked};
use asl_engine::{DefinitionHash, Registry};
use asl_value::json;

use crate::Terminal;
use crate::args::{Definition, Kind};
use crate::definition::Checked;
use crate::home::Home;
use crate::input::InputText;
use crate::machine_files::selected;
use crate::mock_file::mock_case;
use crate::refusal::Refusal;

/// Finds what to debug in files.
pub(crate) struct Files;

impl Launcher for Files {
    fn launch(&mut self, launch: &Launch) -> Result<Launched, String> {
        launched(launch).map_err(|refusal| refusal.message)
    }
}

fn launched(launch: &Launch) -> Result<Launched, Refusal> {
    let checked = definition(launch)?;
    let Some((machine, program)) = &checked.valid else { return Err(invalid(&checked)) };
    let input = match (&launch.input, &launch.input_file) {
        (Some(_), Some(_)) => return Err(Refusal::usage("give either `input` or `inputFile`")),
        (Some(input), None) => input.clone(),
        (None, Some(file)) => InputText::file(Path::new(file))?.parse()?,
        (None, None) => json!({}),
    };
    let case = launch.mocks.as_deref().map(mock_case).transpose()?;
    let tasks = move || match &case {
        Some(case) => Registry::new().fallback(case.handler()),
        None => Registry::new(),
    };
    let debuggee = Mocked {
        machine: checked.name.as_str().into(),
        program: Arc::clone(program),
        definition: DefinitionHash::of(machine),
        kind: checked.machine_type,
        input,
        seed: launch.seed,
        start: None,
        tasks: Box::new(tasks),
    };
    let listings = listing(&checked).into_iter().collect();
    Ok(Launched { debuggee: Arc::new(debuggee), listings, notes: Vec::new() })
}

/// The definition that is named.
fn definition(launch: &Launch) -> Result<Checked, Refusal> {
    let kind = match launch.kind.as_deref() {
        None => Kind::STANDARD,
        Some(name) => Kind::named(name).ok_or_else(|| {
            Refusal::usage(format!("expected the type STANDARD or EXPRESS, found `{name}`"))
        })?,
    };
    let definition = Definition { path: launch.program.clone().into(), substitutions: Default::default() };
    // Standard input has the messages of the client.
    let (mut terminal, _) = Terminal::captured("");
    selected(&definition, kind, &Home::default(), &mut terminal)
}

fn invalid(checked: &Checked) -> Refusal {
    let mut lines = vec![format!("the definition `{}` is invalid:", checked.file)];
    for (found, place) in checked.placed().filter(|(found, _)| found.is_error()) {
        let line = place.map_or_else(String::new, |place| format!("line {}: ", place.start.line));
        lines.push(format!("{line}{}", found.message));
    }
    Refusal::usage(lines.join("\n"))
}

/// The lines of a valid definition.
fn listing(checked: &Checked) -> Option<Listing> {
    let ((machine, _), excerpt) = (checked.valid.as_ref()?, checked.excerpt.as_ref()?);
    let path = Path::new(&checked.file).canonicalize().ok();
    Some(Listing::new(checked.name.as_str(), machine, excerpt, path.map(|path| path.display().to_string())))
}
