//! [`Step`]: how far an execution runs before it stops again.

use crate::spot::Spot;
use crate::world::{Arrival, StrandId, World};

/// How far an execution runs before it stops again, unless something else stops it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the next state of the strand, or to what follows if the strand ends.
    Over,
    /// To the next state of the strand, or the first one of a branch, an iteration or a machine that its state starts.
    In,
    /// To the end of the strand, in the state that has started it.
    Out,
    /// To the next stage of the data in the strand.
    Stage,
    /// To the next stage of the data in the strand, or in one that its state starts.
    StageIn,
}

/// A step that is being made.
#[derive(Debug, Clone)]
pub(crate) struct Stepping {
    step: Step,
    from: StrandId,
    /// The strands around it.
    around: Vec<StrandId>,
}

impl Stepping {
    pub(crate) fn new(step: Step, from: StrandId, world: &World) -> Stepping {
        let around = world.stack(from).iter().skip(1).map(|strand| strand.id).collect();
        Stepping { step, from, around }
    }

    /// Whether the step ends with this halt.
    pub(crate) fn ends(&self, world: &World, arrival: Arrival) -> bool {
        let Arrival { strand, spot } = arrival;
        // While its iterations run, a Map shows the input of each.
        let is_outside = self.around.contains(&strand)
            && !world.strands.contains_key(&self.from)
            && spot != Spot::Stage("afterItemSelector");
        let is_own = strand == self.from;
        is_outside
            || match self.step {
                Step::Over => is_own && spot == Spot::Entry,
                Step::In => spot == Spot::Entry && world.is_within(strand, self.from),
                Step::Out => false,
                Step::Stage => is_own,
                Step::StageIn => world.is_within(strand, self.from),
            }
    }
}
