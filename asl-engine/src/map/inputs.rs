//! [`Inputs`]: the inputs of the children of a Map Run.

use asl_value::Value;

use super::batch::batches;
use super::dataset::ChildItems;
use super::iterations::Iterations;
use crate::budget::Held;
use crate::visit::Trouble;
use crate::{Failure, wait};

/// The inputs of the children of a Map Run. That of a single item is made when its child begins.
pub(crate) struct Inputs<'a> {
    iterations: &'a Iterations<'a>,
    pub(crate) items: ChildItems,
}

impl<'a> Inputs<'a> {
    /// The inputs that the items of a Map make. `held` is the memory of the items; batches add to it.
    pub(crate) async fn of(iterations: &'a Iterations<'a>, held: &mut Held) -> Result<Inputs<'a>, Trouble> {
        let Some(batcher) = &iterations.map.distributed.batcher else {
            return Ok(Inputs { iterations, items: ChildItems::Items(iterations.dataset.clone()) });
        };
        let mut inputs = Vec::new();
        for index in 0..iterations.dataset.len() {
            wait::before_start(iterations.visit.run, index).await;
            let (_, input) = iterations.input(index)?;
            held.add(input.memory_bytes()).map_err(Failure::from)?;
            inputs.push(input);
        }
        let batches = batches(batcher, inputs, iterations.visit, iterations.env)?;
        Ok(Inputs { iterations, items: ChildItems::Batches(batches.into()) })
    }

    /// The inputs of an earlier run, which a redrive keeps.
    pub(crate) fn kept(iterations: &'a Iterations<'a>, items: ChildItems) -> Inputs<'a> {
        Inputs { iterations, items }
    }

    /// The input of a child.
    pub(crate) fn get(&self, index: usize) -> Result<Value, Trouble> {
        match &self.items {
            ChildItems::Items(_) => Ok(self.iterations.input(index)?.1),
            ChildItems::Batches(batches) => Ok(batches.get(index).cloned().unwrap_or_default()),
        }
    }
}
