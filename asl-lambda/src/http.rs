//! HTTP: from a request to an execution to a response.

use std::sync::Arc;

use asl_engine::{Failure, Outcome};
use asl_value::{Object, Value};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::config::{Cause, Config, InvokeMode, Response};
use crate::input::Part;
use crate::reply::Reply;
use crate::response::problem;
use crate::session::{Ended, Refused, Session, Start};
use crate::trigger::{Render, Trigger};
pub(crate) use headers::{Values, texts};
pub(crate) use response::{Body, HttpResponse};

mod headers;
mod response;

/// Answers a request. Whatever happens, somebody waits for a response.
pub(crate) async fn answer(session: &Arc<Session>, trigger: Trigger, event: Value, render: Render) -> Reply {
    let config = session.config();
    let reply = |response: HttpResponse| sent(config, trigger, response, &event, render);
    if let Some(response) = config.cors.as_ref().and_then(|cors| cors.preflight(&event)) {
        return reply(response);
    }
    let answer = |ended: &Ended| reply(response(session, ended));
    match session.execute(trigger, Part::Event(event.clone()), Start::default(), answer).await {
        Ok(reply) => reply,
        Err(Refused::Body(failure)) => reply(failed(config, 400, &failure)),
        Err(Refused::Expression(failure)) => reply(mapped(config, &failure)),
    }
}

/// A response as its gateway wants it: in one document, or piece by piece.
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
    let knows_pieces = matches!(trigger, Trigger::FunctionUrl | Trigger::HttpApi | Trigger::RestApi);
    match config.invoke_mode {
        InvokeMode::ResponseStream if knows_pieces => Reply::Streamed(Box::new(response)),
        _ => Reply::Document(render(response, event)),
    }
}

fn response(session: &Session, ended: &Ended) -> HttpResponse {
    let config = session.config();
    if config.response == Response::Envelope {
        let envelope = ended.envelope(true);
        return HttpResponse::json(
            200,
            &match config.cause {
                Cause::Shown => envelope.into(),
                Cause::Hidden => without_cause(envelope),
            },
        );
    }
    match &ended.report.outcome {
        Outcome::Succeeded(output) => match HttpResponse::of_output(output) {
            None => HttpResponse::json(200, output),
            Some(Ok(response)) => response,
            Some(Err(malformed)) => {
                let failure = malformed.into_failure();
                session.tell(&failure);
                failed(config, 502, &failure)
            }
        },
        // What was too large from the beginning is the sender's fault.
        Outcome::Failed(failure) if !config.limits.admits(&ended.input) => {
            let status = failure.error.as_deref().and_then(|error| config.mapping.named(error));
            failed(config, status.unwrap_or(413), failure)
        }
        Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure) => {
            mapped(config, failure)
        }
    }
}

fn mapped(config: &Config, failure: &Failure) -> HttpResponse {
    failed(config, config.mapping.status_for(failure.error.as_deref()), failure)
}

fn failed(config: &Config, status: u16, failure: &Failure) -> HttpResponse {
    let problem = problem(failure);
    HttpResponse::json(
        status,
        &match config.cause {
            Cause::Shown => problem.into(),
            Cause::Hidden => without_cause(problem),
        },
    )
}

fn without_cause(mut members: Object) -> Value {
    members.remove("cause");
    Value::Object(members)
}

pub(crate) fn from_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    BASE64_STANDARD.decode(text.as_bytes())
}
