//! [`Coverage`]: which parts of definitions the cases have reached.

use std::path::{Path, PathBuf};

use asl_coverage::{Hits, MachineCoverage, Share};

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
    /// The machine and its parts.
    pub coverage: MachineCoverage,
    /// The definition as JSON.
    pub definition: String,
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
            coverage: of.machine.coverage(&of.hits),
            definition: of.machine.to_json(),
        });
        Coverage { definitions: definitions.collect() }
    }

    /// The share of all parts of all definitions.
    pub fn total(&self) -> Share {
        Share::of(self.definitions.iter().flat_map(|definition| &definition.coverage.items))
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
