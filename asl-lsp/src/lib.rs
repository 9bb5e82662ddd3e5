//! A language server for Amazon States Language: JSON, YAML, and definitions inside SAM and CloudFormation templates.
//!
//! [`serve`] speaks the Language Server Protocol 3.17 on standard input and output; `asl lsp` runs it. A [`Session`] has the
//! same answers without a transport.
//!
//! ```
//! use asl_lsp::Session;
//! use serde_json::json;
//! let mut session = Session::new();
//! session.request("initialize", &json!({"capabilities": {}})).unwrap();
//! let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "#;
//! let file = json!({"uri": "file:///a.asl.json", "languageId": "json", "version": 1, "text": text});
//! session.notify("textDocument/didOpen", &json!({"textDocument": file}));
//! let at = json!({"textDocument": {"uri": "file:///a.asl.json"}, "position": {"line": 0, "character": text.len()}});
//! assert_eq!(session.request("textDocument/completion", &at).unwrap()["items"][0]["label"], "Resource");
//! ```
//!
//! # Half-typed text
//! The validator's parsers are strict. This crate has a tolerant parser of its own for JSON and YAML, whose tree knows where
//! everything is written. All features use that tree. For completion, a marker is put into the text at the cursor: where it ends
//! up in the tree says what is being written. Diagnostics come from the validator; for text that is not JSON or YAML yet, from
//! what can be read of it as well.
//!
//! # Input safety
//! No text makes the server panic, overflow the stack, or take time out of proportion to its length. It reads a few other
//! files of the document's folder (template, values of placeholders, samples, tests), up to a limit. It writes none.
//!
//! # What it does not do
//! It does not run machines, and it does not know how an editor shows what it finds.
//!
//! # Features
//! `aws` (default): resources and parameters of services, from asl-aws's service table.

mod buffer;
mod capabilities;
mod companions;
mod convert;
mod cursor;
mod diagnostics;
mod document;
mod edit;
mod expression;
mod extract;
mod feature;
mod outline;
mod reference;
mod request_error;
mod samples;
mod schema;
mod server;
mod services;
mod session;
mod syntax;
mod target;
mod uri;
mod variables;

pub use request_error::RequestError;
pub use server::serve;
pub use session::Session;

/// The example of the README is run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
