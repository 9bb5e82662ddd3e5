//! The JSON of headers.

use std::time::Duration;

use asl_query::sfn;
use asl_value::{Object, Value, json};

use super::{Members, put, put_payload};
use crate::{DefinitionHash, Identity, JournalError, JournalHeader, Limits, Seed};

pub(crate) fn to_value(header: &JournalHeader) -> Value {
    let mut object = Object::new();
    object.insert("asl-journal", JournalHeader::VERSION.into());
    object.insert("definition", header.definition.as_text().into());
    object.insert("execution", identity_to_value(&header.identity));
    put_payload(&mut object, "input", &header.input);
    object.insert("started", header.started.to_string().into());
    object.insert("seed", sfn::hexadecimal(header.seed.as_bytes()).into());
    object.insert("limits", limits_to_value(&header.limits));
    put(&mut object, "deadline", header.deadline.map(|deadline| deadline.to_string()));
    put(&mut object, "traceHeader", header.trace_header.as_ref());
    Value::Object(object)
}

pub(super) fn identity_to_value(identity: &Identity) -> Value {
    let mut object = Object::new();
    for (name, text) in [
        ("arn", &identity.execution_arn),
        ("name", &identity.execution_name),
        ("roleArn", &identity.role_arn),
        ("stateMachineArn", &identity.state_machine_arn),
        ("stateMachineName", &identity.state_machine_name),
        ("region", &identity.region),
    ] {
        object.insert(name, text.into());
    }
    put(&mut object, "redriveCount", identity.redrive_count);
    Value::Object(object)
}

pub(super) fn limits_to_value(limits: &Limits) -> Value {
    let mut object = Object::new();
    put(&mut object, "payloadBytes", limits.payload_bytes.map(|bytes| bytes as u64));
    put(&mut object, "events", limits.events);
    put(&mut object, "durationSeconds", limits.duration.map(|time| time.as_secs_f64()));
    put(&mut object, "assignBytes", limits.assign_bytes.map(|bytes| bytes as u64));
    put(&mut object, "variablesBytes", limits.variables_bytes.map(|bytes| bytes as u64));
    put(&mut object, "errorChars", limits.error_chars.map(|chars| chars as u64));
    put(&mut object, "causeChars", limits.cause_chars.map(|chars| chars as u64));
    object.insert("mapConcurrency", (limits.map_concurrency as u64).into());
    object.insert("mapRunConcurrency", (limits.map_run_concurrency as u64).into());
    object.insert("readerBytes", limits.reader_bytes.into());
    put(&mut object, "memoryBytes", limits.memory_bytes);
    object.insert("strands", (limits.strands as u64).into());
    Value::Object(object)
}

pub(crate) fn parse(mut members: Members) -> Result<JournalHeader, JournalError> {
    members.rename("the header".to_owned());
    let version = members.value("asl-journal")?;
    let known = JournalHeader::VERSION;
    if version != json!(known) {
        let found = version.to_json();
        return Err(JournalError::version(format!(
            "expected a journal of version {known}, found version {found}"
        )));
    }
    let seed = members.text("seed")?;
    let Some(seed) = Seed::parse(&seed) else {
        // Not shown: tokens follow from it.
        return Err(JournalError::syntax("expected 64 hexadecimal digits as `seed` of the header"));
    };
    let header = JournalHeader {
        definition: DefinitionHash::from_text(members.text("definition")?),
        identity: parse_identity(members.members("execution")?)?,
        input: members.payload("input")?,
        started: members.timestamp("started")?.to_millis(),
        seed,
        limits: parse_limits(members.members("limits")?)?,
        deadline: members.optional_timestamp("deadline")?,
        trace_header: members.optional_text("traceHeader")?,
    };
    members.end()?;
    Ok(header)
}

pub(super) fn parse_identity(mut members: Members) -> Result<Identity, JournalError> {
    let redrive_count = members.optional_number("redriveCount")?;
    let redrive_count = match redrive_count.map(u32::try_from) {
        None => None,
        Some(Ok(count)) => Some(count),
        Some(Err(_)) => return Err(JournalError::syntax("`redriveCount` of the header is too large")),
    };
    let identity = Identity {
        execution_arn: members.text("arn")?,
        execution_name: members.text("name")?,
        role_arn: members.text("roleArn")?,
        state_machine_arn: members.text("stateMachineArn")?,
        state_machine_name: members.text("stateMachineName")?,
        region: members.text("region")?,
        redrive_count,
    };
    members.end()?;
    Ok(identity)
}

pub(super) fn parse_limits(mut members: Members) -> Result<Limits, JournalError> {
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let duration = match members.optional("durationSeconds") {
        None => None,
        Some(value) => {
            let time = value.as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            Some(time.ok_or_else(|| members.unexpected("durationSeconds", "a number of seconds", &value))?)
        }
    };
    let limits = Limits {
        payload_bytes: members.optional_number("payloadBytes")?.map(size),
        events: members.optional_number("events")?,
        duration,
        assign_bytes: members.optional_number("assignBytes")?.map(size),
        variables_bytes: members.optional_number("variablesBytes")?.map(size),
        error_chars: members.optional_number("errorChars")?.map(size),
        cause_chars: members.optional_number("causeChars")?.map(size),
        map_concurrency: members.number("mapConcurrency").map(size)?,
        map_run_concurrency: members.number("mapRunConcurrency").map(size)?,
        reader_bytes: members.number("readerBytes")?,
        memory_bytes: members.optional_number("memoryBytes")?,
        strands: members.number("strands").map(size)?,
    };
    members.end()?;
    Ok(limits)
}
