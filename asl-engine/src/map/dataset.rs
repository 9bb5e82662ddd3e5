//! [`Dataset`]: items of a Map, and where they come from.

use std::sync::Arc;

use asl_value::{Array, Object, Text, VALUE_BYTES, Value};

use crate::map_item::MapItem;

/// What the children of a Map Run get as their inputs. Clones are the same.
#[derive(Clone, PartialEq)]
pub(crate) enum ChildItems {
    /// One item each.
    Items(Arc<Dataset>),
    /// A batch each: `{"Items": […]}`.
    Batches(Arc<[Value]>),
}

/// Items of a Map.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Dataset {
    items: Array,
    /// The keys of the items if some are the members of an object; otherwise empty.
    keys: Box<[Option<Text>]>,
    /// `$$.Map.Item.Source` of the items from each index on; empty for an inline Map.
    sources: Vec<(usize, Text)>,
}

/// Items that are read one after the other.
#[derive(Default)]
pub(crate) struct DatasetBuilder {
    items: Vec<Value>,
    keys: Vec<Option<Text>>,
    sources: Vec<(usize, Text)>,
}

impl DatasetBuilder {
    /// Adds the next item.
    pub(crate) fn push(&mut self, item: MapItem) {
        let index = self.items.len();
        if let Some(source) = item.source
            && self.sources.last().is_none_or(|(_, known)| *known != source)
        {
            self.sources.push((index, source));
        }
        if item.key.is_some() || !self.keys.is_empty() {
            self.keys.resize(index, None);
            self.keys.push(item.key);
        }
        self.items.push(item.value);
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn build(self) -> Dataset {
        Dataset { items: self.items.into(), keys: self.keys.into(), sources: self.sources }
    }
}

impl Dataset {
    pub(crate) fn items(&self) -> &Array {
        &self.items
    }

    pub(crate) fn keys(&self) -> &[Option<Text>] {
        &self.keys
    }

    /// The sources of the items from each index on.
    pub(crate) fn sources(&self) -> &[(usize, Text)] {
        &self.sources
    }

    /// The dataset with these parts.
    pub(crate) fn of_parts(items: Array, keys: Box<[Option<Text>]>, sources: Vec<(usize, Text)>) -> Dataset {
        Dataset { items, keys, sources }
    }

    pub(crate) fn of_array(items: Array) -> Dataset {
        Dataset { items, ..Dataset::default() }
    }

    /// The members of an object.
    pub(crate) fn of_members(members: Object) -> Dataset {
        let (keys, items): (Vec<Option<Text>>, Vec<Value>) =
            members.into_members().into_iter().map(|(key, item)| (Some(key), item)).unzip();
        Dataset { items: items.into(), keys: keys.into(), ..Dataset::default() }
    }

    /// The same items, which come from the data of the state.
    ///
    /// Documented: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html>
    pub(crate) fn of_state(self) -> Dataset {
        Dataset { sources: vec![(0, "STATE_DATA".into())], ..self }
    }

    /// The items as AWS shows the result of `ItemsPath`.
    pub(crate) fn to_value(&self) -> Value {
        let keys = self.keys.iter().map(|key| key.clone().unwrap_or_default());
        match self.keys.is_empty() {
            true => Value::Array(self.items.clone()),
            false => Value::Object(keys.zip(self.items.iter().cloned()).collect()),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// The memory that the items take.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let bytes = self.items.iter().map(Value::memory_bytes).fold(0, u64::saturating_add);
        bytes.saturating_add(VALUE_BYTES.saturating_mul(self.len() as u64))
    }

    pub(crate) fn item(&self, index: usize) -> MapItem {
        let before = self.sources.partition_point(|(first, _)| *first <= index);
        MapItem {
            index,
            value: self.items.get(index).cloned().unwrap_or_default(),
            key: self.keys.get(index).cloned().flatten(),
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
    pub(crate) fn items(&self) -> usize {
        match self {
            ChildItems::Items(dataset) => dataset.len(),
            ChildItems::Batches(batches) => batches.iter().map(items_of).sum(),
        }
    }

    /// The memory that they take.
    pub(crate) fn memory_bytes(&self) -> u64 {
        match self {
            ChildItems::Items(dataset) => dataset.memory_bytes(),
            ChildItems::Batches(batches) => batches.iter().map(Value::memory_bytes).sum(),
        }
    }
}

/// How many items a batch has.
pub(crate) fn items_of(batch: &Value) -> usize {
    batch.get("Items").and_then(Value::as_array).map_or(0, |items| items.len())
}
