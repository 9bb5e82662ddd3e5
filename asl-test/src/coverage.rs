//! [`Coverage`]: which parts of definitions the cases have reached.

mod items;

use std::path::{Path, PathBuf};

use crate::hits::Hits;
use crate::machine::Machine;
use crate::parallel::FileResult;

/// Which parts of the tested definitions the cases have reached. It is exact: the engine reports which rule, retrier or catcher it
/// takes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Coverage {
    /// Each definition once, in the order of the test files.
    pub definitions: Vec<DefinitionCoverage>,
}

/// Which parts of one definition were reached.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DefinitionCoverage {
    /// The file of the definition.
    pub path: PathBuf,
    /// The name of the machine.
    pub machine: String,
    /// Its parts, in the order of the definition.
    pub items: Vec<CoveredItem>,
}

/// A part of a definition that cases may reach.
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
}

/// The kinds of parts that cases may reach.
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

impl Coverage {
    /// The coverage of the cases that ran: of the definitions that they test, and of those that these start. A definition that
    /// several files use is counted once.
    pub fn of(results: &[FileResult<'_>]) -> Coverage {
        let mut merged: Vec<Merged<'_>> = Vec::new();
        for FileResult { file, cases } in results {
            let own = cases.iter().map(|case| &case.hits);
            merge(&mut merged, file.definition(), file.machine(), own);
            for (index, other) in file.with.iter().enumerate() {
                let reached = cases.iter().filter_map(|case| case.hits_of_others.get(index));
                merge(&mut merged, &other.definition, &other.machine, reached);
            }
        }
        let definitions = merged.into_iter().map(|of| DefinitionCoverage {
            path: of.path.to_path_buf(),
            machine: of.machine.name.to_string(),
            items: items::of(of.machine, &of.hits),
        });
        Coverage { definitions: definitions.collect() }
    }

    /// The share of all parts of all definitions.
    pub fn total(&self) -> Share {
        share(self.definitions.iter().flat_map(|definition| &definition.items))
    }
}

/// What cases reached of a definition, whichever files use it.
struct Merged<'r> {
    /// Its path without links.
    real: PathBuf,
    path: &'r Path,
    machine: &'r Machine,
    hits: Hits,
}

fn merge<'r>(
    merged: &mut Vec<Merged<'r>>,
    path: &'r Path,
    machine: &'r Machine,
    reached: impl Iterator<Item = &'r Hits>,
) {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let at = merged.iter().position(|known| known.real == real).unwrap_or(merged.len());
    if at == merged.len() {
        merged.push(Merged { real, path, machine, hits: Hits::default() });
    }
    if let Some(of) = merged.get_mut(at) {
        reached.for_each(|hits| of.hits.add(hits));
    }
}

impl DefinitionCoverage {
    /// The share of one kind of parts.
    pub fn share(&self, kind: ItemKind) -> Share {
        share(self.items.iter().filter(|item| item.kind == kind))
    }

    /// The share of all parts.
    pub fn total(&self) -> Share {
        share(self.items.iter())
    }
}

fn share<'i>(items: impl Iterator<Item = &'i CoveredItem>) -> Share {
    items.fold(Share::default(), |share, item| Share {
        reached: share.reached + usize::from(item.hits > 0),
        all: share.all + 1,
    })
}
