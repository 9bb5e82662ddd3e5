//! What tests have reached of a definition, state by state.

use std::collections::BTreeMap;

use asl_value::{Text, Value};

use crate::progress::{Progress, StateProgress, Status};

impl Progress {
    /// What the coverage of tests says of each state of a machine, as `asl test --coverage-json` writes it: green if everything
    /// of the state was reached, yellow if a part was, red if it was never entered.
    ///
    /// `machine` is the name of the machine; if there is only one definition, it does not matter.
    ///
    /// ```
    /// use asl_graph::{Progress, Status};
    /// use asl_value::json;
    /// let coverage = json!({"definitions": [{"machine": "orders", "items": [
    ///     {"kind": "states", "state": "Size", "hits": 4}, {"kind": "rules", "state": "Size", "hits": 0}]}]});
    /// let progress = Progress::of_coverage(&coverage, "orders").unwrap();
    /// let size = progress.of("Size").unwrap();
    /// assert_eq!((size.status, size.summary().as_str()), (Status::Caught, "1 of 2 reached"));
    /// ```
    ///
    /// `None` if the document is not a coverage, or has not this machine.
    pub fn of_coverage(coverage: &Value, machine: &str) -> Option<Progress> {
        let definitions = coverage.get("definitions")?.as_array()?;
        let is_meant = |definition: &&Value| {
            definitions.len() == 1 || definition.get("machine").and_then(Value::as_str) == Some(machine)
        };
        let items = definitions.iter().find(is_meant)?.get("items")?.as_array()?;
        let mut states: BTreeMap<Text, Parts> = BTreeMap::new();
        for item in items {
            let (state, hits) = (item.get("state")?.as_text()?, item.get("hits")?.as_number()?.as_u64()?);
            let parts = states.entry(state.clone()).or_default();
            parts.all += 1;
            parts.reached += usize::from(hits > 0);
            if item.get("kind").and_then(Value::as_str) == Some("states") {
                parts.entered = hits;
            }
        }
        Some(Progress(states.into_iter().map(|(name, parts)| (name, parts.progress())).collect()))
    }
}

/// The parts of a state.
#[derive(Default)]
struct Parts {
    all: usize,
    reached: usize,
    entered: u64,
}

impl Parts {
    fn progress(&self) -> StateProgress {
        let (status, note) = match self {
            Parts { entered: 0, .. } => (Status::Failed, "not reached".to_owned()),
            Parts { all, reached, .. } if all == reached => (Status::Succeeded, format!("{}×", self.entered)),
            Parts { all, reached, .. } => (Status::Caught, format!("{reached} of {all} reached")),
        };
        StateProgress { visits: self.entered, note: Some(note), ..StateProgress::new(status) }
    }
}
