//! What `asl dap` and `asl debug` run: definitions, inputs, mocks, tests and records in files.

mod clock;
mod together;

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use asl_debug::{
    Beginning, Calls, Debuggee, Launch, Launched, Launcher, Listing, Live, Mocked, RecordSource, Recorded,
    Tested,
};
use asl_engine::{DefinitionHash, Program, Registry, TaskHandler};
use asl_model::StateMachine;
use asl_test::{Machine, TestFile};
use asl_value::{Timestamp, Value, json};

use crate::Terminal;
use crate::args::{Definition, Kind};
use crate::definition::Checked;
use crate::home::Home;
use crate::input::InputText;
use crate::machine_files::selected;
use crate::mock_file::mock_case;
use crate::record_checks::Checks;
use crate::record_file::{RecordFile, record_file};
use crate::refusal::Refusal;
use crate::selector::divided;
use crate::task_services::{self, TaskServices, mocked_first};
use together::Together;

/// Finds what to debug in files.
pub(crate) struct Files;

impl Launcher for Files {
    fn launch(&mut self, launch: &Launch) -> Result<Launched, String> {
        launched(launch).map_err(|refusal| refusal.message)
    }
}

/// What is to be debugged.
pub(crate) fn launched(launch: &Launch) -> Result<Launched, Refusal> {
    if let Some(test) = &launch.test {
        return of_test(launch, test);
    }
    let program = launch.program.as_deref();
    let checked =
        definition(program.ok_or_else(|| Refusal::usage("expected a `program` or a `test`"))?, launch)?;
    let Some((machine, program)) = &checked.valid else { return Err(invalid(&checked)) };
    let mut listings: Vec<Listing> = listing(&checked).into_iter().collect();
    if let Some(record) = &launch.record {
        let debuggee = Arc::new(of_record(launch, &checked, machine, program, record)?);
        return Ok(Launched { debuggee, listings, notes: Vec::new() });
    }
    let (services, notes) = services(launch)?;
    let others = together::others(launch, &checked, &services.home())?;
    listings.extend(others.iter().filter_map(listing));
    let debuggee: Arc<dyn Debuggee> = match others.is_empty() {
        false => Arc::new(Together::new(launch, &checked, &others, services)?),
        true if services.calls_nothing() => Arc::new(mocked(launch, &checked, machine, program)?),
        true => Arc::new(live(launch, &checked, machine, program, services)?),
    };
    Ok(Launched { debuggee, listings, notes })
}

/// What answers tasks that are not mocked, and hints about it.
fn services(launch: &Launch) -> Result<(TaskServices, Vec<String>), Refusal> {
    let wanted = &launch.services;
    let objects = wanted.objects.as_deref().map(Path::new);
    let (terminal, printed) = Terminal::captured("");
    #[cfg(feature = "aws")]
    let found = {
        let wanted =
            crate::args::Services { aws: wanted.aws, lambda_endpoint: wanted.lambda_endpoint.clone() };
        task_services::of(&wanted, objects, &terminal)?
    };
    #[cfg(not(feature = "aws"))]
    let found = task_services::of(objects, &terminal)?;
    Ok((found, printed.stderr().lines().map(str::to_owned).collect()))
}

/// The seed of random numbers. An execution that calls services has other ones in each session, so that a service does not
/// take a call for the repetition of an earlier one.
fn live_seed(launch: &Launch) -> u64 {
    match launch.seed {
        0 => clock::now().since(Timestamp::EPOCH).as_nanos() as u64,
        given => given,
    }
}

fn live(
    launch: &Launch,
    checked: &Checked,
    machine: &StateMachine,
    program: &Arc<Program>,
    services: TaskServices,
) -> Result<Live, Refusal> {
    let case = launch.mocks.as_deref().map(mock_case).transpose()?;
    let (seed, start) = (live_seed(launch), Some(clock::now()));
    Ok(Live {
        execution: Beginning { seed, start, ..beginning(launch, checked, machine, program)? },
        region: services.region.clone(),
        account: services.account.clone(),
        storage: services.live_storage(launch.services.objects.is_some()),
        calls: services.handler().map(calls).transpose()?,
        tasks: Box::new(move |live| mocked_first(case.as_ref(), live)),
    })
}

fn calls(handler: Arc<dyn TaskHandler>) -> Result<Calls, Refusal> {
    Calls::new(handler).map_err(|error| Refusal::io(format!("cannot start a thread: {error}")))
}

fn mocked(
    launch: &Launch,
    checked: &Checked,
    machine: &StateMachine,
    program: &Arc<Program>,
) -> Result<Mocked, Refusal> {
    let case = launch.mocks.as_deref().map(mock_case).transpose()?;
    Ok(Mocked {
        execution: beginning(launch, checked, machine, program)?,
        tasks: Box::new(move || match &case {
            Some(case) => Registry::new().fallback(case.handler()),
            None => Registry::new(),
        }),
    })
}

fn beginning(
    launch: &Launch,
    checked: &Checked,
    machine: &StateMachine,
    program: &Arc<Program>,
) -> Result<Beginning, Refusal> {
    Ok(Beginning {
        machine: checked.name.as_str().into(),
        program: Arc::clone(program),
        definition: DefinitionHash::of(machine),
        kind: checked.machine_type,
        input: input(launch)?,
        seed: launch.seed,
        start: None,
    })
}

fn input(launch: &Launch) -> Result<Value, Refusal> {
    match (&launch.input, &launch.input_file) {
        (Some(_), Some(_)) => Err(Refusal::usage("expected either an `input` or an `inputFile`")),
        (Some(input), None) => Ok(input.clone()),
        (None, Some(file)) => InputText::file(Path::new(file))?.parse(),
        (None, None) => Ok(json!({})),
    }
}

fn of_record(
    launch: &Launch,
    checked: &Checked,
    machine: &StateMachine,
    program: &Arc<Program>,
    record: &str,
) -> Result<Recorded, Refusal> {
    if launch.mocks.is_some() || launch.input.is_some() || launch.input_file.is_some() {
        return Err(Refusal::usage("a record has its input and its results: leave out `input` and `mocks`"));
    }
    let (source, checks) = match record_file(Path::new(record))? {
        RecordFile::History(record) => {
            let checks = Checks::of(Some(&record));
            (RecordSource::History(record), checks)
        }
        RecordFile::Journal(journal) => (RecordSource::Journal(journal), Checks::of(None)),
    };
    Ok(Recorded {
        machine: checked.name.as_str().into(),
        program: Arc::clone(program),
        definition: DefinitionHash::of(machine),
        source,
        tasks: Registry::new().fallback(checks),
    })
}

/// A case of a test file: `FILE#CASE`, `FILE:LINE`, or the only case of a file.
fn of_test(launch: &Launch, test: &str) -> Result<Launched, Refusal> {
    if launch.mocks.is_some() || launch.record.is_some() {
        return Err(Refusal::usage("a test has its mocks: leave out `mocks` and `record`"));
    }
    let (path, case) = divided(test);
    let (path, line) = match path.rsplit_once(':').map(|(path, line)| (path, line.parse::<usize>())) {
        Some((path, Ok(line))) if case.is_none() => (path, Some(line)),
        _ => (path, None),
    };
    let file = TestFile::read(Path::new(path)).map_err(|error| Refusal::usage(error.to_string()))?;
    let found = match (case, line) {
        (Some(case), _) => file.cases().position(|name| name == case),
        (None, Some(line)) => file.case_at(line),
        (None, None) if file.cases().len() == 1 => Some(0),
        (None, None) => None,
    };
    let Some(case) = found else {
        let names: Vec<String> = file.cases().map(|name| format!("`{path}#{name}`")).collect();
        return Err(Refusal::usage(format!("`{test}` names no case; name one of: {}", names.join(", "))));
    };
    let mut listings = vec![listing_of(file.machine())];
    listings.extend(file.others().map(listing_of));
    Ok(Launched { debuggee: Arc::new(Tested { file, case }), listings, notes: Vec::new() })
}

/// The definition that is named.
fn definition(program: &str, launch: &Launch) -> Result<Checked, Refusal> {
    let kind = match launch.kind.as_deref() {
        None => Kind::STANDARD,
        Some(name) => Kind::named(name).ok_or_else(|| {
            Refusal::usage(format!("expected the type STANDARD or EXPRESS, found `{name}`"))
        })?,
    };
    let definition = Definition { path: program.into(), substitutions: Default::default() };
    // Standard input has the messages of the client, or the commands.
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
    Some(Listing::new(checked.name.as_str(), machine, excerpt, absolute(Path::new(&checked.file))))
}

fn listing_of(machine: &Machine) -> Listing {
    let path = machine.path().and_then(absolute);
    Listing::new(machine.name(), machine.definition(), machine.excerpt(), path)
}

/// The path as an editor names the file: absolute, without `..`, and through the links that it was named by.
fn absolute(path: &Path) -> Option<String> {
    let real = path.canonicalize().ok()?;
    let mut named = PathBuf::new();
    for part in std::path::absolute(path).ok()?.components() {
        match part {
            Component::ParentDir => drop(named.pop()),
            part => named.push(part),
        }
    }
    // Behind a link, `..` may lead elsewhere.
    let is_same = named.canonicalize().is_ok_and(|found| found == real);
    Some(if is_same { named } else { real }.display().to_string())
}
