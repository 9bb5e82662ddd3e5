//! Runs a case of the suite as a durable execution.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use asl_durable::{
    DurableAnswer, DurableApi, DurableEnd, DurableEvent, DurableLog, DurableRun, Emulated, Emulator,
    ErrorObject, Faults,
};
use asl_engine::{
    CancelToken, Clock, DefinitionHash, Engine, Event, Execution, Failure, HistoryRecorder, Identity,
    MemoryJournal, Observer, Program, Registry, Report, SeededEntropy, Task, TaskHandler, load,
};
use asl_model::{MachineArn, Pattern, ResourceKind, Source};
use asl_value::{Timestamp, Value};
use futures_util::FutureExt;
use tokio::time::Instant;

use super::Failed;
use crate::tasks::Answer;
use crate::{Case, START, expectation, replace_expectation, tasks};

/// A case that ran as a durable execution.
#[derive(Debug)]
pub struct DurableCase {
    /// How it ended and what its history shows, without times.
    pub shown: String,
    /// What it took.
    pub emulated: Emulated,
}

/// The events by number. An invocation that is lost has reported events that the next one reports again.
#[derive(Default)]
struct Events(Mutex<BTreeMap<u64, Event>>);

impl Observer for Events {
    fn on_event(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(event.id, event);
    }
}

impl Events {
    fn history(&self) -> HistoryRecorder {
        let history = HistoryRecorder::new();
        let events = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        events.into_values().for_each(|event| history.on_event(event));
        history
    }
}

/// What a durable execution of a case needs.
struct Setting {
    program: Arc<Program>,
    definition: DefinitionHash,
    tasks: Registry,
    history: Arc<Events>,
    report: Mutex<Option<Report>>,
    service: Arc<Emulator>,
    input: Value,
}

impl Case {
    /// What an uninterrupted run of the case shows, without times. `None` if a durable function cannot run it.
    ///
    /// # Errors
    /// The case is invalid.
    pub async fn uninterrupted(&self) -> Result<Option<String>, String> {
        let Some((program, definition)) = self.durable()? else { return Ok(None) };
        let history = Arc::new(HistoryRecorder::new());
        let start = Timestamp::parse(START).ok_or("a bad start")?;
        let engine = Engine::builder()
            .tasks(tasks::registry(&self.tasks)?)
            .clock(Clock::virtual_time().starting_at(start))
            .entropy(SeededEntropy::new(1))
            .build();
        let input = Value::parse(&self.input).map_err(|error| error.to_string())?;
        let execution = || Execution::new(input.clone()).with_identity(identity());
        let journalled = execution().with_observer(history.clone());
        let report = engine.run_journalled(&program, &definition, journalled, &MemoryJournal::new()).await;
        let report = report.map_err(|error| error.to_string())?;
        let engine = engine.with_tasks(tasks::registry(&self.tasks)?);
        let ended = engine.run(&program, execution()).await.outcome;
        // Random numbers differ.
        if ended.status() != report.outcome.status() || ended.failure() != report.outcome.failure() {
            return Err(format!("without a journal it ends as {ended:?}"));
        }
        Ok(Some(shown(&report, &history, start)))
    }

    /// Runs the case as a durable execution.
    ///
    /// # Errors
    /// The case is invalid, or the execution did not end.
    pub async fn run_durable(&self, faults: Faults) -> Result<DurableCase, String> {
        let (program, definition) = self.durable()?.ok_or("not a durable case")?;
        let start = Timestamp::parse(START).ok_or("a bad start")?;
        let two_years = Duration::from_secs(63_244_800);
        let service = Arc::new(Emulator::starting_at(start).with_timeout(two_years).with_faults(faults));
        let registry = self.tasks.iter().fold(Registry::new(), |registry, (name, answers)| {
            let script = Script::new(answers.clone(), Arc::clone(&service));
            if name.starts_with("arn:") {
                registry.resource(name, script)
            } else {
                registry.function(name, script)
            }
        });
        let setting = Arc::new(Setting {
            program,
            definition,
            tasks: registry,
            history: Arc::default(),
            report: Mutex::default(),
            service: Arc::clone(&service),
            input: Value::parse(&self.input).map_err(|error| error.to_string())?,
        });
        let again = Arc::clone(&setting);
        let emulated = service
            .run("run", self.input.as_str().into(), move |event| invoke(Arc::clone(&again), event).boxed());
        let emulated = emulated.await;
        let report = setting.report.lock().unwrap_or_else(PoisonError::into_inner).take();
        let report = report.ok_or_else(|| format!("the execution did not end: {emulated:#?}"))?;
        Ok(DurableCase { shown: shown(&report, &setting.history.history(), start), emulated })
    }

    /// The program, if a durable function may run it.
    fn durable(&self) -> Result<Option<(Arc<Program>, DefinitionHash)>, String> {
        let is_standard = matches!(self.limits.as_deref(), None | Some("STANDARD"));
        let is_plain = self.redrives == 0 && self.objects.is_empty();
        let Ok(loaded) = load(&Source::json(self.definition.as_str())) else { return Ok(None) };
        let has = |text: &str| self.definition.contains(text);
        if !is_standard || !is_plain || has(":activity:") || has("DISTRIBUTED") {
            return Ok(None);
        }
        let machine =
            asl_model::parse(&Source::json(self.definition.as_str())).machine.ok_or("no machine")?;
        Ok(Some((loaded.program, DefinitionHash::of(&machine))))
    }
}

fn identity() -> Identity {
    Identity::new(MachineArn::new("us-east-1", "123456789012", "machine").execution("run"))
}

/// How an execution ended and its events, without times.
fn shown(report: &Report, history: &HistoryRecorder, start: Timestamp) -> String {
    let expect = expectation(report, history, start, true).without_uuids();
    let text = replace_expectation("", &expect);
    let lines = text.lines().map(|line| match line.rsplit_once(" @") {
        Some((event, time)) if time.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => event,
        _ => line,
    });
    lines.map(without_tokens).collect::<Vec<_>>().join("\n")
}

/// Replaces task tokens, which are random: 64 hexadecimal digits.
fn without_tokens(line: &str) -> String {
    let parts = line.split_inclusive(|letter: char| !letter.is_ascii_hexdigit());
    let is_token = |part: &str| {
        part.len() >= 64
            && part.get(..64).is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    parts
        .map(|part| if is_token(part) { format!("<token>{}", part.split_at(64).1) } else { part.to_owned() })
        .collect()
}

async fn invoke(setting: Arc<Setting>, event: Value) -> Result<Value, Failed> {
    let event = DurableEvent::read(&event).ok_or("not a durable event")??;
    let api: Arc<dyn DurableApi> = setting.service.clone();
    let log = Arc::new(DurableLog::open(api, event).await?);
    let engine = Engine::builder()
        .tasks(setting.tasks.clone())
        .clock(Clock::real().starting_at(setting.service.now()))
        .entropy(SeededEntropy::new(1))
        .build();
    let clock = Arc::clone(&setting.service);
    let run = DurableRun {
        engine: &engine,
        program: &setting.program,
        definition: &setting.definition,
        observer: setting.history.clone(),
        cancel: CancelToken::new(),
        now: Arc::new(move || clock.now()),
        until: None,
    };
    let execution = Execution::new(setting.input.clone()).with_identity(identity());
    let report = match run.run(execution, log).await? {
        DurableEnd::Ended(report) => report,
        _ => return Ok(DurableAnswer::Pending.to_value()),
    };
    let answer = match report.outcome.failure() {
        None => {
            DurableAnswer::Succeeded(report.outcome.output().map(Value::to_json).unwrap_or_default().into())
        }
        Some(failure) => {
            let text = |text: &Option<asl_value::Text>| text.clone().unwrap_or_default();
            DurableAnswer::Failed(ErrorObject::new(text(&failure.error), text(&failure.cause)))
        }
    };
    *setting.report.lock().unwrap_or_else(PoisonError::into_inner) = Some(*report);
    Ok(answer.to_value())
}

/// A scripted task whose callbacks and jobs outlive an invocation.
struct Script {
    answers: Vec<Answer>,
    service: Arc<Emulator>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The answers by attempt: a task that is called again after an invocation was lost answers the same.
    given: BTreeMap<String, Answer>,
    /// Jobs that were started, with the instant at which they end.
    jobs: BTreeMap<String, (Instant, Answer)>,
}

impl Script {
    fn new(answers: Vec<Answer>, service: Arc<Emulator>) -> Script {
        Script { answers, service, state: Mutex::default() }
    }

    fn next(&self, attempt: &str) -> Answer {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(given) = state.given.get(attempt) {
            return given.clone();
        }
        let calls = state.given.len();
        let answer = self.answers.get(calls).or(self.answers.last()).cloned().unwrap_or_default();
        state.given.insert(attempt.to_owned(), answer.clone());
        answer
    }
}

#[async_trait::async_trait]
impl TaskHandler for Script {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let name = task.effect().map(ToString::to_string).unwrap_or_default();
        let known = self.state.lock().unwrap_or_else(PoisonError::into_inner).jobs.get(&name).cloned();
        if let Some((end, answer)) = known {
            tokio::time::sleep_until(end).await;
            return answered(answer, task.arguments);
        }
        let answer = self.next(&name);
        tokio::time::sleep(Duration::from_secs_f64(answer.start_after)).await;
        task.started(answer.worker.as_deref().map(asl_value::Text::from));
        let waits =
            matches!(task.resource.kind(), ResourceKind::Service { pattern: Pattern::WaitForTaskToken, .. });
        if let Some(submitted) = &answer.submitted {
            let output = Value::parse(submitted).map_err(|error| Failure::task(error.to_string()))?;
            if waits {
                let (service, token) = (Arc::clone(&self.service), task.token.clone());
                let arguments = task.arguments.clone();
                tokio::spawn(send(
                    service,
                    token.map(|token| token.to_string()).unwrap_or_default(),
                    answer,
                    arguments,
                ));
                task.submitted(output);
                return std::future::pending().await;
            }
            let end = Instant::now() + Duration::from_secs_f64(answer.seconds);
            self.state
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .jobs
                .insert(name, (end, answer.clone()));
            task.submitted(output);
        }
        let mut left = answer.seconds;
        while let Some(beat) = answer.heartbeat.filter(|beat| left > *beat) {
            tokio::time::sleep(Duration::from_secs_f64(beat)).await;
            task.heartbeat();
            left -= beat;
        }
        tokio::time::sleep(Duration::from_secs_f64(left)).await;
        answered(answer, task.arguments)
    }
}

/// Whoever has the token answers later.
async fn send(service: Arc<Emulator>, token: String, answer: Answer, arguments: Value) {
    let mut left = answer.seconds;
    while let Some(beat) = answer.heartbeat.filter(|beat| left > *beat) {
        tokio::time::sleep(Duration::from_secs_f64(beat)).await;
        // The callback may have ended.
        let _ = service.beat_callback(&token);
        left -= beat;
    }
    tokio::time::sleep(Duration::from_secs_f64(left)).await;
    let _ = match answered(answer, arguments) {
        Ok(output) => service.succeed_callback(&token, output.to_json().into()),
        Err(failure) => {
            let error = ErrorObject::read(&Value::Null);
            let error_type = failure.error.clone();
            service.fail_callback(&token, with(error, error_type, failure.cause))
        }
    };
}

fn with(
    mut error: ErrorObject,
    error_type: Option<asl_value::Text>,
    cause: Option<asl_value::Text>,
) -> ErrorObject {
    (error.error_type, error.message) = (error_type, cause);
    error
}

fn answered(answer: Answer, arguments: Value) -> Result<Value, Failure> {
    #[expect(clippy::panic, reason = "a task that panics is what some cases are about")]
    if let Some(text) = answer.panic {
        panic!("{text}");
    }
    match (answer.error, answer.output) {
        _ if answer.nameless => Err(Failure::from_parts(None, None)),
        (Some(error), _) => {
            Err(Failure::from_parts(Some(error.into()), answer.cause.map(asl_value::Text::from)))
        }
        (None, Some(output)) => Value::parse(&output).map_err(|error| Failure::task(error.to_string())),
        (None, None) if answer.bytes.is_some() => Ok("x".repeat(answer.bytes.unwrap_or_default()).into()),
        (None, None) => Ok(arguments),
    }
}
