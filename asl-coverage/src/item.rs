//! [`CoveredItem`]: a part of a definition that executions may reach.

use asl_value::{Number, Value, json};

/// A part of a definition that executions may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CoveredItem {
    /// What it is.
    pub kind: ItemKind,
    /// The state that it is a part of.
    pub state: String,
    /// What it is for people: `Price → Ship`, `rule 0 of Size`.
    pub label: String,
    /// Its line in the file, from 1.
    pub line: usize,
    /// How often it was reached.
    pub hits: u64,
    /// Where a transition leads.
    pub to: Option<Target>,
}

/// Where a transition leads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Target {
    /// The next state.
    pub state: String,
    /// Whether a catcher leads there.
    pub by_catcher: bool,
}

/// The kinds of parts that executions may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ItemKind {
    /// A state is entered.
    State,
    /// A state is left to another: by `Next`, a rule, `Default` or a catcher.
    Transition,
    /// A rule of a Choice matches.
    Rule,
    /// A rule of a Choice is evaluated and does not match.
    Mismatch,
    /// An operand of `And`, `Or` or `Not` decides something in a rule: once because it holds, once because it does not.
    Operand,
    /// A retrier retries.
    Retrier,
    /// A catcher handles an error.
    Catcher,
    /// A branch of a Parallel or an iteration of a Map begins.
    Branch,
}

impl ItemKind {
    /// All kinds, in the order in which they are reported.
    pub const ALL: [ItemKind; 8] = [
        ItemKind::State,
        ItemKind::Transition,
        ItemKind::Rule,
        ItemKind::Mismatch,
        ItemKind::Operand,
        ItemKind::Retrier,
        ItemKind::Catcher,
        ItemKind::Branch,
    ];

    /// The plural, as reports show it: `states`, `retriers`.
    pub fn name(self) -> &'static str {
        match self {
            ItemKind::State => "states",
            ItemKind::Transition => "transitions",
            ItemKind::Rule => "rules",
            ItemKind::Mismatch => "mismatches",
            ItemKind::Operand => "operands",
            ItemKind::Retrier => "retriers",
            ItemKind::Catcher => "catchers",
            ItemKind::Branch => "branches",
        }
    }
}

/// How many parts there are, and how many were reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many were reached.
    pub reached: usize,
    /// How many there are.
    pub all: usize,
}

impl Share {
    /// From 0 to 100; 100 if there is nothing to reach.
    pub fn percent(self) -> f64 {
        if self.all == 0 { 100.0 } else { self.reached as f64 * 100.0 / self.all as f64 }
    }
}

impl Share {
    /// The share of these parts.
    pub fn of<'i>(items: impl IntoIterator<Item = &'i CoveredItem>) -> Share {
        items.into_iter().fold(Share::default(), |share, item| Share {
            reached: share.reached + usize::from(item.hits > 0),
            all: share.all + 1,
        })
    }

    /// [`Share::percent`] as a value.
    pub fn to_json(self) -> Value {
        Number::from_f64(self.percent()).map_or(Value::Null, Value::Number)
    }
}

impl CoveredItem {
    /// `{"kind": "transitions", "state": "Size", "label": "Size → Small by default", "line": 17, "hits": 3, "to": "Small",
    /// "byCatcher": false}`. The last two are those of transitions.
    pub fn to_json(&self) -> Value {
        let mut item = json!({
            "kind": self.kind.name(),
            "state": self.state.as_str(),
            "label": self.label.as_str(),
            "line": self.line,
            "hits": self.hits
        });
        if let (Value::Object(members), Some(to)) = (&mut item, &self.to) {
            members.insert("to", to.state.as_str().into());
            members.insert("byCatcher", to.by_catcher.into());
        }
        item
    }
}
