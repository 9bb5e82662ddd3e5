//! [`serve`], [`main`] and [`main_from_env`]: the life of the process.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use asl_engine::Registry;
use asl_model::Source;
use asl_value::{Value, json};
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;

use crate::adapter::reply;
use crate::local::command::{self, Call};
use crate::log::LineSink;
use crate::stream::Sent;
use crate::trigger::InvalidBody;
use crate::{Adapter, InitError, Invocation, InvocationError, deadline, init, stream};

#[cfg(feature = "graceful-shutdown")]
mod shutdown;
mod snapshot;

/// What the Runtime API's client and `lambda_runtime` need of Lambda, and panic without.
const NEEDED: [&str; 4] =
    [RUNTIME_API, "AWS_LAMBDA_FUNCTION_NAME", MEMORY_SIZE, "AWS_LAMBDA_FUNCTION_VERSION"];

/// The exit code of a function that cannot start.
const NO_START: u8 = 2;

const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
const MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
/// Invocations that a Managed Instance sends at the same time.
const MAX_CONCURRENCY: &str = "AWS_LAMBDA_MAX_CONCURRENCY";

/// The whole `main` of a function: `definition` with the handlers of its tasks.
///
/// ```no_run
/// use asl_engine::{Failure, Registry, task_fn};
/// use asl_model::Source;
/// use asl_value::Value;
///
/// // Usually `include_str!("../workflow.asl.json")`.
/// const DEFINITION: &str = r#"{"StartAt": "Price", "States": {"Price": {
///   "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price", "End": true
/// }}}"#;
///
/// fn main() -> std::process::ExitCode {
///     let tasks = Registry::new().function("price", task_fn(|order: Value| async move { Ok::<_, Failure>(order) }));
///     asl_lambda::main(Source::json(DEFINITION), tasks)
/// }
/// ```
///
/// In Lambda it serves invocations. Elsewhere it takes an event (a file, JSON text, standard input), handles that one as an
/// invocation and prints the way the execution went and the response; `--help` says how. `ASL_DEFINITION`, if it is set,
/// names a file that takes the place of `definition`.
///
/// With the feature `aws`, AWS does the tasks that `tasks` has no handler for, and has the objects of distributed Maps, as
/// the environment says: the function's role and region. With an [`Engine`](asl_engine::Engine) of one's own the same is one line:
/// `Registry::new().function(…).fallback(asl_aws::Aws::from_env()?.with_tokens())`.
///
/// The exit code outside Lambda is 0 if the execution succeeded, 1 if not, 2 if the function cannot start and 64 if it
/// was not called as it should be.
pub fn main(definition: Source, tasks: Registry) -> ExitCode {
    start(Some(definition), tasks)
}

/// [`main`] of the definition that `ASL_DEFINITION` names.
pub fn main_from_env(tasks: Registry) -> ExitCode {
    start(None, tasks)
}

fn start(definition: Option<Source>, tasks: Registry) -> ExitCode {
    let is_concurrent =
        std::env::var(MAX_CONCURRENCY).is_ok_and(|count| count.parse::<u32>().is_ok_and(|count| count > 1));
    let mut runtime = match is_concurrent {
        true => tokio::runtime::Builder::new_multi_thread(),
        false => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = match runtime.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            log(&[json!({"level": "ERROR", "message": error.to_string()})]);
            return ExitCode::FAILURE;
        }
    };
    let in_lambda = std::env::var_os(RUNTIME_API).is_some();
    match in_lambda {
        true => runtime.block_on(serve_in_lambda(definition, tasks)),
        false => match Call::of_process() {
            Ok(call) => runtime.block_on(run_here(definition, tasks, &call)),
            Err(ended) => ended,
        },
    }
}

async fn serve_in_lambda(definition: Option<Source>, tasks: Registry) -> ExitCode {
    let (adapter, warnings) = match init::adapter(definition, tasks) {
        Ok(ready) => ready,
        Err(error) => {
            log(error.lines());
            report_init_error(&error).await;
            return ExitCode::from(NO_START);
        }
    };
    log(&warnings);
    match serve(adapter).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&[json!({"level": "ERROR", "message": error.to_string()})]);
            ExitCode::FAILURE
        }
    }
}

/// One event on a developer's machine.
async fn run_here(definition: Option<Source>, tasks: Registry, call: &Call) -> ExitCode {
    match init::adapter(definition, tasks) {
        Ok((adapter, warnings)) => {
            command::show(&warnings);
            call.run(&adapter).await
        }
        Err(error) => {
            command::show(error.lines());
            ExitCode::from(NO_START)
        }
    }
}

/// Answers invocations with executions of the machines of an adapter, until Lambda ends the process.
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
    stream::sent(reply(adapter, event, invocation).await?)
}

/// One write a line, so that lines of executions side by side do not mix.
fn write_line(line: &Value) {
    let mut line = line.to_json();
    line.push('\n');
    // Nobody is left to be told that nobody reads.
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}

/// Without this, Lambda only tells that the process ended. Whether it arrives or not, the process ends.
async fn report_init_error(error: &InitError) {
    let body = json!({"errorType": error.error_type(), "errorMessage": error.to_string()});
    let request = lambda_runtime_api_client::build_request()
        .method("POST")
        .uri("/2018-06-01/runtime/init/error")
        .header("lambda-runtime-function-error-type", format!("Runtime.{}", error.error_type()))
        .body(body.to_json().into());
    let Ok(request) = request else { return };
    let client = lambda_runtime_api_client::Client::builder().build();
    if let Ok(client) = client {
        let _ = client.call(request).await;
    }
}

/// Lambda keeps both streams of a function; the other one holds the response when it runs outside.
fn log(lines: &[Value]) {
    let mut stderr = std::io::stderr().lock();
    for line in lines {
        // Nobody is left to be told that nobody reads.
        let _ = writeln!(stderr, "{line}");
    }
}
