//! Assertions about a [`TestRun`]: they panic with what differs.

use std::time::Duration;

use asl_value::{Text, Value};

use crate::difference::{brief, differences, lists};
use crate::includes::includes;
use crate::test_run::TestRun;

/// Each panics if the run is different, and returns the run for the next assertion.
impl TestRun {
    /// The execution has succeeded, and every task that ran was mocked.
    #[track_caller]
    pub fn assert_succeeded(&self) -> &TestRun {
        self.assert_mocked();
        self.expect(self.outcome.output().is_some(), || vec!["expected SUCCEEDED".to_owned()])
    }

    /// The execution has succeeded with this output.
    #[track_caller]
    pub fn assert_output(&self, output: impl Into<Value>) -> &TestRun {
        self.assert_succeeded();
        let found = self.outcome.output().cloned().unwrap_or_default();
        let lines = differences(&output.into(), &found, false);
        self.expect(lines.is_empty(), || lines)
    }

    /// The execution has failed with this error.
    #[track_caller]
    pub fn assert_failed(&self, error: &str) -> &TestRun {
        self.assert_mocked();
        let found = self.outcome.failure().and_then(|failure| failure.error.as_deref());
        self.expect(found == Some(error), || vec![format!("expected the error {error}")])
    }

    /// The execution has entered these states, without those of branches and iterations.
    #[track_caller]
    pub fn assert_path<T: Into<Text>>(&self, path: impl IntoIterator<Item = T>) -> &TestRun {
        let path: Vec<Text> = path.into_iter().map(Into::into).collect();
        let lines = lists(&path, &self.path);
        self.expect(lines.is_empty(), || lines)
    }

    /// The task of a state was called this often, retries included.
    #[track_caller]
    pub fn assert_calls(&self, state: &str, times: usize) -> &TestRun {
        let found = self.calls(state).len();
        self.expect(found == times, || vec![format!("expected {times} calls of {state}, found {found}")])
    }

    /// Each call of the task of a state has arguments that include this part, and there is one.
    #[track_caller]
    pub fn assert_called_with(&self, state: &str, part: impl Into<Value>) -> &TestRun {
        let (calls, part) = (self.calls(state), part.into());
        let fits = !calls.is_empty() && calls.iter().all(|arguments| includes(arguments, &part));
        let found = || calls.iter().map(|arguments| format!("  + {}", brief(arguments)));
        self.expect(fits, || {
            [format!("calls of {state}"), format!("  - {}", brief(&part))]
                .into_iter()
                .chain(found())
                .collect()
        })
    }

    /// The execution took this long, in virtual time.
    #[track_caller]
    pub fn assert_duration(&self, duration: Duration) -> &TestRun {
        self.expect(self.duration == duration, || {
            vec![format!("expected {duration:?}, found {:?}", self.duration)]
        })
    }

    #[track_caller]
    fn assert_mocked(&self) {
        self.expect(self.unanswered.is_empty(), || self.unanswered.clone());
    }

    #[track_caller]
    #[expect(clippy::panic, reason = "an assertion")]
    fn expect(&self, holds: bool, lines: impl FnOnce() -> Vec<String>) -> &TestRun {
        if !holds {
            let path: Vec<&str> = self.path.iter().map(Text::as_str).collect();
            let how = match (self.outcome.output(), self.outcome.failure()) {
                (Some(output), _) => brief(output),
                (None, failure) => failure.map(ToString::to_string).unwrap_or_default(),
            };
            panic!("{}\npath: {}\n{}: {how}", lines().join("\n"), path.join(" → "), self.outcome.status());
        }
        self
    }
}
