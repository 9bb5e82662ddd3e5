//! The JSON of positions, in snapshots.

use std::collections::BTreeMap;
use std::sync::Arc;

use asl_query::Scope;
use asl_value::{Object, Value};

use super::{Members, map_run, put, put_data};
use crate::ids::StateId;
use crate::map_item::MapItem;
use crate::position::{Doing, Flight, Position, Stay, StrandEnd, StrandPositions};
use crate::recovery::RetryState;
use crate::trace::Cursor;
use crate::{JournalError, TaskToken};

/// A position as JSON. `None` if it cannot be written: a snapshot in the middle of a Map Run.
pub(crate) fn to_value(position: &Position) -> Option<Value> {
    let mut object = Object::new();
    object.insert("state", position.state.0.into());
    put_data(&mut object, "input", &position.input);
    let variables = position.scope.own();
    if !variables.is_empty() {
        put_data(&mut object, "variables", &Value::Object(variables.clone()));
    }
    if let Some(item) = &position.map_item {
        object.insert("item", item_to_value(item));
    }
    object.insert("before", position.before.id().into());
    put(&mut object, "entered", position.entered.map(Cursor::id));
    put(&mut object, "number", position.number);
    if let Some(stay) = &position.stay {
        object.insert("stay", stay_to_value(stay)?);
    }
    if let Some(strands) = &position.strands {
        object.insert("strands", strands_to_value(strands)?);
    }
    if let Some(map_run) = &position.map_run {
        object.insert("mapRun", map_run::to_value(map_run, to_value)?);
    }
    Some(Value::Object(object))
}

fn item_to_value(item: &MapItem) -> Value {
    let mut object = Object::new();
    object.insert("index", (item.index as u64).into());
    put_data(&mut object, "value", &item.value);
    put(&mut object, "key", item.key.as_ref());
    put(&mut object, "source", item.source.as_ref());
    Value::Object(object)
}

fn stay_to_value(stay: &Stay) -> Option<Value> {
    let mut object = Object::new();
    object.insert("entered", stay.entered.to_string().into());
    object.insert("cursor", stay.cursor.id().into());
    let (attempts, count) = stay.retries.parts();
    if count > 0 {
        object.insert("attempts", attempts.iter().copied().map(Value::from).collect());
        object.insert("retries", count.into());
    }
    match &stay.doing {
        Doing::Work => {}
        Doing::Wait(until) => {
            object.insert("waitsUntil", until.to_string().into());
        }
        Doing::Delay(until) => {
            object.insert("retriesAt", until.to_string().into());
        }
        Doing::Task(flight) => {
            object.insert("task", flight_to_value(flight));
        }
        Doing::MapRun => return None,
    }
    Some(Value::Object(object))
}

fn flight_to_value(flight: &Flight) -> Value {
    let mut object = Object::new();
    put_data(&mut object, "arguments", &flight.arguments);
    put(&mut object, "token", flight.token.as_ref().map(TaskToken::as_text));
    object.insert("cursor", flight.cursor.id().into());
    put(&mut object, "started", flight.started.map(|at| at.to_string()));
    if let Some(submitted) = &flight.submitted {
        put_data(&mut object, "submitted", submitted);
    }
    Value::Object(object)
}

fn strands_to_value(strands: &StrandPositions) -> Option<Value> {
    let (mut ended, mut running) = (Object::new(), Object::new());
    for (number, end) in &strands.ends {
        match end {
            StrandEnd::Succeeded(output) => put_data(&mut ended, &number.to_string(), output),
            StrandEnd::Stopped(position) => {
                running.insert(number.to_string(), to_value(position)?);
            }
        }
    }
    let mut object = Object::new();
    object.insert("started", strands.started.id().into());
    object.insert("ended", ended.into());
    object.insert("running", running.into());
    Some(Value::Object(object))
}

/// Reads a position inside the variables of another one.
pub(crate) fn parse(mut members: Members, outer: Option<&Arc<Scope>>) -> Result<Position, JournalError> {
    let state = u32::try_from(members.number("state")?)
        .map_err(|_| JournalError::syntax("a position has a state that no machine has"))?;
    let input = members.payload("input")?;
    let mut scope = outer.map_or_else(Scope::default, Scope::inside);
    if members.first_of(&["variables", "variablesJson"]).is_some() {
        for (name, value) in Members::of("the variables", members.payload("variables")?)?.into_object() {
            scope.set(name, value);
        }
    }
    let map_item = members.optional("item").map(parse_item).transpose()?;
    let before = Cursor::at(members.number("before")?);
    let entered = members.optional_number("entered")?.map(Cursor::at);
    let number = members.optional_number("number")?;
    let stay = members.optional("stay").map(parse_stay).transpose()?.map(Box::new);
    let inside = Arc::new(scope.clone());
    let strands = members.optional("strands").map(|strands| parse_strands(strands, &inside)).transpose()?;
    let map_run = members.optional("mapRun").map(|run| map_run::parse(run, parse)).transpose()?.map(Box::new);
    members.end()?;
    let state = StateId(state);
    Ok(Position { state, input, scope, map_item, before, entered, strands, map_run, stay, number })
}

fn parse_item(value: Value) -> Result<MapItem, JournalError> {
    let mut members = Members::of("the item of an iteration", value)?;
    let item = MapItem {
        index: usize::try_from(members.number("index")?).unwrap_or(usize::MAX),
        value: members.payload("value")?,
        key: members.optional_text("key")?,
        source: members.optional_text("source")?,
    };
    members.end()?;
    Ok(item)
}

fn parse_stay(value: Value) -> Result<Stay, JournalError> {
    let mut members = Members::of("the stay in a state", value)?;
    let entered = members.timestamp("entered")?;
    let cursor = Cursor::at(members.number("cursor")?);
    let attempts = members.optional("attempts");
    let attempts = attempts.as_ref().and_then(Value::as_array).into_iter().flatten();
    let attempts = attempts.filter_map(|count| count.as_number()?.as_u64()).collect();
    let retries = RetryState::of(attempts, members.optional_number("retries")?.unwrap_or_default());
    let waits = members.optional_timestamp("waitsUntil")?.map(Doing::Wait);
    let delay = members.optional_timestamp("retriesAt")?.map(Doing::Delay);
    let task = members.optional("task").map(parse_flight).transpose()?;
    let task = task.map(|flight| Doing::Task(Box::new(flight)));
    members.end()?;
    Ok(Stay { entered, retries, cursor, doing: waits.or(delay).or(task).unwrap_or_default() })
}

fn parse_flight(value: Value) -> Result<Flight, JournalError> {
    let mut members = Members::of("a task in flight", value)?;
    let has_submitted = members.first_of(&["submitted", "submittedJson"]).is_some();
    let flight = Flight {
        arguments: members.payload("arguments")?,
        token: members.optional_text("token")?.map(TaskToken::new),
        cursor: Cursor::at(members.number("cursor")?),
        started: members.optional_timestamp("started")?,
        submitted: if has_submitted { Some(members.payload("submitted")?) } else { None },
    };
    members.end()?;
    Ok(flight)
}

fn parse_strands(value: Value, scope: &Arc<Scope>) -> Result<StrandPositions, JournalError> {
    let mut members = Members::of("the strands of a state", value)?;
    let number = |name: &str| {
        let number = name.strip_suffix("Json").unwrap_or(name).parse::<usize>();
        number.map_err(|_| JournalError::syntax(format!("expected the number of a strand, found `{name}`")))
    };
    let started = Cursor::at(members.number("started")?);
    let mut ends = BTreeMap::new();
    let mut ended = members.members("ended")?;
    for name in ended.names() {
        let plain = name.strip_suffix("Json").unwrap_or(&name);
        ends.insert(number(&name)?, StrandEnd::Succeeded(ended.payload(plain)?));
    }
    for (name, position) in members.members("running")?.into_object() {
        let position = parse(Members::of("the position of a strand", position)?, Some(scope))?;
        ends.insert(number(&name)?, StrandEnd::Stopped(Box::new(position)));
    }
    members.end()?;
    Ok(StrandPositions { started, ends })
}
