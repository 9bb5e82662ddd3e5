//! The JSON of headers.

use std::time::Duration;

use asl_query::sfn;
use asl_value::{Object, Value, json};

use super::{Members, put, put_payload, set};
use crate::{DefinitionHash, Identity, JournalError, JournalHeader, Limits, Seed};

pub(crate) fn to_value(header: &JournalHeader) -> Value {
    let mut object = Object::new();
    set(&mut object, "asl-journal", JournalHeader::VERSION);
    set(&mut object, "definition", header.definition.as_text());
    set(&mut object, "execution", identity_to_value(&header.identity));
    put_payload(&mut object, "input", &header.input);
    set(&mut object, "started", header.started.to_string());
    set(&mut object, "seed", sfn::hexadecimal(header.seed.as_bytes()));
    set(&mut object, "limits", limits_to_value(&header.limits));
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
        set(&mut object, name, text);
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
    set(&mut object, "mapConcurrency", limits.map_concurrency as u64);
    set(&mut object, "mapRunConcurrency", limits.map_run_concurrency as u64);
    set(&mut object, "readerBytes", limits.reader_bytes);
    put(&mut object, "memoryBytes", limits.memory_bytes);
    set(&mut object, "strands", limits.strands as u64);
    Value::Object(object)
}

pub(crate) fn parse(members: &mut Members) -> JournalHeader {
    members.rename("the header".to_owned());
    let version = members.value("asl-journal");
    let known = JournalHeader::VERSION;
    if version != json!(known) {
        let found = version.to_json();
        members.refuse(JournalError::version(format!(
            "expected a journal of version {known}, found version {found}"
        )));
    }
    let seed = Seed::parse(&members.text("seed")).unwrap_or_else(|| {
        // Not shown: tokens follow from it.
        members.refuse(JournalError::syntax("expected 64 hexadecimal digits as `seed` of the header"));
        Seed::new([0; 32])
    });
    JournalHeader {
        definition: DefinitionHash::from_text(members.text("definition")),
        identity: members.member("execution", parse_identity),
        input: members.payload("input"),
        started: members.timestamp("started").to_millis(),
        seed,
        limits: members.member("limits", parse_limits),
        deadline: members.optional_timestamp("deadline"),
        trace_header: members.optional_text("traceHeader"),
    }
}

pub(super) fn parse_identity(members: &mut Members) -> Identity {
    let redrive_count = members.optional_number("redriveCount").map(|count| {
        u32::try_from(count).unwrap_or_else(|_| {
            members.refuse(JournalError::syntax("`redriveCount` of the header is too large"));
            0
        })
    });
    Identity {
        execution_arn: members.text("arn"),
        execution_name: members.text("name"),
        role_arn: members.text("roleArn"),
        state_machine_arn: members.text("stateMachineArn"),
        state_machine_name: members.text("stateMachineName"),
        region: members.text("region"),
        redrive_count,
    }
}

pub(super) fn parse_limits(members: &mut Members) -> Limits {
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let duration = members.optional("durationSeconds").map(|value| {
        let time = value.as_f64().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        time.unwrap_or_else(|| {
            members.unexpected("durationSeconds", "a number of seconds", &value);
            Duration::ZERO
        })
    });
    Limits {
        payload_bytes: members.optional_number("payloadBytes").map(size),
        events: members.optional_number("events"),
        duration,
        assign_bytes: members.optional_number("assignBytes").map(size),
        variables_bytes: members.optional_number("variablesBytes").map(size),
        error_chars: members.optional_number("errorChars").map(size),
        cause_chars: members.optional_number("causeChars").map(size),
        map_concurrency: size(members.number("mapConcurrency")),
        map_run_concurrency: size(members.number("mapRunConcurrency")),
        reader_bytes: members.number("readerBytes"),
        memory_bytes: members.optional_number("memoryBytes"),
        strands: size(members.number("strands")),
    }
}
