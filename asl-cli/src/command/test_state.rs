//! `asl test-state`: one state on its own, as AWS's TestState runs it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use asl_engine::{
    Clock, Engine, Failure, FieldValidation, Identity, Inspection, InspectionLevel, Registry, StateTest,
    Task, TaskHandler, TestStatus, TestedState,
};
use asl_model::{Excerpt, MachineArn, Source};
use asl_value::{Object, Value};
use async_trait::async_trait;

use crate::args::{FieldValidationMode, Format, Kind, Level, TestState};
use crate::definition::{Checked, text};
use crate::home::Home;
use crate::input::InputText;
use crate::machine_files::{is_template, selected};
use crate::refusal::Refusal;
use crate::render::checked::refuse;
use crate::render::inspection;
use crate::result_schema::result_schema;
use crate::{Exit, Terminal, runtime};

pub(super) fn test_state(args: &TestState, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    args.definition.check_stdin(&args.input)?;
    let (checked, source) = match read(args, terminal)? {
        Ok(read) => read,
        Err(unread) => return Ok(refuse(&unread, args.format, terminal)),
    };
    let tested = match &args.state {
        Some(name) => TestedState::of_machine(&source, name),
        None => TestedState::alone(&source).map(Some),
    };
    let tested = tested.map_err(|error| error.into_parts().1).and_then(|found| found.ok_or_else(Vec::new));
    let tested = match tested {
        Ok(tested) => tested,
        Err(found) => return refused(args, Checked { diagnostics: found, ..checked }, terminal),
    };
    let test = test(args, terminal)?;
    let clock = if args.real_time { Clock::real() } else { Clock::virtual_time() };
    let called = Arc::new(AtomicBool::new(false));
    let tasks = Registry::new().fallback(Unmocked { called: Arc::clone(&called) });
    let engine = Engine::builder().clock(clock).tasks(tasks).build();
    let seen = runtime::single_threaded()?.block_on(engine.test_state(&tested, &test));
    // Without a mock, a state may still fail before it calls the task.
    let is_refused = seen.is_err() && test.mock.is_none();
    if tested.is_task() && (is_refused || called.load(Ordering::Relaxed)) {
        let message = format!("the task of state `{}` needs --mock-result or --mock-error", tested.name());
        return Err(Refusal::usage(message));
    }
    let seen = seen.map_err(|refusal| Refusal::usage(refusal.to_string()))?;
    show(&seen, args, terminal);
    Ok(match seen.status {
        TestStatus::Succeeded | TestStatus::CaughtError => Exit::Success,
        TestStatus::Failed | TestStatus::Retriable => Exit::Failure,
    })
}

/// The text of the definition, which may be one state, a machine, or a machine of a template.
fn read(
    args: &TestState,
    terminal: &mut Terminal,
) -> Result<Result<(Checked, Source), Box<Checked>>, Refusal> {
    if !is_template(&args.definition.path) {
        let substitutions = args.definition.substitutions.values()?;
        return Ok(text(&args.definition.path, &substitutions, terminal));
    }
    let checked = selected(&args.definition, Kind::STANDARD, &Home::default(), terminal)?;
    Ok(match checked.excerpt.as_ref().filter(|_| !checked.is_invalid()) {
        Some(excerpt) => {
            let source = excerpt.source().clone();
            Ok((checked, source))
        }
        None => Err(Box::new(checked)),
    })
}

/// Records that the task was called, which nothing can handle here.
struct Unmocked {
    called: Arc<AtomicBool>,
}

#[async_trait]
impl TaskHandler for Unmocked {
    async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
        self.called.store(true, Ordering::Relaxed);
        Err(Failure::default())
    }
}

/// Reports that the definition has errors or lacks the state.
fn refused(args: &TestState, checked: Checked, terminal: &Terminal) -> Result<Exit, Refusal> {
    match &args.state {
        Some(name) if checked.diagnostics.is_empty() => {
            Err(Refusal::usage(format!("there is no state `{name}` in {}", checked.file)))
        }
        None if is_machine(&checked) => {
            Err(Refusal::usage(format!("{} is a whole machine: name the state with --state", checked.file)))
        }
        _ => Ok(refuse(&checked, args.format, terminal)),
    }
}

fn is_machine(checked: &Checked) -> bool {
    let source = checked.excerpt.as_ref().map(Excerpt::source);
    source.is_some_and(|source| asl_model::parse(source).machine.is_some())
}

fn test(args: &TestState, terminal: &mut Terminal) -> Result<StateTest, Refusal> {
    let mut json = |text: &str| InputText::of(text, terminal)?.parse();
    let mut test = StateTest::new(json(&args.input)?);
    test.identity =
        Identity::new(MachineArn::new("us-east-1", "123456789012", "machine").tested("execution"))
            .with_role("");
    test.variables = match args.variables.as_deref().map(&mut json).transpose()? {
        None => Object::new(),
        Some(Value::Object(variables)) => variables,
        Some(other) => {
            let message = format!("expected an object at --variables, found {}", other.type_name());
            return Err(Refusal::usage(message));
        }
    };
    test.context = args.context.as_deref().map(&mut json).transpose()?;
    test.mock = match (&args.mock_result, &args.mock_error) {
        (Some(result), _) => Some(Ok(json(result)?)),
        (None, Some(error)) => Some(Err(mocked_error(error)?)),
        (None, None) => None,
    };
    if let Some(data) = &args.map_item_reader_data {
        let bytes = InputText::of(data, terminal)?.bytes;
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| Refusal::usage("the data of --map-item-reader-data is not UTF-8"))?;
        test.item_reader_data = Some(text.into());
    }
    test.result_schema = result_schema();
    test.field_validation = match args.field_validation_mode {
        FieldValidationMode::Strict => FieldValidation::Strict,
        FieldValidationMode::Present => FieldValidation::Present,
        FieldValidationMode::None => FieldValidation::None,
    };
    test.retries = args.retrier_retry_count;
    test.failed_iterations = args.map_iteration_failure_count;
    test.error_caused_by = args.error_caused_by_state.as_deref().map(Into::into);
    Ok(test)
}

/// `States.Timeout`, or `{"error": "Busy", "cause": "try later"}`.
fn mocked_error(text: &str) -> Result<Failure, Refusal> {
    if !text.starts_with('{') {
        return Ok(Failure::from_parts(Some(text.into()), None));
    }
    let output = Value::parse(text)
        .map_err(|error| Refusal::usage(format!("the error of --mock-error is not JSON: {error}")))?;
    let part = |name: &str| output.get(name).and_then(Value::as_text).cloned();
    Ok(Failure::from_parts(part("error"), part("cause")))
}

fn show(seen: &Inspection, args: &TestState, terminal: &Terminal) {
    let level = if args.level == Level::Info { InspectionLevel::Info } else { InspectionLevel::Debug };
    match args.format {
        Format::Json => terminal.stdout.line(seen.to_json(level)),
        Format::Human => {
            if level == InspectionLevel::Debug {
                inspection::stages(seen).iter().for_each(|line| terminal.stderr.line(line));
            }
            terminal.stderr.line(inspection::verdict(seen));
            if let Some(output) = &seen.output {
                terminal.stdout.line(crate::render::pretty(output));
            }
        }
    }
}
