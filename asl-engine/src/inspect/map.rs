//! A Map whose iterations are mocked: its items, what becomes of each, and how many may fail.

use asl_model::error_name;
use asl_query::Env;
use asl_value::{Object, Value};

use super::{Probe, Stage, items};
use crate::Failure;
use crate::context::StateContext;
use crate::interpret::{Trouble, Visit};
use crate::program::{Batcher, Distributed, MapStep, Quantity};
use crate::work::map::{Iterations, items as selected};

/// The work of a Map that is tested.
pub(crate) fn map(
    probe: &Probe,
    visit: &Visit<'_>,
    map: &MapStep,
    env: &Env<'_>,
    context: &StateContext<'_>,
) -> Result<Value, Trouble> {
    let wanted = map.max_concurrency.as_ref().map(|field| visit.integer(field, env)).transpose()?;
    probe.note_numbers(|data| data.max_concurrency = Some(wanted.unwrap_or_default()));
    let tolerance = Tolerance::of(&map.distributed, visit, env)?;
    probe.note_numbers(|data| {
        data.tolerated_failure_count = tolerance.count;
        data.tolerated_failure_percentage = tolerance.percentage;
    });
    let read = match &map.distributed.reader {
        Some(reader) => items::read(probe, reader)?,
        None => {
            let items = selected(map, env)?;
            probe.note(Stage::Items, &Value::Array(items.clone()));
            Some(items)
        }
    };
    let total = match read {
        Some(items) => {
            let iterations = Iterations { visit, map, env, context, items };
            inputs(probe, &iterations)?
        }
        // Nobody knows what the reader would read: the iterations are those that have a result.
        None => probe.mocked().ok().and_then(|result| result.as_array().map(|items| items.len())),
    };
    if let Some(total) = total {
        let failed = probe.failed_iterations;
        if failed > total as u64 {
            probe.refuse(
                "Map iteration failure count must be less than or equal to the number of Map iterations",
            );
        }
        if tolerance.is_exceeded(failed, total as u64) {
            let cause = "The specified tolerated failure threshold was exceeded";
            return Err(Failure::new(error_name::EXCEED_TOLERATED_FAILURE_THRESHOLD, cause).into());
        }
    }
    visit.checked(probe.mocked()?)
}

/// The inputs of the iterations, noted; how many there are.
fn inputs(probe: &Probe, iterations: &Iterations<'_>) -> Result<Option<usize>, Trouble> {
    let inputs = (0..iterations.items.len()).map(|index| Ok(iterations.input(index)?.1));
    let inputs: Vec<Value> = inputs.collect::<Result<_, Trouble>>()?;
    if iterations.map.item_selector.is_some() {
        probe.note(Stage::ItemSelector, &Value::Array(inputs.clone().into()));
    }
    let Some(batcher) = &iterations.map.distributed.batcher else { return Ok(Some(inputs.len())) };
    let batches = batches(batcher, inputs, iterations)?;
    let count = batches.len();
    probe.note(Stage::ItemBatcher, &Value::Array(batches.into()));
    Ok(Some(count))
}

/// `{"BatchInput": {…}, "Items": […]}` each.
fn batches(
    batcher: &Batcher,
    inputs: Vec<Value>,
    iterations: &Iterations<'_>,
) -> Result<Vec<Value>, Trouble> {
    let Iterations { visit, env, .. } = *iterations;
    let limit = |field: &Option<Quantity<u64>>| -> Result<usize, Trouble> {
        let limit = field.as_ref().map(|field| visit.integer(field, env)).transpose()?;
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(u64::MAX);
        Ok(usize::try_from(limit).unwrap_or(usize::MAX))
    };
    let (most_items, most_bytes) = (limit(&batcher.max_items)?, limit(&batcher.max_bytes)?);
    let batch_input = batcher.batch_input.as_ref().map(|template| template.eval(env)).transpose()?;
    let batch = |items: Vec<Value>| {
        let mut batch = Object::new();
        if let Some(input) = &batch_input {
            batch.insert("BatchInput", input.clone());
        }
        batch.insert("Items", Value::Array(items.into()));
        Value::Object(batch)
    };
    let empty = batch(Vec::new()).encoded_len();
    let (mut batches, mut open, mut bytes) = (Vec::new(), Vec::new(), empty);
    for input in inputs {
        let length = input.encoded_len().saturating_add(1);
        if open.len() >= most_items || (!open.is_empty() && bytes.saturating_add(length) > most_bytes) {
            batches.push(batch(std::mem::take(&mut open)));
            bytes = empty;
        }
        bytes = bytes.saturating_add(length);
        open.push(input);
    }
    if !open.is_empty() {
        batches.push(batch(open));
    }
    Ok(batches)
}

/// How many iterations may fail.
struct Tolerance {
    count: Option<u64>,
    /// 0 to 100.
    percentage: Option<f64>,
}

impl Tolerance {
    fn of(fields: &Distributed, visit: &Visit<'_>, env: &Env<'_>) -> Result<Tolerance, Trouble> {
        let count = fields.tolerated_count.as_ref().map(|field| visit.integer(field, env)).transpose()?;
        let percentage = match &fields.tolerated_percentage {
            None => None,
            Some(Quantity::Fixed(percentage)) => Some(*percentage),
            // The language has checked that it is a number.
            Some(Quantity::Expr(expr)) => expr.eval(env)?.as_f64(),
        };
        Ok(Tolerance { count, percentage })
    }

    /// Either breach fails; without any of the two fields nothing may fail.
    ///
    /// UNRECORDED: failed iterations of a Map in INLINE mode, which tolerates none either.
    fn is_exceeded(&self, failed: u64, total: u64) -> bool {
        let percent = failed as f64 * 100.0 / total.max(1) as f64;
        match (self.count, self.percentage) {
            (None, None) => failed > 0,
            (count, percentage) => {
                count.is_some_and(|count| failed > count)
                    || percentage.is_some_and(|percentage| percent > percentage)
            }
        }
    }
}
