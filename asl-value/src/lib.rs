//! JSON values that clone in O(1), keep the order of their members and know their size.
//!
//! A workflow engine passes the same document to many places: a task and the `ResultPath` that follows it, every branch
//! of a `Parallel`, every item of a `Map`, the context object, an observer. `serde_json::Value` copies the tree each
//! time. [`Value`] keeps its containers behind reference counts: a clone increments one of them, and a write copies the
//! spine from the root to the changed place and shares the rest.
//!
//! ```
//! use asl_value::{json, Value};
//!
//! let input = Value::parse(r#"{"order": {"id": 7, "total": 12.5}}"#)?;
//! let Value::Object(mut state) = input.clone() else { unreachable!() };   // no copy
//! state.insert("paid", json!(true));                                      // copies one list of two members
//! assert_eq!(input.to_string(), r#"{"order":{"id":7,"total":12.5}}"#);
//! assert_eq!(Value::from(state).to_string(), r#"{"order":{"id":7,"total":12.5},"paid":true}"#);
//!
//! let total: f64 = asl_value::from_value(&input["order"]["total"])?;      // any serde type, both ways
//! assert_eq!(total, 12.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Trade-offs
//! Each container costs one reference count. In return:
//!
//! - cloning a document, and comparing the parts that two documents share, takes constant time;
//! - each container remembers its encoded length and its depth ([`Value::encoded_len`], [`Value::depth`]);
//! - integers are exact at any length, and doubles are written as AWS writes them ([`Number`]);
//! - members keep their order, whatever features of other crates are enabled.
//!
//! `serde_json` decides what valid JSON is, and its errors say what is wrong with a text.
//!
//! # Input safety
//! One limit, [`MAX_DEPTH`], bounds the nesting of every document that is parsed. Code that builds documents checks the
//! limit with [`Value::check_depth`]. Dropping and comparing values never recurse deeper than that.
//!
//! # Features
//! `serde_json` (default): `From` and `Into` for `serde_json::Value`.
//!
//! The crate does not know Amazon States Language; JSONPath is in `asl-paths`.

mod array;
mod de;
mod document;
mod escape;
mod from_value;
#[cfg(feature = "serde_json")]
mod interop;
mod macros;
mod name_cache;
mod normal;
mod number;
mod object;
mod parse;
mod pointer;
mod print;
mod ser;
mod size;
mod text;
mod timestamp;
mod to_value;
mod value;

pub use array::Array;
pub use de::Error;
pub use document::Document;
pub use escape::unescape;
pub use from_value::from_value;
pub use name_cache::NameCache;
pub use number::{NotANumber, Number};
pub use object::{Iter, Object};
pub use pointer::{Pointer, Segment};
pub use print::append_quoted;
pub use size::{MAX_DEPTH, TooDeep, VALUE_BYTES};
pub use text::Text;
pub use timestamp::{Timestamp, civil_date};
pub use to_value::to_value;
pub use value::Value;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
