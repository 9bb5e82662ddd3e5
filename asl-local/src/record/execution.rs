//! The record of an execution, and the way in which its end is written.

use std::sync::Arc;

use asl_engine::{Failure, MapRun, Outcome};
use asl_value::{Timestamp, Value, json};

use super::Damaged;
use super::fields::Record;
use super::machine::execution_type;
use crate::execution::{ChildOf, Ended, Execution};
use crate::history::History;
use crate::input::Input;
use crate::machine::{Revision, Target};
use crate::redrives::{Redriven, Redrives};

/// `{"number": 12, "arn": "arn:…:execution:orders:1", "name": "1", "machine": "arn:…", "machineName": "orders", "type":
/// "STANDARD", "revision": 8, "input": "{…}", "started": "2026-…Z", "ended": {"status": "SUCCEEDED", "output": …,
/// "stopped": "2026-…Z"}, …}`, without `ended` while it is running.
pub(crate) fn record(execution: &Execution, ended: Option<&Ended>, redriven: &Redriven) -> Value {
    let target = &execution.target;
    let child_of = execution
        .child_of
        .as_ref()
        .map(|child| json!({"mapRun": child.map_run.arn().as_str(), "items": child.item_count}));
    json!({
        "number": execution.number,
        "arn": execution.arn.as_str(),
        "name": execution.name.as_str(),
        "machine": target.machine_arn.as_str(),
        "machineName": target.machine_name.as_str(),
        "type": target.kind.name(),
        "revision": target.revision.number,
        "version": target.version_arn.as_deref(),
        "alias": target.alias_arn.as_deref(),
        "input": execution.input.text.as_str(),
        "traceHeader": execution.trace_header.as_deref(),
        "parent": execution.parent.as_deref(),
        "childOf": child_of,
        "case": execution.case.as_deref(),
        "started": execution.started.to_string(),
        "redrives": redrives(redriven),
        "mapRuns": execution.map_runs().iter().map(String::as_str).collect::<Value>(),
        "ended": ended.map(|ended| outcome(ended, &execution.input))
    })
}

fn redrives(redrives: &Redriven) -> Value {
    let tokens = redrives.tokens.iter().map(|(token, date)| json!([token.as_str(), date.to_string()]));
    json!({
        "count": redrives.count,
        "date": redrives.date.map(|date| date.to_string()),
        "journalled": redrives.is_journalled,
        "tokens": tokens.collect::<Value>()
    })
}

fn outcome(ended: &Ended, input: &Input) -> Value {
    let failure = ended.outcome.failure();
    // The input keeps its text if it is the output, so that is written once.
    let is_input = ended.outcome.output().is_some_and(|output| output.same(&input.value));
    json!({
        "status": ended.outcome.status(),
        "outputIsInput": is_input,
        "output": ended.outcome.output().filter(|_| !is_input).map(Value::to_json),
        "error": failure.and_then(|failure| failure.error.as_deref()),
        "cause": failure.and_then(|failure| failure.cause.as_deref()),
        "stopped": ended.stopped.to_string()
    })
}

/// The number of the revision that an execution runs.
pub(crate) fn revision_of(record: &Value) -> Result<u64, Damaged> {
    Record(record).number("revision")
}

/// The ARN of the Map Run that an execution is a child of.
pub(crate) fn map_run_of(record: &Value) -> Option<&str> {
    Record(Record(record).get("childOf")?).text_if("mapRun")
}

/// Reads an execution. `map_run` is that of [`map_run_of`], `history` has the events of an ended one.
pub(crate) fn read(
    record: &Value,
    revision: Arc<Revision>,
    map_run: Option<Arc<MapRun>>,
    history: History,
) -> Result<Execution, Damaged> {
    let record = Record(record);
    let target = Target {
        machine_arn: record.text("machine")?.to_owned(),
        machine_name: record.text("machineName")?.to_owned(),
        kind: execution_type(record)?,
        revision,
        version_arn: record.owned_if("version"),
        alias_arn: record.owned_if("alias"),
    };
    let input = Input::read(record.text_if("input"));
    let input = input.map_err(|error| Damaged::new(error.message()))?;
    let names = [record.text("arn")?.to_owned(), record.text("name")?.to_owned()];
    let mut execution = Execution::new(record.number("number")?, names, target, input, history);
    execution.trace_header = record.owned_if("traceHeader");
    execution.started = record.time("started")?;
    execution.case = record.owned_if("case");
    execution.parent = record.owned_if("parent");
    execution.is_durable = true;
    let item_count = record.get("childOf").and_then(|child| Record(child).number_if("items"));
    execution.child_of = map_run.map(|map_run| ChildOf { map_run, item_count, is_again: false });
    *execution.redrives() = read_redrives(record.record("redrives")?)?;
    let map_runs = record.list("mapRuns")?.iter().filter_map(Value::as_str);
    execution.map_runs().extend(map_runs.map(str::to_owned));
    let ended = record.get("ended").map(|ended| read_ended(Record(ended), &execution.input));
    execution.set_ended(ended.transpose()?);
    Ok(execution)
}

fn read_redrives(record: Record<'_>) -> Result<Redrives, Damaged> {
    let token = |token: &Value| {
        let date = Timestamp::parse(token.at(1)?.as_str()?)?;
        Some((token.at(0)?.as_str()?.to_owned(), date))
    };
    let tokens = record.list("tokens")?.iter().filter_map(token);
    let count = u32::try_from(record.number("count")?).unwrap_or(u32::MAX);
    Ok(Redrives::restored(count, record.time_if("date"), record.flag("journalled"), tokens))
}

fn read_ended(record: Record<'_>, input: &Input) -> Result<Ended, Damaged> {
    let text = |name| record.text_if(name).map(Into::into);
    let failure = Failure::from_parts(text("error"), text("cause"));
    let outcome = match record.text("status")? {
        "SUCCEEDED" if record.flag("outputIsInput") => Outcome::Succeeded(input.value.clone()),
        "SUCCEEDED" => {
            let output = Value::parse(record.text("output")?);
            Outcome::Succeeded(output.map_err(|error| Damaged::new(error.to_string()))?)
        }
        "FAILED" => Outcome::Failed(failure),
        "TIMED_OUT" => Outcome::TimedOut(failure),
        "ABORTED" => Outcome::Aborted(failure),
        other => return Err(Damaged::new(format!("unknown status `{other}`"))),
    };
    Ok(Ended { stopped: record.time("stopped")?, outcome })
}
