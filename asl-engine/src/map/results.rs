//! [`Results`]: the result of a distributed Map, and its export by a `ResultWriter`.

use asl_model::{WriterConfig, error_name};
use asl_value::{Object, Text, VALUE_BYTES, Value, json};

use super::ended_child::EndedChild;
use crate::budget::Held;
use crate::map_run::ChildStatus;
use crate::program::Writer;
use crate::visit::Visit;
use crate::{Failure, MapRun, ObjectStore, Outcome};

/// How the results of child executions are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
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
    /// The name of the state, and how long its output may be; `None` if the results are exported.
    limit: Option<(Text, usize)>,
    /// How long the results are, with a comma after each.
    encoded_bytes: usize,
    held: Held,
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

impl Form {
    /// Documented: outputs alone, unless they are exported.
    pub(crate) fn of(writer: Option<&Writer>) -> Form {
        match config(writer).and_then(|config| config.transformation.as_deref()) {
            Some("NONE") => Form::Described,
            Some("FLATTEN") => Form::Flat,
            None if writer.is_some_and(|writer| writer.arguments.is_some()) => Form::Described,
            Some(_) | None => Form::Compact,
        }
    }

    /// What the result of the Map Run has for a child with this outcome, which `describe` describes.
    pub(crate) fn result(self, outcome: &Outcome, describe: impl FnOnce() -> Value) -> Value {
        match outcome {
            Outcome::Succeeded(output) if self != Form::Described => output.clone(),
            // Documented: a child that did not succeed is described in any form.
            _ => describe(),
        }
    }
}

fn config(writer: Option<&Writer>) -> Option<&WriterConfig> {
    writer.and_then(|writer| writer.config.as_ref())
}

impl Results {
    /// Collects results for a state, in this memory.
    pub(crate) fn new(writer: Option<&Writer>, visit: &Visit<'_>, held: Held) -> Results {
        let has_lines = config(writer).and_then(|config| config.output_type.as_deref()) == Some("JSONL");
        let is_exported = writer.is_some_and(|writer| writer.arguments.is_some());
        let limit = visit.run.limits.payload_bytes.filter(|_| !is_exported);
        let limit = limit.map(|limit| (visit.step.name.clone(), limit));
        let form = Form::of(writer);
        Results { form, has_lines, children: Vec::new(), limit, encoded_bytes: 1, held }
    }

    /// Keeps the result of a child. Fails if the state's output has become too long.
    pub(crate) fn add(
        &mut self,
        index: usize,
        EndedChild { status, result, .. }: EndedChild,
    ) -> Result<(), Failure> {
        if let Some((state, most)) = &self.limit {
            let bytes = match &result {
                // Without the brackets of an array, but with a comma.
                Value::Array(_) if self.form == Form::Flat => result.encoded_len().saturating_sub(1),
                _ => result.encoded_len().saturating_add(1),
            };
            self.encoded_bytes = self.encoded_bytes.saturating_add(bytes);
            if self.encoded_bytes > *most {
                return Err(Failure::data_limit(state));
            }
        }
        self.held.add(result.memory_bytes().saturating_add(VALUE_BYTES))?;
        if self.children.len() <= index {
            self.children.resize(index + 1, ChildResult::Pending);
        }
        if let Some(place) = self.children.get_mut(index) {
            *place = match status {
                ChildStatus::Succeeded => ChildResult::Succeeded(result),
                _ => ChildResult::Unsuccessful(result),
            };
        }
        Ok(())
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
