//! Activities that a worker was given and never got: the process was killed after the turn that gave it was on disk and
//! before the answer arrived. They time out and are retried, as on AWS, where an answer can be lost, too.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Takes away the events of activities that timed out after they had started, as if they had never been, and counts them.
/// What followed them follows what was before.
pub(super) fn without_lost(events: Vec<Value>) -> (Vec<Value>, usize) {
    let number = |event: &Value, name: &str| event[name].as_u64().unwrap_or_default();
    let by_id: BTreeMap<u64, Value> =
        events.iter().map(|event| (number(event, "id"), event.clone())).collect();
    let before = |event: &Value| by_id.get(&number(event, "previousEventId"));
    // The events of lost activities, each with the one before its activity.
    let mut lost = BTreeMap::new();
    for timed_out in events.iter().filter(|event| is_timeout(event)) {
        let started = before(timed_out).filter(|event| event["type"] == "ActivityStarted");
        let scheduled = started.and_then(before).filter(|event| event["type"] == "ActivityScheduled");
        let (Some(started), Some(scheduled)) = (started, scheduled) else { continue };
        for event in [timed_out, started, scheduled] {
            lost.insert(number(event, "id"), number(scheduled, "previousEventId"));
        }
    }
    let count = lost.len() / 3;
    let kept = events.into_iter().filter(|event| !lost.contains_key(&number(event, "id")));
    let kept = kept.map(|mut event| {
        // One retry may follow another.
        while let Some(earlier) = lost.get(&number(&event, "previousEventId")) {
            event["previousEventId"] = json!(earlier);
        }
        event
    });
    (kept.collect(), count)
}

fn is_timeout(event: &Value) -> bool {
    event["type"] == "ActivityTimedOut" && event["activityTimedOutEventDetails"]["error"] == "States.Timeout"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_started_and_timed_out_is_lost() {
        let timeout = json!({"error": "States.Timeout"});
        let event = |(id, before, kind): &(u64, u64, &str)| json!({"id": id, "previousEventId": before, "type": kind, "activityTimedOutEventDetails": timeout});
        let (scheduled, started, timed_out) = ("ActivityScheduled", "ActivityStarted", "ActivityTimedOut");
        for (events, kept, lost) in [
            (
                vec![(1, 0, "A"), (2, 1, scheduled), (3, 2, started), (4, 3, "B")],
                vec![(1, 0), (2, 1), (3, 2), (4, 3)],
                0,
            ),
            // Nobody has taken it.
            (vec![(1, 0, "A"), (2, 1, scheduled), (3, 2, timed_out)], vec![(1, 0), (2, 1), (3, 2)], 0),
            (
                vec![
                    (1, 0, "A"),
                    (2, 1, scheduled),
                    (3, 2, started),
                    (4, 3, timed_out),
                    (5, 4, scheduled),
                    (6, 5, "B"),
                ],
                vec![(1, 0), (5, 1), (6, 5)],
                1,
            ),
            (
                vec![
                    (1, 0, "A"),
                    (2, 1, scheduled),
                    (3, 2, started),
                    (4, 3, timed_out),
                    (5, 4, scheduled),
                    (6, 5, started),
                    (7, 6, timed_out),
                    (8, 7, "B"),
                ],
                vec![(1, 0), (8, 1)],
                2,
            ),
        ] {
            let (found, count) = without_lost(events.iter().map(event).collect());
            let number = |event: &Value, name: &str| event[name].as_u64().expect("a number");
            let found: Vec<(u64, u64)> =
                found.iter().map(|event| (number(event, "id"), number(event, "previousEventId"))).collect();
            assert_eq!((found, count), (kept, lost));
        }
    }
}
