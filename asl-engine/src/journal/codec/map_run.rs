//! The JSON of Map Runs, in checkpoints.

use std::sync::Arc;

use asl_query::Scope;
use asl_value::{Array, Object, Value, json};

use super::{Members, exported, header, optional, put, put_data, set};
use crate::map::block::Block;
use crate::map::dataset::{ChildItems, Dataset};
use crate::map::ended_child::{ChildResult, EndedChild};
use crate::map_run::ChildStatus;
use crate::position::{ChildPosition, MapRunPosition, Position, StoppedChild};
use crate::trace::Cursor;
use crate::{JournalError, MapRun};

/// Writes and reads the position of a child, which may have Map Runs of its own.
type Write = fn(&Position) -> Option<Value>;
type Read = fn(&mut Members, Option<&Arc<Scope>>) -> Position;

/// A Map Run as JSON: `{"started": 3, "mapRun": {…}, "block": {…}, "children": {"0": {…}}, "exported": {…}}`.
pub(super) fn to_value(map_run: &MapRunPosition, write: Write) -> Option<Value> {
    let mut object = Object::new();
    set(&mut object, "started", map_run.started.id());
    set(&mut object, "mapRun", MapRun::known(map_run.head.clone(), map_run.settings).to_json());
    if let Some(block) = &map_run.block {
        set(&mut object, "block", block_to_value(block));
    }
    if map_run.has_succeeded {
        set(&mut object, "hasSucceeded", true);
    }
    let mut children = Object::new();
    for (index, child) in &map_run.children {
        set(&mut children, &index.to_string(), child_to_value(child, write)?);
    }
    set(&mut object, "children", children);
    put(&mut object, "exported", map_run.exported.as_deref().map(exported::to_value));
    Some(object.into())
}

/// `None` if the Map Run itself is not one, which is noted.
pub(super) fn parse(members: &mut Members, read: Read) -> Option<MapRunPosition> {
    let known = members.value("mapRun");
    let Some(map_run) = MapRun::from_json(&known) else {
        members.unexpected("mapRun", "a Map Run", &known);
        return None;
    };
    let mut children = Vec::new();
    for (index, child) in members.member("children", Members::take_rest) {
        let number = index.parse().unwrap_or_else(|_| {
            let message = format!("expected the number of a child execution, found `{index}`");
            members.refuse(JournalError::syntax(message));
            0
        });
        let what = "a child execution".to_owned();
        children.push((number, members.inside(what, child, |child| parse_child(child, read))));
    }
    let position = MapRunPosition {
        started: Cursor::at(members.number("started")),
        head: map_run.head().clone(),
        settings: map_run.settings(),
        block: optional(members, "block", "the items of a Map Run", parse_block),
        has_succeeded: members.optional_sign("hasSucceeded"),
        children: children.into_iter().collect(),
        exported: optional(members, "exported", "the files of a Map Run", exported::parse).map(Box::new),
    };
    check(members, &position);
    Some(position)
}

/// Every child is one of those whose inputs were read, and is known once.
fn check(members: &mut Members, position: &MapRunPosition) {
    let block = position.block.as_ref();
    let (end, items) =
        block.map_or((0, 0), |block| (block.end(), block.first_item.saturating_add(block.children.items())));
    let exported = position.exported.as_deref().map(|exported| (&exported.children, exported.items));
    let are_known = position.children.last_key_value().is_none_or(|(last, _)| *last < end)
        && exported.is_none_or(|(exported, _)| exported.end() <= end);
    let is_once = |index: &usize| exported.is_none_or(|(exported, _)| exported.end_of(*index).is_none());
    let is_batch = block.is_some_and(|block| matches!(block.children, ChildItems::Batches(_)));
    let counted = position.children.values().map(|child| child.ended.items);
    let (written, written_items) =
        exported.map_or((0, 0), |(exported, items)| (exported.len() as u64, items));
    let is_right = are_known
        && position.children.keys().all(is_once)
        && counted.clone().all(|count| is_batch || count == 1)
        && (is_batch || written == written_items)
        && counted.fold(written_items, u64::saturating_add) <= items as u64;
    if !is_right {
        let message = "a Map Run has child executions that none of its items make";
        members.refuse(JournalError::syntax(message));
    }
}

fn child_to_value(child: &ChildPosition, write: Write) -> Option<Value> {
    let ChildPosition { ended, stopped } = child;
    let mut object = Object::new();
    set(&mut object, "items", ended.items);
    set(&mut object, "status", ended.status.name());
    put_data(&mut object, "result", &ended.result.clone().into_value());
    put(&mut object, "isRedrivable", ended.is_redrivable.then_some(true));
    if let Some(stopped) = stopped {
        set(&mut object, "stopped", stopped_to_value(stopped, write)?);
    }
    Some(object.into())
}

fn parse_child(members: &mut Members, read: Read) -> ChildPosition {
    let status = members.text("status");
    let status = ChildStatus::from_name(&status).unwrap_or_else(|| {
        members.unexpected("status", "a status", &Value::from(&status));
        ChildStatus::Aborted
    });
    let ended = EndedChild {
        items: members.number("items"),
        status,
        result: ChildResult::Value(members.payload("result")),
        is_redrivable: members.optional_sign("isRedrivable"),
    };
    let stopped = optional(members, "stopped", "a child execution", |stopped| parse_stopped(stopped, read));
    ChildPosition { ended, stopped: stopped.map(Box::new) }
}

fn stopped_to_value(stopped: &StoppedChild, write: Write) -> Option<Value> {
    let mut object = Object::new();
    set(&mut object, "execution", header::identity_to_value(&stopped.identity));
    put_data(&mut object, "input", &stopped.input);
    set(&mut object, "started", stopped.started.to_string());
    set(&mut object, "stopped", stopped.stopped.to_string());
    set(&mut object, "events", stopped.events);
    if let Some(root) = &stopped.root {
        set(&mut object, "root", write(root)?);
    }
    Some(object.into())
}

fn parse_stopped(members: &mut Members, read: Read) -> StoppedChild {
    StoppedChild {
        identity: members.member("execution", header::parse_identity),
        input: members.payload("input"),
        started: members.timestamp("started"),
        stopped: members.timestamp("stopped"),
        events: members.number("events"),
        root: optional(members, "root", "a position", |root| read(root, None)),
    }
}

/// `{"first": 0, "firstItem": 0, "isLast": true, "version": 0, "items": […], "keys": […], "sources": [[0, "…"]]}`, or with
/// `"batches": […]`.
fn block_to_value(block: &Block) -> Value {
    let mut object = Object::new();
    set(&mut object, "first", block.first as u64);
    set(&mut object, "firstItem", block.first_item as u64);
    put(&mut object, "isLast", block.is_last.then_some(true));
    set(&mut object, "version", block.version);
    match &block.children {
        ChildItems::Batches(batches) => put_data(&mut object, "batches", &batches.iter().cloned().collect()),
        ChildItems::Items(dataset) => {
            let (items, keys, sources) = (dataset.items(), dataset.keys(), dataset.sources());
            put_data(&mut object, "items", &Value::Array(items.clone()));
            if !keys.is_empty() {
                let keys = keys.iter().map(|key| key.as_ref().map_or(Value::Null, Value::from));
                set(&mut object, "keys", keys.collect::<Value>());
            }
            let sources = sources.iter().map(|(at, source)| json!([(*at as u64), source]));
            set(&mut object, "sources", sources.collect::<Value>());
        }
    }
    object.into()
}

fn parse_block(members: &mut Members) -> Block {
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let children = if members.first_of(&["batches", "batchesJson"]).is_some() {
        ChildItems::Batches(parse_array(members, "batches").into_vec().into())
    } else {
        ChildItems::Items(Arc::new(parse_dataset(members)))
    };
    Block {
        children,
        first: size(members.number("first")),
        first_item: size(members.number("firstItem")),
        is_last: members.optional_sign("isLast"),
        version: members.number("version"),
    }
}

fn parse_dataset(members: &mut Members) -> Dataset {
    let items = parse_array(members, "items");
    let keys = members.optional("keys");
    let keys = keys.as_ref().and_then(Value::as_array).into_iter().flatten();
    let sources = members.value("sources");
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let source = |pair: &Value| Some((size(pair[0].as_number()?.as_u64()?), pair[1].as_text()?.clone()));
    let known: Option<Vec<_>> = sources.as_array().and_then(|pairs| pairs.iter().map(source).collect());
    let known = known.unwrap_or_else(|| {
        members.unexpected("sources", "pairs of an index and a name", &sources);
        Vec::new()
    });
    Dataset::of_parts(items, keys.map(|key| key.as_text().cloned()).collect(), known)
}

fn parse_array(members: &mut Members, name: &str) -> Array {
    match members.payload(name) {
        Value::Array(items) => items,
        other => {
            members.unexpected(name, "an array", &other);
            Array::default()
        }
    }
}
