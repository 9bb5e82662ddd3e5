//! The contents of `tests/replay.toml`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::Result;

const HEADER: &str = "\
# What `cargo xtask replay` holds `asl replay` to, with histories that AWS recorded.
# `end`: how many executions come to the recorded end. `same`: how many do so by the recorded steps, with the recorded
# data. These numbers may only rise.
# `differs`: each execution that comes to another end, and why. This list may only shrink.
";

/// The reason of a new difference, until a person has found it out.
const NO_REASON: &str = "not looked into";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Expectations {
    end: usize,
    same: usize,
    differs: BTreeMap<String, String>,
}

impl Expectations {
    pub(super) fn parse(text: &str) -> Result<Expectations> {
        Ok(toml::from_str(text)?)
    }

    /// The violated expectations, one line each.
    pub(super) fn violations(&self, end: usize, same: usize, others: &[&str]) -> Vec<String> {
        let unnamed = others.iter().filter(|name| !self.differs.contains_key(**name));
        let mut violations: Vec<String> =
            unnamed.map(|name| format!("{name} comes to another end")).collect();
        for (name, found, floor) in [("end", end, self.end), ("same", same, self.same)] {
            if found < floor {
                violations.push(format!("{name}: {found}, fewer than {floor}"));
            }
        }
        violations
    }

    /// Makes the results the new expectation. Floors only rise.
    pub(super) fn take(&mut self, end: usize, same: usize, others: &[&str]) {
        self.end = self.end.max(end);
        self.same = self.same.max(same);
        self.differs.retain(|name, _| others.contains(&name.as_str()));
        for name in others {
            self.differs.entry((*name).to_owned()).or_insert_with(|| NO_REASON.to_owned());
        }
    }
}

impl fmt::Display for Expectations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{HEADER}\nend = {}\nsame = {}\n\n[differs]\n", self.end, self.same)?;
        for (name, reason) in &self.differs {
            // A JSON string is also a TOML basic string.
            writeln!(f, "{} = {}", serde_json::json!(name), serde_json::json!(reason))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_rise_and_other_ends_are_listed() {
        let mut expectations =
            Expectations::parse("end = 2\nsame = 1\n[differs]\na = \"lost\"\nb = \"\"\n").unwrap();
        assert!(expectations.violations(2, 1, &["a"]).is_empty());
        let violations = expectations.violations(1, 1, &["a", "c"]);
        assert_eq!(violations, ["c comes to another end", "end: 1, fewer than 2"]);
        expectations.take(3, 0, &["a", "c"]);
        let text = expectations.to_string();
        assert!(
            text.ends_with("end = 3\nsame = 1\n\n[differs]\n\"a\" = \"lost\"\n\"c\" = \"not looked into\"\n"),
            "{text}"
        );
    }
}
