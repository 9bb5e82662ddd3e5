//! [`Blocks`]: the children of a Map Run, block after block.

use std::sync::Arc;

use asl_value::{VALUE_BYTES, Value};

use super::batch::Batches;
use super::block::Block;
use super::dataset::{ChildItems, Dataset, DatasetBuilder};
use super::iterations::Iterations;
use super::reader::Reading;
use crate::budget::Held;
use crate::map_item::MapItem;
use crate::visit::Trouble;
use crate::{Failure, wait};

/// How many items are read ahead, in how many bytes of memory. A Map over no more items knows at once how many there are.
const AHEAD_ITEMS: usize = 1000;
const AHEAD_BYTES: u64 = 1 << 20;

/// Where the items come from.
pub(crate) enum Origin<'a> {
    /// The data of the state.
    Given(Arc<Dataset>),
    Reading(Box<Reading<'a>>),
}

/// All children of a Map Run, block after block.
pub(crate) struct Blocks<'a> {
    iterations: &'a Iterations<'a>,
    origin: Origin<'a>,
    batches: Option<Batches>,
    /// The memory of a batch that is not in a block yet.
    held: Held,
    /// The place of the next child and of its first item.
    child: usize,
    item: usize,
    /// How many items have been read.
    read: usize,
    /// The version of the files after the last item of the last complete batch.
    batched: u64,
    has_ended: bool,
}

impl<'a> Blocks<'a> {
    pub(crate) fn new(
        iterations: &'a Iterations<'a>,
        origin: Origin<'a>,
        held: Held,
    ) -> Result<Blocks<'a>, Trouble> {
        let batcher = iterations.map.distributed.batcher.as_ref();
        let batches =
            batcher.map(|batcher| Batches::new(batcher, iterations.visit, iterations.env)).transpose()?;
        Ok(Blocks {
            iterations,
            origin,
            batches,
            held,
            child: 0,
            item: 0,
            read: 0,
            batched: 0,
            has_ended: false,
        })
    }

    /// Goes to the children after a block that an earlier run has read from the same files.
    pub(crate) async fn skip(&mut self, block: &Block) -> Result<(), Trouble> {
        let taken = block.first_item.saturating_add(block.children.items());
        while self.read < taken && self.next_item().await?.is_some() {
            if self.read.is_multiple_of(AHEAD_ITEMS) {
                wait::before_start(self.iterations.visit.run, 0).await;
            }
        }
        (self.child, self.item) = (block.end(), taken);
        if self.read < taken || self.version() != block.version {
            // UNRECORDED: a Map Run that is redriven when what it reads has changed.
            let cause = "what the ItemReader reads has changed since the Map Run began";
            return Err(super::parts::failed(cause).into());
        }
        Ok(())
    }

    /// The next block; `None` after the last one.
    pub(crate) async fn next(&mut self) -> Result<Option<Block>, Trouble> {
        if self.has_ended {
            return Ok(None);
        }
        let children = match (&self.origin, self.batches.is_some()) {
            (Origin::Given(dataset), false) => {
                self.has_ended = true;
                ChildItems::Items(dataset.clone())
            }
            (Origin::Reading(_), false) => ChildItems::Items(Arc::new(self.items().await?)),
            (_, true) => ChildItems::Batches(self.batches().await?.into()),
        };
        let (first, first_item) = (self.child, self.item);
        self.child = first.saturating_add(children.len());
        self.item = first_item.saturating_add(children.items());
        let is_batched = self.batches.is_some() && !self.has_ended;
        let version = if is_batched { self.batched } else { self.version() };
        let is_last = self.has_ended;
        Ok(Some(Block { children, first, first_item, is_last, version }))
    }

    /// How much memory the items of a block may take.
    fn ahead_bytes(&self) -> u64 {
        AHEAD_BYTES.min(self.held.left() / 8)
    }

    async fn items(&mut self) -> Result<Dataset, Trouble> {
        let (mut items, mut bytes) = (DatasetBuilder::default(), 0u64);
        let mut held = self.held.another();
        let most_bytes = self.ahead_bytes();
        while items.len() < AHEAD_ITEMS && bytes < most_bytes {
            let Some(item) = self.next_item().await? else {
                self.has_ended = true;
                break;
            };
            bytes = bytes.saturating_add(item.value.memory_bytes()).saturating_add(VALUE_BYTES);
            held.set(bytes).map_err(Failure::from)?;
            items.push(item);
        }
        Ok(items.build())
    }

    async fn batches(&mut self) -> Result<Vec<Value>, Trouble> {
        let is_given = matches!(self.origin, Origin::Given(_));
        let (mut complete, mut bytes) = (Vec::new(), 0u64);
        let (first, most_bytes) = (self.read, self.ahead_bytes());
        while is_given || complete.is_empty() || (self.read - first < AHEAD_ITEMS && bytes < most_bytes) {
            wait::before_start(self.iterations.visit.run, self.read).await;
            let before = self.version();
            let input = match self.next_item().await? {
                Some(item) => Some(self.iterations.input_of(&item)?),
                None => None,
            };
            let Some(batches) = &mut self.batches else { break };
            let Some(input) = input else {
                complete.extend(batches.end());
                self.has_ended = true;
                break;
            };
            bytes = bytes.saturating_add(input.memory_bytes());
            self.held.set(bytes).map_err(Failure::from)?;
            if let Some(batch) = batches.push(input) {
                // The input that was read last is in the batch after it.
                complete.push(batch);
                self.batched = before;
            }
        }
        Ok(complete)
    }

    async fn next_item(&mut self) -> Result<Option<MapItem>, Failure> {
        let item = match &mut self.origin {
            Origin::Given(dataset) if self.read < dataset.len() => Some(dataset.item(self.read)),
            Origin::Given(_) => None,
            Origin::Reading(reading) => reading.next(self.read).await?,
        };
        self.read += usize::from(item.is_some());
        Ok(item)
    }

    fn version(&self) -> u64 {
        match &self.origin {
            Origin::Given(_) => 0,
            Origin::Reading(reading) => reading.version(),
        }
    }
}
