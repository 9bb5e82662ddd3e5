//! The JSON of turns.

use asl_value::{Array, Object, Text, Value, json};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Members, put, put_payload};
use crate::{
    EffectId, Failure, JournalError, Learned, MapRunSettings, MidTurn, News, ObjectPage, ObjectPart, Outcome,
    Stopped, TaskClock, Turn,
};

const NAMES: [&str; 13] = [
    "started",
    "submitted",
    "returned",
    "failed",
    "refused",
    "expired",
    "rang",
    "read",
    "readPart",
    "listed",
    "written",
    "updated",
    "stopped",
];

pub(in crate::journal) fn to_value(turn: &Turn) -> Value {
    let news: Vec<Value> = turn.news.iter().map(news_to_value).collect();
    json!({"turn": turn.number, "at": turn.at.to_string(), "news": Value::Array(news.into())})
}

fn news_to_value(news: &News) -> Value {
    let mut object = Object::new();
    object.insert("of", news.of.as_text().into());
    let name = news.learned.name();
    match &news.learned {
        Learned::Submitted(value) | Learned::Returned(value) => put_payload(&mut object, name, value),
        Learned::Started { worker } => {
            let mut started = Object::new();
            put(&mut started, "worker", worker.as_ref());
            object.insert(name, Value::Object(started));
        }
        Learned::Failed(failure) => {
            object.insert(name, Value::Object(failure_to_object(failure)));
        }
        Learned::Refused(cause) => {
            object.insert(name, cause.into());
        }
        Learned::Expired(clock) => {
            object.insert(name, clock_name(*clock).into());
        }
        Learned::Rang | Learned::Written => {
            object.insert(name, true.into());
        }
        Learned::Read(bytes) => {
            object.insert(name, bytes_to_value(bytes));
        }
        Learned::ReadPart(part) => {
            let mut read = Object::new();
            read.insert("bytes", bytes_to_value(&part.bytes));
            read.insert("total", part.total_bytes.into());
            put(&mut read, "tag", part.tag.as_ref());
            object.insert(name, Value::Object(read));
        }
        Learned::Listed(page) => {
            let mut listed = Object::new();
            listed.insert("objects", Value::Array(page.objects.clone().into()));
            put(&mut listed, "next", page.next.as_ref());
            object.insert(name, Value::Object(listed));
        }
        Learned::Updated(settings) => {
            object.insert(name, settings_to_value(settings));
        }
        Learned::Stopped(stopped) => {
            object.insert(name, stopped_to_value(stopped));
        }
    }
    Value::Object(object)
}

fn bytes_to_value(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({"base64": BASE64_STANDARD.encode(bytes)}),
    }
}

fn failure_to_object(failure: &Failure) -> Object {
    let mut object = Object::new();
    put(&mut object, "error", failure.error.as_ref());
    put(&mut object, "cause", failure.cause.as_ref());
    put(&mut object, "heartbeat", failure.is_heartbeat().then_some(true));
    object
}

fn settings_to_value(settings: &MapRunSettings) -> Value {
    let mut object = Object::new();
    object.insert("maxConcurrency", settings.max_concurrency.into());
    put(&mut object, "toleratedFailureCount", settings.tolerated_failure_count);
    put(&mut object, "toleratedFailurePercentage", settings.tolerated_failure_percentage);
    Value::Object(object)
}

fn stopped_to_value(Stopped { outcome, after }: &Stopped) -> Value {
    let mut object = Object::new();
    object.insert("status", outcome.status().into());
    for (name, value) in outcome.failure().map(failure_to_object).into_iter().flatten() {
        object.insert(name, value);
    }
    put(
        &mut object,
        "after",
        after.map(|MidTurn { events, checks }| json!({"events": events, "checks": checks})),
    );
    Value::Object(object)
}

fn clock_name(clock: TaskClock) -> &'static str {
    match clock {
        TaskClock::Timeout => "TimeoutSeconds",
        TaskClock::Heartbeat => "HeartbeatSeconds",
    }
}

pub(in crate::journal) fn parse(mut members: Members) -> Result<Turn, JournalError> {
    let number = members.number("turn")?;
    members.rename(format!("turn {number}"));
    let at = members.timestamp("at")?.to_millis();
    let news = match members.value("news")? {
        Value::Array(news) if !news.is_empty() => news,
        other => return Err(members.unexpected("news", "an array with a piece of news", &other)),
    };
    members.end()?;
    Ok(Turn { number, at, news: parse_all(number, news)? })
}

fn parse_all(number: u64, news: Array) -> Result<Vec<News>, JournalError> {
    news.into_vec().into_iter().map(|news| parse_news(number, news)).collect()
}

fn parse_news(number: u64, value: Value) -> Result<News, JournalError> {
    let mut members = Members::of(format!("the news of turn {number}"), value)?;
    let text = members.text("of")?;
    let Some(of) = EffectId::parse(&text) else {
        return Err(members.unexpected("of", "the name of an effect", &Value::from(&text)));
    };
    members.rename(format!("the news of `{of}` in turn {number}"));
    let learned = match members.first_of(&NAMES) {
        Some("started") => {
            let mut started = members.members("started")?;
            let worker = started.optional_text("worker")?;
            started.end()?;
            Learned::Started { worker }
        }
        Some("returned") => Learned::Returned(members.payload("returned")?),
        Some("submitted") => Learned::Submitted(members.payload("submitted")?),
        Some("failed") => {
            let mut failed = members.members("failed")?;
            let failure = parse_failure(&mut failed)?;
            failed.end()?;
            Learned::Failed(failure)
        }
        Some("refused") => Learned::Refused(members.text("refused")?),
        Some("expired") => Learned::Expired(parse_clock(&mut members)?),
        Some("rang") => members.sign("rang").map(|()| Learned::Rang)?,
        Some("written") => members.sign("written").map(|()| Learned::Written)?,
        Some("read") => Learned::Read(parse_bytes(&mut members, "read")?.into()),
        Some("readPart") => {
            let mut part = members.members("readPart")?;
            let bytes = parse_bytes(&mut part, "bytes")?;
            let (total, tag) = (part.number("total")?, part.optional_text("tag")?);
            part.end()?;
            Learned::ReadPart(ObjectPart::new(bytes, total, tag))
        }
        Some("listed") => Learned::Listed(parse_page(members.members("listed")?)?),
        Some("updated") => Learned::Updated(parse_settings(members.members("updated")?)?),
        Some("stopped") => Learned::Stopped(parse_stopped(members.members("stopped")?)?),
        // A payload that is nested too deep for a line.
        _ if members.first_of(&["returnedJson"]).is_some() => Learned::Returned(members.payload("returned")?),
        _ if members.first_of(&["submittedJson"]).is_some() => {
            Learned::Submitted(members.payload("submitted")?)
        }
        _ => {
            let names = NAMES.join("`, `");
            return Err(JournalError::syntax(format!(
                "expected one of `{names}` in the news of `{of}` in turn {number}"
            )));
        }
    };
    members.end()?;
    Ok(News { of, learned })
}

fn parse_failure(members: &mut Members) -> Result<Failure, JournalError> {
    let failure = Failure::from_parts(members.optional_text("error")?, members.optional_text("cause")?);
    match members.optional("heartbeat") {
        None => Ok(failure),
        Some(Value::Bool(true)) => Ok(failure.of_heartbeat()),
        Some(other) => Err(members.unexpected("heartbeat", "true", &other)),
    }
}

fn parse_clock(members: &mut Members) -> Result<TaskClock, JournalError> {
    let text = members.text("expired")?;
    let clocks = [TaskClock::Timeout, TaskClock::Heartbeat];
    let clock = clocks.into_iter().find(|clock| clock_name(*clock) == &*text);
    clock.ok_or_else(|| {
        members.unexpected("expired", "`TimeoutSeconds` or `HeartbeatSeconds`", &Value::from(&text))
    })
}

fn parse_bytes(members: &mut Members, name: &'static str) -> Result<Vec<u8>, JournalError> {
    match members.value(name)? {
        Value::String(text) => Ok(text.as_bytes().to_vec()),
        Value::Object(object) => {
            let mut coded = Members::of("`read`", Value::Object(object))?;
            let text = coded.text("base64")?;
            let bytes = BASE64_STANDARD.decode(text.as_bytes());
            bytes.map_err(|_| coded.unexpected("base64", "base64", &Value::from(&text)))
        }
        other => Err(members.unexpected(name, "a string or an object", &other)),
    }
}

fn parse_page(mut members: Members) -> Result<ObjectPage, JournalError> {
    let objects = match members.value("objects")? {
        Value::Array(objects) => objects.into_vec(),
        other => return Err(members.unexpected("objects", "an array", &other)),
    };
    let next: Option<Text> = members.optional_text("next")?;
    members.end()?;
    Ok(ObjectPage::new(objects, next))
}

fn parse_settings(mut members: Members) -> Result<MapRunSettings, JournalError> {
    let tolerated_failure_percentage = match members.optional("toleratedFailurePercentage") {
        None => None,
        Some(Value::Number(number)) => Some(number.as_f64()),
        Some(other) => return Err(members.unexpected("toleratedFailurePercentage", "a number", &other)),
    };
    let settings = MapRunSettings {
        max_concurrency: members.number("maxConcurrency")?,
        tolerated_failure_count: members.optional_number("toleratedFailureCount")?,
        tolerated_failure_percentage,
    };
    members.end()?;
    Ok(settings)
}

fn parse_stopped(mut members: Members) -> Result<Stopped, JournalError> {
    let status = members.text("status")?;
    let failure = parse_failure(&mut members)?;
    let outcome = match &*status {
        "FAILED" => Outcome::Failed(failure),
        "TIMED_OUT" => Outcome::TimedOut(failure),
        "ABORTED" => Outcome::Aborted(failure),
        _ => {
            return Err(members.unexpected(
                "status",
                "`FAILED`, `TIMED_OUT` or `ABORTED`",
                &Value::from(&status),
            ));
        }
    };
    let after = match members.first_of(&["after"]) {
        None => None,
        Some(name) => {
            let mut after = members.members(name)?;
            let place = MidTurn { events: after.number("events")?, checks: after.number("checks")? };
            after.end()?;
            Some(place)
        }
    };
    members.end()?;
    Ok(Stopped { outcome, after })
}
