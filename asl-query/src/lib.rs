//! The contract between a state of a workflow and its query language.
//!
//! Amazon States Language is read in two query languages, JSONPath and JSONata. An engine that calls them only
//! through the traits of this crate cannot ask which one it is talking to, and a language that implements them needs
//! no engine:
//!
//! - [`Language`] turns the text of fields into expressions, once, when a machine is compiled;
//! - [`Expr`] is one expression: a path, an intrinsic call, a program, a constant;
//! - [`Template`] is JSON with holes, an expression in each;
//! - [`DataFlow`] is what happens to the data around a state's work: its input and output filters;
//! - [`Env`] is all that an expression may see: input, result, context object, variables, clock and chance.
//!
//! ```
//! use std::sync::Arc;
//! use asl_query::{Env, EvalError, Expr, FixedHost, Node, Scope, Template};
//! use asl_value::{json, Value};
//!
//! #[derive(Debug)]
//! struct Double;
//! impl Expr for Double {
//!     fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
//!         let number = env.input.as_i64().ok_or_else(|| EvalError::runtime("the input is no integer"))?;
//!         Ok(Value::from(number * 2))
//!     }
//! }
//!
//! let template = Template::new(Node::Object(Box::new([
//!     ("answer".into(), Node::Hole(Arc::new(Double))),
//!     ("fixed".into(), Node::Const(json!([1, 2]))),
//! ])));
//! let (input, scope) = (json!(21), Scope::default());
//! let env = Env::new(&input, &scope, &FixedHost);
//! assert_eq!(template.eval(&env).unwrap(), json!({"answer": 42, "fixed": [1, 2]}));
//! ```
//!
//! It parses nothing, does no I/O and is nowhere `async`.

mod env;
mod error;
mod flow;
mod language;
mod scope;
mod template;

pub use env::{ContextObject, Env, FixedHost, Host, uuid};
pub use error::{EvalError, EvalErrorKind, SyntaxError, SyntaxErrorKind};
pub use flow::{DataFlow, ExitStep, ExitWatch, FilterPath, FlowFields, Identity, Yields};
pub use language::{Expected, Expr, Field, Language, Site};
pub use scope::Scope;
pub use template::{Node, Template};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
