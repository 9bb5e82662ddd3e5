//! [`LoggedExecution`]: executions as their log records describe them.

use std::collections::BTreeMap;

use asl_value::{Number, Object, Text, Value, json};

/// An execution of which there are log records.
#[derive(Debug, PartialEq)]
pub(crate) struct LoggedExecution {
    /// `None` if the records are a history, which does not name it.
    pub(crate) arn: Option<Text>,
    /// As GetExecutionHistory returns them, in their order, each once.
    pub(crate) events: Vec<Value>,
}

/// The executions in a log, in the order of their first record.
///
/// A record is a JSON object on a line, after whatever `aws logs tail` or a terminal wrote before it. Or the log is one JSON
/// document: what `aws logs get-log-events`, `filter-log-events` or `get-query-results` prints, with the records as texts in
/// it, or a history.
pub(crate) fn executions(log: &str) -> Vec<LoggedExecution> {
    let mut found = Found::default();
    match Value::parse(log.trim()) {
        Ok(document) => found.walk(&document, MOST_DEPTH),
        Err(_) => log.lines().filter_map(record_of_line).for_each(|record| found.walk(&record, MOST_DEPTH)),
    }
    found.executions()
}

/// The containers and texts around a record: `{"results": [[{"field": "@message", "value": "{…}"}]]}` has six.
const MOST_DEPTH: usize = 12;

/// How many places of a line are tried: a prefix has few braces.
const MOST_PLACES: usize = 16;

/// The JSON object at the end of a line.
fn record_of_line(line: &str) -> Option<Value> {
    let places = line.match_indices('{').map(|(at, _)| at).take(MOST_PLACES);
    places.filter_map(|at| line.get(at..)).find_map(|text| Value::parse(text.trim_end()).ok())
}

#[derive(Default)]
struct Found {
    /// ARNs in the order of their first records.
    arns: Vec<Option<Text>>,
    /// Events by number.
    events: BTreeMap<Option<Text>, BTreeMap<u64, Value>>,
}

impl Found {
    /// Finds records in a document, also in texts in it.
    fn walk(&mut self, value: &Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match value {
            Value::Object(members) => match event(members) {
                Some((arn, id, event)) => self.add(arn, id, event),
                None => members.values().for_each(|member| self.walk(member, depth)),
            },
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, depth)),
            Value::String(text) => {
                if let Some(record) = record_of_line(text) {
                    self.walk(&record, depth);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, arn: Option<Text>, id: u64, event: Value) {
        if !self.events.contains_key(&arn) {
            self.arns.push(arn.clone());
        }
        // CloudWatch Logs may deliver a record twice.
        self.events.entry(arn).or_default().entry(id).or_insert(event);
    }

    fn executions(mut self) -> Vec<LoggedExecution> {
        let events = &mut self.events;
        let execution = |arn: Option<Text>| {
            let events = events.remove(&arn).unwrap_or_default().into_values().collect();
            LoggedExecution { arn, events }
        };
        self.arns.into_iter().map(execution).collect()
    }
}

/// The execution, the number and the event of a record; `None` if it is something else.
fn event(record: &Object) -> Option<(Option<Text>, u64, Value)> {
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    let kind = text("type")?;
    let number =
        |name: &str| record.get(name).and_then(Value::as_i64).and_then(|number| u64::try_from(number).ok());
    if let Some(id) = number("id") {
        // An event of a history.
        number("previousEventId")?;
        return Some((None, id, Value::Object(record.clone())));
    }
    let id: u64 = text("id")?.parse().ok()?;
    let previous: u64 = text("previous_event_id")?.parse().ok()?;
    let millis: i64 = text("event_timestamp")?.parse().ok()?;
    let arn = Text::from(text("execution_arn")?);
    let mut event = Object::from_iter([
        ("timestamp", Value::from(millis as f64 / 1000.0)),
        ("type", Value::from(kind)),
        ("id", Value::from(id)),
        ("previousEventId", Value::from(previous)),
    ]);
    if let Some(Value::Object(details)) = record.get("details")
        && !details.is_empty()
    {
        event.insert(member_of(kind), Value::Object(details.iter().map(in_number).collect()));
    }
    Some((Some(arn), id, Value::Object(event)))
}

/// The member of a history's event with the details: `stateEnteredEventDetails` of `TaskStateEntered`.
fn member_of(kind: &str) -> String {
    let kind =
        ["StateEntered", "StateExited"].into_iter().find(|ending| kind.ends_with(ending)).unwrap_or(kind);
    let (first, rest) = kind.split_at_checked(1).unwrap_or(("", kind));
    format!("{}{rest}EventDetails", first.to_ascii_lowercase())
}

/// Numbers are texts in a log.
fn in_number((name, value): (&Text, &Value)) -> (Text, Value) {
    const NUMBERS: &[&str] = &["index", "length", "redriveCount", "timeoutInSeconds", "heartbeatInSeconds"];
    let number =
        value.as_str().filter(|_| NUMBERS.contains(&name.as_str())).and_then(|text| text.parse::<i64>().ok());
    (name.clone(), number.map_or_else(|| value.clone(), |number| Value::Number(Number::from(number))))
}

impl LoggedExecution {
    /// What the events say of the execution, as DescribeExecution would.
    pub(crate) fn description(&self, name: &str, machine_arn: &str) -> Object {
        let details = |event: Option<&Value>, member: &str, part: &str| {
            event.and_then(|event| event.get(member)?.get(part).cloned())
        };
        let first = self.events.first();
        let ended = self.events.iter().rev().find_map(|event| {
            let kind = event.get("type")?.as_str()?;
            let (_, status, member) = ENDS.iter().find(|(end, ..)| *end == kind)?;
            Some((event, *status, *member))
        });
        let last = ended.map(|(event, ..)| event);
        let member = ended.map_or("", |(.., member)| member);
        let described = json!({
            "executionArn": self.arn.clone(),
            "stateMachineArn": machine_arn,
            "name": name,
            "status": ended.map_or("RUNNING", |(_, status, _)| status),
            "startDate": first.and_then(|event| event.get("timestamp").cloned()),
            "stopDate": last.and_then(|event| event.get("timestamp").cloned()),
            "input": details(first, "executionStartedEventDetails", "input"),
            "output": details(last, member, "output"),
            "error": details(last, member, "error"),
            "cause": details(last, member, "cause")
        });
        let members = described.as_object().into_iter().flatten();
        members
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }
}

/// The events that end an execution, its status then, and their details.
const ENDS: &[(&str, &str, &str)] = &[
    ("ExecutionSucceeded", "SUCCEEDED", "executionSucceededEventDetails"),
    ("ExecutionFailed", "FAILED", "executionFailedEventDetails"),
    ("ExecutionTimedOut", "TIMED_OUT", "executionTimedOutEventDetails"),
    ("ExecutionAborted", "ABORTED", "executionAbortedEventDetails"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = r#"{"id":"2","type":"TaskStateEntered","details":{"name":"A","input":"{\"a\": 1}"},"previous_event_id":"0","event_timestamp":"1719424582123","execution_arn":"arn:1","redrive_count":"0"}"#;

    fn event() -> Value {
        json!({"timestamp": 1719424582.123, "type": "TaskStateEntered", "id": 2, "previousEventId": 0,
               "stateEnteredEventDetails": {"name": "A", "input": "{\"a\": 1}"}})
    }

    #[track_caller]
    fn check(log: &str, expected: &[(Option<&str>, usize)]) {
        let found = executions(log);
        let counts: Vec<(Option<&str>, usize)> =
            found.iter().map(|found| (found.arn.as_deref(), found.events.len())).collect();
        assert_eq!(counts, expected, "{log}");
        let first = found.first().and_then(|found| found.events.first());
        assert!(first.is_none_or(|first| *first == event()), "{log}: {first:?}");
    }

    #[test]
    fn records_are_found_in_any_form_that_tools_print() {
        let text = Value::from(RECORD).to_json();
        let other = RECORD.replace("arn:1", "arn:2");
        let one = &[(Some("arn:1"), 1)][..];
        for (log, expected) in [
            (RECORD.to_owned(), one),
            (format!("START RequestId: 1\n{RECORD}\n{RECORD}\nEND {{}}\n"), one),
            (format!("2024-06-26T17:56:22.123000+00:00 2024/06/26/[$LATEST]7c {RECORD}"), one),
            (format!("2024-06-26T17:56:22.123Z\t1f-2e\tINFO\t{RECORD}\n"), one),
            (format!(r#"{{"events": [{{"logStreamName": "s", "timestamp": 1, "message": {text}}}]}}"#), one),
            (format!(r#"{{"results": [[{{"field": "@message", "value": {text}}}]]}}"#), one),
            (format!("{RECORD}\n{other}\n"), &[(Some("arn:1"), 1), (Some("arn:2"), 1)]),
            (format!(r#"{{"events": [{}]}}"#, event()), &[(None, 1)]),
            (format!("[{}]", event()), &[(None, 1)]),
            (String::new(), &[]),
            ("no records\n{\"id\": \"1\"}\n{".to_owned(), &[]),
        ] {
            check(&log, expected);
        }
    }

    #[test]
    fn numbers_are_numbers_again() {
        let record = r#"{"id":"7","type":"MapIterationStarted","details":{"name":"7","index":"3"},"previous_event_id":"6","event_timestamp":"1","execution_arn":"a"}"#;
        let found = executions(record);
        let details = &found[0].events[0]["mapIterationStartedEventDetails"];
        assert_eq!(details, &json!({"name": "7", "index": 3}));
    }

    #[test]
    fn an_execution_is_described_by_its_first_and_last_event() {
        let log = r#"
            {"id":"1","type":"ExecutionStarted","details":{"input":"{}"},"previous_event_id":"0","event_timestamp":"1000","execution_arn":"arn:1"}
            {"id":"3","type":"ExecutionFailed","details":{"error":"E","cause":"c"},"previous_event_id":"2","event_timestamp":"2500","execution_arn":"arn:1"}"#;
        let found = executions(log);
        assert_eq!(
            Value::Object(found[0].description("n", "arn:m")),
            json!({"executionArn": "arn:1", "stateMachineArn": "arn:m", "name": "n", "status": "FAILED", "startDate": 1.0,
                   "stopDate": 2.5, "input": "{}", "error": "E", "cause": "c"})
        );
    }
}
