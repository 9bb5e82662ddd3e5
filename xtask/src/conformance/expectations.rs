//! The contents of `tests/conformance.toml`: how many cases must agree, which differ, and why.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::report::Report;
use crate::Result;

const HEADER: &str = "\
# What `cargo xtask conformance` holds `asl serve` to, against scenarios recorded on AWS.
# `floors`: how many cases of a kind agree at each level. These numbers may only rise.
# `differs`: each case that still differs, and why. This list may only shrink.
";

/// The reason of a new difference, until a person has found it out.
const NO_REASON: &str = "not looked into";

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expectations {
    #[serde(default)]
    pub(super) floors: BTreeMap<String, BTreeMap<String, u64>>,
    /// The reason, by case.
    #[serde(default)]
    pub(super) differs: BTreeMap<String, String>,
}

impl Expectations {
    pub(super) fn parse(text: &str) -> Result<Expectations> {
        Ok(toml::from_str(text)?)
    }

    /// Listed cases that agree nevertheless.
    pub(super) fn agreeing(&self, report: &Report) -> impl Iterator<Item = &str> {
        self.differs.keys().map(String::as_str).filter(|case| report.agrees(case))
    }

    /// The violated expectations, one line each.
    pub(super) fn violations(&self, report: &Report) -> Vec<String> {
        let unnamed = report.differing().filter(|case| !self.differs.contains_key(*case));
        let mut violations: Vec<String> = unnamed.map(|case| format!("{case} differs")).collect();
        let counts = report.counts();
        for (kind, floors) in &self.floors {
            for (level, floor) in floors {
                let agree =
                    counts.0.get(kind).and_then(|levels| levels.get(level)).map_or(0, |count| count.agree);
                if agree < *floor {
                    violations.push(format!("{kind} {level}: {agree} cases agree, fewer than {floor}"));
                }
            }
        }
        violations
    }

    /// Makes the report the new expectation. Floors only rise.
    pub(super) fn take(&mut self, report: &Report) {
        for case in report.differing() {
            self.differs.entry(case.to_owned()).or_insert_with(|| NO_REASON.to_owned());
        }
        self.differs.retain(|case, _| !report.agrees(case));
        for (kind, levels) in report.counts().0 {
            let floors = self.floors.entry(kind).or_default();
            for (level, count) in levels {
                let floor = floors.entry(level).or_default();
                *floor = count.agree.max(*floor);
            }
        }
    }
}

/// Formats the file as TOML, with one line per case.
impl fmt::Display for Expectations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        for (kind, floors) in &self.floors {
            writeln!(f, "\n[floors.{kind}]")?;
            for (level, floor) in floors.iter().filter(|(_, floor)| **floor > 0) {
                writeln!(f, "{level} = {floor}")?;
            }
        }
        f.write_str("\n[differs]\n")?;
        for (case, reason) in &self.differs {
            // A JSON string is also a TOML basic string.
            writeln!(f, "{} = {}", serde_json::json!(case), serde_json::json!(reason))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"results": [
        {"id": "x", "kind": "execution", "levels": {"a": true, "b": false, "c": null}},
        {"id": "y", "kind": "execution", "levels": {"a": true, "b": true, "c": null}},
        {"id": "z", "kind": "api", "levels": {"a": false}}
    ]}"#;

    #[track_caller]
    fn check(expectations: &str, expected: &[&str]) {
        let report = Report::parse(REPORT).unwrap();
        assert_eq!(Expectations::parse(expectations).unwrap().violations(&report), expected);
    }

    #[test]
    fn a_case_that_differs_is_named_and_no_count_falls() {
        check("[differs]\nx = 'a'\nz = 'b'\n[floors.execution]\na = 2\nb = 1", &[]);
        check("[differs]\nx = 'a'", &["z differs"]);
        check("", &["x differs", "z differs"]);
        let named = "[differs]\nx = 'a'\nz = 'b'\n";
        check(&format!("{named}[floors.execution]\na = 3"), &["execution a: 2 cases agree, fewer than 3"]);
        check(&format!("{named}[floors.validation]\na = 1"), &["validation a: 0 cases agree, fewer than 1"]);
    }

    #[test]
    fn a_report_is_taken_for_the_expectation() {
        let before = "[differs]\nx = 'known'\ny = 'mended'\n[floors.execution]\na = 1\nb = 3";
        let mut expectations = Expectations::parse(before).unwrap();
        let report = Report::parse(REPORT).unwrap();
        assert_eq!(expectations.agreeing(&report).collect::<Vec<_>>(), ["y"]);
        expectations.take(&report);
        let written = expectations.to_string();
        assert_eq!(Expectations::parse(&written).unwrap().differs["x"], "known", "{written}");
        assert_eq!(expectations.differs.keys().collect::<Vec<_>>(), ["x", "z"]);
        assert_eq!(expectations.floors["execution"]["a"], 2);
        assert_eq!(expectations.floors["execution"]["b"], 3, "a floor does not fall");
        assert!(expectations.violations(&report).iter().all(|violation| violation.contains("fewer than 3")));
    }

    #[test]
    fn a_case_that_is_run_again_counts_by_its_second_run() {
        let mut report = Report::parse(REPORT).unwrap();
        let again =
            r#"{"results": [{"id": "x", "kind": "execution", "levels": {"a": true, "b": true, "c": null}}]}"#;
        report.replace(Report::parse(again).unwrap());
        assert_eq!(report.differing().collect::<Vec<_>>(), ["z"]);
        assert_eq!(report.counts().to_string(), "api a 0/1; execution a 2/2, b 2/2");
        assert!(Report::parse(r#"{"results": []}"#).is_err());
    }
}
