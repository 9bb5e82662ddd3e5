//! [`Input`]: what of an event becomes the input of the execution.

use std::sync::Arc;

use asl_engine::{Engine, Execution, Identity, Limits, Loaded, Outcome, Program, load};
use asl_model::{Diagnostic, Source};
use asl_value::{Value, json};

use crate::trigger::{InvalidBody, Trigger};

/// What of an event becomes the input of the execution.
#[derive(Debug, Clone, Default)]
pub enum Input {
    /// The body of an HTTP request, the whole event of any other trigger.
    #[default]
    Default,
    /// The body of an HTTP request, the `detail` of an EventBridge event, the whole event of a direct invocation.
    Body,
    /// The event as Lambda has it.
    Event,
    /// What a path selects from the event: `$.detail.order`.
    Path(InputPath),
}

/// A path into an event. It is what a state's `InputPath` can be.
#[derive(Debug, Clone)]
pub struct InputPath(Arc<Program>);

impl Input {
    /// Reads `body`, `event` or a path.
    ///
    /// # Errors
    /// Says what is wrong with the path.
    pub fn parse(text: &str) -> Result<Input, String> {
        match text {
            "body" => Ok(Input::Body),
            "event" => Ok(Input::Event),
            _ if text.starts_with('$') => InputPath::parse(text).map(Input::Path),
            _ => Err(format!("expected `body`, `event` or a path that begins with `$`, found `{text}`")),
        }
    }
}

impl InputPath {
    fn parse(path: &str) -> Result<InputPath, String> {
        // The engine knows paths only as fields of states.
        let machine = json!({
            "StartAt": "Input",
            "States": {"Input": {"Type": "Pass", "InputPath": path, "End": true}}
        });
        let Loaded { program, diagnostics, .. } = load(&Source::json(machine.to_json()));
        let mut errors = diagnostics.into_iter().filter(Diagnostic::is_error).map(|error| error.message);
        program
            .map(InputPath)
            .ok_or_else(|| errors.next().unwrap_or_else(|| format!("`{path}` is not a path")))
    }

    async fn select(&self, engine: &Engine, event: Value, identity: Identity) -> Outcome {
        // What the path selects is checked when the execution begins, the event it is selected from may be larger.
        let execution = Execution::new(event).with_identity(identity).with_limits(Limits::unlimited());
        engine.run(&self.0, execution).await.outcome
    }
}

/// Why there is no input.
pub(crate) enum NoInput {
    /// The request's body is none.
    Body(InvalidBody),
    /// The path selects nothing: the execution ends before it begins.
    Path(Outcome),
}

/// The input that an event holds.
pub(crate) async fn select(
    input: &Input,
    engine: &Engine,
    trigger: Trigger,
    event: Value,
    identity: &Identity,
) -> Result<Value, NoInput> {
    match input {
        Input::Default if trigger.is_http() => trigger.body(&event).map_err(NoInput::Body),
        Input::Default | Input::Event => Ok(event),
        Input::Body => trigger.body(&event).map_err(NoInput::Body),
        Input::Path(path) => match path.select(engine, event, identity.clone()).await {
            Outcome::Succeeded(input) => Ok(input),
            outcome => Err(NoInput::Path(outcome)),
        },
    }
}
