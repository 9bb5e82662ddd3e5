//! HTTP: from a request to an execution to a response.

use std::sync::Arc;

use asl_engine::{Failure, Outcome};
use asl_value::{Object, Value};

use crate::checkpoints;
use crate::config::{Cause, Config, InvokeMode, Response};
use crate::execution::{Ended, Part, Start};
use crate::failure::problem;
use crate::http::HttpResponse;
use crate::refusal::Unusable;
use crate::reply::Reply;
use crate::session::Session;
use crate::trigger::{Render, Trigger};

/// Answers a request. Even a failure is a response, because the client waits for one.
pub(super) async fn answer(session: &Arc<Session>, trigger: Trigger, event: Value, render: Render) -> Reply {
    let config = session.config();
    let reply = |response: HttpResponse| sent(config, trigger, response, &event, render);
    if let Some(response) = config.cors.as_ref().and_then(|cors| cors.preflight(&event)) {
        return reply(response);
    }
    #[cfg(feature = "durable")]
    if let Some(response) = crate::callback::respond(session, &event).await {
        return reply(response);
    }
    let answer = |ended: &Ended| reply(response(session, trigger, ended));
    let start = Start::new(trigger, Part::Event(event.clone()));
    session.execute(start, answer).await.unwrap_or_else(|refusal| {
        reply(match refusal.cause {
            Unusable::Body => failed(config, 400, &refusal.failure),
            Unusable::Expression => mapped(config, &refusal.failure),
        })
    })
}

/// Converts a response to the form of its gateway: one document, or a stream.
fn sent(
    config: &Config,
    trigger: Trigger,
    mut response: HttpResponse,
    event: &Value,
    render: Render,
) -> Reply {
    if let Some(cors) = &config.cors {
        cors.allow(&mut response, event);
    }
    match streams(config, trigger) {
        true => Reply::Streamed(Box::new(response)),
        false => Reply::Document(render(response, event)),
    }
}

fn streams(config: &Config, trigger: Trigger) -> bool {
    let can_stream = matches!(trigger, Trigger::FunctionUrl | Trigger::HttpApi | Trigger::RestApi);
    config.invoke_mode == InvokeMode::ResponseStream && can_stream
}

fn response(session: &Session, trigger: Trigger, ended: &Ended) -> HttpResponse {
    let config = session.config();
    let outcome = &ended.report.outcome;
    match (config.response, outcome) {
        // An input that was too large from the start is the fault of the client; StartSyncExecution refuses it, too.
        (_, Outcome::Failed(failure)) if !config.limits.admits(&ended.input) => {
            let status = failure.error.as_deref().and_then(|error| config.mapping.named(error));
            failed(config, status.unwrap_or(413), failure)
        }
        (Response::Envelope, _) => {
            let mut members = ended.envelope(true);
            hide_place(ended, &mut members);
            HttpResponse::json(200, &seen(config, members))
        }
        (Response::Output, Outcome::Succeeded(output)) => match HttpResponse::of_output(output) {
            None => HttpResponse::json(200, output),
            Some(own) => {
                let own =
                    own.and_then(|own| if streams(config, trigger) { own.streamable() } else { Ok(own) });
                own.unwrap_or_else(|malformed| {
                    let failure = malformed.into_failure();
                    session.log_problem(&failure);
                    failed(config, 502, &failure)
                })
            }
        },
        (
            Response::Output,
            Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure),
        ) => {
            let mut members = problem(failure);
            hide_place(ended, &mut members);
            HttpResponse::json(status_of(config, failure), &seen(config, members))
        }
    }
}

/// Whoever sends requests does not learn where an execution is kept: nobody but the function can go on with it.
fn hide_place(ended: &Ended, members: &mut Object) {
    if ended.kept.is_none() {
        return;
    }
    let cause = members.get("cause").and_then(Value::as_str).and_then(checkpoints::without_hint);
    match cause.map(Value::from) {
        Some(cause) => drop(members.insert("cause", cause)),
        None => drop(members.remove("cause")),
    }
}

fn status_of(config: &Config, failure: &Failure) -> u16 {
    config.mapping.status_for(failure.error.as_deref())
}

fn mapped(config: &Config, failure: &Failure) -> HttpResponse {
    failed(config, status_of(config, failure), failure)
}

fn failed(config: &Config, status: u16, failure: &Failure) -> HttpResponse {
    HttpResponse::json(status, &seen(config, problem(failure)))
}

/// Removes what a client may not see from the description of a failure.
fn seen(config: &Config, mut members: Object) -> Value {
    if config.cause == Cause::Hidden {
        members.remove("cause");
    }
    Value::Object(members)
}
