//! `ResultWriter`: the result of a distributed Map, and its export.

use asl_model::{ExecutionType, WriterConfig, error_name};
use asl_value::{Object, Text, Value, json};

use super::ended_child::EndedChild;
use crate::{Description, Failure, MapRun, ObjectStore, Outcome, RedriveStatus};

/// How the results of child executions are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `NONE`: a description of the execution, which includes its output.
    Described,
    /// `COMPACT`: its output.
    Compact,
    /// `FLATTEN`: its output, or the elements of an output that is an array.
    Flat,
}

/// Collects the results of child executions, in the order of their items.
pub(crate) struct Results {
    form: Form,
    /// Whether a file has one JSON text per line, instead of one array.
    has_lines: bool,
    /// One for each child, in their order.
    children: Vec<ChildResult>,
}

/// What is written for a child execution.
#[derive(Debug, Clone, Default)]
enum ChildResult {
    /// Nothing yet: the child has not ended.
    #[default]
    Pending,
    Succeeded(Value),
    Unsuccessful(Value),
}

impl Results {
    /// Collects the results of `children` executions. `config` is that of the writer, `is_exported` whether it writes
    /// files.
    ///
    /// Documented: outputs alone, unless they are exported.
    pub(crate) fn new(children: usize, config: Option<&WriterConfig>, is_exported: bool) -> Results {
        let form = match config.and_then(|config| config.transformation.as_deref()) {
            Some("NONE") => Form::Described,
            Some("FLATTEN") => Form::Flat,
            Some(_) => Form::Compact,
            None if is_exported => Form::Described,
            None => Form::Compact,
        };
        let has_lines = config.and_then(|config| config.output_type.as_deref()) == Some("JSONL");
        Results { form, has_lines, children: vec![ChildResult::Pending; children] }
    }

    /// Keeps the result of a child, and returns the memory it takes.
    pub(crate) fn add(&mut self, child: EndedChild, map_run: &MapRun) -> u64 {
        let value = match &child.outcome {
            Outcome::Succeeded(output) if self.form != Form::Described => output.clone(),
            // Documented: a child that did not succeed is described in any form.
            _ => described(&child, map_run.children()),
        };
        let bytes = value.memory_bytes();
        let result = match child.outcome {
            Outcome::Succeeded(_) => ChildResult::Succeeded(value),
            _ => ChildResult::Unsuccessful(value),
        };
        if let Some(place) = self.children.get_mut(child.index) {
            *place = result;
        }
        bytes
    }

    /// The values of the children that succeeded, or of those that did not.
    fn of(&self, succeeded: bool) -> impl Iterator<Item = &Value> {
        let values = self.children.iter().filter_map(move |child| match child {
            ChildResult::Succeeded(value) if succeeded => Some(value),
            ChildResult::Unsuccessful(value) if !succeeded => Some(value),
            _ => None,
        });
        values.flat_map(move |value| match value {
            Value::Array(items) if self.form == Form::Flat && succeeded => &**items,
            other => std::slice::from_ref(other),
        })
    }

    /// The result of the state, if nothing is exported.
    pub(crate) fn into_output(self) -> Value {
        let is_flat = self.form == Form::Flat;
        let values = self.children.into_iter().flat_map(|child| match child {
            ChildResult::Pending => Vec::new(),
            ChildResult::Succeeded(Value::Array(items)) if is_flat => items.into_vec(),
            ChildResult::Succeeded(value) | ChildResult::Unsuccessful(value) => vec![value],
        });
        values.collect()
    }

    fn file<'v>(&self, results: impl Iterator<Item = &'v Value>) -> Option<String> {
        let mut results = results.peekable();
        results.peek()?;
        let texts: Vec<String> = results.map(Value::to_json).collect();
        Some(match self.has_lines {
            true => texts.join("\n"),
            false => format!("[{}]", texts.join(",")),
        })
    }

    /// Writes the results and a manifest, with a file for each status, and returns the result of the state.
    ///
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html>
    pub(crate) async fn export(
        self,
        arguments: &Value,
        map_run: &MapRun,
        storage: Option<&dyn ObjectStore>,
    ) -> Result<Value, Failure> {
        let storage = storage.ok_or_else(|| failed("no storage is configured for the ResultWriter"))?;
        let Some(bucket) = arguments.get("Bucket").and_then(Value::as_str) else {
            return Err(failed("the ResultWriter has no Bucket"));
        };
        let prefix = arguments.get("Prefix").and_then(Value::as_str).unwrap_or_default();
        let folder = match prefix.trim_end_matches('/') {
            "" => map_run.id().to_owned(),
            prefix => format!("{prefix}/{}", map_run.id()),
        };
        let mut files = Object::new();
        for (name, succeeded) in [("FAILED", false), ("SUCCEEDED", true)] {
            let mut written = Vec::new();
            if let Some(body) = self.file(self.of(succeeded)) {
                // Documented: this suffix, also for lines of JSON.
                let key = format!("{folder}/{name}_0.json");
                written.push(json!({"Key": key.as_str(), "Size": body.len()}));
                put(storage, arguments, &key, body).await?;
            }
            files.insert(name, Value::Array(written.into()));
            if name == "FAILED" {
                files.insert("PENDING", json!([]));
            }
        }
        let manifest = json!({
            "DestinationBucket": bucket,
            "MapRunArn": map_run.arn(),
            "ResultFiles": Value::Object(files)
        });
        let key = format!("{folder}/manifest.json");
        put(storage, arguments, &key, manifest.to_json()).await?;
        Ok(json!({"MapRunArn": map_run.arn(), "ResultWriterDetails": {"Bucket": bucket, "Key": key}}))
    }
}

async fn put(storage: &dyn ObjectStore, arguments: &Value, key: &str, body: String) -> Result<(), Failure> {
    let mut object = arguments.as_object().cloned().unwrap_or_default();
    object.remove("Prefix");
    object.insert("Key", key.into());
    storage.put(&object, body).await.map_err(|failure| failed(failure.cause.unwrap_or_default()))
}

fn failed(cause: impl Into<Text>) -> Failure {
    Failure::new(error_name::RESULT_WRITER_FAILED, cause)
}

/// Documented: a child execution as DescribeExecution shows it.
fn described(child: &EndedChild, kind: ExecutionType) -> Value {
    let EndedChild { identity, input, outcome, started, stopped, .. } = child;
    let description = Description::of(identity, *started, input).ended(*stopped, outcome);
    let status = match outcome {
        Outcome::Succeeded(_) => RedriveStatus::SUCCEEDED,
        _ => RedriveStatus::RedrivableByMapRun,
    };
    match kind {
        ExecutionType::Standard => description.with_redrive(0, None, status).map_result(),
        ExecutionType::Express => description.map_result(),
    }
}
