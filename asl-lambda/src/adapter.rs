//! [`handle`]: one invocation, from event to response.

use std::sync::Arc;

use asl_engine::{CancelToken, Engine, Failure, Outcome, Program};
use asl_model::{ExpressPatterns, MachineArn, Pattern, Resource, ResourceKind};
use asl_value::{Object, Value};

use crate::config::{Config, OnFailure, Response};
use crate::init::InitError;
use crate::input::Part;
use crate::nested::Nested;
use crate::reply::{Reply, Weighed};
use crate::response::problem;
use crate::session::{Ended, Session, Start};
use crate::trigger::start_sync::Request;
use crate::trigger::{Answer, Trigger};
use crate::{Invocation, InvocationError, batch, http};

/// Programs that are ready for invocations. Clones are the same adapter.
#[derive(Debug, Clone)]
pub struct Adapter(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    main: Machine,
    others: Vec<Machine>,
    engine: Engine,
    config: Config,
    shutdown: CancelToken,
}

/// A machine of the function.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    /// `None` for that of the function's own name.
    name: Option<String>,
    pub(crate) program: Arc<Program>,
}

impl Machine {
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Whether a task goes on after its service has answered.
fn waits(resource: &Resource) -> bool {
    matches!(resource.kind(), ResourceKind::Service { pattern, .. } if pattern != Pattern::RequestResponse)
}

/// What a function could not do, whatever the event.
fn check(
    machines: &[&Machine],
    is_one: bool,
    engine: &Engine,
    patterns: ExpressPatterns,
) -> Result<(), InitError> {
    let programs = || machines.iter().map(|machine| &machine.program);
    // Machines of the function are started by it itself.
    let is_ours = |resource: &Resource| !is_one && Nested::handles(resource.kind());
    let mut missing: Vec<_> = programs().flat_map(|program| engine.tasks().missing(program)).collect();
    missing.retain(|resource| !is_ours(resource));
    missing.sort_by_key(|resource| resource.as_str());
    missing.dedup();
    let mut refused: Vec<_> = programs().flat_map(|program| engine.tasks().refused(program)).collect();
    refused.retain(|(resource, _)| !is_ours(resource));
    refused.sort_by_key(|(resource, _)| resource.as_str());
    refused.dedup();
    let maps: Vec<_> = programs().flat_map(|program| program.distributed_maps()).collect();
    let stored: &[_] = if engine.storage().is_none() { &maps } else { &[] };
    let (mut waiting, mut distributed): (Vec<_>, &[_]) = (Vec::new(), &[]);
    if patterns == ExpressPatterns::Aws {
        waiting = programs().flat_map(|program| program.resources()).filter(|it| waits(it)).collect();
        waiting.retain(|resource| !is_ours(resource));
        waiting.sort_by_key(|resource| resource.as_str());
        waiting.dedup();
        distributed = &maps;
    }
    let errors = [
        InitError::missing(&missing),
        InitError::refused(&refused),
        InitError::without_storage(stored),
        InitError::waiting(&waiting, distributed),
    ];
    InitError::all(errors.into_iter().flatten()).map_or(Ok(()), Err)
}

impl Adapter {
    /// A function of one machine.
    ///
    /// That there is a handler for every task is checked now, since that is better found out here than in an execution.
    ///
    /// # Errors
    /// Names all that can never work: resources without a handler or of one that does not serve them, those of patterns and
    /// the Maps that [`Config::express_patterns`] does not allow, readers and writers of Maps where the engine has no storage.
    pub fn new(program: Arc<Program>, engine: Engine, config: Config) -> Result<Adapter, InitError> {
        Adapter::with_others(program, [], engine, config)
    }

    /// A function of several machines: triggers start the first one, and any of them can be started by name in a
    /// `states:startExecution` task of another.
    ///
    /// # Errors
    /// As [`Adapter::new`].
    pub fn with_others(
        main: Arc<Program>,
        others: impl IntoIterator<Item = (String, Arc<Program>)>,
        engine: Engine,
        config: Config,
    ) -> Result<Adapter, InitError> {
        let main = Machine { name: None, program: main };
        let others = others.into_iter().map(|(name, program)| Machine { name: Some(name), program });
        let others: Vec<Machine> = others.collect();
        let machines: Vec<&Machine> = others.iter().chain([&main]).collect();
        check(&machines, others.is_empty(), &engine, config.express_patterns)?;
        Ok(Adapter(Arc::new(Inner { main, others, engine, config, shutdown: CancelToken::new() })))
    }

    /// How it receives events and answers them.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Ends all executions as `ABORTED`, those that begin later too: the process is about to end.
    pub fn shut_down(&self) {
        self.0.shutdown.cancel_with(Failure::new("ExecutionAborted", "the function is being shut down"));
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn shutdown(&self) -> &CancelToken {
        &self.0.shutdown
    }

    pub(crate) fn main(&self) -> &Machine {
        &self.0.main
    }

    pub(crate) fn has_others(&self) -> bool {
        !self.0.others.is_empty()
    }

    /// The machine of an ARN, whatever region, account, version and alias it names.
    pub(crate) fn machine(&self, arn: &str, invocation: &Invocation) -> Option<&Machine> {
        let name = MachineArn::parse(arn)?.name;
        let is_main = || name == invocation.machine().name;
        let named = self.0.others.iter().find(|machine| machine.name() == Some(name));
        named.or_else(|| is_main().then_some(&self.0.main))
    }
}

/// One invocation, without the Lambda runtime: finds out what sent the event, runs executions of what it holds and answers
/// as the sender expects.
///
/// ```
/// use asl_engine::{Engine, load};
/// use asl_lambda::{handle, Adapter, Config, Invocation};
/// use asl_model::Source;
/// use asl_value::json;
///
/// let source = Source::json(r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#);
/// let program = load(&source).program.unwrap();
/// let adapter = Adapter::new(program, Engine::builder().build(), Config::default()).unwrap();
///
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// let response = runtime.block_on(handle(&adapter, json!({"n": 1}), Invocation::new("request-1")));
/// assert_eq!(response, Ok(json!({"n": 1})));
/// ```
///
/// # Errors
/// The execution's error, if nobody waits for an HTTP response and the failure is not to be reported as an output.
pub async fn handle(
    adapter: &Adapter,
    event: Value,
    invocation: Invocation,
) -> Result<Value, InvocationError> {
    reply(adapter, event, invocation).await.map(Reply::into_document)
}

/// [`handle`], with an answer that need not be one document.
pub(crate) async fn reply(
    adapter: &Adapter,
    event: Value,
    invocation: Invocation,
) -> Result<Reply, InvocationError> {
    let trigger = adapter.trigger(&event);
    let session = Session::begin(adapter, invocation);
    let _given_up = session.guard();
    let answer = match &trigger.source().answer {
        Answer::Http(render) => Ok(http::answer(&session, trigger, event, *render).await),
        Answer::Batch(batch) => batch::answer(&session, trigger, &event, batch).await.map(Reply::Document),
        Answer::Records => batch::answer_all(&session, trigger, &event).await.map(Reply::Document),
        Answer::Envelope => start_sync(&session, trigger, event).await.map(Reply::Document),
        Answer::Nothing => run(&session, trigger, event, false, Value::clone).await.map(Reply::Document),
        Answer::Output(fit) => {
            let sent = event.clone();
            run(&session, trigger, event, true, |output| fit(&sent, output)).await.map(Reply::Document)
        }
    };
    let answer = answer.and_then(|reply| sendable(&session, reply));
    session.end().await;
    answer
}

/// An execution that can be sent may be one of many, which together can not.
fn sendable(session: &Session, reply: Reply) -> Result<Reply, InvocationError> {
    match reply.excess() {
        Some(failure) => {
            session.tell(&failure);
            Err(InvocationError::refused(&failure))
        }
        None => Ok(reply),
    }
}

impl Adapter {
    /// What an event was sent by.
    pub(crate) fn trigger(&self, event: &Value) -> Trigger {
        self.config().event_source.unwrap_or_else(|| Trigger::detect(event))
    }
}

/// One execution of an event, answered with what `fit` makes of its output.
async fn run(
    session: &Arc<Session>,
    trigger: Trigger,
    event: Value,
    somebody_reads: bool,
    fit: impl Fn(&Value) -> Value + Send,
) -> Result<Value, InvocationError> {
    execute(session, trigger, Part::Event(event), Start::default(), somebody_reads, fit).await
}

/// The answer where there is no HTTP: output or envelope, or a failed invocation. StartSyncExecution answers a failed
/// execution like any other; only an asynchronous sender, who reads no answer, is told by a failed invocation.
pub(crate) async fn execute(
    session: &Arc<Session>,
    trigger: Trigger,
    part: Part,
    start: Start,
    somebody_reads: bool,
    fit: impl Fn(&Value) -> Value + Send,
) -> Result<Value, InvocationError> {
    let config = session.config();
    let answer = move |ended: &Ended| {
        let outcome = &ended.report.outcome;
        match (config.response, outcome) {
            (Response::Output, Outcome::Succeeded(output)) => Ok(fit(output)),
            (Response::Envelope, Outcome::Succeeded(_)) => Ok(ended.envelope(true).into()),
            (Response::Envelope, _) if somebody_reads || config.on_failure == OnFailure::Report => {
                Ok(ended.envelope(true).into())
            }
            _ => reported(config, outcome),
        }
    };
    match session.execute(trigger, part, start, answer).await {
        Ok(answer) => answer,
        Err(refused) => reported(config, &Outcome::Failed(refused.failure)),
    }
}

fn reported(config: &Config, outcome: &Outcome) -> Result<Value, InvocationError> {
    match (outcome.failure(), config.on_failure) {
        (Some(_), OnFailure::Fail) => Err(InvocationError::of(outcome)),
        (failure, _) => {
            let status: Object = [("status", Value::from(outcome.status()))].into_iter().collect();
            let problem = failure.map(problem).unwrap_or_default();
            Ok(Value::Object(status.into_iter().chain(problem).collect()))
        }
    }
}

async fn start_sync(
    session: &Arc<Session>,
    trigger: Trigger,
    event: Value,
) -> Result<Value, InvocationError> {
    let request = match Request::read(&event) {
        Ok(request) => request,
        Err(failure) => {
            session.tell(&failure);
            return Err(InvocationError::refused(&failure));
        }
    };
    let start = Start { name: request.name.map(|name| name.to_string()), trace_header: request.trace_header };
    let answer = |ended: &Ended| Ok(ended.envelope(request.includes_data).into());
    match session.execute(trigger, Part::Event(event), start, answer).await {
        Ok(envelope) => envelope,
        Err(refused) => Err(InvocationError::refused(&refused.failure)),
    }
}
