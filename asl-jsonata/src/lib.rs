//! JSONata as AWS Step Functions speaks it.
//!
//! ```
//! use asl_jsonata::Jsonata;
//! use asl_query::{Env, Expected, QueryField, FixedHost, FlowFields, Language, Scope, Site};
//! use asl_value::{json, Object, Pointer, Value};
//!
//! // A Task state: its arguments and its output.
//! let state = Pointer::root().key("States").key("Price");
//! let flow = Jsonata.flow(&FlowFields {
//!     arguments: Some(&json!({"skus": "{% $states.input.order.lines.sku %}", "run": "{% $run %}"})),
//!     output: Some(&json!({"order": "{% $states.input.order %}", "price": "{% $sum($states.result) %}"})),
//!     ..FlowFields::none(&state)
//! }).unwrap();
//!
//! let raw = json!({"order": {"lines": [{"sku": "a-1"}, {"sku": "b-7"}]}});
//! let scope = Scope::from([("run", json!(7))].into_iter().collect::<Object>());
//! let env = Env::new(&raw, &scope, &FixedHost);
//!
//! let input = flow.enter(&raw, &env).unwrap();
//! let arguments = flow.arguments(&env.with_input(&input)).unwrap();
//! assert_eq!(arguments, json!({"skus": ["a-1", "b-7"], "run": 7}));
//!
//! let output = flow.exit(raw.clone(), json!([4, 5.5]), &env, None).unwrap();
//! assert_eq!(output["price"], json!(9.5));
//! assert!(output["order"].same(&raw["order"]));
//!
//! // The condition of a choice rule.
//! let field = QueryField::new(&state, "Condition", Site::Condition).expecting(Expected::Boolean);
//! let condition = Jsonata.condition(&json!("{% $states.input.price > 5 %}"), &field).unwrap();
//! assert_eq!(condition.eval(&env.with_input(&output)).unwrap(), json!(true));
//! ```
//!
//! A [`StateExpression`] is one expression on its own; a [`Query`] is JSONata over a document, without AWS's rules.
//!
//! # The dialect
//! JSONata 2.0.6 without `$eval`, and with `$partition`, `$range`, `$hash`, `$random`, `$uuid` and `$parse`. There is no
//! input document: `$`, `$$` and names without a `$` are refused where no path, filter or function gives them a
//! meaning, and so are `$states.result` and `$states.errorOutput` where there is none. An expression without a value
//! is an error. Texts and locations of errors are those recorded on AWS. If a text was never recorded, the source says
//! `UNRECORDED`.
//!
//! # No copies
//! The JSONata engine reads documents one level at a time and only what it needs. A part of the input in the result is the
//! same piece of memory. A plain reference (`$states.input.order.lines[0].sku`) does not use the engine: it costs the same
//! in a document of any size, and numbers keep all their digits. Arithmetic is on doubles. Arguments and results of
//! AWS's functions are copied.
//!
//! # Input safety
//! An evaluation ends after a second, when its host has no more time or stops it, after a hundred levels of nesting, or
//! when its values take more than 64 MiB; it does not need a large stack. Values that share their parts are not written out
//! beyond that limit. The random numbers of one evaluation do not reveal those of another.
//!
//! # What it does not do
//! It does not read state machines (`asl-model`) or run them (`asl-engine`). A modified `jlens-core` evaluates expressions;
//! none of its types is public here.

mod arena;
mod checked;
mod error;
mod evaluate;
mod expression;
mod flow;
mod formula;
mod functions;
mod gate;
mod language;
mod operands;
mod query;
mod reference;
mod template;
mod writer;

pub use error::{EvalFailure, EvalFailureKind, ParseError};
pub use expression::{Evaluated, StateExpression, function_names};
pub use flow::ArgumentsOutput;
pub use language::Jsonata;
pub use query::Query;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
