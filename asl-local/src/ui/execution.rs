//! What the page shows of executions besides their events.

use std::sync::Arc;

use asl_value::{Object, Text, Value, json};

use crate::api::execution::{all_executions, executions};
use crate::app::App;
use crate::describe::describe;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::lookup;
use crate::wire::Fields;

/// Finds an execution of any type: the page shows EXPRESS executions, too.
pub(super) fn find(app: &App, arn: &str) -> Result<Arc<Execution>, ApiError> {
    lookup::execution(app, arn).map_err(|error| match error.name() {
        "ExecutionDoesNotExist" => error.status(404),
        _ => error,
    })
}

/// The head of an execution: everything but its events. `layout` is JSON text.
pub(super) fn head(app: &App, execution: &Execution, layout: &str) -> String {
    let target = &execution.target;
    let events = execution.history.len();
    let ended = execution.ended();
    let described = Value::Object(describe(app, execution, ended.as_ref()).describe_execution());
    let machine = json!({
        "name": target.machine_name.as_str(),
        "arn": target.machine_arn.as_str(),
        "type": target.kind.name(),
        "definition": target.revision.definition.as_str()
    });
    let stages = execution.stages.is_some();
    format!(
        r#"{{"execution":{described},"machine":{machine},"layout":{layout},"stages":{stages},"eventCount":{events}}}"#
    )
}

/// What a visit of a state made of its data, by the number of the event with which it began.
pub(super) fn stages(app: &App, execution: &Execution, entered: u64) -> Result<Value, ApiError> {
    let missing = |message: String| ApiError::new("ResourceNotFound", message).status(404);
    let quotas = &app.config.quotas;
    let Some(stages) = &execution.stages else {
        return Err(missing(
            "nothing is kept of what the states of this execution made of their data".to_owned(),
        ));
    };
    let stages = stages.visit(entered).ok_or_else(|| {
        let most = quotas.stage_bytes >> 20;
        missing(format!(
            "nothing is kept of event {entered}: it enters no state, or others took the {most} MiB for it"
        ))
    })?;
    Ok(json!({"stages": stages}))
}

/// ListExecutions, also of EXPRESS machines, and of all machines if the query names none.
pub(super) fn list(app: &Arc<App>, query: &[(String, String)]) -> Result<Value, ApiError> {
    let member = |(name, text): &(String, String)| {
        let value = match name.as_str() {
            "maxResults" => text.parse::<i64>().map_or_else(|_| Value::from(text.as_str()), Value::from),
            _ => Value::from(text.as_str()),
        };
        (Text::from(name.as_str()), value)
    };
    let members: Object = query.iter().map(member).collect();
    let mut fields = Fields::new(&members);
    let names_one = ["stateMachineArn", "mapRunArn"].iter().any(|name| members.get(name).is_some());
    if names_one { executions(app, &mut fields, true) } else { all_executions(app, &mut fields) }
}
