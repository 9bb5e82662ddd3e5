//! [`main`] and [`main_from_env`]: the `main` of a function.

use std::process::ExitCode;

use asl_engine::Registry;
use asl_model::Source;
use asl_value::json;

use crate::local::command::{self, Call};
use crate::serve::{RUNTIME_API, log};
use crate::{InitError, init, serve};

/// The exit code of a function that cannot start.
const NO_START: u8 = 2;

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
/// the environment says: the function's role and region. With an [`Engine`] of one's own the same is one line:
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
    match serve::serve(adapter).await {
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
