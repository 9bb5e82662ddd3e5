//! [`Known`]: the reference model of an execution, what may be seen of it.

use asl_value::Value;

use super::functions::{number, text};

/// What clients know of an execution. Whatever they see must agree with it.
#[derive(Default)]
pub(super) struct Known {
    pub(super) machine: &'static str,
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) input: String,
    /// The date of its start, if that was acknowledged.
    pub(super) started: Option<Value>,
    pub(super) redrives: Redrives,
    /// How many redrives had been requested when a stop was that has been acknowledged.
    pub(super) stopped_after: Option<u32>,
    /// Whether somebody has tried to stop it.
    pub(super) is_stopped: bool,
    /// Descriptions with the numbers of their observations.
    seen: Vec<(u64, Value)>,
    pub(super) events: Vec<String>,
    /// How many events were seen in which observation.
    counted: Vec<(u64, usize)>,
}

/// How often it was redriven.
#[derive(Default, Clone, Copy)]
pub(super) struct Redrives {
    pub(super) requested: u32,
    pub(super) acknowledged: u32,
    /// Requests without an answer, which may have had an effect.
    pub(super) unknown: u32,
    pub(super) in_flight: u32,
}

impl Known {
    pub(super) fn new(machine: &'static str, name: String, arn: String, input: String) -> Known {
        Known { machine, name, arn, input, ..Known::default() }
    }

    pub(super) fn last(&self) -> Option<&Value> {
        self.seen.last().map(|(_, description)| description)
    }

    /// Whether it is known to exist.
    pub(super) fn exists(&self) -> bool {
        self.started.is_some() || !self.seen.is_empty()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.last().is_some_and(has_ended)
    }

    /// The process has ended: what was seen of things that were not on disk may never have been.
    pub(super) fn crash(&mut self, durable: u64) {
        self.seen.retain(|(observation, _)| *observation <= durable);
        self.counted.retain(|(observation, _)| *observation <= durable);
        self.events.truncate(self.counted.last().map_or(0, |(_, events)| *events));
        self.redrives.unknown += std::mem::take(&mut self.redrives.in_flight);
    }

    /// Checks a description that was asked for when `asked` redrives had been acknowledged.
    pub(super) fn see(&mut self, observation: u64, asked: u32, seen: &Value) -> Result<(), String> {
        if self.started.as_ref().is_some_and(|date| seen["startDate"] != *date) {
            return Err(format!("its start is another one: {:?}", self.started));
        }
        if text(seen, "input") != self.input {
            return Err(format!("its input was {}", self.input));
        }
        let (redrives, count) = (self.redrives, number(seen, "redriveCount"));
        let most = redrives.acknowledged + redrives.unknown + redrives.in_flight;
        if count < i64::from(asked) || count > i64::from(most) {
            return Err(format!("it was redriven {asked} to {most} times"));
        }
        if self.stopped_after == Some(redrives.requested) && !has_ended(seen) {
            return Err("it goes on after a stop that was acknowledged".to_owned());
        }
        if let Some(last) = self.last() {
            let before = number(last, "redriveCount");
            if count < before || count == before && has_ended(last) && last != seen {
                return Err(format!("it was {last}"));
            }
        }
        self.seen.push((observation, seen.clone()));
        Ok(())
    }

    /// Checks events that were asked for: they continue those that were seen earlier.
    pub(super) fn see_events(&mut self, observation: u64, events: &[Value]) -> Result<(), String> {
        for (place, event) in events.iter().enumerate() {
            let (id, before) = (number(event, "id"), number(event, "previousEventId"));
            if id != place as i64 + 1 || before >= id {
                return Err(format!("event {id} after {before} in place {}", place + 1));
            }
            let shown = event.to_json();
            match self.events.get(place) {
                Some(known) if *known != shown => return Err(format!("{shown} was {known}")),
                Some(_) => {}
                None => self.events.push(shown),
            }
        }
        if self.events.len() > events.len() {
            return Err(format!("of {} events there are {}", self.events.len(), events.len()));
        }
        self.counted.push((observation, events.len()));
        Ok(())
    }
}

pub(super) fn has_ended(description: &Value) -> bool {
    text(description, "status") != "RUNNING"
}
