//! [`Input`]: the part of an event that becomes the input of the execution.

use std::sync::Arc;

use asl_engine::{Engine, Execution, Identity, Limits, Outcome, Program, load};
use asl_model::Source;
use asl_value::{Array, Value, json};

use crate::execution::Part;
use crate::refusal::{Refusal, Unusable};
use crate::setting_error::SettingError;
use crate::trigger::{InvalidBody, Trigger};

/// The part of an event that becomes the input of the execution: the setting `ASL_INPUT`. For a batch it is applied to
/// each record, or to the array of the records with [`BatchMode::Array`](crate::BatchMode::Array).
///
/// The default suits machines that were written for the trigger; choose [`Input::Body`] to run a machine that only
/// knows its payload, and an expression to select or build the input. An expression that fails is answered like a
/// failed execution.
///
/// ```
/// use asl_lambda::Input;
/// assert!(matches!(Input::parse("body")?, Input::Body));
/// assert!(matches!(Input::parse("$.detail.order")?, Input::Expression(_)));
/// assert_eq!(Input::parse("$.[").unwrap_err().to_string(), "Invalid path '$.['");
/// # Ok::<(), asl_lambda::SettingError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub enum Input {
    /// The body of an HTTP request, the log events of a subscription, the whole event of any other trigger.
    #[default]
    Default,
    /// The body of a request or a message, the `detail` of an EventBridge event, and so on: the result of
    /// [`Trigger::body`](crate::Trigger::body).
    Body,
    /// The event as Lambda received it.
    Event,
    /// The result of an expression: `$.detail.order`, `{% $states.input.detail.order %}`.
    Expression(InputExpression),
}

/// A compiled JSONPath, as in the `InputPath` of a state, or JSONata expression, as in its `Output`. [`Input::parse`]
/// makes it.
#[derive(Debug, Clone)]
pub struct InputExpression(Arc<Program>);

impl Input {
    /// Parses `body`, `event`, a JSONPath, or a JSONata expression in `{% %}`.
    ///
    /// # Errors
    /// The text is none of these, or the expression is not valid.
    pub fn parse(text: &str) -> Result<Input, SettingError> {
        let state = match text {
            "body" => return Ok(Input::Body),
            "event" => return Ok(Input::Event),
            _ if text.starts_with('$') => json!({"Type": "Pass", "InputPath": text, "End": true}),
            _ if text.starts_with("{%") => {
                json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": text, "End": true})
            }
            _ => {
                return Err(SettingError::new(format!(
                    "expected `body`, `event`, a path that begins with `$` or JSONata in `{{% %}}`, found `{text}`"
                )));
            }
        };
        InputExpression::compile(&state).map(Input::Expression)
    }

    /// The input for an event or a part of it.
    pub(crate) async fn select(
        &self,
        engine: &Engine,
        limits: &Limits,
        trigger: Trigger,
        part: Part,
        identity: &Identity,
    ) -> Result<Value, Refusal> {
        let is_body = match self {
            Input::Default => trigger.body_is_input(),
            Input::Body => true,
            Input::Event | Input::Expression(_) => false,
        };
        let value = match part {
            Part::Event(event) if is_body => trigger.body(&event)?,
            Part::Records(records) if is_body => bodies(trigger, &records)?,
            Part::Window(mut event) if is_body => {
                let records = event.get("Records").and_then(Value::as_array).cloned().unwrap_or_default();
                event.insert("Records", bodies(trigger, &records)?);
                Value::Object(event)
            }
            Part::Event(event) => event,
            Part::Window(event) => Value::Object(event),
            Part::Records(records) => Value::Array(records),
        };
        match self {
            Input::Expression(expression) => {
                expression.evaluate(engine, limits, value, identity.clone()).await
            }
            _ => Ok(value),
        }
    }
}

fn bodies(trigger: Trigger, records: &Array) -> Result<Value, InvalidBody> {
    records.iter().map(|record| trigger.body(record)).collect::<Result<Array, _>>().map(Value::Array)
}

impl InputExpression {
    /// Compiles a machine of one state, because the engine evaluates expressions only as fields of states.
    fn compile(state: &Value) -> Result<InputExpression, SettingError> {
        let machine = json!({"StartAt": "Input", "States": {"Input": state.clone()}});
        match load(&Source::json(machine.to_json())) {
            Ok(loaded) => Ok(InputExpression(loaded.program)),
            Err(error) => {
                let message = error.diagnostics().iter().find(|found| found.is_error());
                let message = message.map_or("not an expression", |found| found.message.as_str());
                Err(SettingError::new(message))
            }
        }
    }

    async fn evaluate(
        &self,
        engine: &Engine,
        limits: &Limits,
        event: Value,
        identity: Identity,
    ) -> Result<Value, Refusal> {
        // The event may be larger than an input: only the result becomes one, and is checked when the execution begins.
        let limits = Limits { payload_bytes: None, ..limits.clone() };
        let execution = Execution::new(event).with_identity(identity).with_limits(limits);
        match engine.run(&self.0, execution).await.outcome {
            Outcome::Succeeded(input) => Ok(input),
            Outcome::Failed(failure) | Outcome::TimedOut(failure) | Outcome::Aborted(failure) => {
                Err(Refusal { failure, cause: Unusable::Expression })
            }
        }
    }
}
