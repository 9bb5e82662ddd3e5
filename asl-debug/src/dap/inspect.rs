//! Looks at a stopped execution: threads, frames, scopes, values, expressions; and changes values.

use asl_engine::Handled;
use asl_value::{Text, Value};
use serde_json::{Value as Json, json};

use super::adapter::Adapter;
use super::handles::{Handle, Item, Origin, size};
use super::present;
use super::request::Request;
use crate::change::Slot;
use crate::designator::{Designator, replaced};
use crate::session::Session;
use crate::shown::{self, brief};
use crate::world::{Strand, StrandId};

/// How many parts of a value are sent at once if the client does not say.
const PAGE: usize = 10_000;

fn session(adapter: &Adapter) -> Result<&Session, String> {
    adapter.session.as_ref().ok_or_else(|| "nothing has been launched".to_owned())
}

pub(super) fn threads(adapter: &Adapter) -> Json {
    let strands = adapter.session.as_ref().map(Session::strands).unwrap_or_default();
    let mut threads: Vec<Json> =
        strands.iter().map(|strand| json!({"id": strand.id.0, "name": strand.name})).collect();
    if threads.is_empty() {
        // A client expects one.
        let name = adapter.listings().first().map(|listing| listing.machine().to_string());
        threads.push(json!({"id": 1, "name": name.unwrap_or_default()}));
    }
    json!({"threads": threads})
}

pub(super) fn stack_trace(adapter: &Adapter, request: &Request<'_>) -> Result<Json, String> {
    let thread = request.required("threadId", request.number("threadId"))?;
    let stack = session(adapter)?.stack(StrandId(thread));
    let start =
        request.number("startFrame").and_then(|start| usize::try_from(start).ok()).unwrap_or_default();
    let levels = request.number("levels").filter(|levels| *levels > 0);
    let levels = levels.and_then(|levels| usize::try_from(levels).ok()).unwrap_or(usize::MAX);
    let frames = stack.iter().enumerate().skip(start).take(levels);
    let frames: Vec<Json> = frames.map(|(depth, strand)| frame(adapter, strand, depth)).collect();
    Ok(json!({"stackFrames": frames, "totalFrames": stack.len()}))
}

fn frame(adapter: &Adapter, strand: &Strand, depth: usize) -> Json {
    let visit = &strand.visit;
    let listing = adapter.listing(&strand.machine);
    let kind = listing.and_then(|listing| listing.type_of(&visit.state)).unwrap_or_default();
    let attempt = if visit.attempt > 0 { format!(", retry {}", visit.attempt) } else { String::new() };
    let mut frame = json!({
        "id": strand.id.0,
        "name": format!("{} ({kind}{attempt}, {})", visit.state, visit.spot.name()),
        "line": 0,
        "column": 0,
        "canRestart": true,
        "presentationHint": if depth == 0 { "normal" } else { "subtle" },
    });
    if let (Some(fields), Some(Json::Object(place))) = (frame.as_object_mut(), adapter.place_of(strand.id)) {
        fields.extend(place);
    }
    frame
}

fn strand_of(adapter: &Adapter, request: &Request<'_>) -> Result<Strand, String> {
    let frame = request.number("frameId").or(adapter.stop.as_ref().map(|stop| stop.strand.0)).unwrap_or(1);
    session(adapter)?.strand(StrandId(frame)).ok_or_else(|| "there is no such frame".to_owned())
}

pub(super) fn scopes(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    let strand = strand_of(adapter, request)?;
    let visit = &strand.visit;
    let mut scopes = Vec::new();
    let mut add = |name: &str, hint: &str, items: Vec<Item>| {
        let count = items.len();
        if count > 0 {
            let reference = adapter.handles.list(items);
            scopes.push(json!({
                "name": name, "presentationHint": hint, "variablesReference": reference,
                "namedVariables": count, "expensive": false
            }));
        }
    };
    let open = |name: &str, value: &Value, slot: Slot| Item::new(name, value).of_slot(strand.id, slot);
    add("Input", "arguments", vec![open("input", &visit.input, Slot::Input)]);
    let stages = visit.stages.iter().filter(|(name, _)| *name != "result");
    add(
        "Stages",
        "locals",
        stages.map(|(name, value)| open(name, value, Slot::Stage((*name).into()))).collect(),
    );
    let result = visit.result().map(|value| open("result", value, Slot::Stage("result".into())));
    let output = visit.output.as_ref().map(|value| open("output", value, Slot::Output));
    let error = visit.failure.as_ref().map(|(failure, _)| Item::new("error", &failure.output()));
    let rule = visit.rule.map(|rule| Item::new("rule", &Value::from(rule as u64)));
    add("Result", "returnValue", result.into_iter().chain(output).chain(error).chain(rule).collect());
    let variables = visit.variables_now();
    let variable = |(name, value): (&Text, &Value)| {
        let item = open(name, value, Slot::Variable(name.clone()));
        Item { expression: format!("${name}"), ..item }
    };
    add("Variables", "locals", variables.iter().map(variable).collect());
    add("Context", "globals", vec![Item::new("context", &visit.context)]);
    let time = time_items(adapter.session.as_ref(), &strand);
    let count = time.len();
    let reference = adapter.handles.list(time);
    scopes.push(
        json!({"name": "Time", "variablesReference": reference, "namedVariables": count, "expensive": false}),
    );
    Ok(json!({"scopes": scopes}))
}

fn time_items(session: Option<&Session>, strand: &Strand) -> Vec<Item> {
    let Some((now, begun)) = session.and_then(Session::time) else { return Vec::new() };
    let item = |name: &str, value: Value| Item { expression: String::new(), ..Item::new(name, &value) };
    let text = |text: String| Value::from(text.as_str());
    vec![
        item("now", text(now.to_string())),
        item("elapsed", text(shown::elapsed(now.since(begun)))),
        item("inState", text(shown::elapsed(now.since(strand.visit.since)))),
        item("halt", Value::from(session.map_or(0, Session::halts))),
    ]
}

fn item_json(adapter: &mut Adapter, item: &Item) -> Json {
    let parts = size(&item.value);
    let mut shown = json!({
        "name": item.name,
        "value": brief(&item.value),
        "type": item.value.type_name(),
        "variablesReference": adapter.handles.value(item),
    });
    let Some(fields) = shown.as_object_mut() else { return shown };
    if !item.expression.is_empty() {
        fields.insert("evaluateName".to_owned(), item.expression.clone().into());
    }
    match &item.value {
        Value::Array(_) => fields.insert("indexedVariables".to_owned(), parts.into()),
        Value::Object(_) => fields.insert("namedVariables".to_owned(), parts.into()),
        _ => None,
    };
    if item.origin.is_none() {
        fields.insert("presentationHint".to_owned(), json!({"attributes": ["readOnly"]}));
    }
    shown
}

pub(super) fn variables(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    let handle = handle(adapter, request)?;
    let number = |name| request.number(name).and_then(|number| usize::try_from(number).ok());
    let count = number("count").filter(|count| *count > 0).unwrap_or(PAGE).min(PAGE);
    let is_array = matches!(&handle, Handle::Value(Item { value: Value::Array(_), .. }));
    let parts = match request.text("filter") {
        Some("indexed") if !is_array => Vec::new(),
        Some("named") if is_array => Vec::new(),
        _ => handle.parts(number("start").unwrap_or_default(), count),
    };
    let parts: Vec<Json> = parts.iter().map(|item| item_json(adapter, item)).collect();
    Ok(json!({"variables": parts}))
}

fn handle(adapter: &Adapter, request: &Request<'_>) -> Result<Handle, String> {
    let number = request.required("variablesReference", request.number("variablesReference"))?;
    let handle = adapter.handles.get(number);
    handle.cloned().ok_or_else(|| "the value belongs to an earlier stop".to_owned())
}

pub(super) fn evaluate(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    let text = request.required("expression", request.text("expression"))?;
    let strand = strand_of(adapter, request)?;
    let value = strand.visit.evaluate(text)?;
    let named = Designator::parse(text).filter(|named| named.root_value(&strand.visit).is_some());
    let origin = named.and_then(|named| {
        let root = named.root_value(&strand.visit)?;
        Some(Origin { strand: strand.id, slot: named.slot()?, root, place: named.place })
    });
    let item = Item { name: text.to_owned(), value, expression: text.to_owned(), origin };
    let mut answer = item_json(adapter, &item);
    if let Some(fields) = answer.as_object_mut() {
        fields.remove("name");
        let brief = fields.remove("value").unwrap_or_default();
        let is_long = matches!(request.text("context"), Some("repl" | "clipboard"));
        fields.insert("result".to_owned(), if is_long { shown::long(&item.value).into() } else { brief });
    }
    Ok(answer)
}

pub(super) fn set_variable(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    let name = request.required("name", request.text("name"))?;
    let text = request.required("value", request.text("value"))?;
    let item = handle(adapter, request)?.part(name).ok_or_else(|| format!("there is no `{name}`"))?;
    let origin = item.origin.clone().ok_or_else(|| format!("`{name}` cannot be changed"))?;
    set(adapter, item, origin, text)
}

pub(super) fn set_expression(adapter: &mut Adapter, request: &Request<'_>) -> Result<Json, String> {
    let expression = request.required("expression", request.text("expression"))?;
    let text = request.required("value", request.text("value"))?;
    let strand = strand_of(adapter, request)?;
    let (slot, root, place) = Designator::slot_of(expression, &strand.visit)?;
    let origin = Origin { strand: strand.id, slot, root, place };
    set(adapter, Item::new(expression, &Value::Null), origin, text)
}

fn set(adapter: &mut Adapter, item: Item, origin: Origin, text: &str) -> Result<Json, String> {
    let stop = adapter.stop.as_ref().ok_or("the execution is not stopped")?;
    if stop.strand != origin.strand || adapter.ending.is_some() {
        return Err("only values of the state that has stopped can be changed".to_owned());
    }
    let session = session(adapter)?;
    let strand = session.strand(origin.strand).ok_or("there is no such frame")?;
    // JSON, or else an expression.
    let value = Value::parse(text).or_else(|_| strand.visit.evaluate(text))?;
    let root = replaced(&origin.root, origin.place.segments(), value.clone());
    let root = root.ok_or_else(|| format!("there is no place `{}`", item.name))?;
    session.change(origin.slot.clone(), root.clone())?;
    let item = Item { value, origin: Some(Origin { root, ..origin }), ..item };
    adapter.event("invalidated", json!({"areas": ["variables"]}));
    let mut answer = item_json(adapter, &item);
    if let Some(fields) = answer.as_object_mut() {
        fields.remove("name");
    }
    Ok(answer)
}

pub(super) fn exception_info(adapter: &Adapter, request: &Request<'_>) -> Result<Json, String> {
    let thread = request.required("threadId", request.number("threadId"))?;
    let strand = session(adapter)?.strand(StrandId(thread)).ok_or("there is no such thread")?;
    let (failure, handled) = strand.visit.failure.as_ref().ok_or("the strand has not failed")?;
    let error = failure.error.as_deref().unwrap_or_default();
    let cause = failure.cause.as_deref().unwrap_or_default();
    let (mode, what) = match handled {
        Handled::Not => ("unhandled", "not handled by the state".to_owned()),
        Handled::Caught(index) => ("always", format!("caught by Catch[{index}]")),
        Handled::Retried(index) => ("always", format!("retried by Retry[{index}]")),
    };
    let place = |strand: &Strand| {
        let line = self::line(adapter, strand).map_or(String::new(), |line| format!(":{line}"));
        format!("{} ({}{line})", strand.visit.state, strand.machine)
    };
    let trace: Vec<String> = session(adapter)?.stack(strand.id).iter().map(place).collect();
    Ok(json!({
        "exceptionId": error,
        "description": if cause.is_empty() { what.clone() } else { format!("{cause}\n{what}") },
        "breakMode": mode,
        "details": {"typeName": error, "message": cause, "stackTrace": trace.join("\n")},
    }))
}

fn line(adapter: &Adapter, strand: &Strand) -> Option<usize> {
    Some(adapter.listing(&strand.machine)?.line_of(&strand.visit.state)?.line)
}

pub(super) fn completions(adapter: &Adapter, request: &Request<'_>) -> Json {
    let text = request.text("text").unwrap_or_default();
    let column = request.number("column").and_then(|column| usize::try_from(column).ok()).unwrap_or(1);
    let before: String = text.chars().take(column.saturating_sub(1)).collect();
    let begin = before.rfind(|c: char| !(c.is_alphanumeric() || "_$.[]\"".contains(c)));
    let word = begin.map_or(before.as_str(), |at| before.get(at..).unwrap_or_default().trim_start());
    let Ok(strand) = strand_of(adapter, request) else { return json!({"targets": []}) };
    let labels: Vec<String> = match word.rsplit_once('.') {
        Some((parent, _)) => match strand.visit.evaluate(parent) {
            Ok(Value::Object(members)) => members.keys().map(ToString::to_string).collect(),
            _ => Vec::new(),
        },
        None => {
            let variables = strand.visit.variables_now();
            let stages = strand.visit.stages.iter().map(|(name, _)| (*name).to_owned());
            let names = ["input", "output", "variables", "context", "error"].map(str::to_owned);
            variables.keys().map(|name| format!("${name}")).chain(names).chain(stages).collect()
        }
    };
    let last = word.rsplit('.').next().unwrap_or_default();
    let length = last.chars().count();
    let start = before.chars().count().saturating_sub(length);
    let targets: Vec<Json> = labels
        .into_iter()
        .filter(|label| label.starts_with(last))
        .map(|label| json!({"label": label, "start": start, "length": length}))
        .collect();
    json!({"targets": targets})
}

pub(super) fn breakpoint_locations(adapter: &Adapter, request: &Request<'_>) -> Result<Json, String> {
    let source = request.required("source", request.arguments.get("source"))?;
    let file = source.get("path").and_then(Json::as_str).unwrap_or_default();
    let number = |name| request.number(name).and_then(|number| usize::try_from(number).ok());
    let first = request.required("line", number("line"))?;
    // A definition has no more lines than this.
    let last = number("endLine").unwrap_or(first).min(first.saturating_add(PAGE));
    let listings = adapter.listings().iter().filter(|listing| super::breakpoints::is_file(listing, file));
    let mut lines: Vec<usize> = listings
        .flat_map(|listing| listing.lines().into_iter().filter(|line| (first..=last).contains(line)))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let locations: Vec<Json> = lines.into_iter().map(|line| json!({"line": line})).collect();
    Ok(json!({"breakpoints": locations}))
}

pub(super) fn loaded_sources(adapter: &Adapter) -> Json {
    json!({"sources": adapter.listings().iter().map(present::source).collect::<Vec<_>>()})
}

pub(super) fn source(adapter: &Adapter, request: &Request<'_>) -> Result<Json, String> {
    let path = request.arguments.get("source").and_then(|source| source.get("path")).and_then(Json::as_str);
    let mut listings = adapter.listings().iter();
    let listing = listings.find(|listing| path.is_none_or(|path| listing.path() == Some(path)));
    Ok(json!({"content": listing.ok_or("there is no such source")?.text()}))
}
