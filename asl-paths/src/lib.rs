//! JSONPath as AWS Step Functions speaks it: paths, intrinsic functions, choice rules and field filters.
//!
//! ```
//! use asl_paths::JsonPath;
//! use asl_query::{Env, Expected, Field, FilterPath, FixedHost, FlowFields, Language, Scope, Site};
//! use asl_value::{json, Pointer, Value};
//!
//! // A Task state: what it is given, and where its result goes.
//! let state = Pointer::root().key("States").key("Price");
//! let flow = JsonPath.flow(&FlowFields {
//!     parameters: Some(&json!({"sku.$": "$.order.lines[0].sku", "note.$": "States.Format('run {}', $$.Run)"})),
//!     result_path: FilterPath::Path("$.order.price"),
//!     output_path: FilterPath::Path("$.order"),
//!     ..FlowFields::none(&state)
//! }).unwrap();
//!
//! let raw = json!({"order": {"lines": [{"sku": "a-1"}]}});
//! let (context, scope) = (json!({"Run": 7}), Scope::default());
//! let env = Env::new(&raw, &scope, &FixedHost).with_context(&context);
//!
//! let input = flow.enter(&raw, &env).unwrap();
//! let arguments = flow.arguments(&env.with_input(&input)).unwrap();
//! assert_eq!(arguments, json!({"sku": "a-1", "note": "run 7"}));
//!
//! let output = flow.exit(raw.clone(), json!(9.5), &env, None).unwrap();
//! assert_eq!(output.to_string(), r#"{"lines":[{"sku":"a-1"}],"price":9.5}"#);
//!
//! // A rule of a Choice state.
//! let rule = json!({"Variable": "$.price", "NumericGreaterThan": 5});
//! let field = Field { pointer: &state, name: "Choices", site: Site::Condition, expected: Expected::Boolean };
//! let condition = JsonPath.condition(&rule, &field).unwrap();
//! assert_eq!(condition.eval(&env.with_input(&output)).unwrap(), json!(true));
//! ```
//!
//! # The dialect
//! AWS evaluates paths as Jayway JsonPath 2.0.0 (2015) does: every path of [`Path`] gives the value, or the words of the
//! error, that it gives. It is neither RFC 9535 nor what later versions of Jayway do. `ResultPath` and `ItemsPath` are
//! [`ReferencePath`]s, which AWS walks on its own. The [intrinsic functions](FUNCTIONS) behave as the methods of
//! Java's library behind them.
//!
//! Failures carry AWS's error names and texts; where neither was ever recorded, the source says `UNRECORDED`.
//!
//! # Speed
//! A definite path borrows from the document and allocates nothing; `ResultPath` copies the containers on its way, and
//! not even those if nobody else holds them. Texts of errors are made when something fails.
//!
//! # Input safety
//! No path, template or document makes this crate panic, recurse without bound or multiply work: a path has at most
//! 256 steps and visits at most ten million values, calls nest ten deep, patterns match in linear time, and what would
//! print longer than 16 MiB is refused.
//!
//! # What it does not do
//! It reads no state machine (`asl-model`) and runs none (`asl-engine`), and knows nothing of limits on payloads.
//!
//! # Features
//! `regex` (default): the operator `=~` of filters, by way of `regex-lite`.

mod choice;
mod comparison;
mod error;
mod flow;
mod glob;
mod intrinsic;
mod java;
mod language;
mod path;
mod reference;
mod scalar;
mod template;

pub use error::{ParseError, PathError, PathErrorKind};
pub use flow::FieldFilters;
pub use intrinsic::{FUNCTIONS, Function, Intrinsic};
pub use language::JsonPath;
pub use path::{Path, Root};
pub use reference::ReferencePath;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
