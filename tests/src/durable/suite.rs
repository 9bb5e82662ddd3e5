//! Runs a case of the suite as a durable execution.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use asl_durable::{
    ChildEvent, ContinueEvent, Continues, DurableAnswer, DurableApi, DurableEnd, DurableEvent, DurableLog,
    DurableRun, Emulated, Emulator, ErrorObject, Faults, Functions,
};
use asl_engine::{
    CancelToken, ChildEnd, Clock, DefinitionHash, Engine, Event, Execution, Failure, HistoryRecorder,
    Identity, Limits, MemoryJournal, NoObserver, Observer, Program, Registry, Report, SeededEntropy, Task,
    TaskHandler, load,
};
use asl_model::{ExecutionArn, ExecutionType, MachineArn, Pattern, ResourceKind, Source};
use asl_value::{Timestamp, Value};
use futures_util::FutureExt;
use tokio::time::Instant;

use super::Failed;
use crate::objects::Objects;
use crate::tasks::Answer;
use crate::{Case, Expect, START, expectation, replace_expectation, tasks};

/// A case that ran as a durable execution.
#[derive(Debug)]
pub struct DurableCase {
    /// How it ended and what its history shows, without times.
    pub shown: String,
    /// What it took.
    pub emulated: Emulated,
}

impl DurableCase {
    /// Whether the execution has continued in a next one.
    pub fn has_continued(&self) -> bool {
        let mut names = self.emulated.operations.iter().filter_map(|operation| operation.sub_type.as_deref());
        names.any(|name| name == "Continue")
    }
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
    objects: Arc<Objects>,
    continue_at: Option<u64>,
}

/// The name of the durable function of a case, which its distributed Maps invoke.
const OWN: &str = "own";

impl Case {
    /// What an uninterrupted run of the case shows, without times. `None` if a durable function cannot run it.
    ///
    /// # Errors
    /// The case is invalid.
    pub async fn uninterrupted(&self) -> Result<Option<String>, String> {
        let Some((program, definition)) = self.durable()? else { return Ok(None) };
        let history = Arc::new(HistoryRecorder::new());
        let start = Timestamp::parse(START).ok_or("a bad start")?;
        let objects = Arc::new(Objects::new(&self.objects));
        let engine = Engine::builder()
            .tasks(tasks::registry(&self.tasks)?)
            .clock(Clock::virtual_time().starting_at(start))
            .entropy(SeededEntropy::new(1))
            .storage(objects.clone())
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
        Ok(Some(shown(&report, &history, start, objects.written(&self.objects))))
    }

    /// Runs the case as a durable execution, which continues in a next one from so many operations on.
    ///
    /// # Errors
    /// The case is invalid, or the execution did not end.
    pub async fn run_durable(&self, faults: Faults, continue_at: Option<u64>) -> Result<DurableCase, String> {
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
            objects: Arc::new(Objects::new(&self.objects)),
            continue_at,
        });
        let child = Arc::clone(&setting);
        service.register_durable(OWN, move |event| invoke(Arc::clone(&child), event).boxed());
        let again = Arc::clone(&setting);
        let emulated = service
            .run("run", self.input.as_str().into(), move |event| invoke(Arc::clone(&again), event).boxed());
        let emulated = emulated.await;
        let report = setting.report.lock().unwrap_or_else(PoisonError::into_inner).take();
        let report = report.ok_or_else(|| format!("the execution did not end: {emulated:#?}"))?;
        let written = setting.objects.written(&self.objects);
        Ok(DurableCase { shown: shown(&report, &setting.history.history(), start, written), emulated })
    }

    /// The program, if a durable function may run it.
    fn durable(&self) -> Result<Option<(Arc<Program>, DefinitionHash)>, String> {
        let is_standard = matches!(self.limits.as_deref(), None | Some("STANDARD"));
        let is_plain = self.redrives == 0;
        let Ok(loaded) = load(&Source::json(self.definition.as_str())) else { return Ok(None) };
        let has = |text: &str| self.definition.contains(text);
        if !is_standard || !is_plain || has(":activity:") {
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
fn shown(
    report: &Report,
    history: &HistoryRecorder,
    start: Timestamp,
    objects: BTreeMap<String, String>,
) -> String {
    let expect = Expect { objects, ..expectation(report, history, start, true) }.without_uuids();
    let text = replace_expectation("", &expect);
    let lines = text.lines().map(|line| match line.rsplit_once(" @") {
        Some((event, time)) if time.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => event,
        _ => line,
    });
    without_dates(&lines.map(without_tokens).collect::<Vec<_>>().join("\n"))
}

/// Leaves out when the children of a distributed Map ran, also in texts of texts.
fn without_dates(text: &str) -> String {
    let mut text = text.to_owned();
    for quote in ["\\\"", "\""] {
        let member = format!("Date{quote}:{quote}");
        let parts = text.split(&member).enumerate();
        let parts = parts.map(|(number, part)| match part.split_once(quote).filter(|_| number > 0) {
            Some((_, rest)) => format!("{quote}{rest}"),
            None => part.to_owned(),
        });
        text = parts.collect::<Vec<_>>().join(&member);
    }
    text
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
    let input = Value::parse(&log.input().unwrap_or_default())?;
    let continued = ContinueEvent::read(&input).transpose()?;
    let mut child = ChildEvent::read(&input);
    let mut host = child.as_ref().map_or(Value::Null, ChildEvent::to_value);
    if let Some(event) = &continued {
        (child, host) = (ChildEvent::read(&event.host), event.host.clone());
    }
    let engine = Engine::builder()
        .tasks(setting.tasks.clone())
        .clock(Clock::real().starting_at(setting.service.now()))
        .entropy(SeededEntropy::new(1))
        .storage(Arc::clone(&setting.objects))
        .build();
    let clock = Arc::clone(&setting.service);
    let limits = Limits::express();
    let (mut program, mut execution) =
        (None, Execution::new(setting.input.clone()).with_identity(identity()));
    let mut observer: Arc<dyn Observer> = setting.history.clone();
    if let Some(child) = &child {
        let (children, kind) = setting.program.of_children(&child.state).ok_or("no such Map")?;
        let arn = ExecutionArn::parse(&child.execution_arn).ok_or("not an execution")?;
        execution =
            Execution::new(child.input.clone()).with_identity(Identity::new(arn).with_redrive_count(Some(0)));
        if kind == ExecutionType::Express {
            let express = Limits { events: limits.events, duration: limits.duration, ..Limits::standard() };
            execution = execution.with_limits(express);
        }
        (program, observer) = (Some(children), Arc::new(NoObserver));
    }
    let run = DurableRun {
        engine: &engine,
        program: program.as_ref().unwrap_or(&setting.program),
        definition: &setting.definition,
        observer,
        functions: Functions::default().with_own(OWN),
        continues: setting.continue_at.map(|at| Continues { at, host }),
        from: continued.as_ref(),
        cancel: CancelToken::new(),
        now: Arc::new(move || clock.now()),
        until: None,
    };
    let end = match run.run(execution, log).await? {
        DurableEnd::Ended(report) => {
            let end = ChildEnd::of(&report);
            if child.is_none() {
                *setting.report.lock().unwrap_or_else(PoisonError::into_inner) = Some(*report);
            }
            end
        }
        DurableEnd::Continued(end) => *end,
        _ => return Ok(DurableAnswer::Pending.to_value()),
    };
    if child.is_some() || continued.is_some() {
        return Ok(DurableAnswer::Succeeded(end.to_value().to_json().into()).to_value());
    }
    let answer = match end.outcome.failure() {
        None => DurableAnswer::Succeeded(end.outcome.output().map(Value::to_json).unwrap_or_default().into()),
        Some(failure) => {
            let text = |text: &Option<asl_value::Text>| text.clone().unwrap_or_default();
            DurableAnswer::Failed(ErrorObject::new(text(&failure.error), text(&failure.cause)))
        }
    };
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
        let effect = task.effect().map(ToString::to_string).unwrap_or_default();
        let name = format!("{} {effect}", task.identity.execution_arn);
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
