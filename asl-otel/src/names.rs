//! Names of spans and attributes. Those of OpenTelemetry's semantic conventions, version 1.42, come first; the others begin
//! with `asl.`.
//!
//! No attribute has data of an execution: no input, no output, no cause of an error.

use asl_engine::TaskKind;
use asl_value::Text;
use opentelemetry::{KeyValue, Value};

pub(crate) const STATE_MACHINE_ARN: &str = "aws.step_functions.state_machine.arn";
const ACTIVITY_ARN: &str = "aws.step_functions.activity.arn";
pub(crate) const ERROR_TYPE: &str = "error.type";
const FAAS_INVOKED_NAME: &str = "faas.invoked_name";
const FAAS_INVOKED_PROVIDER: &str = "faas.invoked_provider";
const FAAS_INVOKED_REGION: &str = "faas.invoked_region";
const RPC_SYSTEM_NAME: &str = "rpc.system.name";
const RPC_METHOD: &str = "rpc.method";

pub(crate) const EXECUTION_ARN: &str = "asl.execution.arn";
pub(crate) const EXECUTION_STATUS: &str = "asl.execution.status";
pub(crate) const REDRIVE_COUNT: &str = "asl.execution.redrive_count";
pub(crate) const STATE_TYPE: &str = "asl.state.type";
pub(crate) const OUTCOME: &str = "asl.outcome";
pub(crate) const ITEM_COUNT: &str = "asl.map.item_count";
pub(crate) const ITEM_INDEX: &str = "asl.map.index";
pub(crate) const MAP_RUN_ARN: &str = "asl.map_run.arn";
pub(crate) const RULE: &str = "asl.choice.rule";
pub(crate) const ATTEMPT: &str = "asl.attempt";
pub(crate) const CLOCK: &str = "asl.task.clock";
pub(crate) const WORKER: &str = "asl.task.worker";
pub(crate) const EXPRESSION: &str = "asl.expression";
const RESOURCE: &str = "asl.task.resource";

/// The longest text of an attribute, in characters: names of errors may be anything.
const LONGEST: usize = 1_024;

pub(crate) fn text(name: &'static str, value: &str) -> KeyValue {
    KeyValue::new(name, shortened(value))
}

pub(crate) fn number(name: &'static str, value: u64) -> KeyValue {
    KeyValue::new(name, Value::I64(i64::try_from(value).unwrap_or(i64::MAX)))
}

pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text.to_owned(),
    }
}

/// The name and the attributes of a call.
pub(crate) fn of_task(task: &TaskKind, region: &Text) -> (String, Vec<KeyValue>) {
    match task {
        TaskKind::Lambda { resource } => {
            let name = resource.split(':').nth(6).unwrap_or(resource);
            let region = resource.split(':').nth(3).unwrap_or(region);
            let attributes = vec![
                text(FAAS_INVOKED_NAME, name),
                text(FAAS_INVOKED_PROVIDER, "aws"),
                text(FAAS_INVOKED_REGION, region),
                text(RESOURCE, resource),
            ];
            (shortened(name), attributes)
        }
        TaskKind::Activity { resource } => {
            let name = resource.rsplit(':').next().unwrap_or(resource);
            (shortened(name), vec![text(ACTIVITY_ARN, resource), text(RESOURCE, resource)])
        }
        TaskKind::Service { resource_type, resource } => {
            let service = resource_type.strip_prefix("aws-sdk:").unwrap_or(resource_type);
            let action = resource.split('.').next().unwrap_or(resource);
            let method = format!("{service}/{action}");
            let mut attributes = vec![text(RESOURCE, &format!("{resource_type}:{resource}"))];
            // An HTTP task calls somebody else.
            if service != "http" {
                attributes.extend([text(RPC_SYSTEM_NAME, "aws-api"), text(RPC_METHOD, &method)]);
            }
            (shortened(&method), attributes)
        }
    }
}
