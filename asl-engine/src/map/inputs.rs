//! [`Inputs`]: the inputs of the children of a Map Run, of which a block is in memory.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use asl_value::Value;
use futures_util::stream::{self, Stream};

use super::block::Block;
use super::blocks::{Blocks, Origin};
use super::dataset::{ChildItems, items_of};
use super::index_ranges::IndexRanges;
use super::iterations::Iterations;
use super::parts::failed;
use super::reader::ReadRequest;
use crate::budget::Held;
use crate::visit::Trouble;
use crate::{Failure, ObjectStore};

/// Where the children of a Map Run get their inputs from.
pub(crate) enum Source<'a> {
    Items(Origin<'a>),
    Reader(ReadRequest<'a>),
    /// This block of an earlier run, and what the reader reads after it.
    Kept(Block, Option<ReadRequest<'a>>),
}

/// The inputs of the children of a Map Run. That of a single item is made when its child begins.
pub(crate) struct Inputs<'a> {
    iterations: &'a Iterations<'a>,
    blocks: Pin<Box<dyn Stream<Item = Result<Block, Trouble>> + Send + 'a>>,
    /// The block that is being worked off.
    block: Option<Block>,
    /// Its memory.
    held: Held,
    /// The child that begins next, unless it stays.
    next: usize,
    /// The children of an earlier run that stay as they ended.
    staying: IndexRanges,
}

/// What is read, before and after the first block.
enum Stage<'a> {
    Before(Source<'a>),
    Reading(Box<Blocks<'a>>),
}

impl<'a> Inputs<'a> {
    pub(crate) fn of(
        iterations: &'a Iterations<'a>,
        source: Source<'a>,
        storage: Option<&'a dyn ObjectStore>,
        held: Held,
    ) -> Result<Inputs<'a>, Trouble> {
        let kept = match &source {
            Source::Kept(block, _) => Some(block.clone()),
            _ => None,
        };
        let reading = held.another();
        let blocks = stream::try_unfold(Stage::Before(source), move |stage| {
            let held = reading.another();
            async move {
                let mut blocks = match stage {
                    Stage::Reading(blocks) => blocks,
                    Stage::Before(source) => Box::new(begin(iterations, source, storage, held).await?),
                };
                let block = blocks.next().await?;
                iterations.visit.run.note_time();
                Ok(block.map(|block| (block, Stage::Reading(blocks))))
            }
        });
        let (blocks, staying) = (Box::pin(blocks), IndexRanges::default());
        let mut inputs = Inputs { iterations, blocks, block: None, held, next: 0, staying };
        kept.map_or(Ok(()), |block| inputs.take(block))?;
        Ok(inputs)
    }

    /// These children of an earlier run stay as they ended.
    pub(crate) fn keep(&mut self, staying: IndexRanges) {
        self.staying = staying;
    }

    fn take(&mut self, block: Block) -> Result<(), Trouble> {
        self.held.set(block.children.memory_bytes()).map_err(Failure::from)?;
        self.block = Some(block);
        Ok(())
    }

    /// The block that is being worked off, once it has been read.
    pub(crate) fn block(&self) -> Option<&Block> {
        self.block.as_ref()
    }

    /// Whether all items have been read.
    pub(crate) fn is_complete(&self) -> bool {
        self.block.as_ref().is_some_and(|block| block.is_last)
    }

    /// The child that begins next, if its input is there.
    pub(crate) fn peek(&mut self) -> Option<usize> {
        self.next = self.staying.end_of(self.next).unwrap_or(self.next);
        let next = self.next;
        self.block.as_ref().filter(|block| block.has(next)).map(|_| next)
    }

    /// Goes to the child after `index`.
    pub(crate) fn advance(&mut self, index: usize) {
        self.next = index + 1;
    }

    /// The input of a child of the block, and the number of its items if that is a batch.
    pub(crate) fn get(&self, index: usize) -> Result<(Value, Option<u64>), Trouble> {
        let Some(block) = &self.block else { return Ok((Value::Null, None)) };
        // INVARIANT: a child of an earlier block has ended, or its note has its input.
        let lost = || failed(format!("the input of child {index} is not in memory any more"));
        let at = index.checked_sub(block.first).ok_or_else(lost)?;
        match &block.children {
            ChildItems::Items(dataset) => {
                let mut item = dataset.item(at);
                item.index = item.index.saturating_add(block.first_item);
                Ok((self.iterations.input_of(&item)?, None))
            }
            ChildItems::Batches(batches) => {
                let batch = batches.get(at).cloned().unwrap_or_default();
                let items = items_of(&batch) as u64;
                Ok((batch, Some(items)))
            }
        }
    }

    /// Reads the next block. `false`: there is none.
    pub(crate) fn poll_block(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Trouble>> {
        if self.is_complete() {
            return Poll::Ready(Ok(false));
        }
        let block = ready!(self.blocks.as_mut().poll_next(cx));
        Poll::Ready(match block.transpose() {
            Ok(Some(block)) => self.take(block).map(|()| true),
            Ok(None) => Ok(false),
            Err(trouble) => Err(trouble),
        })
    }
}

async fn begin<'a>(
    iterations: &'a Iterations<'a>,
    source: Source<'a>,
    storage: Option<&'a dyn ObjectStore>,
    held: Held,
) -> Result<Blocks<'a>, Trouble> {
    let (request, kept) = match source {
        Source::Items(origin) => return Blocks::new(iterations, origin, held),
        Source::Reader(request) => (Some(request), None),
        Source::Kept(block, request) => (request, Some(block)),
    };
    let Some(request) = request else {
        // INVARIANT: the block of a Map without a reader is the last.
        return Blocks::new(iterations, Origin::Given(Default::default()), held);
    };
    let reading = request.begin(storage, iterations.visit, held.another()).await?;
    let mut blocks = Blocks::new(iterations, Origin::Reading(Box::new(reading)), held)?;
    if let Some(kept) = kept {
        blocks.skip(&kept).await?;
    }
    Ok(blocks)
}
