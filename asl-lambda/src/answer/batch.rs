//! Events with several records: one execution for each record, or one for all of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use asl_value::{Array, Object, Value, json};
use futures_util::{StreamExt, stream};

use super::single::{Sender, execute};
use super::window;
use crate::config::{BatchMode, OnFailure};
use crate::execution::{Part, Start};
use crate::session::Session;
use crate::trigger::event::window_of;
use crate::trigger::{Batch, Trigger};
use crate::{Invocation, InvocationError};

/// The result of a record.
enum Item {
    Done(Value),
    Failed(InvocationError),
    /// Not started, because an earlier record failed.
    NotBegun,
}

/// Answers a batch with the records that failed.
pub(crate) async fn answer(
    session: &Arc<Session>,
    trigger: Trigger,
    event: &Value,
    batch: &Batch,
) -> Result<Value, InvocationError> {
    if let Some(event) = window_of(event).filter(|_| batch.is_stream) {
        return window::answer(session, trigger, event).await;
    }
    let records = records(event);
    if session.config().batch == BatchMode::Array {
        return whole(session, trigger, records, |output| {
            // Lambda takes an output of another shape for the failure of the whole batch.
            let is_report = output.get("batchItemFailures").is_some();
            if is_report { output.clone() } else { failures(Vec::new()) }
        })
        .await;
    }
    let items = each(session, trigger, &records, Some(batch)).await;
    if session.config().on_failure == OnFailure::Report {
        return Ok(failures(Vec::new()));
    }
    let mut failed = Vec::new();
    for (record, item) in records.iter().zip(&items) {
        if matches!(item, Item::Done(_)) {
            continue;
        }
        match ((batch.id)(record), item) {
            (Some(id), _) => failed.push(json!({"itemIdentifier": id.clone()})),
            // A record without an identifier cannot be reported, so the whole batch fails.
            (None, Item::Failed(error)) => return Err(error.clone()),
            (None, _) => {}
        }
        if batch.is_stream {
            break;
        }
    }
    Ok(failures(failed))
}

fn failures(failed: Vec<Value>) -> Value {
    let failed = Value::Array(Array::from(failed));
    Value::Object(Object::from_distinct(vec![("batchItemFailures".into(), failed)]))
}

/// Answers an event whose sender only cares whether the invocation succeeds.
pub(crate) async fn answer_all(
    session: &Arc<Session>,
    trigger: Trigger,
    event: &Value,
) -> Result<Value, InvocationError> {
    let records = records(event);
    if session.config().batch == BatchMode::Array {
        return whole(session, trigger, records, Value::clone).await;
    }
    let mut outputs = Vec::with_capacity(records.len());
    for item in each(session, trigger, &records, None).await {
        match item {
            Item::Done(output) => outputs.push(output),
            Item::Failed(error) => return Err(error),
            Item::NotBegun => {}
        }
    }
    Ok(match outputs.len() {
        1 => outputs.pop().unwrap_or_default(),
        _ => Value::Array(Array::from(outputs)),
    })
}

fn records(event: &Value) -> Array {
    event.get("Records").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Runs one execution for all records.
async fn whole(
    session: &Arc<Session>,
    trigger: Trigger,
    records: Array,
    fit: impl Fn(&Value) -> Value + Send,
) -> Result<Value, InvocationError> {
    execute(session, Start::new(trigger, Part::Records(records)), Sender::Gone, fit).await
}

/// Runs one execution for each record. The records of a group run one after another; groups run concurrently, limited
/// to the concurrency of an inline Map. The outputs of a batch are discarded, because its answer does not contain them.
async fn each(session: &Arc<Session>, trigger: Trigger, records: &Array, batch: Option<&Batch>) -> Vec<Item> {
    let first_failed = AtomicUsize::new(usize::MAX);
    let is_stream = batch.is_some_and(|batch| batch.is_stream);
    let keeps_output = batch.is_none();
    let first_failed = &first_failed;
    let run_group = async |group: Vec<(usize, Value)>| {
        let mut items = Vec::with_capacity(group.len());
        let mut failed = false;
        for (index, record) in group {
            if failed || (is_stream && first_failed.load(Ordering::Relaxed) < index) {
                items.push((index, Item::NotBegun));
                continue;
            }
            let mut start = Start::new(trigger, Part::Event(record));
            start.name = name(&session.invocation, index, records.len());
            let kept = |output: &Value| if keeps_output { output.clone() } else { Value::Null };
            let item = match execute(session, start, Sender::Gone, kept).await {
                Ok(output) => Item::Done(output),
                Err(error) => {
                    failed = true;
                    first_failed.fetch_min(index, Ordering::Relaxed);
                    Item::Failed(error)
                }
            };
            items.push((index, item));
        }
        items
    };
    let at_a_time = session.invocation.at_a_time.unwrap_or(session.config().limits.map_concurrency).max(1);
    let groups = stream::iter(groups(records, batch)).map(run_group).buffer_unordered(at_a_time);
    let mut items: Vec<(usize, Item)> = groups.collect::<Vec<_>>().await.into_iter().flatten().collect();
    items.sort_by_key(|(index, _)| *index);
    items.into_iter().map(|(_, item)| item).collect()
}

/// The records by group, in their order, each with its index in the batch.
fn groups(records: &Array, batch: Option<&Batch>) -> Vec<Vec<(usize, Value)>> {
    let mut groups: Vec<Vec<(usize, Value)>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (index, record) in records.iter().enumerate() {
        let key = batch.and_then(|batch| (batch.group)(record));
        let place = key.map_or(groups.len(), |key| *places.entry(key).or_insert(groups.len()));
        match groups.get_mut(place) {
            Some(group) => group.push((index, record.clone())),
            None => groups.push(vec![(index, record.clone())]),
        }
    }
    groups
}

/// `8476a536-e9f4-11e8-9739-2dfe598c3fcd-3`; `None`, for the id of the request, if there is only one record.
fn name(invocation: &Invocation, index: usize, count: usize) -> Option<String> {
    (count > 1).then(|| format!("{}-{index}", invocation.request_id))
}
