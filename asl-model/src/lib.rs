//! Amazon States Language as typed, documented plain data, and a parser that reports every problem at once.
//!
//! Amazon States Language is the JSON in which AWS Step Functions defines workflows. This crate reads a definition into
//! a [`StateMachine`], reports everything that is wrong with it, in AWS's words and with the place in the text, and
//! writes machines back as JSON.
//!
//! ```
//! use asl_model::{Source, StateKind, parse};
//!
//! let source = Source::json(r#"{
//!   "StartAt": "Charge",
//!   "States": {
//!     "Charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 0, "Nxt": "Done"},
//!     "Done": {"Type": "Succeed"}
//!   }
//! }"#);
//! let parsed = parse(&source);
//! let shown: Vec<String> = parsed.diagnostics.iter().map(|problem| {
//!     let place = source.line_col(source.find(problem).unwrap().start);
//!     format!("{}:{} {}", place.line, place.column, problem.message)
//! }).collect();
//! assert_eq!(shown, [
//!     "4:5 This object should have only one of the following fields: [Next, End]",
//!     "4:99 Field 'Nxt' is not supported",
//!     "4:96 Minimum value is 1",
//! ]);
//! assert_eq!(parsed.diagnostics[1].help.as_deref(), Some("did you mean `Next`?"));
//! assert!(parsed.machine.is_none());
//!
//! let corrected = source.text().replace("Nxt", "Next").replace("\"TimeoutSeconds\": 0, ", "");
//! let machine = parse(&Source::json(corrected)).machine.unwrap();
//! let StateKind::Task(charge) = &machine.states.get("Charge").unwrap().kind else { unreachable!() };
//! assert_eq!(charge.resource.as_str(), "arn:aws:states:::lambda:invoke");
//! assert!(machine.to_value().to_string().starts_with(r#"{"StartAt":"Charge","States":{"Charge":{"Type":"Task""#));
//! ```
//!
//! # What it does not do
//! The crate neither runs machines nor evaluates expressions. It treats paths, intrinsic functions and JSONata
//! expressions as texts; the crates of the query languages check them when a machine is compiled.
//!
//! # Input safety
//! No text makes the parser panic, overflow the stack, or take time or memory out of proportion to the length of the
//! text.
//!
//! # Features
//! `yaml`: definitions in YAML, with `Source::yaml`.

mod arn;
mod builder;
mod code;
mod diagnostic;
pub mod error_name;
mod excerpt;
mod execution_type;
mod field;
mod filters;
mod graph;
mod integration;
mod invalid_definition;
mod limits;
mod machine;
mod operator;
mod parse;
mod query_language;
mod reader;
mod recovery;
mod report;
mod resource;
mod schema;
mod source;
mod spelling;
mod state;
mod states;
mod substitutions;
mod template;
mod transition;
mod validate;
mod vocabulary;
mod writer;

pub use arn::{Arn, ExecutionArn, ExecutionRun, MachineArn};
pub use asl_value::{Object, Pointer, Segment, Text, Value};
pub use builder::MachineBuilder;
pub use code::Code;
pub use diagnostic::{Diagnostic, Severity, Span};
pub use excerpt::Excerpt;
pub use execution_type::ExecutionType;
pub use field::{Field, PathField};
pub use filters::Filters;
pub use graph::{Edge, EdgeKind, edges};
pub use integration::{INTEGRATIONS, Integration};
pub use invalid_definition::InvalidDefinition;
pub use limits::MAX_DEFINITION_BYTES;
pub use machine::StateMachine;
pub use operator::{OPERATORS, Operand, Operator};
pub use parse::{LONE_STATE, Parsed, parse, parse_state, parse_value, validate};
pub use query_language::QueryLanguage;
pub use recovery::{Catcher, JitterStrategy, Retrier};
pub use resource::{Pattern, Resource, ResourceKind};
pub use schema::json_schema;
pub use source::{Format, LineCol, Place, Source};
pub use spelling::nearest;
pub use state::choice::{Choice, ChoiceRule, Condition, Test};
pub use state::fail::Fail;
pub use state::map::{LegacyMap, Map, Processor, ProcessorMode};
pub use state::map_io::{ItemBatcher, ItemReader, ReaderConfig, ResultWriter, WriterConfig};
pub use state::parallel::Parallel;
pub use state::pass::Pass;
pub use state::succeed::Succeed;
pub use state::task::Task;
pub use state::wait::{Wait, WaitUntil};
pub use state::{State, StateKind};
pub use states::States;
pub use substitutions::Substitutions;
pub use template::{CloudFormationTemplate, TemplateDefinition, TemplateMachine};
pub use transition::Transition;
pub use validate::{ExpressPatterns, SdkCatalogue, SdkProblem, validate_express, validate_sdk};

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
