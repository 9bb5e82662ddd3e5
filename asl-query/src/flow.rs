//! [`DataFlow`]: what a state's filters do to the data before and after its work.

use std::fmt::Debug;

use asl_value::{Pointer, Text, Value};

use crate::{Env, EvalError};

/// How a state's input becomes the arguments of its work, and the result of the work the state's output.
///
/// A language makes one from the [`FlowFields`] of a state. Each attempt of the state calls the methods in order: `enter`
/// once; `arguments` with the value of `enter` as `env.input`; and, after the work and after `Assign`, `exit`. A catcher is a
/// data flow, too: only its `exit` is called, with the error output as the result. [`PassThrough`] is the flow without filters.
///
/// | | JSONPath | JSONata |
/// |---|---|---|
/// | `enter` | `InputPath` | the input |
/// | `arguments` | `Parameters` | `Arguments` |
/// | `exit` | `ResultSelector`, `ResultPath`, `OutputPath` | `Output` |
///
/// ```
/// use asl_query::{DataFlow, Env, FixedHost, PassThrough, Scope};
/// use asl_value::{json, Value};
///
/// /// One attempt of a state, without `Assign` and retries.
/// fn attempt(flow: &dyn DataFlow, raw: Value, work: impl Fn(Value) -> Value) -> Value {
///     let scope = Scope::default();
///     let env = Env::new(&raw, &scope, &FixedHost);
///     let input = flow.enter(&raw, &env).unwrap();
///     let result = work(flow.arguments(&env.with_input(&input)).unwrap());
///     flow.exit(raw.clone(), result, &env, None).unwrap()
/// }
///
/// assert_eq!(attempt(&PassThrough, json!([1, 2]), |list| list[1].clone()), json!(2));
/// ```
///
/// Spec: <https://states-language.net/#filters>
pub trait DataFlow: Debug + Send + Sync {
    /// The effective input, which is `$` in the fields of the state. It reads `raw`, not `env.input`.
    ///
    /// # Errors
    /// The filter does not apply to this input.
    fn enter(&self, raw: &Value, env: &Env<'_>) -> Result<Value, EvalError>;

    /// The arguments of the work; `env.input` is the effective input.
    ///
    /// # Errors
    /// An expression of the template fails.
    fn arguments(&self, env: &Env<'_>) -> Result<Value, EvalError>;

    /// The state's output. It takes both values so that it can write in place to a document that is not shared.
    ///
    /// It reads `raw` and `result`, not `env.input` and `env.result`. If there is a `watch`, it receives the
    /// value after each [`ExitStep`] that the language has; an execution passes `None`, a test of a single state listens.
    ///
    /// # Errors
    /// An expression fails, or the result cannot be put in its place.
    fn exit(
        &self,
        raw: Value,
        result: Value,
        env: &Env<'_>,
        watch: Option<ExitWatch<'_>>,
    ) -> Result<Value, EvalError>;

    /// Reports the variables that its fields may read, as [`Expr::variables`](crate::Expr::variables).
    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        let _ = report;
    }
}

/// Receives the values between a state's result and its output, see [`DataFlow::exit`].
pub type ExitWatch<'w> = &'w mut dyn FnMut(ExitStep, &Value);

/// A step from the result of a JSONPath state to its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStep {
    /// After `ResultSelector`.
    Selected,
    /// After `ResultPath`.
    Merged,
}

/// The data flow of a state without filters: the arguments are the input, the output is the result.
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

/// `InputPath`, `ResultPath` or `OutputPath` as in a definition.
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

/// The filter fields of one state or catcher, as in its definition. A language ignores the fields of the other language.
#[derive(Debug, Clone, Copy)]
pub struct FlowFields<'a> {
    /// The place of the state or catcher in the definition, to which the name of a field is added.
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
