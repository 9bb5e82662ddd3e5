//! The JSON of Map Runs, in checkpoints.

use std::sync::Arc;

use asl_query::Scope;
use asl_value::{Object, Value, json};

use super::{Members, header, put, put_data};
use crate::map::block::Block;
use crate::map::dataset::{ChildItems, Dataset};
use crate::map::ended_child::EndedChild;
use crate::map_run::ChildStatus;
use crate::position::{ChildPosition, MapRunPosition, Position, StoppedChild};
use crate::trace::Cursor;
use crate::{JournalError, MapRun};

/// Writes and reads the position of a child, which may have Map Runs of its own.
type Write = fn(&Position) -> Option<Value>;
type Read = fn(Members, Option<&Arc<Scope>>) -> Result<Position, JournalError>;

/// A Map Run as JSON: `{"started": 3, "mapRun": {…}, "block": {…}, "children": {"0": {…}}}`.
pub(super) fn to_value(map_run: &MapRunPosition, write: Write) -> Option<Value> {
    let mut object = Object::new();
    object.insert("started", map_run.started.id().into());
    object.insert("mapRun", MapRun::known(map_run.head.clone(), map_run.settings).to_json());
    if let Some(block) = &map_run.block {
        object.insert("block", block_to_value(block));
    }
    if map_run.has_succeeded {
        object.insert("hasSucceeded", true.into());
    }
    let mut children = Object::new();
    for (index, child) in &map_run.children {
        children.insert(index.to_string(), child_to_value(child, write)?);
    }
    object.insert("children", children.into());
    Some(object.into())
}

pub(super) fn parse(value: Value, read: Read) -> Result<MapRunPosition, JournalError> {
    let mut members = Members::of("a Map Run", value)?;
    let known = members.value("mapRun")?;
    let map_run = MapRun::from_json(&known);
    let map_run = map_run.ok_or_else(|| members.unexpected("mapRun", "a Map Run", &known))?;
    let block = members.optional("block").map(parse_block).transpose()?;
    let has_succeeded = sign(&mut members, "hasSucceeded")?;
    let children = members.members("children")?.into_object().into_members().into_iter();
    let children = children.map(|(index, child)| {
        let number = index.parse::<usize>();
        let number = number.map_err(|_| {
            JournalError::syntax(format!("expected the number of a child execution, found `{index}`"))
        });
        Ok((number?, parse_child(child, read)?))
    });
    let position = MapRunPosition {
        started: Cursor::at(members.number("started")?),
        head: map_run.head().clone(),
        settings: map_run.settings(),
        block,
        has_succeeded,
        children: children.collect::<Result<_, JournalError>>()?,
    };
    members.end()?;
    check(&position)?;
    Ok(position)
}

/// Every child is one of those whose inputs were read.
fn check(position: &MapRunPosition) -> Result<(), JournalError> {
    let block = position.block.as_ref();
    let (end, items) =
        block.map_or((0, 0), |block| (block.end(), block.first_item.saturating_add(block.children.items())));
    let are_known = position.children.last_key_value().is_none_or(|(last, _)| *last < end);
    let is_batch = block.is_some_and(|block| matches!(block.children, ChildItems::Batches(_)));
    let counted = position.children.values().map(|child| child.ended.items);
    let is_right = are_known
        && counted.clone().all(|count| is_batch || count == 1)
        && counted.fold(0, u64::saturating_add) <= items as u64;
    match is_right {
        true => Ok(()),
        false => Err(JournalError::syntax("a Map Run has child executions that none of its items make")),
    }
}

/// A member that is there or not: `true`.
fn sign(members: &mut Members, name: &str) -> Result<bool, JournalError> {
    match members.optional(name) {
        None => Ok(false),
        Some(Value::Bool(true)) => Ok(true),
        Some(other) => Err(members.unexpected(name, "true", &other)),
    }
}

fn child_to_value(child: &ChildPosition, write: Write) -> Option<Value> {
    let ChildPosition { ended, stopped } = child;
    let mut object = Object::new();
    object.insert("items", ended.items.into());
    object.insert("status", ended.status.name().into());
    put_data(&mut object, "result", &ended.result);
    put(&mut object, "isRedrivable", ended.is_redrivable.then_some(true));
    if let Some(stopped) = stopped {
        object.insert("stopped", stopped_to_value(stopped, write)?);
    }
    Some(object.into())
}

fn parse_child(value: Value, read: Read) -> Result<ChildPosition, JournalError> {
    let mut members = Members::of("a child execution", value)?;
    let status = members.text("status")?;
    let known = ChildStatus::from_name(&status);
    let ended = EndedChild {
        items: members.number("items")?,
        status: known.ok_or_else(|| members.unexpected("status", "a status", &status.into()))?,
        result: members.payload("result")?,
        is_redrivable: sign(&mut members, "isRedrivable")?,
    };
    let stopped =
        members.optional("stopped").map(|stopped| parse_stopped(stopped, read)).transpose()?.map(Box::new);
    members.end()?;
    Ok(ChildPosition { ended, stopped })
}

fn stopped_to_value(stopped: &StoppedChild, write: Write) -> Option<Value> {
    let mut object = Object::new();
    object.insert("execution", header::identity_to_value(&stopped.identity));
    put_data(&mut object, "input", &stopped.input);
    object.insert("started", stopped.started.to_string().into());
    object.insert("stopped", stopped.stopped.to_string().into());
    object.insert("events", stopped.events.into());
    if let Some(root) = &stopped.root {
        object.insert("root", write(root)?);
    }
    Some(object.into())
}

fn parse_stopped(value: Value, read: Read) -> Result<StoppedChild, JournalError> {
    let mut members = Members::of("a child execution", value)?;
    let stopped = StoppedChild {
        identity: header::parse_identity(members.members("execution")?)?,
        input: members.payload("input")?,
        started: members.timestamp("started")?,
        stopped: members.timestamp("stopped")?,
        events: members.number("events")?,
        root: members
            .optional("root")
            .map(|root| read(Members::of("a position", root)?, None))
            .transpose()?,
    };
    members.end()?;
    Ok(stopped)
}

/// `{"first": 0, "firstItem": 0, "isLast": true, "version": 0, "items": […], "keys": […], "sources": [[0, "…"]]}`, or with
/// `"batches": […]`.
fn block_to_value(block: &Block) -> Value {
    let mut object = Object::new();
    object.insert("first", (block.first as u64).into());
    object.insert("firstItem", (block.first_item as u64).into());
    put(&mut object, "isLast", block.is_last.then_some(true));
    object.insert("version", block.version.into());
    match &block.children {
        ChildItems::Batches(batches) => put_data(&mut object, "batches", &batches.iter().cloned().collect()),
        ChildItems::Items(dataset) => {
            let (items, keys, sources) = (dataset.items(), dataset.keys(), dataset.sources());
            put_data(&mut object, "items", &Value::Array(items.clone()));
            if !keys.is_empty() {
                object.insert(
                    "keys",
                    keys.iter().map(|key| key.as_ref().map_or(Value::Null, Value::from)).collect(),
                );
            }
            let sources = sources.iter().map(|(at, source)| json!([(*at as u64), source]));
            object.insert("sources", sources.collect());
        }
    }
    object.into()
}

fn parse_block(value: Value) -> Result<Block, JournalError> {
    let mut members = Members::of("the items of a Map Run", value)?;
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let children = if members.first_of(&["batches", "batchesJson"]).is_some() {
        let batches = members.payload("batches")?;
        let batches =
            batches.as_array().ok_or_else(|| members.unexpected("batches", "an array", &batches))?;
        ChildItems::Batches(batches.iter().cloned().collect())
    } else {
        let items = members.payload("items")?;
        let Value::Array(items) = items else { return Err(members.unexpected("items", "an array", &items)) };
        let keys = members.optional("keys");
        let keys = keys.as_ref().and_then(Value::as_array).into_iter().flatten();
        let sources = members.value("sources")?;
        let source = |pair: &Value| Some((size(pair[0].as_number()?.as_u64()?), pair[1].as_text()?.clone()));
        let known: Option<Vec<_>> = sources.as_array().and_then(|pairs| pairs.iter().map(source).collect());
        let known =
            known.ok_or_else(|| members.unexpected("sources", "pairs of an index and a name", &sources))?;
        ChildItems::Items(Arc::new(Dataset::of_parts(
            items,
            keys.map(|key| key.as_text().cloned()).collect(),
            known,
        )))
    };
    let block = Block {
        children,
        first: size(members.number("first")?),
        first_item: size(members.number("firstItem")?),
        is_last: sign(&mut members, "isLast")?,
        version: members.number("version")?,
    };
    members.end()?;
    Ok(block)
}
