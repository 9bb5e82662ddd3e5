//! Begins and ends a session: `launch`, `configurationDone`, `restart`, `terminate`, `disconnect`.

use std::sync::Arc;

use asl_value::Value;
use serde_json::{Value as Json, json};

use super::adapter::{Adapter, Options};
use super::request::Request;
use crate::launch::{Launch, LaunchServices, Launched};
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
    adapter.options = options(request);
    let notify = Arc::clone(&adapter.notify);
    let session = Session::new(Arc::clone(&launched.debuggee), move |run, notice| notify(run, notice));
    adapter.session = Some(session);
    adapter.launch = launch;
    show(adapter, launched);
    // Now lines of breakpoints can be verified.
    adapter.event("initialized", json!({}));
    Ok(json!({}))
}

fn options(request: &Request<'_>) -> Options {
    Options {
        stops_on_entry: request.flag("stopOnEntry"),
        stops_at_end: request.flag("stopAtEnd"),
        is_free: request.flag("noDebug"),
    }
}

/// Reports to the client what was launched, and where its breakpoints are in it.
fn show(adapter: &mut Adapter, launched: Launched) {
    for note in &launched.notes {
        adapter.output("console", note, None);
    }
    adapter.launched = Some(launched);
    adapter.apply_breakpoints();
    let listings = adapter.launched.as_ref().map_or(&[][..], |launched| &launched.listings);
    for shown in adapter.breakpoints.shown(listings) {
        adapter.event("breakpoint", json!({"reason": "changed", "breakpoint": shown}));
    }
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
        services: LaunchServices {
            aws: request.flag("aws"),
            lambda_endpoint: given("lambdaEndpoint"),
            objects: given("objects"),
            with: request.texts("with"),
            with_express: request.texts("withExpress"),
        },
    })
}

pub(super) fn configured(adapter: &mut Adapter) -> Result<Json, String> {
    start(adapter, adapter.options.stops_on_entry)?;
    Ok(json!({}))
}

/// Launches again: files are read again, since they may have been edited.
pub(super) fn restart(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    if adapter.session.is_none() {
        return Err("nothing has been launched".to_owned());
    }
    // A client may send the arguments of the launch again, and these can have changed.
    let mut stops_on_entry = adapter.options.stops_on_entry;
    if let Some(arguments) = request.arguments.get("arguments") {
        let again = Request { arguments, ..*request };
        let launch = self::arguments(&again)?;
        if launch.program.is_some() || launch.test.is_some() {
            adapter.launch = launch;
            adapter.options = options(&again);
        }
        let given = arguments.get("stopOnEntry").and_then(Json::as_bool);
        stops_on_entry = given.unwrap_or(adapter.options.stops_on_entry);
    }
    let launched = adapter.launcher.launch(&adapter.launch)?;
    if let Some(session) = &mut adapter.session {
        session.replace(Arc::clone(&launched.debuggee));
    }
    show(adapter, launched);
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
