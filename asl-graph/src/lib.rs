//! Draws workflows of Amazon States Language: the states of a machine, the transitions between them, and what an execution did.
//!
//! ```
//! use asl_graph::{Chart, mermaid};
//! use asl_model::{Source, parse};
//! let text = r#"{"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "End": true}}}"#;
//! let machine = parse(&Source::json(text)).machine.unwrap();
//! let chart = Chart::of(&machine);
//! assert_eq!(
//!     mermaid(&chart, None),
//!     "flowchart TD\n  n0((Start))\n  n1[\"Greet\"]\n  n2((End))\n  n0 --> n1\n  n1 --> n2\n"
//! );
//! ```
//!
//! A [`Chart`] is what is drawn: nodes and edges, with those of branches and iterations inside their states. [`mermaid`]
//! and [`dot`] write it for tools that compute positions themselves. [`Layout`] computes them here; [`svg`] draws it,
//! and [`Layout::to_json`] gives the same positions to a page. [`Progress`] reads a history, so that each state shows how
//! often it ran, for how long and how that ended.
//!
//! The crate draws what it is given. It does not validate: an edge to a state that does not exist is left out.

mod chart;
mod condition;
mod coverage;
mod dot;
mod escape;
mod layout;
mod measure;
mod mermaid;
mod progress;
mod svg;

pub use chart::{Chart, Edge, EdgeKind, Node, StateNode};
pub use dot::dot;
pub use layout::{Frame, Label, Layout, LayoutFailed, Placed, Route, Shape};
pub use mermaid::mermaid;
pub use progress::{Progress, StateProgress, Status};
pub use svg::svg;

/// The example of the README is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
