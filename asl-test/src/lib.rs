//! Tests of Amazon States Language workflows: cases in files or in Rust, with mocked tasks, in virtual time.
//!
//! ```
//! use std::time::Duration;
//! use asl_model::Source;
//! use asl_test::{Machine, Mocks, returns, throws};
//! use asl_value::json;
//!
//! let machine = Machine::new("orders", Source::json(r#"{
//!   "StartAt": "Price",
//!   "States": {
//!     "Price": {
//!       "Type": "Task",
//!       "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price",
//!       "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60}],
//!       "Next": "Ship"
//!     },
//!     "Ship": {"Type": "Pass", "End": true}
//!   }
//! }"#))?;
//! let mocks = Mocks::new().task("Price", [throws("Busy", "try later"), returns(json!({"total": 42}))]);
//! machine
//!     .run(json!({"amount": 21}), mocks)
//!     .assert_path(["Price", "Ship"])
//!     .assert_calls("Price", 2)
//!     .assert_duration(Duration::from_secs(60))
//!     .assert_output(json!({"total": 42}));
//! # Ok::<(), asl_test::CannotLoad>(())
//! ```
//!
//! [`Machine::run`] is for tests in Rust. [`TestFile`] reads the test files of `asl test`, [`run_files`] runs them in parallel.
//!
//! Each execution runs alone in a paused clock: waits, delays of mocks and timeouts take no real time, and happen in the order
//! in which they would. Random numbers are seeded, executions begin at a fixed time. So a test has the same result each time,
//! whatever else runs at the time.
//!
//! # What it does not do
//! It calls no service: a task that nothing mocks makes its test fail. It does not mock single states other than tasks.
//!
//! # Features
//! `jsonata` (default): the query language of `{% … %}` strings, also in expectations.

mod answer;
mod api;
mod assertions;
mod case_result;
mod check;
mod coverage;
mod difference;
mod expect;
mod fields;
mod includes;
mod judge;
mod machine;
mod mock;
pub mod mocks;
mod observed;
mod parallel;
mod predicate;
mod problem;
mod read;
mod recorder;
mod run;
mod schema;
mod suite;
mod tasks;
mod test_file;
mod test_run;

pub use answer::{Answer, Answers, returns, throws};
pub use api::Mocks;
pub use asl_coverage::{CoveredItem, ItemKind, MachineCoverage, Share};
pub use case_result::CaseResult;
pub use coverage::{Coverage, DefinitionCoverage};
pub use judge::Mismatch;
pub use machine::{CannotLoad, Machine};
pub use observed::{Observers, OfStarted};
pub use parallel::{FileResult, Options, run_files};
pub use problem::Problem;
pub use schema::json_schema;
pub use test_file::{BadTestFile, TestFile};
pub use test_run::TestRun;

/// The example of the README is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
