//! [`serve`]: invocations, one after the other, until the process ends.

use std::io::Write;
use std::sync::Arc;

use asl_value::Value;
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;

use crate::handle::reply;
use crate::stream::Sent;
use crate::trigger::InvalidBody;
use crate::{Adapter, Invocation, InvocationError, LineSink, deadline, stream};

#[cfg(feature = "graceful-shutdown")]
mod shutdown;
mod snapshot;

/// What the Runtime API's client and `lambda_runtime` need of Lambda, and panic without.
const NEEDED: [&str; 4] =
    [RUNTIME_API, "AWS_LAMBDA_FUNCTION_NAME", MEMORY_SIZE, "AWS_LAMBDA_FUNCTION_VERSION"];

pub(crate) const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
const MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
/// Answers invocations with executions of the adapter's machines, until Lambda ends the process.
///
/// # Errors
/// A variable of Lambda that is missing, or no connection to the Runtime API.
pub async fn serve(adapter: Adapter) -> Result<(), Error> {
    let missing: Vec<_> = NEEDED.into_iter().filter(|name| std::env::var(name).is_err()).collect();
    if !missing.is_empty() {
        return Err(format!("not set, though Lambda does: {}", missing.join(", ")).into());
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
    let mut invocation =
        Invocation::new(context.request_id).with_function_arn(context.invoked_function_arn).with_log(log);
    invocation.deadline = deadline::of_invocation(context.deadline);
    invocation.trace_header = context.xray_trace_id.map(Into::into);
    let trigger = adapter.trigger(&event);
    stream::sent(reply(adapter, trigger, event, invocation).await?)
}

/// One write a line, so that lines of executions side by side do not mix.
fn write_line(line: &Value) {
    let mut line = line.to_json();
    line.push('\n');
    // Nobody is left to be told that nobody reads.
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}

/// Lambda keeps both streams of a function; the other one holds the response when it runs outside.
pub(crate) fn log(lines: &[Value]) {
    let mut stderr = std::io::stderr().lock();
    for line in lines {
        // Nobody is left to be told that nobody reads.
        let _ = writeln!(stderr, "{line}");
    }
}
