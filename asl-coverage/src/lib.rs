//! Counts which parts of Amazon States Language workflows their executions have reached: states, transitions, rules and both
//! sides of their conditions, retriers, catchers, branches.
//!
//! A [`Counter`] observes executions. What it counts is exact, because the engine reports which rule, retrier or catcher it
//! takes. [`MachineCoverage`] assigns the counts to the parts of the definition:
//!
//! ```
//! use std::sync::Arc;
//! use asl_coverage::{Counter, MachineCoverage};
//! use asl_engine::{Engine, Execution, compile};
//! use asl_model::{Excerpt, Source, parse};
//! let source = Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}"#);
//! let machine = parse(&source).machine.unwrap();
//! let program = compile(&machine).unwrap().program;
//! let counter = Arc::new(Counter::default());
//! let execution = Execution::new(asl_value::json!({})).with_observer(counter.clone());
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! Engine::builder().build().run(&program, execution).await;
//! # });
//! let coverage = MachineCoverage::of("ab", &machine, &program, &Excerpt::of(source), &counter.hits());
//! assert_eq!(coverage.total().percent(), 100.0);
//! ```
//!
//! # What it does not do
//! It draws nothing, and writes only JSON: `asl test --coverage`, the reports of `asl` and the page of `asl serve` show it. No
//! features.

mod counter;
mod hits;
mod item;
mod items;
mod machine_coverage;
mod visits;

pub use counter::{Counter, SharedHits};
pub use hits::Hits;
pub use item::{CoveredItem, ItemKind, Share, Target};
pub use machine_coverage::MachineCoverage;
pub use visits::Visits;

/// The example of the README is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
