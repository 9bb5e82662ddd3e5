//! Which request is answered by what.

use serde_json::{Value as Json, json};

use super::adapter::Adapter;
use super::capabilities::capabilities;
use super::request::Request;
use super::{flow, inspect, launching};
use crate::notice::Notice;

/// Handles a message of the client.
pub(super) fn message(adapter: &mut Adapter, message: &Json) {
    let Some(request) = Request::of(message) else { return };
    let before = adapter.messages.len();
    let answer = answer(adapter, &request);
    let answer = match answer {
        Ok(body) => json!({
            "type": "response", "request_seq": request.seq, "command": request.command, "success": true, "body": body
        }),
        Err(message) => json!({
            "type": "response", "request_seq": request.seq, "command": request.command, "success": false,
            "message": message,
            "body": {"error": {"id": 1, "format": "{_text}", "variables": {"_text": message}, "showUser": true}}
        }),
    };
    // What follows from the request comes after its answer.
    adapter.messages.insert(before, answer);
}

fn answer(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    match request.command {
        "initialize" => Ok(capabilities()),
        "launch" => launching::launch(adapter, request),
        "attach" => Err("there is nothing to attach to: use `launch`".to_owned()),
        "configurationDone" => launching::configured(adapter),
        "disconnect" | "terminate" => Ok(launching::end(adapter, request)),
        "restart" => launching::restart(adapter, request),
        "setBreakpoints" => adapter.set_breakpoints(|sets, launched| sets.set_file(request, launched)),
        "setFunctionBreakpoints" => {
            adapter.set_breakpoints(|sets, launched| Ok(sets.set_functions(request, launched)))
        }
        "setExceptionBreakpoints" => adapter.set_breakpoints(|sets, _| Ok(sets.set_errors(request))),
        "breakpointLocations" => inspect::breakpoint_locations(adapter, request),
        "loadedSources" => Ok(inspect::loaded_sources(adapter)),
        "source" => inspect::source(adapter, request),
        "threads" => Ok(inspect::threads(adapter)),
        "stackTrace" => inspect::stack_trace(adapter, request),
        "scopes" => inspect::scopes(adapter, request),
        "variables" => inspect::variables(adapter, request),
        "evaluate" => inspect::evaluate(adapter, request),
        "completions" => Ok(inspect::completions(adapter, request)),
        "exceptionInfo" => inspect::exception_info(adapter, request),
        "setVariable" => inspect::set_variable(adapter, request),
        "setExpression" => inspect::set_expression(adapter, request),
        "gotoTargets" => flow::goto_targets(adapter, request),
        "continue" | "next" | "stepIn" | "stepOut" | "stepBack" | "reverseContinue" | "pause" | "goto"
        | "restartFrame" => flow::go(adapter, request),
        "cancel" => Ok(json!({})),
        other => Err(format!("the request `{other}` is not supported")),
    }
}

/// Handles what a run of the execution reports.
pub(super) fn notice(adapter: &mut Adapter, run: u64, notice: Notice) {
    if adapter.session.as_ref().is_some_and(|session| session.run_number() == run) {
        flow::notice(adapter, notice);
    }
}
