//! Numbers are within the bounds that AWS sets.

use asl_value::Pointer;

use crate::limits::{self, Bounds};
use crate::report::Report;
use crate::{Code, Field, ItemBatcher, Map, Retrier, State, StateKind, StateMachine, Task, WaitUntil};

pub(super) fn check_machine(machine: &StateMachine, place: &Pointer, report: &mut Report) {
    let mut ranges = Ranges { place: place.clone(), report };
    ranges.whole("TimeoutSeconds", machine.timeout_seconds, &limits::EXECUTION_TIMEOUT);
}

pub(super) fn check(state: &State, place: &Pointer, report: &mut Report) {
    let mut ranges = Ranges { place: place.clone(), report };
    match &state.kind {
        StateKind::Task(task) => check_task(task, &mut ranges),
        StateKind::Map(map) => check_map(map, &mut ranges),
        StateKind::Wait(wait) => {
            if let WaitUntil::Seconds(seconds) = &wait.until {
                ranges.whole("Seconds", seconds.literal().copied(), &limits::WAIT_SECONDS);
            }
        }
        _ => {}
    }
    for (index, retrier) in state.kind.retriers().iter().enumerate() {
        check_retrier(retrier, &mut ranges.inside(place.key("Retry").index(index)));
    }
}

fn check_task(task: &Task, ranges: &mut Ranges<'_>) {
    ranges.field("TimeoutSeconds", &task.timeout_seconds, &limits::TASK_SECONDS);
    ranges.field("HeartbeatSeconds", &task.heartbeat_seconds, &limits::TASK_SECONDS);
    if let (Some(Field::Literal(timeout)), Some(Field::Literal(heartbeat))) =
        (&task.timeout_seconds, &task.heartbeat_seconds)
        && heartbeat >= timeout
    {
        // UNRECORDED: AWS's text for a heartbeat that is not shorter than the timeout.
        let message =
            format!("`HeartbeatSeconds` {heartbeat} must be smaller than `TimeoutSeconds` {timeout}");
        ranges.report.error(Code::OUT_OF_RANGE, message, ranges.place.key("HeartbeatSeconds"));
    }
}

fn check_map(map: &Map, ranges: &mut Ranges<'_>) {
    ranges.field("MaxConcurrency", &map.max_concurrency, &limits::COUNT);
    ranges.field("ToleratedFailureCount", &map.tolerated_failure_count, &limits::COUNT);
    if let Some(Field::Literal(percentage)) = map.tolerated_failure_percentage {
        ranges.number("ToleratedFailurePercentage", percentage, 0.0, limits::PERCENTAGE);
    }
    let place = ranges.place.clone();
    if let Some(ItemBatcher { max_items_per_batch, max_input_bytes_per_batch, .. }) = &map.item_batcher {
        let mut ranges = ranges.inside(place.key("ItemBatcher"));
        ranges.field("MaxItemsPerBatch", max_items_per_batch, &limits::BATCH_ITEMS);
        ranges.field("MaxInputBytesPerBatch", max_input_bytes_per_batch, &limits::BATCH_BYTES);
    }
    if let Some(config) = map.item_reader.as_ref().and_then(|reader| reader.config.as_ref()) {
        let mut ranges = ranges.inside(place.key("ItemReader").key("ReaderConfig"));
        ranges.field("MaxItems", &config.max_items, &limits::MAX_ITEMS);
    }
}

fn check_retrier(retrier: &Retrier, ranges: &mut Ranges<'_>) {
    ranges.whole("IntervalSeconds", retrier.interval_seconds, &limits::INTERVAL);
    ranges.whole("MaxAttempts", retrier.max_attempts, &limits::ATTEMPTS);
    ranges.whole("MaxDelaySeconds", retrier.max_delay_seconds, &limits::DELAY);
    if let Some(rate) = retrier.backoff_rate {
        ranges.number("BackoffRate", rate, limits::BACKOFF_RATE, f64::MAX);
    }
}

/// Checks the fields of the object at `place`.
struct Ranges<'r> {
    place: Pointer,
    report: &'r mut Report,
}

impl Ranges<'_> {
    fn inside(&mut self, place: Pointer) -> Ranges<'_> {
        Ranges { place, report: self.report }
    }

    fn field(&mut self, name: &str, field: &Option<Field<u64>>, bounds: &Bounds) {
        self.whole(name, field.as_ref().and_then(|field| field.literal().copied()), bounds);
    }

    fn whole(&mut self, name: &str, number: Option<u64>, bounds: &Bounds) {
        if let Some(message) = number.and_then(|number| bounds.message(number as f64)) {
            self.report.error(Code::OUT_OF_RANGE, message, self.place.key(name));
        }
    }

    /// Observed: bounds of a number that may be fractional are printed as such.
    fn number(&mut self, name: &str, number: f64, min: f64, max: f64) {
        let message = if number < min {
            format!("Minimum value is {min:?}")
        } else if number > max {
            format!("Maximum value is {max:?}")
        } else {
            return;
        };
        self.report.error(Code::OUT_OF_RANGE, message, self.place.key(name));
    }
}
