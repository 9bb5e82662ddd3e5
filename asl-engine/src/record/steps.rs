//! [`Steps`]: the steps of the states in a record, and what follows each of them.

use std::collections::HashMap;

use asl_value::Text;

use super::strands::{Place, Strand, Strands, Work};
use super::{Record, RecordError};
use crate::event::{Event, EventKind};

/// The steps of the states in a record.
pub(crate) struct Steps<'r> {
    record: &'r Record,
    strands: Strands,
    places: HashMap<Place, u64>,
    /// The next step in the same strand, by event.
    next: HashMap<u64, u64>,
    /// The first event that follows another.
    follower: HashMap<u64, u64>,
    /// The first step of each strand.
    first: HashMap<Strand, u64>,
    /// The calls of tasks, by state, in order.
    calls: HashMap<Text, Vec<Place>>,
}

impl<'r> Steps<'r> {
    pub(crate) fn of(record: &'r Record) -> Result<Steps<'r>, RecordError> {
        let redriven =
            record.events.iter().find(|event| matches!(event.kind, EventKind::ExecutionRedriven { .. }));
        if let Some(event) = redriven {
            return Err(RecordError::unsupported(format!(
                "the execution was redriven at event {}, which a replay does not repeat",
                event.id
            )));
        }
        let mut steps = Steps {
            record,
            strands: Strands::default(),
            places: HashMap::new(),
            next: HashMap::new(),
            follower: HashMap::new(),
            first: HashMap::new(),
            calls: HashMap::new(),
        };
        let mut last: HashMap<Strand, u64> = HashMap::new();
        for event in &record.events {
            steps.follower.entry(event.previous_id).or_insert(event.id);
            let (strand, place) = steps.strands.follow(event)?;
            let Some(place) = place else { continue };
            if !place.work.is_compared() {
                steps.places.entry(place).or_insert(event.id);
                continue;
            }
            match last.insert(strand, event.id) {
                Some(before) => drop(steps.next.insert(before, event.id)),
                None => drop(steps.first.insert(strand, event.id)),
            }
            if let EventKind::TaskScheduled(_) = event.kind {
                steps.calls.entry(place.state.clone()).or_default().push(place.clone());
            }
            steps.places.entry(place).or_insert(event.id);
        }
        Ok(steps)
    }

    pub(crate) fn record(&self) -> &'r Record {
        self.record
    }

    /// Strands for another execution of the machine.
    pub(crate) fn strands(&self) -> Strands {
        self.strands.of_another_run()
    }

    /// The recorded event of a step.
    pub(crate) fn at(&self, place: &Place) -> Option<&'r Event> {
        self.record.event(*self.places.get(place)?)
    }

    /// The recorded event of this work, in the state and the attempt of a step.
    pub(crate) fn of_work(&self, place: &Place, work: Work) -> Option<&'r Event> {
        self.at(&Place { work, ..place.clone() })
    }

    /// The step after another one of the same strand, or its first one.
    pub(crate) fn after(&self, strand: Strand, event: Option<u64>) -> Option<&'r Event> {
        let next = match event {
            Some(event) => self.next.get(&event),
            None => self.first.get(&strand),
        };
        self.record.event(*next?)
    }

    /// The first event that follows an event.
    pub(crate) fn follower(&self, event: u64) -> Option<u64> {
        self.follower.get(&event).copied()
    }

    /// The calls of a state's task, in order.
    pub(crate) fn calls(&self, state: &Text) -> &[Place] {
        self.calls.get(state).map_or(&[], Vec::as_slice)
    }
}
