//! Begins and ends a session: `launch`, `configurationDone`, `restart`, `terminate`, `disconnect`.

use std::sync::Arc;

use asl_value::Value;
use serde_json::{Value as Json, json};

use super::adapter::{Adapter, Options};
use super::request::Request;
use crate::launch::Launch;
use crate::session::Session;

pub(super) fn launch(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    if adapter.launched.is_some() {
        return Err("an execution has been launched already".to_owned());
    }
    let launch = arguments(request)?;
    if launch.program.is_none() && launch.test.is_none() {
        return Err("expected an argument `program` of `launch`".to_owned());
    }
    let launched = adapter.launcher.launch(&launch)?;
    adapter.options = Options {
        stops_on_entry: request.flag("stopOnEntry"),
        stops_at_end: request.flag("stopAtEnd"),
        is_free: request.flag("noDebug"),
    };
    let notify = Arc::clone(&adapter.notify);
    let session = Session::new(Arc::clone(&launched.debuggee), move |run, notice| notify(run, notice));
    adapter.session = Some(session);
    for note in &launched.notes {
        adapter.output("console", note, None);
    }
    adapter.launched = Some(launched);
    adapter.apply_breakpoints();
    let listings = adapter.launched.as_ref().map_or(&[][..], |launched| &launched.listings);
    for shown in adapter.breakpoints.shown(listings) {
        adapter.event("breakpoint", json!({"reason": "changed", "breakpoint": shown}));
    }
    // Now lines of breakpoints can be verified.
    adapter.event("initialized", json!({}));
    Ok(json!({}))
}

fn arguments(request: &Request<'_>) -> Result<Launch, String> {
    let input = match request.arguments.get("input") {
        None | Some(Json::Null) => None,
        // As text it keeps numbers as they are written.
        Some(Json::String(text)) => {
            Some(Value::parse(text).map_err(|error| format!("`input` is not JSON: {error}"))?)
        }
        Some(input) => Some(Value::parse(&input.to_string()).map_err(|error| format!("`input`: {error}"))?),
    };
    let given = |name| request.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(Launch {
        program: given("program"),
        input,
        input_file: given("inputFile"),
        mocks: given("mocks"),
        test: given("test"),
        record: given("record"),
        kind: given("machineType"),
        seed: request.number("seed").unwrap_or_default(),
    })
}

pub(super) fn configured(adapter: &mut Adapter) -> Result<Json, String> {
    start(adapter, adapter.options.stops_on_entry)?;
    Ok(json!({}))
}

pub(super) fn restart(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    // A client may send the arguments of the launch again: these can have changed, the definition stays.
    let again = request.arguments.get("arguments").and_then(|again| again.get("stopOnEntry"));
    let stops_on_entry = again.and_then(Json::as_bool).unwrap_or(adapter.options.stops_on_entry);
    start(adapter, stops_on_entry)?;
    Ok(json!({}))
}

fn start(adapter: &mut Adapter, stops_on_entry: bool) -> Result<(), String> {
    adapter.forget_stop();
    let session = adapter.session.as_mut().ok_or("nothing has been launched")?;
    session.start(stops_on_entry)
}

pub(super) fn end(adapter: &mut Adapter, request: &Request<'_>) -> Json {
    adapter.forget_stop();
    if let Some(mut session) = adapter.session.take() {
        session.end();
        adapter.event("terminated", json!({}));
    }
    adapter.is_over = request.command == "disconnect";
    json!({})
}
