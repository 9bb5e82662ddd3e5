//! [`MachineCoverage`]: what was reached of one definition.

use asl_engine::Program;
use asl_model::{Excerpt, StateMachine};
use asl_value::{Object, Text, Value, json};

use crate::hits::Hits;
use crate::item::{CoveredItem, ItemKind, Share};
use crate::items;

/// Which parts of one definition were reached.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct MachineCoverage {
    /// The name of the machine.
    pub machine: String,
    /// Its parts, in the order of the definition.
    pub items: Vec<CoveredItem>,
}

impl MachineCoverage {
    /// What was reached of a definition: `program` is what it was compiled to, `excerpt` its text.
    pub fn of(
        name: impl Into<String>,
        machine: &StateMachine,
        program: &Program,
        excerpt: &Excerpt,
        hits: &Hits,
    ) -> MachineCoverage {
        MachineCoverage { machine: name.into(), items: items::of(machine, program, excerpt, hits) }
    }

    /// The share of one kind of parts.
    pub fn share(&self, kind: ItemKind) -> Share {
        Share::of(self.items.iter().filter(|item| item.kind == kind))
    }

    /// The share of all parts.
    pub fn total(&self) -> Share {
        Share::of(&self.items)
    }

    /// The parts that were not reached.
    pub fn missed(&self) -> impl Iterator<Item = &CoveredItem> {
        self.items.iter().filter(|item| item.hits == 0)
    }

    /// The members of a document:
    ///
    /// ```json
    /// {"machine": "orders", "percent": 97.5, "kinds": {"states": {"reached": 6, "all": 6}},
    ///   "items": [{"kind": "rules", "state": "Size", "label": "rule 0 of Size matches", "line": 17, "hits": 3}]}
    /// ```
    pub fn to_json(&self) -> Object {
        let kinds: Object = ItemKind::ALL
            .into_iter()
            .map(|kind| {
                let share = self.share(kind);
                (Text::from(kind.name()), json!({"reached": share.reached, "all": share.all}))
            })
            .collect();
        let items: Value = self.items.iter().map(CoveredItem::to_json).collect();
        Object::from_iter([
            ("machine", Value::from(self.machine.as_str())),
            ("percent", self.total().to_json()),
            ("kinds", Value::Object(kinds)),
            ("items", items),
        ])
    }
}
