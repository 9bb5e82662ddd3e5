//! [`serve`]: answers invocations until the process ends.

use std::io::Write;
use std::sync::Arc;

use asl_value::Value;
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;

use crate::handle::respond;
use crate::stream::Sent;
use crate::trigger::InvalidBody;
use crate::{Adapter, Invocation, InvocationError, LineSink, deadline, stream};

#[cfg(feature = "graceful-shutdown")]
mod shutdown;
mod snapshot;

/// The variables of Lambda that `lambda_runtime` and its client panic without.
const NEEDED: [&str; 4] =
    [RUNTIME_API, "AWS_LAMBDA_FUNCTION_NAME", MEMORY_SIZE, "AWS_LAMBDA_FUNCTION_VERSION"];

pub(crate) const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
const MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

/// Serves invocations with the machines of an adapter, until Lambda ends the process.
///
/// Use it in place of [`main`](crate::main) for an [`Adapter`] of your own, in a Tokio runtime with I/O and time
/// enabled:
///
/// ```no_run
/// use asl_engine::{Engine, Registry, load};
/// use asl_lambda::{Adapter, Config, serve};
/// use asl_model::Source;
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
///     let definition = Source::json(r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#);
///     let program = load(&definition)?.program;
///     let engine = Engine::builder().tasks(Registry::new()).build();
///     serve(Adapter::new(program, engine, Config::from_env()?)?).await
/// }
/// ```
///
/// If it fails before the first invocation, Lambda only learns that the process ended; [`main`](crate::main) reports an
/// init error.
///
/// # Errors
/// A variable that Lambda sets is missing, or the Runtime API cannot be reached.
pub async fn serve(adapter: Adapter) -> Result<(), Error> {
    let missing: Vec<_> = NEEDED.into_iter().filter(|name| std::env::var(name).is_err()).collect();
    if !missing.is_empty() {
        return Err(format!("not set, although Lambda sets it: {}", missing.join(", ")).into());
    }
    if std::env::var(MEMORY_SIZE).is_ok_and(|size| size.parse::<i32>().is_err()) {
        return Err(format!("{MEMORY_SIZE}: expected a number of megabytes").into());
    }
    #[cfg(feature = "graceful-shutdown")]
    shutdown::prepare(&adapter).await;
    let snapshot = snapshot::Snapshot(adapter.clone());
    let log: LineSink = Arc::new(write_line);
    let handler = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
        let (adapter, log) = (adapter.clone(), Arc::clone(&log));
        async move { answer(&adapter, event, log).await }
    });
    let runtime = Runtime::new(handler).layer(TracingLayer::new());
    runtime.register_snapstart_resource(Arc::new(snapshot)).run_concurrent().await
}

async fn answer(
    adapter: &Adapter,
    event: LambdaEvent<Box<RawValue>>,
    log: LineSink,
) -> Result<Sent, InvocationError> {
    let (payload, context) = event.into_parts();
    let event = Value::parse(payload.get()).map_err(|error| {
        InvocationError::new(InvalidBody::ERROR, InvalidBody(error.to_string()).to_string())
    })?;
    let function = function(context.invoked_function_arn, &context.env_config.function_name);
    let mut invocation = Invocation::new(context.request_id).with_function_arn(function).with_log(log);
    invocation.deadline = deadline::of_invocation(context.deadline);
    invocation.trace_header = context.xray_trace_id.map(Into::into);
    stream::sent(respond(adapter, event, invocation).await?)
}

/// How this function can be invoked: by the ARN that was invoked, or by its name in an emulator that does not know the ARN.
fn function(arn: String, name: &str) -> String {
    match arn.starts_with("arn:") || name.is_empty() {
        true => arn,
        false => name.to_owned(),
    }
}

/// Writes a line with one call, so that the lines of concurrent executions do not mix.
fn write_line(line: &Value) {
    let mut line = line.to_json();
    line.push('\n');
    // If standard output is closed, there is nowhere to report it.
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}

/// Writes lines to standard error. Lambda logs both streams; outside Lambda, standard output is for the response.
pub(crate) fn log(lines: &[Value]) {
    let mut stderr = std::io::stderr().lock();
    for line in lines {
        // If standard error is closed, there is nowhere to report it.
        let _ = writeln!(stderr, "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_invoked_by_its_arn_or_its_name() {
        for (arn, name, expected) in [
            (
                "arn:aws:lambda:eu-west-1:1:function:orders:7",
                "orders",
                "arn:aws:lambda:eu-west-1:1:function:orders:7",
            ),
            // `cargo lambda watch`
            ("function-arn", "_", "_"),
            ("function-arn", "", "function-arn"),
        ] {
            assert_eq!(function(arn.to_owned(), name), expected);
        }
    }
}
