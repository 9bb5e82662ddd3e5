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
pub(crate) struct Batches {
    most_items: usize,
    most_bytes: usize,
    batch_input: Option<Value>,
    /// The length of a batch without items.
    empty_bytes: usize,
    open: Vec<Value>,
    /// The length of the open batch.
    bytes: usize,
}

impl Batches {
    pub(crate) fn new(batcher: &Batcher, visit: &Visit<'_>, env: &Env<'_>) -> Result<Batches, Trouble> {
        let limit = |field| -> Result<usize, Trouble> {
            let limit =
                Setting::<u64>::eval_optional(field, env)?.filter(|limit| *limit > 0).unwrap_or(u64::MAX);
            Ok(usize::try_from(limit).unwrap_or(usize::MAX))
        };
        let (most_items, most_bytes) = (limit(&batcher.max_items)?, limit(&batcher.max_bytes)?);
        let most_bytes = most_bytes.min(visit.run.limits.payload_bytes.unwrap_or(usize::MAX));
        let batch_input = batcher.batch_input.as_ref().map(|template| template.eval(env)).transpose()?;
        let mut batches =
            Batches { most_items, most_bytes, batch_input, empty_bytes: 0, open: Vec::new(), bytes: 0 };
        batches.empty_bytes = batches.batch(Vec::new()).encoded_len();
        batches.bytes = batches.empty_bytes;
        Ok(batches)
    }

    /// Adds an input. Returns the batch before it, if the input begins another one.
    pub(crate) fn push(&mut self, input: Value) -> Option<Value> {
        let length = input.encoded_len().saturating_add(1);
        let is_full = self.open.len() >= self.most_items
            || (!self.open.is_empty() && self.bytes.saturating_add(length) > self.most_bytes);
        let batch = if is_full { self.end() } else { None };
        self.bytes = self.bytes.saturating_add(length);
        self.open.push(input);
        batch
    }

    /// The batch that is open, if there is any.
    pub(crate) fn end(&mut self) -> Option<Value> {
        let items = std::mem::take(&mut self.open);
        self.bytes = self.empty_bytes;
        (!items.is_empty()).then(|| self.batch(items))
    }

    fn batch(&self, items: Vec<Value>) -> Value {
        let mut batch = Object::new();
        if let Some(input) = &self.batch_input {
            batch.insert("BatchInput", input.clone());
        }
        batch.insert("Items", Value::Array(items.into()));
        Value::Object(batch)
    }
}
