//! [`DataFlow`]: what happens to the data around a state's work.

use std::fmt::Debug;

use asl_value::{Pointer, Text, Value};

use crate::{Env, EvalError};

/// How a state's input becomes its work's arguments, and the work's result the state's output.
///
/// One attempt of a state calls the three in order: `enter` once, `arguments` with `env.input` = what `enter` gave,
/// and, after the work and after `Assign` was evaluated, `exit`. A catcher is a data flow too: only its `exit` is
/// called, with the error output as result.
///
/// | | JSONPath | JSONata |
/// |---|---|---|
/// | `enter` | `InputPath` | the input |
/// | `arguments` | `Parameters` | `Arguments` |
/// | `exit` | `ResultSelector`, `ResultPath`, `OutputPath` | `Output` |
///
/// Spec: <https://states-language.net/#filters>
pub trait DataFlow: Debug + Send + Sync {
    /// The effective input, of which `$` speaks in the fields of the state. `env.input` is not set: `raw` stands for it.
    ///
    /// # Errors
    /// The filter does not apply to this input.
    fn enter(&self, raw: &Value, env: &Env<'_>) -> Result<Value, EvalError>;

    /// What the work is given; `env.input` is the effective input.
    ///
    /// # Errors
    /// An expression of the template fails.
    fn arguments(&self, env: &Env<'_>) -> Result<Value, EvalError>;

    /// The state's output. Takes both by value: a document nobody else holds is written in place.
    ///
    /// `env.input` and `env.result` are not set: the two arguments replace them. If there is a `watch`, it receives the
    /// value after each [`ExitStep`] that the language has; an execution passes `None`, a test of a single state listens.
    ///
    /// # Errors
    /// An expression fails, or the result cannot be put where it should go.
    fn exit(
        &self,
        raw: Value,
        result: Value,
        env: &Env<'_>,
        watch: Option<ExitWatch<'_>>,
    ) -> Result<Value, EvalError>;

    /// Names the variables that its fields may read, as [`Expr::variables`](crate::Expr::variables).
    fn variables(&self, tell: &mut dyn FnMut(&Text)) {
        let _ = tell;
    }
}

/// Receives the values between a state's result and its output, see [`DataFlow::exit`].
pub type ExitWatch<'w> = &'w mut dyn FnMut(ExitStep, &Value);

/// A step of a JSONPath state on the way from its result to its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStep {
    /// After `ResultSelector`.
    Selected,
    /// After `ResultPath`.
    Merged,
}

/// The data flow of a state without any filter: arguments are the input, the output is the result.
#[derive(Debug, Clone, Copy, Default)]
pub struct PassThrough;

impl DataFlow for PassThrough {
    fn enter(&self, raw: &Value, _: &Env<'_>) -> Result<Value, EvalError> {
        Ok(raw.clone())
    }
    fn arguments(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        Ok(env.input.clone())
    }
    fn exit(
        &self,
        _: Value,
        result: Value,
        _: &Env<'_>,
        watch: Option<ExitWatch<'_>>,
    ) -> Result<Value, EvalError> {
        if let Some(watch) = watch {
            watch(ExitStep::Selected, &result);
            watch(ExitStep::Merged, &result);
        }
        Ok(result)
    }
}

/// `InputPath`, `ResultPath` or `OutputPath` as a definition has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FilterPath<'a> {
    /// The field is absent, which means `$`.
    #[default]
    Absent,
    /// An explicit `null`: `"InputPath": null` means `{}`, `"ResultPath": null` discards the result.
    Null,
    /// The text of a path: `"$.order"`.
    Path(&'a str),
}

/// The filter fields of one state (or catcher), as its definition has them. Languages ignore those of the other.
#[derive(Debug, Clone, Copy)]
pub struct FlowFields<'a> {
    /// The state's (or catcher's) place in the definition; a field's place is this and its name.
    pub pointer: &'a Pointer,
    /// JSONPath: `"$.order"`.
    pub input_path: FilterPath<'a>,
    /// JSONPath: a payload template, `{"id.$": "$.id"}`.
    pub parameters: Option<&'a Value>,
    /// JSONPath: a payload template over the result.
    pub result_selector: Option<&'a Value>,
    /// JSONPath: the reference path at which the result goes into the raw input.
    pub result_path: FilterPath<'a>,
    /// JSONPath: `"$.order"`.
    pub output_path: FilterPath<'a>,
    /// JSONata: `{"id": "{% $states.input.id %}"}`.
    pub arguments: Option<&'a Value>,
    /// JSONata: `"{% $states.result.body %}"`.
    pub output: Option<&'a Value>,
    /// What the work hands to the filters after it.
    pub yields: Yields,
}

/// What the work of a state hands to `ResultSelector`, `Output` and `Assign`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yields {
    /// A result of its own: Task, Parallel, Map, a Pass state of JSONPath.
    Result,
    /// The error output, of a catcher.
    ErrorOutput,
    /// Nothing: the input passes through.
    Nothing,
}

impl<'a> FlowFields<'a> {
    /// No filter at all.
    pub fn none(pointer: &'a Pointer) -> FlowFields<'a> {
        FlowFields {
            pointer,
            input_path: FilterPath::Absent,
            parameters: None,
            result_selector: None,
            result_path: FilterPath::Absent,
            output_path: FilterPath::Absent,
            arguments: None,
            output: None,
            yields: Yields::Result,
        }
    }
}
