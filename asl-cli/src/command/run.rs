//! `asl run`: one execution, from its input to its output.

mod causes;
mod children;
mod listeners;
mod progress;
mod reported;
mod together;

use std::sync::Arc;

use asl_engine::{
    Engine, Execution, HistoryRecorder, Identity, Limits, Observer, Program, Registry, Report, SeededEntropy,
};
use asl_local::ChildThreads;
use asl_model::{ExecutionArn, ExecutionType, MachineArn, Pattern, Resource, ResourceKind, StateMachine};
use asl_value::{Object, Value};

use self::children::FailedChildren;
use self::listeners::{Listeners, has_distributed_map};
use self::progress::ProgressPrinter;
use self::reported::Reported;

use crate::args::{Format, Run};
use crate::definition::task_states;
use crate::input::InputText;
use crate::machine_files::selected;
use crate::mock_file::mock_case;
use crate::mocks::MockCase;
use crate::private_file;
use crate::refusal::Refusal;
use crate::render::checked::{print, refuse};
use crate::render::path::PathPrinter;
use crate::render::{outcome, plain, pretty};
use crate::stdin_end::StdinEnd;
use crate::task_services::{self, TaskServices};
use crate::{Exit, Terminal, runtime};

pub(super) fn run(args: &Run, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    args.definition.check_stdin(&args.input)?;
    if args.stop_with_stdin && (args.definition.is_stdin() || args.input == "-") {
        return Err(Refusal::usage(
            "with --stop-with-stdin, neither the definition nor the input can be standard input",
        ));
    }
    #[cfg(feature = "aws")]
    let services = task_services::of(&args.services, args.objects.as_deref(), terminal)?;
    #[cfg(not(feature = "aws"))]
    let services = task_services::of(args.objects.as_deref(), terminal)?;
    let checked = selected(&args.definition, args.kind, &services.home(), terminal)?;
    let Some((machine, program)) = &checked.valid else { return Ok(refuse(&checked, args.format, terminal)) };
    if args.format == Format::Human {
        print(&checked, terminal);
    }
    let input = InputText::of(&args.input, terminal)?.parse()?;
    let case = args.mocks.as_deref().map(mock_case).transpose()?;
    if let Some(case) = &case {
        warn_of_unused(case, machine, terminal);
    }
    let others = together::others(args, &checked, &services.home(), terminal)?;
    let Some(others) = others else { return Ok(Exit::Invalid) };
    if others.is_empty() {
        warn_of_callbacks(case.as_ref(), machine, terminal);
    }
    let path = (args.format == Format::Human).then(|| Arc::new(PathPrinter::new(terminal.stderr.clone())));
    let children = Arc::new(FailedChildren::new(path.clone(), args.history.is_some()));
    let is_distributed = has_distributed_map(machine);
    let progress = path.as_ref().filter(|_| is_distributed);
    let progress = progress.map(|_| Arc::new(ProgressPrinter::new(terminal.stderr.clone())));
    let listeners = Arc::new(Listeners {
        path,
        progress: progress.clone(),
        history: (args.history.is_some() || args.report.is_some()).then(HistoryRecorder::new),
        children: is_distributed.then(|| Arc::clone(&children)),
        report: args.report.is_some().then(|| Arc::new(Reported::new())),
    });
    let observer = Arc::clone(&listeners) as Arc<dyn Observer>;
    let registry = services.registry(case.as_ref());
    let (region, account, given) = (services.region.clone(), services.account.clone(), input.clone());
    let name = if others.is_empty() { MACHINE.to_owned() } else { together::own_name(&checked) };
    let end = StdinEnd::new(args.stop_with_stdin, terminal);
    let report = match others.is_empty() {
        false => together::run(args, &checked, others, services, (&input, case), observer, end)?,
        true => execute(args, (program, checked.machine_type), &registry, services, input, observer, end)?,
    };
    if let Some(progress) = progress {
        progress.end();
    }
    show(&report, &children, args.format, terminal);
    if report.outcome.failure().is_some() {
        hint_at_missing(&registry, machine, program, terminal);
    }
    if let (Some(path), Some(history)) = (&args.history, &listeners.history) {
        let mut document = Object::new();
        document.insert("events", history.to_json());
        if let Some((failed, causes)) = children.histories() {
            document.insert("failedChildren", failed);
            document.insert("failedChildrenCauses", causes);
        }
        let text = pretty(&document.into()) + "\n";
        let written = private_file::write(path, &text);
        written.map_err(|error| Refusal::io(format!("cannot write `{}`: {error}", path.display())))?;
    }
    if let (Some(path), Some(html), Some(history)) = (&args.report, &listeners.report, &listeners.history) {
        let machine = MachineArn::new(&region, &account, &name);
        let arn = execution_arn(&machine, checked.machine_type);
        let html = html.html(&arn, checked.to_json(), &given, history.to_json(), &report);
        super::report::write(Some(path), &html, terminal)?;
    }
    Ok(if report.outcome.output().is_some() { Exit::Success } else { Exit::Failure })
}

/// The name of a machine that runs alone.
const MACHINE: &str = "machine";

fn execution_arn<'a>(machine: &MachineArn<'a>, kind: ExecutionType) -> ExecutionArn<'a> {
    match kind {
        ExecutionType::Standard => machine.execution("execution"),
        ExecutionType::Express => machine.express("execution", "local"),
    }
}

fn execute(
    args: &Run,
    (program, machine_type): (&Program, ExecutionType),
    registry: &Registry,
    services: TaskServices,
    input: Value,
    observer: Arc<dyn Observer>,
    end: StdinEnd,
) -> Result<Report, Refusal> {
    let mut engine = Engine::builder().tasks(registry.clone()).clock(args.clock());
    if let Some(seed) = args.seed {
        engine = engine.entropy(SeededEntropy::new(seed));
    }
    if let Some(storage) = services.storage {
        engine = engine.storage(storage);
    }
    let execution = Execution::new(input).with_observer(observer);
    let (region, account) = (&services.region, &services.account);
    let memory_bytes = Some(args.memory.bytes());
    let limits = match machine_type {
        ExecutionType::Standard => Limits::standard(),
        ExecutionType::Express => Limits::express(),
    };
    let arn = execution_arn(&MachineArn::new(region, account, MACHINE), machine_type);
    let execution =
        execution.with_limits(Limits { memory_bytes, ..limits }).with_identity(Identity::new(arn));
    let engine = engine.build();
    let Some(count) = args.workers else { return end.block_on(engine.run(program, execution)) };
    let threads = runtime::children(count)?;
    let engine = ChildThreads::new(threads.handle().clone()).engine(&engine);
    let report = end.block_on(engine.run(program, execution));
    // What was aborted need not have ended.
    threads.shutdown_background();
    report
}

fn show(report: &Report, children: &FailedChildren, format: Format, terminal: &Terminal) {
    match format {
        Format::Json => terminal.stdout.line(outcome::json(report, children.to_json())),
        Format::Human => {
            if let Some(output) = report.outcome.output() {
                terminal.stdout.line(pretty(output));
            }
            if let Some(failure) = outcome::failure(report).filter(|failure| !failure.is_empty()) {
                terminal.stderr.line(failure);
            }
            for cause in children.causes() {
                terminal.stderr.line(cause);
            }
            for near in &report.near_limits {
                terminal.stderr.line(format_args!("limit: {}", plain(&near.to_string())));
            }
        }
    }
}

/// Warns of mocked states that the machine does not have, which are usually misspelt.
fn warn_of_unused(case: &MockCase, machine: &StateMachine, terminal: &Terminal) {
    let tasks = task_states(machine);
    for (state, _) in case.states() {
        if !tasks.iter().any(|(name, _)| name.as_str() == state) {
            let message = format!(
                "the test case `{case}` mocks `{state}`, which is not a Task state of the definition"
            );
            terminal.stderr.line(format_args!("warning: {message}"));
        }
    }
}

/// Warns of callbacks and activities. Something outside must complete them, and nothing outside can reach this execution.
fn warn_of_callbacks(case: Option<&MockCase>, machine: &StateMachine, terminal: &Terminal) {
    for (state, resource) in task_states(machine) {
        let needed = match resource.kind() {
            _ if case.is_some_and(|case| case.response(state).is_some()) => continue,
            ResourceKind::Service { pattern: Pattern::WaitForTaskToken, .. } => {
                "a caller that returns its task token"
            }
            ResourceKind::Activity { .. } => "a worker",
            _ => continue,
        };
        let state = plain(state);
        let message =
            format!("the task of `{state}` needs {needed}: mock it, or run the machine with `asl serve`");
        terminal.stderr.line(format_args!("warning: {message}"));
    }
}

/// Other remedies for tasks that nothing answers.
fn remedies(resource: &Resource) -> &'static str {
    let invokes = matches!(
        resource.kind(),
        ResourceKind::Lambda { .. } | ResourceKind::Service { service: "lambda", .. }
    );
    match (cfg!(feature = "aws"), invokes) {
        (true, true) => ", call functions at --lambda-endpoint URL, or call AWS with --aws",
        (true, false) => ", or call AWS with --aws",
        (false, _) => "",
    }
}

fn hint_at_missing(registry: &Registry, machine: &StateMachine, program: &Program, terminal: &Terminal) {
    let states = task_states(machine);
    for resource in registry.missing(program) {
        let users = states.iter().filter(|(_, used)| *used == resource);
        let users: Vec<String> = users.map(|(state, _)| format!("`{state}`")).collect();
        let noun = if users.len() == 1 { "state" } else { "states" };
        let message = format!(
            "nothing answers `{resource}` ({noun} {}); give answers with --mocks{}",
            users.join(", "),
            remedies(resource)
        );
        terminal.stderr.line(format_args!("hint: {message}"));
    }
}
