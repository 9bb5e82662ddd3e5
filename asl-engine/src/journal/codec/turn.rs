//! The JSON of turns.

use asl_value::{Object, Value, json};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Members, put, put_payload, set};
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

#[inline]
pub(in crate::journal) fn to_value(turn: &Turn) -> Value {
    let news: Vec<Value> = turn.news.iter().map(news_to_value).collect();
    json!({"turn": turn.number, "at": turn.at.to_string(), "news": Value::Array(news.into())})
}

#[inline]
fn news_to_value(news: &News) -> Value {
    let mut object = Object::new();
    set(&mut object, "of", news.of.as_text());
    let name = news.learned.name();
    match &news.learned {
        Learned::Submitted(value) | Learned::Returned(value) => put_payload(&mut object, name, value),
        Learned::Started { worker } => {
            let mut started = Object::new();
            put(&mut started, "worker", worker.as_ref());
            set(&mut object, name, Value::Object(started));
        }
        Learned::Failed(failure) => set(&mut object, name, Value::Object(failure_to_object(failure))),
        Learned::Refused(cause) => set(&mut object, name, cause),
        Learned::Expired(clock) => set(&mut object, name, clock_name(*clock)),
        Learned::Rang | Learned::Written => set(&mut object, name, true),
        Learned::Read(bytes) => set(&mut object, name, bytes_to_value(bytes)),
        Learned::ReadPart(part) => {
            let mut read = Object::new();
            set(&mut read, "bytes", bytes_to_value(&part.bytes));
            set(&mut read, "total", part.total_bytes);
            put(&mut read, "tag", part.tag.as_ref());
            set(&mut object, name, Value::Object(read));
        }
        Learned::Listed(page) => {
            let mut listed = Object::new();
            set(&mut listed, "objects", Value::Array(page.objects.clone().into()));
            put(&mut listed, "next", page.next.as_ref());
            set(&mut object, name, Value::Object(listed));
        }
        Learned::Updated(settings) => set(&mut object, name, settings_to_value(settings)),
        Learned::Stopped(stopped) => set(&mut object, name, stopped_to_value(stopped)),
    }
    Value::Object(object)
}

#[inline]
fn bytes_to_value(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => json!({"base64": BASE64_STANDARD.encode(bytes)}),
    }
}

#[inline]
fn failure_to_object(failure: &Failure) -> Object {
    let mut object = Object::new();
    put(&mut object, "error", failure.error.as_ref());
    put(&mut object, "cause", failure.cause.as_ref());
    put(&mut object, "heartbeat", failure.is_heartbeat().then_some(true));
    object
}

#[inline]
fn settings_to_value(settings: &MapRunSettings) -> Value {
    let mut object = Object::new();
    set(&mut object, "maxConcurrency", settings.max_concurrency);
    put(&mut object, "toleratedFailureCount", settings.tolerated_failure_count);
    put(&mut object, "toleratedFailurePercentage", settings.tolerated_failure_percentage);
    Value::Object(object)
}

#[inline]
fn stopped_to_value(Stopped { outcome, after }: &Stopped) -> Value {
    let mut object = Object::new();
    set(&mut object, "status", outcome.status());
    for (name, value) in outcome.failure().map(failure_to_object).into_iter().flatten() {
        set(&mut object, &name, value);
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

#[inline]
pub(in crate::journal) fn parse(members: &mut Members) -> Turn {
    let number = members.number("turn");
    members.rename(format!("turn {number}"));
    let at = members.timestamp("at").to_millis();
    let news = match members.value("news") {
        Value::Array(news) if !news.is_empty() => news.into_vec(),
        other => {
            members.unexpected("news", "an array with a piece of news", &other);
            Vec::new()
        }
    };
    let mut read = Vec::with_capacity(news.len());
    for news in news {
        let what = format!("the news of turn {number}");
        read.push(members.inside(what, news, |news| parse_news(number, news)));
    }
    Turn { number, at, news: read }
}

#[inline]
fn parse_news(number: u64, members: &mut Members) -> News {
    let text = members.text("of");
    let of = EffectId::parse(&text).unwrap_or_else(|| {
        members.unexpected("of", "the name of an effect", &Value::from(&text));
        EffectId::of("", 0)
    });
    members.rename(format!("the news of `{of}` in turn {number}"));
    let learned = match members.first_of(&NAMES) {
        Some("started") => {
            members.member("started", |started| Learned::Started { worker: started.optional_text("worker") })
        }
        Some("returned") => Learned::Returned(members.payload("returned")),
        Some("submitted") => Learned::Submitted(members.payload("submitted")),
        Some("failed") => Learned::Failed(members.member("failed", parse_failure)),
        Some("refused") => Learned::Refused(members.text("refused")),
        Some("expired") => Learned::Expired(parse_clock(members)),
        Some("rang") => {
            members.sign("rang");
            Learned::Rang
        }
        Some("written") => {
            members.sign("written");
            Learned::Written
        }
        Some("read") => Learned::Read(parse_bytes(members, "read").into()),
        Some("readPart") => Learned::ReadPart(members.member("readPart", |part| {
            let bytes = parse_bytes(part, "bytes");
            ObjectPart::new(bytes, part.number("total"), part.optional_text("tag"))
        })),
        Some("listed") => Learned::Listed(members.member("listed", parse_page)),
        Some("updated") => Learned::Updated(members.member("updated", parse_settings)),
        Some("stopped") => Learned::Stopped(members.member("stopped", parse_stopped)),
        // A payload that is nested too deep for a line.
        _ if members.first_of(&["returnedJson"]).is_some() => Learned::Returned(members.payload("returned")),
        _ if members.first_of(&["submittedJson"]).is_some() => {
            Learned::Submitted(members.payload("submitted"))
        }
        _ => {
            let names = NAMES.join("`, `");
            members.refuse(JournalError::syntax(format!(
                "expected one of `{names}` in the news of `{of}` in turn {number}"
            )));
            Learned::Rang
        }
    };
    News { of, learned }
}

fn parse_failure(members: &mut Members) -> Failure {
    let failure = Failure::from_parts(members.optional_text("error"), members.optional_text("cause"));
    if members.optional_sign("heartbeat") { failure.of_heartbeat() } else { failure }
}

fn parse_clock(members: &mut Members) -> TaskClock {
    let text = members.text("expired");
    let clocks = [TaskClock::Timeout, TaskClock::Heartbeat];
    let clock = clocks.into_iter().find(|clock| clock_name(*clock) == &*text);
    clock.unwrap_or_else(|| {
        members.unexpected("expired", "`TimeoutSeconds` or `HeartbeatSeconds`", &Value::from(&text));
        TaskClock::Timeout
    })
}

#[inline]
fn parse_bytes(members: &mut Members, name: &str) -> Vec<u8> {
    match members.value(name) {
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Object(object) => members.inside("`read`".to_owned(), object.into(), |coded| {
            let text = coded.text("base64");
            BASE64_STANDARD.decode(text.as_bytes()).unwrap_or_else(|_| {
                coded.unexpected("base64", "base64", &Value::from(&text));
                Vec::new()
            })
        }),
        other => {
            members.unexpected(name, "a string or an object", &other);
            Vec::new()
        }
    }
}

#[inline]
fn parse_page(members: &mut Members) -> ObjectPage {
    let objects = match members.value("objects") {
        Value::Array(objects) => objects.into_vec(),
        other => {
            members.unexpected("objects", "an array", &other);
            Vec::new()
        }
    };
    ObjectPage::new(objects, members.optional_text("next"))
}

#[inline]
fn parse_settings(members: &mut Members) -> MapRunSettings {
    let percentage = members.optional("toleratedFailurePercentage").map(|value| {
        value.as_f64().unwrap_or_else(|| {
            members.unexpected("toleratedFailurePercentage", "a number", &value);
            0.0
        })
    });
    MapRunSettings {
        max_concurrency: members.number("maxConcurrency"),
        tolerated_failure_count: members.optional_number("toleratedFailureCount"),
        tolerated_failure_percentage: percentage,
    }
}

#[inline]
fn parse_stopped(members: &mut Members) -> Stopped {
    let status = members.text("status");
    let failure = parse_failure(members);
    let outcome = match &*status {
        "FAILED" => Outcome::Failed(failure),
        "TIMED_OUT" => Outcome::TimedOut(failure),
        "ABORTED" => Outcome::Aborted(failure),
        _ => {
            members.unexpected("status", "`FAILED`, `TIMED_OUT` or `ABORTED`", &Value::from(&status));
            Outcome::Aborted(failure)
        }
    };
    let after = members.first_of(&["after"]).map(|name| {
        members
            .member(name, |after| MidTurn { events: after.number("events"), checks: after.number("checks") })
    });
    Stopped { outcome, after }
}
