//! HTTP: from a request to an execution to a response.

use std::sync::Arc;

use asl_engine::{Failure, Outcome};
use asl_value::Value;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use crate::config::{Config, InvokeMode, Response};
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
    let ended = session.execute(trigger, Part::Event(event.clone()), Start::default()).await;
    reply(match ended {
        Ok(ended) => response(session, &ended),
        Err(Refused::Body(failure)) => failed(400, &failure),
        Err(Refused::Expression(failure)) => mapped(config, &failure),
    })
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
        return HttpResponse::json(200, &ended.envelope(true));
    }
    match &ended.report.outcome {
        Outcome::Succeeded(output) => match HttpResponse::of_output(output) {
            None => HttpResponse::json(200, output),
            Some(Ok(response)) => response,
            Some(Err(malformed)) => {
                let failure = malformed.into_failure();
                session.tell(&failure);
                failed(502, &failure)
            }
        },
        Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure) => {
            mapped(config, failure)
        }
    }
}

fn mapped(config: &Config, failure: &Failure) -> HttpResponse {
    failed(config.mapping.status_for(failure.error.as_deref()), failure)
}

fn failed(status: u16, failure: &Failure) -> HttpResponse {
    HttpResponse::json(status, &Value::Object(problem(failure)))
}

pub(crate) fn from_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    BASE64_STANDARD.decode(text.as_bytes())
}
