//! The JSON of positions, in snapshots.

use std::sync::Arc;

use asl_query::Scope;
use asl_value::{Object, Value};

use super::{Members, map_run, optional, put, put_data, set};
use crate::ids::StateId;
use crate::map_item::MapItem;
use crate::position::{Doing, Flight, Position, Stay, StrandEnd, StrandPositions};
use crate::recovery::RetryState;
use crate::trace::Cursor;
use crate::{JournalError, TaskToken};

/// A position as JSON. `None` if it cannot be written: a snapshot in the middle of a Map Run.
pub(crate) fn to_value(position: &Position) -> Option<Value> {
    let mut object = Object::new();
    set(&mut object, "state", position.state.0);
    put_data(&mut object, "input", &position.input);
    let variables = position.scope.own();
    if !variables.is_empty() {
        put_data(&mut object, "variables", &Value::Object(variables.clone()));
    }
    if let Some(item) = &position.map_item {
        set(&mut object, "item", item_to_value(item));
    }
    set(&mut object, "before", position.before.id());
    put(&mut object, "entered", position.entered.map(Cursor::id));
    put(&mut object, "number", position.number);
    if let Some(stay) = &position.stay {
        set(&mut object, "stay", stay_to_value(stay)?);
    }
    if let Some(strands) = &position.strands {
        set(&mut object, "strands", strands_to_value(strands)?);
    }
    if let Some(map_run) = &position.map_run {
        set(&mut object, "mapRun", map_run::to_value(map_run, to_value)?);
    }
    Some(Value::Object(object))
}

fn item_to_value(item: &MapItem) -> Value {
    let mut object = Object::new();
    set(&mut object, "index", item.index as u64);
    put_data(&mut object, "value", &item.value);
    put(&mut object, "key", item.key.as_ref());
    put(&mut object, "source", item.source.as_ref());
    Value::Object(object)
}

fn stay_to_value(stay: &Stay) -> Option<Value> {
    let mut object = Object::new();
    set(&mut object, "entered", stay.entered.to_string());
    set(&mut object, "cursor", stay.cursor.id());
    let (attempts, count) = stay.retries.parts();
    if count > 0 {
        set(&mut object, "attempts", attempts.iter().copied().map(Value::from).collect::<Value>());
        set(&mut object, "retries", count);
    }
    match &stay.doing {
        Doing::Work => {}
        Doing::Wait(until) => set(&mut object, "waitsUntil", until.to_string()),
        Doing::Delay(until) => set(&mut object, "retriesAt", until.to_string()),
        Doing::Task(flight) => set(&mut object, "task", flight_to_value(flight)),
        Doing::MapRun => return None,
    }
    Some(Value::Object(object))
}

fn flight_to_value(flight: &Flight) -> Value {
    let mut object = Object::new();
    put_data(&mut object, "arguments", &flight.arguments);
    put(&mut object, "token", flight.token.as_ref().map(TaskToken::as_text));
    set(&mut object, "cursor", flight.cursor.id());
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
                set(&mut running, &number.to_string(), to_value(position)?);
            }
        }
    }
    let mut object = Object::new();
    set(&mut object, "started", strands.started.id());
    set(&mut object, "ended", ended);
    set(&mut object, "running", running);
    Some(Value::Object(object))
}

/// Reads a position inside the variables of another one.
pub(crate) fn parse(members: &mut Members, outer: Option<&Arc<Scope>>) -> Position {
    let state = u32::try_from(members.number("state")).unwrap_or_else(|_| {
        members.refuse(JournalError::syntax("a position has a state that no machine has"));
        0
    });
    let input = members.payload("input");
    let mut scope = outer.map_or_else(Scope::default, Scope::inside);
    if members.first_of(&["variables", "variablesJson"]).is_some() {
        let variables = members.payload("variables");
        for (name, value) in members.inside("the variables".to_owned(), variables, Members::take_rest) {
            scope.set(name, value);
        }
    }
    let inside = Arc::new(scope.clone());
    Position {
        state: StateId(state),
        input,
        scope,
        map_item: optional(members, "item", "the item of an iteration", parse_item),
        before: Cursor::at(members.number("before")),
        entered: members.optional_number("entered").map(Cursor::at),
        strands: optional(members, "strands", "the strands of a state", |strands| {
            parse_strands(strands, &inside)
        }),
        map_run: optional(members, "mapRun", "a Map Run", |run| map_run::parse(run, parse))
            .flatten()
            .map(Box::new),
        stay: optional(members, "stay", "the stay in a state", parse_stay).map(Box::new),
        number: members.optional_number("number"),
    }
}

fn parse_item(members: &mut Members) -> MapItem {
    MapItem {
        index: usize::try_from(members.number("index")).unwrap_or(usize::MAX),
        value: members.payload("value"),
        key: members.optional_text("key"),
        source: members.optional_text("source"),
    }
}

fn parse_stay(members: &mut Members) -> Stay {
    let attempts = members.optional("attempts");
    let attempts = attempts.as_ref().and_then(Value::as_array).into_iter().flatten();
    let attempts = attempts.filter_map(|count| count.as_number()?.as_u64()).collect();
    let waits = members.optional_timestamp("waitsUntil").map(Doing::Wait);
    let delay = members.optional_timestamp("retriesAt").map(Doing::Delay);
    let task = optional(members, "task", "a task in flight", parse_flight);
    let task = task.map(|flight| Doing::Task(Box::new(flight)));
    Stay {
        entered: members.timestamp("entered"),
        retries: RetryState::of(attempts, members.optional_number("retries").unwrap_or_default()),
        cursor: Cursor::at(members.number("cursor")),
        doing: waits.or(delay).or(task).unwrap_or_default(),
    }
}

fn parse_flight(members: &mut Members) -> Flight {
    let has_submitted = members.first_of(&["submitted", "submittedJson"]).is_some();
    Flight {
        arguments: members.payload("arguments"),
        token: members.optional_text("token").map(TaskToken::new),
        cursor: Cursor::at(members.number("cursor")),
        started: members.optional_timestamp("started"),
        submitted: has_submitted.then(|| members.payload("submitted")),
    }
}

fn parse_strands(members: &mut Members, scope: &Arc<Scope>) -> StrandPositions {
    let started = Cursor::at(members.number("started"));
    let mut ends = Vec::new();
    let ended = members.member("ended", Members::take_rest);
    for (name, value) in ended {
        // A value that is nested too deep for a line is a text.
        let output = match name.ends_with("Json") {
            false => value,
            true => Value::parse(value.as_str().unwrap_or_default()).unwrap_or_else(|error| {
                members.refuse(JournalError::syntax(format!("`{name}` of the strands of a state: {error}")));
                Value::Null
            }),
        };
        ends.push((strand_number(members, &name), StrandEnd::Succeeded(output)));
    }
    for (name, position) in members.member("running", Members::take_rest) {
        let what = "the position of a strand".to_owned();
        let position = members.inside(what, position, |position| parse(position, Some(scope)));
        ends.push((strand_number(members, &name), StrandEnd::Stopped(Box::new(position))));
    }
    StrandPositions::new(started, ends)
}

fn strand_number(members: &mut Members, name: &str) -> usize {
    name.strip_suffix("Json").unwrap_or(name).parse().unwrap_or_else(|_| {
        members.refuse(JournalError::syntax(format!("expected the number of a strand, found `{name}`")));
        0
    })
}
