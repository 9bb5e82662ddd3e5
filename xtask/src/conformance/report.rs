//! The results that the runner reports for each case.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::Result;

/// The result of a run: `{"results": [{"id": "base/pass", "kind": "execution", "levels": {"a": true, "b": null}}]}`.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    results: Vec<Case>,
}

#[derive(Debug, Deserialize)]
struct Case {
    id: String,
    /// `execution`, `api`, `validation` or `test_state`.
    kind: String,
    /// Whether the case agrees at each level. `None` if it has nothing to compare at that level.
    levels: BTreeMap<String, Option<bool>>,
}

/// How many cases of each kind agree at each level, of how many.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts(pub(super) BTreeMap<String, BTreeMap<String, Count>>);

/// Some of a number of cases.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) agree: u64,
    of: u64,
}

impl Report {
    pub(super) fn parse(text: &str) -> Result<Report> {
        let report: Report = serde_json::from_str(text)?;
        if report.results.is_empty() {
            return Err("the runner reports no case".into());
        }
        Ok(report)
    }

    /// The cases that differ from their recording at some level.
    pub(super) fn differing(&self) -> impl Iterator<Item = &str> {
        self.results.iter().filter(|case| case.differs()).map(|case| case.id.as_str())
    }

    /// Whether the report has this case, and the case agrees at all levels.
    pub(super) fn agrees(&self, id: &str) -> bool {
        self.results.iter().any(|case| case.id == id && !case.differs())
    }

    /// Replaces the results of cases that another run repeated.
    pub(super) fn replace(&mut self, again: Report) {
        for case in again.results {
            if let Some(before) = self.results.iter_mut().find(|before| before.id == case.id) {
                *before = case;
            }
        }
    }

    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for case in &self.results {
            let kind = counts.0.entry(case.kind.clone()).or_default();
            for (level, agrees) in &case.levels {
                let count = kind.entry(level.clone()).or_default();
                count.agree += u64::from(*agrees == Some(true));
                count.of += u64::from(agrees.is_some());
            }
        }
        counts
    }
}

impl Case {
    fn differs(&self) -> bool {
        self.levels.values().any(|agrees| *agrees == Some(false))
    }
}

/// `execution a 400/401, b 271/275; api all 98/98`
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (kind, levels)) in self.0.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "; " })?;
            f.write_str(kind)?;
            let levels = levels.iter().filter(|(_, count)| count.of > 0);
            for (at, (level, count)) in levels.enumerate() {
                write!(f, "{} {level} {}/{}", if at == 0 { "" } else { "," }, count.agree, count.of)?;
            }
        }
        Ok(())
    }
}
