//! The contract between a state of a workflow and its query language.
//!
//! Amazon States Language has two query languages, JSONPath and JSONata. An engine calls them only through the traits of
//! this crate, so that it does not depend on which one a state uses, and a language implements them without an engine:
//!
//! - [`Language`] turns the text of fields into expressions, once, when a machine is compiled;
//! - [`Expr`] is one expression: a path, a call of an intrinsic function, a JSONata expression, a constant;
//! - [`Template`] is JSON with an expression in some of its places;
//! - [`DataFlow`] is what a state's filters do to its input and output;
//! - [`Env`] is what an expression can see: input, result, context object, variables, time and random numbers;
//! - [`StateWork`] counts what the expressions of one state compute;
//! - [`sfn`] has what both languages compute in the same way.
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
//!         let number = env.input.as_i64().ok_or_else(|| EvalError::runtime("the input is not an integer"))?;
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
//! The crate parses nothing, does no I/O and has no `async` functions.

mod env;
mod error;
mod expr;
mod flow;
mod host;
mod language;
mod operand;
mod scope;
pub mod sfn;
mod state_work;
mod template;

pub use env::{ContextObject, Env};
pub use error::{EvalError, EvalErrorKind, SyntaxError, SyntaxErrorKind};
pub use expr::Expr;
pub use flow::{DataFlow, ExitStep, ExitWatch, FilterPath, FlowFields, PassThrough, Yields};
pub use host::{FixedHost, Host};
pub use language::{Expected, Language, QueryField, Site};
pub use operand::Operand;
pub use scope::Scope;
pub use state_work::{Spent, StateWork};
pub use template::{Node, Template};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
