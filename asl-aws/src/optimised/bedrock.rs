//! `bedrock:invokeModel`, whose body may be read from S3 and written there.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrock.html>

use asl_engine::Failure;
use asl_model::error_name;
use asl_value::{Value, json};

use super::task::{OptimisedTask, members};
use crate::CallOptions;
use crate::path::{at, text};

pub(super) async fn invoke_model(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let mut params = members(task.arguments());
    let (input, output) = (params.remove("Input"), params.remove("Output"));
    let options = CallOptions::of(task.task);
    if let Some(uri) = input.as_ref().and_then(|input| at(input, "S3Uri")) {
        let object = task.caller.call("s3", "getObject", object(uri)?, &options).await;
        let body = object.map_err(|error| error.failure())?;
        params.insert("Body", text(&body.output, "Body").into());
    }
    let answer = task.send("invokeModel", Value::Object(params)).await?;
    let mut result = members(&answer.output);
    let body = text(&answer.output, "Body");
    match output.as_ref().and_then(|output| at(output, "S3Uri")) {
        Some(uri) => {
            let mut put = members(&object(uri)?);
            put.insert("Body", body.into());
            let put = task.caller.call("s3", "putObject", Value::Object(put), &options).await;
            put.map_err(|error| error.failure())?;
            result.insert("Body", uri.clone());
        }
        None => {
            result.insert("Body", Value::parse(body).unwrap_or_else(|_| body.into()));
        }
    }
    Ok(Value::Object(result))
}

/// The arguments without those that are Step Functions' own.
pub(super) fn request(arguments: &Value) -> Value {
    let mut params = members(arguments);
    params.remove("Input");
    params.remove("Output");
    Value::Object(params)
}

/// `s3://bucket/key`
fn object(uri: &Value) -> Result<Value, Failure> {
    let parts = uri.as_str().and_then(|uri| uri.strip_prefix("s3://")?.split_once('/'));
    match parts {
        Some((bucket, key)) => Ok(json!({"Bucket": bucket, "Key": key})),
        // UNRECORDED: the error for an S3Uri of `bedrock:invokeModel` that is invalid.
        None => Err(Failure::new(
            error_name::TASK_FAILED,
            format!("S3Uri must be s3://bucket/key but was: {uri}"),
        )),
    }
}
