//! Aliases of state machines.

use std::sync::Arc;

use asl_value::{Array, Value, json};

use super::done;
use crate::app::App;
use crate::arn::MachineArn;
use crate::clock::now;
use crate::error::ApiError;
use crate::machine::{Alias, Machine};
use crate::page::{Order, Page};
use crate::wire::{Fields, present};

pub(super) fn create(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let name = fields.required("name", 1..=80);
    let description = fields.text("description", 0..=256).map(str::to_owned);
    let routing = fields.list("routingConfiguration");
    fields.check()?;
    check_name(name)?;
    let (machine_arn, routing) = read_routing(routing.unwrap_or(&Array::new()))?;
    let mut store = app.store();
    let machine = store.machine_mut(&machine_arn)?;
    check_versions(machine, &routing)?;
    let arn = format!("{}:{name}", machine.arn);
    let now = now();
    let created = match machine.aliases.get(name) {
        Some(known) if known.routing == routing && known.description == description => known.created,
        Some(_) => {
            let message = "Failed to create alias because an alias with the same name and a different routing \
                           configuration already exists.";
            return Err(ApiError::new("ConflictException", message));
        }
        None => {
            let alias = Alias { number: app.ids.next(), description, routing, created: now, updated: now };
            machine.aliases.insert(name.to_owned(), alias);
            now
        }
    };
    Ok(json!({"stateMachineAliasArn": arn, "creationDate": created.epoch_seconds()}))
}

pub(super) fn describe(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineAliasArn");
    fields.check()?;
    let parsed = MachineArn::parse(arn)?;
    let name = parsed.qualifier.unwrap_or_default();
    let store = app.store();
    let machine = store.machines.get(parsed.machine).ok_or_else(unknown)?;
    let alias = machine.aliases.get(name).ok_or_else(unknown)?;
    let routing: Value = alias
        .routing
        .iter()
        .map(|(version, weight)| {
            json!({"stateMachineVersionArn": machine.version_arn(*version), "weight": *weight})
        })
        .collect();
    Ok(present(json!({
        "stateMachineAliasArn": arn,
        "name": name,
        "description": alias.description.as_deref(),
        "routingConfiguration": routing,
        "creationDate": alias.created.epoch_seconds(),
        "updateDate": alias.updated.epoch_seconds()
    })))
}

pub(super) fn update(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineAliasArn");
    let description = fields.text("description", 0..=256);
    let routing = fields.list("routingConfiguration");
    fields.check()?;
    let parsed = MachineArn::parse(arn)?;
    if description.is_none() && routing.is_none() {
        // UNRECORDED: the text of the ValidationException about an update of nothing.
        let message = "Either the description or the routing configuration must be specified";
        return Err(ApiError::validation(message).with("reason", "MISSING_REQUIRED_PARAMETER"));
    }
    let routing = routing.map(read_routing).transpose()?.map(|(_, routing)| routing);
    let mut store = app.store();
    let machine = store.machines.get_mut(parsed.machine).ok_or_else(unknown)?;
    if let Some(routing) = &routing {
        check_versions(machine, routing)?;
    }
    let alias = machine.aliases.get_mut(parsed.qualifier.unwrap_or_default()).ok_or_else(unknown)?;
    if let Some(routing) = routing {
        alias.routing = routing;
    }
    if let Some(description) = description {
        alias.description = Some(description.to_owned());
    }
    alias.updated = now();
    Ok(json!({"updateDate": alias.updated.epoch_seconds()}))
}

/// Succeeds for an alias that is not there, too.
pub(super) fn delete(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineAliasArn");
    fields.check()?;
    let parsed = MachineArn::parse(arn)?;
    if let Some(machine) = app.store().machines.get_mut(parsed.machine) {
        machine.aliases.remove(parsed.qualifier.unwrap_or_default());
    }
    Ok(done())
}

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    let page = Page::read(fields, 1024, ("aliases", arn))?;
    let store = app.store();
    let machine = store.machine(arn)?;
    let version = MachineArn::parse(arn)?.version();
    let routes = |alias: &Alias| {
        version.is_none_or(|version| alias.routing.iter().any(|(routed, _)| *routed == version))
    };
    let mut aliases: Vec<_> = machine.aliases.iter().filter(|(_, alias)| routes(alias)).collect();
    aliases.sort_by_key(|(_, alias)| alias.number);
    let arn = machine.arn.as_str();
    let items = aliases.into_iter().map(|(name, alias)| {
        let item = move || {
            json!({
                "stateMachineAliasArn": format!("{arn}:{name}"),
                "creationDate": alias.created.epoch_seconds()
            })
        };
        (alias.number, item)
    });
    Ok(page.answer("stateMachineAliases", Order::Rising, items))
}

fn unknown() -> ApiError {
    ApiError::new("ResourceNotFound", "Request references a resource that does not exist.")
}

/// Not all digits, which would be a version.
fn check_name(name: &str) -> Result<(), ApiError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if name.chars().all(allowed) && name.contains(|c: char| !c.is_ascii_digit()) {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$"
    )))
}

/// The machine, and versions with weights.
fn read_routing(given: &Array) -> Result<(String, Vec<(u64, u64)>), ApiError> {
    let refused =
        |message: String| Err(ApiError::validation(message).with("reason", "INVALID_ROUTING_CONFIGURATION"));
    let arn = |item: &Value| {
        item.get("stateMachineVersionArn").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let arns: Vec<String> = given.iter().map(arn).collect();
    let list = arns.join(", ");
    if given.is_empty() || given.len() > 2 {
        // UNRECORDED: the text of the ValidationException about too many versions.
        return refused(format!("Routing configuration must have one or two entries. Received: [{list}]"));
    }
    let weight = |item: &Value| item.get("weight").and_then(Value::as_i64).unwrap_or_default();
    let weights: Vec<i64> = given.iter().map(weight).collect();
    let mut routing = Vec::new();
    let mut machines = Vec::new();
    for (arn, weight) in arns.iter().zip(&weights) {
        let parsed = MachineArn::parse(arn)?;
        let Some(version) = parsed.version() else {
            let text = "Routing configuration must contain state machine version ARNs.";
            return refused(format!("{text} Received: [{list}]"));
        };
        machines.push(parsed.machine);
        routing.push((version, u64::try_from(*weight).unwrap_or_default()));
    }
    if let [first, second] = arns.as_slice() {
        if first == second {
            let text = "Routing configuration must contain distinct state machine version ARNs.";
            return refused(format!("{text} Received: [{list}]"));
        }
        if machines.first() != machines.last() {
            // UNRECORDED: the text of the ValidationException about versions of two machines.
            let text = "Routing configuration must contain versions of one state machine.";
            return refused(format!("{text} Received: [{list}]"));
        }
    }
    if weights.iter().sum::<i64>() != 100 || weights.iter().any(|weight| !(0..=100).contains(weight)) {
        let weights: Vec<String> = weights.iter().map(ToString::to_string).collect();
        let text = "Sum of routing configuration weights must equal 100.";
        return refused(format!("{text} Received: [{}]", weights.join(", ")));
    }
    Ok((machines.first().copied().unwrap_or_default().to_owned(), routing))
}

fn check_versions(machine: &Machine, routing: &[(u64, u64)]) -> Result<(), ApiError> {
    match routing.iter().all(|(version, _)| machine.versions.contains_key(version)) {
        true => Ok(()),
        false => Err(unknown()),
    }
}
