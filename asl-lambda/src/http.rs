//! HTTP: from a request to an execution to a response.

use std::sync::Arc;

use asl_engine::{Failure, Outcome};
use asl_value::{Object, Value};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::config::{Cause, Config, InvokeMode, Response};
use crate::input::Part;
use crate::reply::Reply;
use crate::response::problem;
use crate::session::{Ended, RefusedBy, Session, Start};
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
    let answer = |ended: &Ended| reply(response(session, trigger, ended));
    match session.execute(trigger, Part::Event(event.clone()), Start::default(), answer).await {
        Ok(reply) => reply,
        Err(refused) => reply(match refused.by {
            RefusedBy::Body => failed(config, 400, &refused.failure),
            RefusedBy::Expression => mapped(config, &refused.failure),
        }),
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
    match streams(config, trigger) {
        true => Reply::Streamed(Box::new(response)),
        false => Reply::Document(render(response, event)),
    }
}

fn streams(config: &Config, trigger: Trigger) -> bool {
    let knows_pieces = matches!(trigger, Trigger::FunctionUrl | Trigger::HttpApi | Trigger::RestApi);
    config.invoke_mode == InvokeMode::ResponseStream && knows_pieces
}

fn response(session: &Session, trigger: Trigger, ended: &Ended) -> HttpResponse {
    let config = session.config();
    let outcome = &ended.report.outcome;
    match (config.response, outcome) {
        // What was too large from the beginning is the sender's fault; StartSyncExecution would refuse it, too.
        (_, Outcome::Failed(failure)) if !config.limits.admits(&ended.input) => {
            let status = failure.error.as_deref().and_then(|error| config.mapping.named(error));
            failed(config, status.unwrap_or(413), failure)
        }
        (Response::Envelope, _) => HttpResponse::json(200, &seen(config, ended.envelope(true))),
        (Response::Output, Outcome::Succeeded(output)) => match HttpResponse::of_output(output) {
            None => HttpResponse::json(200, output),
            Some(own) => {
                let own =
                    own.and_then(|own| if streams(config, trigger) { own.streamable() } else { Ok(own) });
                own.unwrap_or_else(|malformed| {
                    let failure = malformed.into_failure();
                    session.tell(&failure);
                    failed(config, 502, &failure)
                })
            }
        },
        (
            Response::Output,
            Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure),
        ) => mapped(config, failure),
    }
}

fn mapped(config: &Config, failure: &Failure) -> HttpResponse {
    failed(config, config.mapping.status_for(failure.error.as_deref()), failure)
}

fn failed(config: &Config, status: u16, failure: &Failure) -> HttpResponse {
    HttpResponse::json(status, &seen(config, problem(failure)))
}

/// What a caller sees of a description of a failure.
fn seen(config: &Config, mut members: Object) -> Value {
    if config.cause == Cause::Hidden {
        members.remove("cause");
    }
    Value::Object(members)
}

/// The padding may be missing.
// UNRECORDED: that gateways take such a text, as Java's decoder does.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(crate) fn from_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    BASE64.decode(text.as_bytes())
}
