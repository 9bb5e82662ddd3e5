//! JSONPath as AWS Step Functions speaks it: paths, intrinsic functions, choice rules and field filters.
//!
//! ```
//! use asl_paths::JsonPath;
//! use asl_query::{Env, Expected, QueryField, FilterPath, FixedHost, FlowFields, Language, Scope, Site};
//! use asl_value::{json, Pointer, Value};
//!
//! // A Task state: its arguments, and where its result goes.
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
//! let field = QueryField::new(&state, "Choices", Site::Condition).expecting(Expected::Boolean);
//! let condition = JsonPath.condition(&rule, &field).unwrap();
//! assert_eq!(condition.eval(&env.with_input(&output)).unwrap(), json!(true));
//! ```
//!
//! # The dialect
//! AWS evaluates paths with Jayway JsonPath 2.0.0 (2015). A [`Path`] gives the same value, or an error with the same text.
//! The dialect differs from RFC 9535 and from later versions of Jayway. `ResultPath` and `ItemsPath` are
//! [`ReferencePath`]s, for which AWS has code of its own. The [intrinsic functions](FUNCTIONS) behave like the methods of
//! Java's library that AWS calls.
//!
//! Failures have AWS's error names and texts. If a text was never recorded, the source says `UNRECORDED`.
//!
//! # Speed
//! A definite path borrows from the document and allocates nothing. `ResultPath` copies only the containers on its way, and
//! none that is not shared. The texts of errors are built only on failure.
//!
//! # Input safety
//! No path, template or document can make this crate panic, recurse without bound or multiply work: a path has at most 256
//! steps and visits at most ten million values, where each criterion of a filter and each eight bytes of a text that is compared
//! with a pattern count; calls nest at most ten deep, patterns match in linear time, and values that would print as more than
//! 16 MiB are refused. Long reads and comparisons end when their host no longer needs the result.
//!
//! # What it does not do
//! It does not read state machines (`asl-model`), run them (`asl-engine`) or enforce limits on payloads.
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
