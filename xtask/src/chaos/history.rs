//! Histories in a form that does not depend on times, names and the order of what happens at the same time.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::Client;
use super::lost_activities::without_lost;
use crate::Result;

/// The history of an execution.
pub(super) struct History {
    /// Its events, sorted. Each is written with the events that led to it, so that branches that run together may mix in any
    /// order.
    pub(super) events: Vec<String>,
    /// How many activities are left out that a worker was given and never got.
    pub(super) lost_activities: usize,
    /// How many activities workers can have got.
    pub(super) activities: usize,
}

/// The whole history of an execution.
pub(super) fn canonical(client: &Client, execution: &str, name: &str) -> Result<History> {
    let request = json!({"executionArn": execution, "maxResults": 1000});
    let events = client.list("GetExecutionHistory", "events", &request)?;
    check(&events)?;
    let (events, lost_activities) = without_lost(events);
    let activities = events.iter().filter(|event| event["type"] == "ActivityStarted").count();
    Ok(History { events: written(&events, name), lost_activities, activities })
}

/// Events are numbered 1, 2, 3, …, and their times never go back.
fn check(events: &[Value]) -> Result<()> {
    let mut last = 0.0;
    for (place, event) in (1..).zip(events) {
        let (id, time) = (event["id"].as_u64().unwrap_or_default(), event["timestamp"].as_f64());
        if id != place {
            return Err(format!("event {place} has the number {id}").into());
        }
        let time = time.ok_or("an event has no time")?;
        if time < last {
            return Err(format!("event {place} is earlier than the one before").into());
        }
        last = time;
    }
    Ok(())
}

fn written(events: &[Value], name: &str) -> Vec<String> {
    let mut paths: BTreeMap<u64, String> = BTreeMap::new();
    let mut written = Vec::new();
    for event in events {
        let before = paths.get(&event["previousEventId"].as_u64().unwrap_or_default());
        let kind = event["type"].as_str().unwrap_or_default();
        let path = format!("{}/{kind}", joined(before.map_or("", String::as_str), kind));
        written.push(format!("{path} {}", details(event, name)));
        paths.insert(event["id"].as_u64().unwrap_or_default(), path);
    }
    written.sort();
    written
}

/// Branches and iterations are joined by the one that ends last, whichever that is. So what follows is written after their
/// beginning.
fn joined<'p>(before: &'p str, kind: &str) -> &'p str {
    let begun = match kind {
        "ParallelStateSucceeded" | "ParallelStateExited" => "/ParallelStateStarted",
        "MapStateSucceeded" | "MapStateExited" => "/MapStateStarted",
        _ => return before,
    };
    before.rfind(begun).and_then(|at| before.get(..at + begun.len())).unwrap_or(before)
}

/// The details of an event without what differs from execution to execution.
fn details(event: &Value, name: &str) -> String {
    let details = event.as_object().into_iter().flatten().filter(|(member, _)| member.ends_with("Details"));
    let text = details.map(|(_, value)| value.to_string()).collect::<String>();
    plain(&text, name)
}

/// Replaces the name of the execution, times, tokens, UUIDs and numbers of milliseconds.
pub(super) fn plain(text: &str, name: &str) -> String {
    let is_end = |c: char| !c.is_ascii_alphanumeric() && !"-+/=_.".contains(c);
    let text = without_times(&text.replace(name, "NAME"));
    let mut words = Vec::new();
    for word in text.split_inclusive(is_end) {
        let end = word.find(is_end).unwrap_or(word.len());
        let (text, rest) = word.split_at(end);
        let is_uuid = text.len() >= 36 && text.bytes().filter(|byte| *byte == b'-').count() >= 4;
        let is_number = text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let is_token = text.len() > 60;
        words.push(if is_uuid || is_number || is_token { "…" } else { text });
        words.push(rest);
    }
    words.concat()
}

/// Replaces times like `2026-03-14T12:00:00.123Z`.
fn without_times(text: &str) -> String {
    let mut parts = text.split("T");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_date = |date: &str| {
            date.bytes().enumerate().all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            })
        };
        let day = written.len().checked_sub(10).filter(|at| written.get(*at..).is_some_and(is_date));
        match (day, part.split_once('Z')) {
            (Some(day), Some((time, rest)))
                if time.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte)) =>
            {
                written.truncate(day);
                written.push('…');
                written.push_str(rest);
            }
            _ => {
                written.push('T');
                written.push_str(part);
            }
        }
    }
    written
}

/// What one has and the other does not, in one line that is the same for all executions with this difference. Both are
/// sorted; an event that one has twice and the other once is a difference.
pub(super) fn difference(expected: &[String], found: &[String]) -> Option<String> {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let mut those = those.iter().peekable();
        let is_only = |event: &&String| {
            while those.next_if(|other| other < event).is_some() {}
            those.next_if(|other| other == event).is_none()
        };
        these.iter().filter(is_only).cloned().collect()
    };
    let (missing, more) = (only(expected, found), only(found, expected));
    let shown = |events: &[String]| events.iter().take(3).cloned().collect::<Vec<_>>().join("\n  ");
    (!missing.is_empty() || !more.is_empty()).then(|| {
        format!(
            "{} events are missing:\n  {}\n{} are too many:\n  {}",
            missing.len(),
            shown(&missing),
            more.len(),
            shown(&more)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_join_after_their_beginning() {
        let branch = "/ParallelStateEntered/ParallelStateStarted/WaitStateEntered/WaitStateExited";
        for (kind, expected) in [
            ("ParallelStateSucceeded", "/ParallelStateEntered/ParallelStateStarted"),
            ("WaitStateEntered", branch),
            ("MapStateSucceeded", branch),
        ] {
            assert_eq!(joined(branch, kind), expected);
        }
    }

    #[test]
    fn what_is_random_is_left_out() {
        for (text, expected) in [
            (r#"{"a":"1b4e28ba-2fa1-11d2-883f-0016d3cca427","n":12}"#, r#"{"a":"…","n":12}"#),
            (r#"{"StartDate":1457956800500}"#, r#"{"StartDate":…}"#),
            (
                "arn:aws:states:us-east-1:123456789012:activity:work",
                "arn:aws:states:us-east-1:…:activity:work",
            ),
            (r#"{"execution":"execution:map:map-12"}"#, r#"{"execution":"execution:map:NAME"}"#),
            (r#"{"S":"2026-03-14T12:00:00.123Z","T":"TZ"}"#, r#"{"S":"…","T":"TZ"}"#),
        ] {
            assert_eq!(plain(text, "map-12"), expected);
        }
    }

    #[test]
    fn an_event_that_is_doubled_is_a_difference() {
        let events = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        for (expected, found, differs) in [
            ("a b c", "a b c", false),
            ("a b c", "a b b c", true),
            ("a b b c", "a b c", true),
            ("a", "b", true),
            ("", "", false),
            ("a c", "a b c", true),
        ] {
            assert_eq!(
                difference(&events(expected), &events(found)).is_some(),
                differs,
                "{expected} {found}"
            );
        }
    }

    #[test]
    fn numbers_rise_and_times_do_not_fall() {
        let event = |id: u64, time: f64| json!({"id": id, "timestamp": time});
        for (events, expected) in [
            (vec![event(1, 1.0), event(2, 1.0), event(3, 2.0)], true),
            (vec![event(1, 1.0), event(1, 1.0)], false),
            (vec![event(1, 2.0), event(2, 1.0)], false),
        ] {
            assert_eq!(check(&events).is_ok(), expected, "{events:?}");
        }
    }
}
