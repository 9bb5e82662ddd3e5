//! `ItemBatcher`: several items for one child execution.

use asl_query::Env;
use asl_value::{Object, Value};

use crate::program::Batcher;
use crate::setting::Setting;
use crate::visit::{Trouble, Visit};

/// Puts the inputs into batches: `{"BatchInput": {…}, "Items": […]}`.
///
/// Documented: a batch has no more items than fit into the input of a child, even if `MaxItemsPerBatch` is larger.
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html>
pub(crate) fn batches(
    batcher: &Batcher,
    inputs: Vec<Value>,
    visit: &Visit<'_>,
    env: &Env<'_>,
) -> Result<Vec<Value>, Trouble> {
    let limit = |field| -> Result<usize, Trouble> {
        let limit = Setting::<u64>::eval_optional(field, env)?.filter(|limit| *limit > 0).unwrap_or(u64::MAX);
        Ok(usize::try_from(limit).unwrap_or(usize::MAX))
    };
    let (most_items, most_bytes) = (limit(&batcher.max_items)?, limit(&batcher.max_bytes)?);
    let most_bytes = most_bytes.min(visit.run.limits.payload_bytes.unwrap_or(usize::MAX));
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
