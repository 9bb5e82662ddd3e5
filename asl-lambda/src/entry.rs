//! [`main`] and [`main_from_env`]: the `main` function of a program.

use std::process::ExitCode;

use asl_engine::Registry;
use asl_model::Source;
use asl_value::json;

use crate::local::command::{self, Call};
use crate::serve::{RUNTIME_API, log};
use crate::{InitError, init, serve};

/// The exit code of a function that cannot start.
const NO_START: u8 = 2;

/// The number of invocations that a Managed Instance sends concurrently.
const MAX_CONCURRENCY: &str = "AWS_LAMBDA_MAX_CONCURRENCY";

/// The whole `main` of a function: runs `definition`, with `tasks` as the handlers of its tasks.
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
/// In Lambda it serves invocations until the process ends. Elsewhere it handles one event (a file, JSON text, or
/// standard input) with the same code, and prints the states that the execution went through and the response; see
/// `--help`.
///
/// The settings come from the environment; see [`Config`](crate::Config). If `ASL_DEFINITION` is set, the definition in
/// that file replaces `definition`.
///
/// With the feature `aws`, tasks without a handler call AWS, and distributed Maps use S3, with the role and region of
/// the function. For an [`Engine`](asl_engine::Engine) of your own, the registry
/// `Registry::new().function(…).fallback(asl_aws::Aws::from_env()?.with_tokens())` does the same.
///
/// # Errors
/// A definition or setting that is wrong, or a task without a handler, is written to the log and reported to Lambda as
/// the init error; the exit code is 2. Outside Lambda the exit code is 0 if the execution succeeded, 1 if it failed,
/// and 64 if the command line is wrong.
pub fn main(definition: Source, tasks: Registry) -> ExitCode {
    start(Some(definition), tasks)
}

/// [`main`] for a program without a definition of its own: `ASL_DEFINITION` must name a file, or a folder of
/// definitions.
///
/// The prebuilt `bootstrap` is `asl_lambda::main_from_env(Registry::new())`.
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
    match serve::serve(adapter).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&[json!({"level": "ERROR", "message": error.to_string()})]);
            ExitCode::FAILURE
        }
    }
}

/// Handles one event on a developer's machine.
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

/// Reports why the function cannot start; otherwise Lambda only reports that the process ended. The process ends even
/// if the report does not arrive.
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
