//! [`Dataset`]: the items of a Map, and where they come from.

use std::sync::Arc;

use asl_model::ReaderConfig;
use asl_value::{Array, Object, Text, Value};

use super::csv;
use super::file::{File, failed, json};
use crate::Failure;
use crate::budget::Held;
use crate::map_item::MapItem;

/// Where the children of a Map Run get their inputs from. Clones are the same.
#[derive(Clone, PartialEq)]
pub(crate) enum ChildItems {
    /// One item each.
    Items(Arc<Dataset>),
    /// A batch each: `{"Items": […]}`.
    Batches(Arc<[Value]>),
}

/// The items of a Map.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Dataset {
    items: Array,
    /// The keys of the items if they are the members of an object; otherwise empty.
    keys: Box<[Text]>,
    /// `$$.Map.Item.Source` of the items from each index on; empty for an inline Map.
    sources: Vec<(usize, Text)>,
}

impl Dataset {
    pub(crate) fn of_array(items: Array) -> Dataset {
        Dataset { items, ..Dataset::default() }
    }

    /// The members of an object.
    pub(crate) fn of_members(members: Object) -> Dataset {
        let (keys, items): (Vec<Text>, Vec<Value>) = members.into_members().into_iter().unzip();
        Dataset { items: items.into(), keys: keys.into(), ..Dataset::default() }
    }

    /// The same items, which come from the data of the state.
    ///
    /// Documented: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html>
    pub(crate) fn of_state(self) -> Dataset {
        self.read_from("STATE_DATA".into())
    }

    /// The same items, which come from `source`.
    pub(crate) fn read_from(self, source: Text) -> Dataset {
        Dataset { sources: vec![(0, source)], ..self }
    }

    /// The first `most` items of a file. `pointed_to` receives what `ItemsPointer` points to.
    pub(crate) fn read(
        mut file: File<'_>,
        config: &ReaderConfig,
        most: usize,
        held: &mut Held,
        pointed_to: impl FnOnce(&Value),
    ) -> Result<Dataset, Failure> {
        let items = match config.input_type.as_deref() {
            Some("CSV") => csv::items(&mut file, config, most, held)?,
            Some("JSONL") => {
                let mut items = Vec::new();
                while items.len() < most
                    && let Some(line) = file.line(held)?
                {
                    if !line.trim().is_empty() {
                        items.push(json(&line, held)?);
                    }
                }
                items
            }
            _ => {
                let mut text = held.another();
                let document = json(&file.text(&mut text)?, held)?;
                return Dataset::of_document(document, config, pointed_to);
            }
        };
        Ok(Dataset::of_array(items.into()))
    }

    fn of_document(
        document: Value,
        config: &ReaderConfig,
        pointed_to: impl FnOnce(&Value),
    ) -> Result<Dataset, Failure> {
        let (found, is_pointed) = match &config.items_pointer {
            Some(pointer) => {
                // Observed on AWS.
                let lost = "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.";
                let found = pointed(&document, pointer).ok_or_else(|| failed(lost))?;
                pointed_to(found);
                (found.clone(), true)
            }
            None => (document, false),
        };
        match found {
            Value::Array(items) => Ok(Dataset::of_array(items)),
            // DEVIATION: a file that is one JSON object fails without `ItemsPointer`, as recorded in 2023. In 2026 AWS
            // was observed to iterate over its members.
            Value::Object(members) if is_pointed => Ok(Dataset::of_members(members)),
            // Recorded.
            _ => Err(failed("Attempting to map over non-iterable node.")),
        }
    }

    /// Appends the items of another dataset.
    pub(crate) fn append(&mut self, other: Dataset) {
        let first = self.items.len();
        let mut items = std::mem::take(&mut self.items).into_vec();
        items.extend(other.items.into_vec());
        self.items = items.into();
        self.sources.extend(other.sources.into_iter().map(|(at, source)| (first + at, source)));
        self.keys = [std::mem::take(&mut self.keys), other.keys].concat().into();
    }

    /// Keeps the first `most` items.
    pub(crate) fn truncate(&mut self, most: usize) {
        if most < self.items.len() {
            let mut items = std::mem::take(&mut self.items).into_vec();
            items.truncate(most);
            self.items = items.into();
        }
    }

    /// The items as AWS shows the result of `ItemsPath`.
    pub(crate) fn to_value(&self) -> Value {
        match self.keys.is_empty() {
            true => Value::Array(self.items.clone()),
            false => Value::Object(self.keys.iter().cloned().zip(self.items.iter().cloned()).collect()),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The memory that the items take.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.items.iter().map(Value::memory_bytes).fold(0, u64::saturating_add)
    }

    pub(crate) fn item(&self, index: usize) -> MapItem {
        let before = self.sources.partition_point(|(first, _)| *first <= index);
        MapItem {
            index,
            value: self.items.get(index).cloned().unwrap_or_default(),
            key: self.keys.get(index).cloned(),
            source: before
                .checked_sub(1)
                .and_then(|at| self.sources.get(at))
                .map(|(_, source)| source.clone()),
        }
    }
}

impl ChildItems {
    /// How many children there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            ChildItems::Items(dataset) => dataset.len(),
            ChildItems::Batches(batches) => batches.len(),
        }
    }

    /// How many items the children have together.
    pub(crate) fn items(&self) -> u64 {
        match self {
            ChildItems::Items(dataset) => dataset.len() as u64,
            ChildItems::Batches(batches) => batches.iter().map(items_of).sum(),
        }
    }

    /// The number of items in an input that is a batch.
    pub(crate) fn batch(&self, input: &Value) -> Option<u64> {
        matches!(self, ChildItems::Batches(_)).then(|| items_of(input))
    }

    /// The memory that they take.
    pub(crate) fn memory_bytes(&self) -> u64 {
        match self {
            ChildItems::Items(dataset) => dataset.memory_bytes(),
            ChildItems::Batches(batches) => batches.iter().map(Value::memory_bytes).sum(),
        }
    }
}

fn items_of(batch: &Value) -> u64 {
    batch.get("Items").and_then(Value::as_array).map_or(0, |items| items.len() as u64)
}

/// The value at a JSON Pointer (RFC 6901).
fn pointed<'v>(document: &'v Value, pointer: &str) -> Option<&'v Value> {
    let steps = if pointer.is_empty() { "" } else { pointer.strip_prefix('/')? };
    let steps = steps.split('/').filter(|_| !pointer.is_empty());
    steps.map(|step| step.replace("~1", "/").replace("~0", "~")).try_fold(document, |value, step| match value
    {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(&step),
    })
}
