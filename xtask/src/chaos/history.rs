//! Histories in a form that does not depend on times, names and the order of what happens at the same time.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::http::Client;
use crate::Result;

/// The events of an execution, sorted. Each is written with the events that led to it, so that branches that run together
/// may mix in any order.
pub(super) fn canonical(client: &Client, execution: &str, name: &str) -> Result<Vec<String>> {
    let request = json!({"executionArn": execution, "maxResults": 1000});
    let history = client.ask("GetExecutionHistory", &request)?;
    let events = history["events"].as_array().ok_or("no events")?;
    let mut paths: BTreeMap<u64, String> = BTreeMap::new();
    let mut written = Vec::new();
    for (place, event) in events.iter().enumerate() {
        let id = event["id"].as_u64().unwrap_or_default();
        if id != place as u64 + 1 {
            return Err(format!("{execution}: event {} has the number {id}", place + 1).into());
        }
        let before = paths.get(&event["previousEventId"].as_u64().unwrap_or_default());
        let kind = event["type"].as_str().unwrap_or_default();
        let path = format!("{}/{kind}", joined(before.map_or("", String::as_str), kind));
        written.push(format!("{path} {}", details(event, name)));
        paths.insert(id, path);
    }
    written.sort();
    Ok(written)
}

/// Branches and iterations are joined by the one that ends last, whichever that is. So what follows is written after their
/// beginning.
fn joined<'p>(before: &'p str, kind: &str) -> &'p str {
    let begun = match kind {
        "ParallelStateSucceeded" | "ParallelStateExited" => "/ParallelStateStarted",
        "MapStateSucceeded" | "MapStateExited" => "/MapStateStarted",
        _ => return before,
    };
    before.find(begun).and_then(|at| before.get(..at + begun.len())).unwrap_or(before)
}

/// The details of an event without what differs from execution to execution.
fn details(event: &Value, name: &str) -> String {
    let details = event.as_object().into_iter().flatten().filter(|(member, _)| member.ends_with("Details"));
    let text = details.map(|(_, value)| value.to_string()).collect::<String>();
    without_random(&text.replace(name, "NAME"))
}

/// Replaces tokens, UUIDs and numbers of milliseconds.
fn without_random(text: &str) -> String {
    let mut words = Vec::new();
    for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && !"-+/=_.".contains(c)) {
        let end =
            word.find(|c: char| !c.is_ascii_alphanumeric() && !"-+/=_.".contains(c)).unwrap_or(word.len());
        let (text, rest) = word.split_at(end);
        let is_uuid = text.len() >= 36 && text.bytes().filter(|byte| *byte == b'-').count() >= 4;
        let is_time = text.len() >= 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let is_date = text.starts_with("20") && text.contains('-');
        let is_token = text.len() > 60;
        words.push(if is_uuid || is_time || is_date || is_token { "…" } else { text });
        words.push(rest);
    }
    words.concat()
}

/// The events without those of activities that timed out, whose events follow one another.
pub(super) fn without_lost_activities(events: &[String]) -> Vec<String> {
    const LOST: [&str; 2] =
        ["/ActivityScheduled/ActivityStarted/ActivityTimedOut", "/ActivityScheduled/ActivityTimedOut"];
    let mut kept: Vec<String> = events
        .iter()
        .map(|event| LOST.iter().fold(event.clone(), |event, lost| event.replace(lost, "")))
        .collect();
    kept.sort();
    kept.dedup();
    // What is left of the lost ones themselves.
    kept.retain(|event| !event.contains("\"States.Timeout\""));
    kept
}

/// What one has and the other does not.
pub(super) fn difference(expected: &[String], found: &[String]) -> String {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|event| !those.contains(event)).take(3).cloned().collect()
    };
    format!(
        "{} events instead of {}, expected {:?}, found {:?}",
        found.len(),
        expected.len(),
        only(expected, found),
        only(found, expected)
    )
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
        ] {
            assert_eq!(without_random(text), expected);
        }
    }
}
