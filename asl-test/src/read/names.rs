//! The names of all fields of a test file. The schema has the same.

/// The fields of a file.
pub(crate) const FILE: &[&str] =
    &["$schema", "comment", "machine", "type", "substitutions", "mocks", "with", "cases"];
/// Those of a machine in `with`.
pub(crate) const WITH: &[&str] = &["machine", "type", "substitutions", "mocks"];
/// Those of a case.
pub(crate) const CASE: &[&str] =
    &["name", "comment", "input", "inputFile", "seed", "time", "mocks", "mockFile", "record", "expect"];
/// Those of an answer.
pub(crate) const ANSWER: &[&str] = &["return", "throw", "delaySeconds", "when", "times"];
/// Those of an error.
pub(crate) const THROW: &[&str] = &["error", "cause"];
/// Those of `expect`.
pub(crate) const EXPECT: &[&str] = &[
    "status",
    "output",
    "outputIncludes",
    "error",
    "cause",
    "causeIncludes",
    "path",
    "visits",
    "calls",
    "variables",
    "durationSeconds",
    "that",
    "history",
];
/// Those of expected calls.
pub(crate) const CALLS: &[&str] = &["times", "includes"];
/// Those of an expected duration.
pub(crate) const DURATION: &[&str] = &["atLeast", "atMost"];
/// How an execution can end.
pub(crate) const STATUSES: &[&str] = &["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
