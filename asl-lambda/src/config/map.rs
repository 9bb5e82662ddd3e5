//! [`MapSettings`]: where the children of distributed Maps run.

use asl_value::Text;

use crate::Checkpoints;

/// Where the children of distributed Maps run, see the README. By default in the invocation itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MapSettings {
    /// The function whose invocations run the children; `None` to run them in the invocation itself.
    pub function: Option<MapFunction>,
    /// How many of its invocations are in flight at a time, for one invocation of this function.
    pub workers: usize,
    /// How many children one of them runs at most.
    pub batch: usize,
    /// Where an execution is kept that runs out of time, if its machine has distributed Maps; `None` to keep none.
    pub checkpoints: Option<Checkpoints>,
    /// Whether this function runs children for another one. One that invokes itself does so in any case.
    pub is_worker: bool,
}

/// A function that runs children of distributed Maps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MapFunction {
    /// The function itself, in the version or by the alias that was invoked.
    Own,
    /// The function with this name or ARN.
    Named(Text),
}

impl Default for MapSettings {
    fn default() -> MapSettings {
        MapSettings { function: None, workers: 50, batch: 100, checkpoints: None, is_worker: false }
    }
}

impl MapSettings {
    /// Whether the function reads batches of children from its events.
    ///
    /// Nothing tells such an event from one that somebody else has made up, so only a function that is meant to read them
    /// does.
    pub(crate) fn reads_batches(&self) -> bool {
        self.is_worker || self.function == Some(MapFunction::Own)
    }
}
