//! [`Visits`]: counts what one execution reaches.

use std::collections::HashMap;

use asl_engine::{Handled, VisitStage};
use asl_value::Text;

use crate::hits::{Hits, Way, bump};

/// The visits that are under way in one execution, by the events with which they began.
#[derive(Debug, Default)]
pub struct Visits {
    open: HashMap<u64, Open>,
}

#[derive(Debug)]
struct Open {
    state: Text,
    /// The way out that has been decided, but not taken yet.
    way: Way,
}

impl Visits {
    /// A state was entered, with the event of this number.
    pub fn begin(&mut self, entered: u64, state: &Text, hits: &mut Hits) {
        hits.entered(state);
        self.open.insert(entered, Open { state: state.clone(), way: Way::Next });
    }

    /// Counts what a stage of a visit has reached. `entered` is the number of the event with which the visit began.
    pub fn follow(&mut self, entered: u64, stage: &VisitStage<'_>, hits: &mut Hits) {
        let Some(open) = self.open.get_mut(&entered) else { return };
        match stage {
            VisitStage::Tested { rule, operand, holds, .. } => {
                let counts = if *holds { [0, 1] } else { [1, 0] };
                hits.of(&open.state).test((*rule, *operand), counts);
            }
            VisitStage::Chosen { rule, .. } => {
                let state = hits.of(&open.state);
                open.way = rule.map_or(Way::Default, Way::Rule);
                match rule {
                    Some(index) => bump(&mut state.matched, *index, 1),
                    None => state.unmatched += 1,
                }
            }
            VisitStage::Failed { handled: Handled::Retried(index), .. } => {
                bump(&mut hits.of(&open.state).retried, *index, 1);
            }
            VisitStage::Failed { handled: Handled::Caught(index), .. } => {
                bump(&mut hits.of(&open.state).caught, *index, 1);
                open.way = Way::Catcher(*index);
            }
            VisitStage::Failed { .. } => drop(self.open.remove(&entered)),
            VisitStage::Left { .. } => {
                let way = open.way;
                *hits.of(&open.state).ways.entry(way).or_default() += 1;
                self.open.remove(&entered);
            }
            _ => {}
        }
    }
}
