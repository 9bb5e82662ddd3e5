//! What the page shows of executions besides their events.

use std::sync::Arc;

use asl_value::{Object, Text, Value, json};

use crate::api::execution::{all_executions, executions};
use crate::app::App;
use crate::describe::describe;
use crate::error::ApiError;
use crate::execution::Execution;
use crate::wire::Fields;

/// Finds an execution of any type: the page shows EXPRESS executions, too.
pub(super) fn find(app: &App, arn: &str) -> Result<Arc<Execution>, ApiError> {
    app.store().execution(arn).map_err(|error| error.status(404))
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
    format!(
        r#"{{"execution":{described},"machine":{machine},"layout":{layout},"stages":false,"eventCount":{events}}}"#
    )
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
