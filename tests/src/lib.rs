//! The suite of workflow cases: definition, input, scripted tasks, and how the execution must end.
//!
//! A case is a file `suite/<area>/<name>.toml`:
//!
//! ```toml
//! description = "A task is retried with the same input"
//! source = "history.md, rule 4"
//! definition = '''{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}'''
//! input = '''{"n": 1}'''
//!
//! [tasks]
//! # Answers of the function `f`, one a call; the last one is repeated.
//! f = [{ error = "Busy", cause = "try later" }, { output = '{"ok": true}', seconds = 2.5 }]
//!
//! [expect]
//! status = "SUCCEEDED"
//! output = '''{"ok":true}'''
//! history = '''
//! 1<-0 ExecutionStarted {"input":"{\"n\":1}", …}
//! '''
//! ```
//!
//! `[objects]` lists the contents of storage, as `"bucket/key" = "text"`, and `[expect.objects]` what the execution writes to
//! it. Random UUIDs are shown as `<uuid>`.
//!
//! A line of a history is `id<-previousEventId Type details`, with `@seconds` since the start where time has passed.
//! A case without `history` does not compare it. Run with `UPDATE_EXPECT=1` to write the actual results to the files, and
//! review the difference.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use asl_engine::{Clock, Engine, Execution, HistoryRecorder, Identity, Limits, Report, SeededEntropy, load};
use asl_model::{Diagnostic, MachineArn, Source};
use asl_value::{Timestamp, Value};
use serde::Deserialize;

mod client;
pub mod durable;
pub mod fuzz;
#[cfg(feature = "jsonata")]
pub mod hostile;
#[cfg(feature = "jsonata")]
pub mod hostile_requests;
mod journalled;
pub mod limit;
mod objects;
#[cfg(feature = "parquet")]
pub mod parquet_file;
mod served;
mod tasks;
mod workload;

use objects::Objects;

pub use client::Client;
pub use journalled::Journalled;
pub use tasks::{Answer, Script};
pub use workload::{WORKLOADS, Workload};

/// One case of the suite.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What the case shows.
    pub description: String,
    /// The source of the expected behaviour.
    pub source: String,
    /// The definition, JSON.
    pub definition: String,
    /// The input, JSON; `{}` if absent.
    #[serde(default = "empty_object")]
    pub input: String,
    /// `STANDARD` (default), `EXPRESS` or `UNLIMITED`.
    #[serde(default)]
    pub limits: Option<String>,
    /// The maximum number of redrives, as long as the execution does not succeed. The history is that of all runs.
    #[serde(default)]
    pub redrives: u32,
    /// Answers by function name.
    #[serde(default)]
    pub tasks: BTreeMap<String, Vec<Answer>>,
    /// Texts in storage, by `bucket/key`.
    #[serde(default)]
    pub objects: BTreeMap<String, String>,
    /// How the execution must end.
    pub expect: Expect,
}

fn empty_object() -> String {
    "{}".to_owned()
}

/// How the execution of a [`Case`] must end.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// `SUCCEEDED`, `FAILED`, `TIMED_OUT`, or `REFUSED` for a definition that is not valid.
    pub status: String,
    /// JSON of the output, compact.
    #[serde(default)]
    pub output: Option<String>,
    /// The error.
    #[serde(default)]
    pub error: Option<String>,
    /// The cause. For a refused definition, the diagnostics, one per line.
    #[serde(default)]
    pub cause: Option<String>,
    /// The events, as described in the documentation of the crate.
    #[serde(default)]
    pub history: Option<String>,
    /// The texts written to storage, by `bucket/key`.
    #[serde(default)]
    pub objects: BTreeMap<String, String>,
}

impl Expect {
    /// Replaces each random UUID with `<uuid>`.
    fn without_uuids(self) -> Expect {
        let texts = |text: Option<String>| text.map(|text| without_uuids(&text));
        Expect {
            output: texts(self.output),
            error: texts(self.error),
            cause: texts(self.cause),
            history: texts(self.history),
            objects: self
                .objects
                .into_iter()
                .map(|(name, text)| (without_uuids(&name), without_uuids(&text)))
                .collect(),
            ..self
        }
    }
}

/// The start time of every execution of the suite.
pub const START: &str = "2026-01-01T00:00:00Z";

impl Case {
    /// Reads a case.
    ///
    /// # Errors
    /// The file cannot be read or is not a case.
    pub fn read(path: &Path) -> Result<Case, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Runs the case in the engine.
    ///
    /// # Errors
    /// The case is invalid: its input or an answer is not JSON.
    pub async fn run(&self) -> Result<Expect, String> {
        let program = match load(&Source::json(self.definition.as_str())) {
            Ok(loaded) => loaded.program,
            Err(error) => return Ok(refused(error.diagnostics())),
        };
        let input = Value::parse(&self.input).map_err(|error| format!("input: {error}"))?;
        let start = Timestamp::parse(START).ok_or("a bad start")?;
        let objects = Arc::new(Objects::new(&self.objects));
        let engine = Engine::builder()
            .tasks(tasks::registry(&self.tasks)?)
            .storage(objects.clone())
            .clock(Clock::virtual_time().starting_at(start))
            .entropy(SeededEntropy::new(1))
            .build();
        let history = Arc::new(HistoryRecorder::new());
        let execution = Execution::new(input)
            .with_identity(Identity::new(
                MachineArn::new("us-east-1", "123456789012", "machine").execution("run"),
            ))
            .with_limits(self.limits()?)
            .with_observer(history.clone());
        let mut report = engine.run(&program, execution.keeping_checkpoint()).await;
        for _ in 0..self.redrives {
            let Some(checkpoint) = report.checkpoint.take() else { break };
            let redriven = Execution::redrive(checkpoint).with_observer(history.clone());
            report = engine.run(&program, redriven).await;
        }
        let expect = expectation(&report, &history, start, self.expect.history.is_some());
        Ok(Expect { objects: objects.written(&self.objects), ..expect }.without_uuids())
    }

    fn limits(&self) -> Result<Limits, String> {
        match self.limits.as_deref() {
            None | Some("STANDARD") => Ok(Limits::standard()),
            Some("EXPRESS") => Ok(Limits::express()),
            Some("UNLIMITED") => Ok(Limits::unlimited()),
            Some(other) => Err(format!("no limits are called {other}")),
        }
    }
}

fn refused(diagnostics: &[Diagnostic]) -> Expect {
    let lines: Vec<String> = diagnostics.iter().map(Diagnostic::to_string).collect();
    let (status, cause) = ("REFUSED".to_owned(), Some(lines.join("\n")));
    Expect { status, output: None, error: None, cause, history: None, objects: BTreeMap::new() }
}

fn expectation(report: &Report, history: &HistoryRecorder, start: Timestamp, with_history: bool) -> Expect {
    let failure = report.outcome.failure();
    Expect {
        status: report.outcome.status().to_owned(),
        output: report.outcome.output().map(Value::to_json),
        error: failure.and_then(|failure| failure.error.as_ref()).map(ToString::to_string),
        cause: failure.and_then(|failure| failure.cause.as_ref()).map(ToString::to_string),
        history: with_history.then(|| print(history.to_json().as_array().into_iter().flatten(), start)),
        objects: BTreeMap::new(),
    }
}

/// Replaces each UUID in a text with `<uuid>`.
fn without_uuids(text: &str) -> String {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    const LENGTH: usize = 36;
    let is_uuid = |text: &str| {
        let parts =
            text.split('-').map(|part| (part.len(), part.bytes().all(|byte| byte.is_ascii_hexdigit())));
        parts.eq(LENGTHS.map(|length| (length, true)))
    };
    let (mut without, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        match rest.get(..LENGTH).filter(|part| is_uuid(part)) {
            Some(_) => {
                without.push_str("<uuid>");
                rest = rest.split_at(LENGTH).1;
            }
            None => {
                without.push(first);
                rest = rest.split_at(first.len_utf8()).1;
            }
        }
    }
    without
}

/// Formats a history, one event per line.
fn print<'e>(events: impl IntoIterator<Item = &'e Value>, start: Timestamp) -> String {
    let lines = events.into_iter().map(|event| {
        let member = |name: &str| event.get(name).cloned().unwrap_or_default();
        let details = served::details(event).map_or_else(String::new, |(_, details)| format!(" {details}"));
        let millis =
            (member("timestamp").as_f64().unwrap_or_default() * 1e3).round() as i64 - start.epoch_millis();
        let at = if millis > 0 { format!(" @{}", millis as f64 / 1e3) } else { String::new() };
        // Payloads are never truncated, so omit the member that says so.
        let details = details.replace(r#","inputDetails":{"truncated":false}"#, "");
        let details = details.replace(r#","outputDetails":{"truncated":false}"#, "");
        let details = details.replace(r#","assignedVariablesDetails":{"truncated":false}"#, "");
        let name = member("type");
        let name = name.as_str().unwrap_or_default();
        format!("{}<-{} {name}{details}{at}\n", member("id"), member("previousEventId"))
    });
    lines.collect()
}

/// All files of the suite, by area.
///
/// # Errors
/// The folder cannot be read.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Replaces the expectation in the text of a case.
pub fn replace_expectation(text: &str, expect: &Expect) -> String {
    let head = text.find("[expect]").map_or(text, |place| text.split_at(place).0);
    let mut written = format!("{head}[expect]\nstatus = \"{}\"\n", expect.status);
    let fields = [("output", &expect.output), ("error", &expect.error), ("cause", &expect.cause)];
    for (name, value) in fields {
        if let Some(value) = value {
            let literal =
                if value.contains('\n') { format!("'''\n{value}'''") } else { format!("'''{value}'''") };
            written.push_str(&format!("{name} = {literal}\n"));
        }
    }
    if let Some(history) = &expect.history {
        written.push_str(&format!("history = '''\n{history}'''\n"));
    }
    if !expect.objects.is_empty() {
        written.push_str("\n[expect.objects]\n");
    }
    for (name, text) in &expect.objects {
        written.push_str(&format!("\"{name}\" = '''{text}'''\n"));
    }
    written
}
