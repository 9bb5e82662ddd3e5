//! The operations on aliases.

use std::sync::Arc;

use asl_value::{Value, json};

use crate::app::App;
use crate::arn::QualifiedArn;
use crate::clock::now;
use crate::error::ApiError;
use crate::machine::Alias;
use crate::page::{Order, Page};
use crate::wire::{Fields, done, present};

pub(super) fn create(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let name = fields.pattern("name", 1..=80, is_name, NAME);
    let description = fields.text("description", 0..=256).map(str::to_owned);
    fields.need("routingConfiguration");
    let routes = read_routes(fields);
    fields.check()?;
    let (machine_arn, routing) = routing(&routes.unwrap_or_default())?;
    let now = now();
    let alias = Alias { number: app.ids.next(), description, routing, created: now, updated: now };
    let (arn, created) = app.store().create_alias(&machine_arn, name, alias)?;
    Ok(json!({"stateMachineAliasArn": arn, "creationDate": created.epoch_seconds()}))
}

pub(super) fn describe(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineAliasArn");
    fields.check()?;
    let parsed = QualifiedArn::parse(arn)?;
    let store = app.store();
    let (machine, alias) = store.alias(&parsed)?;
    let routing: Value = alias
        .routing
        .iter()
        .map(|(version, weight)| {
            json!({"stateMachineVersionArn": machine.version_arn(*version), "weight": *weight})
        })
        .collect();
    Ok(present(json!({
        "stateMachineAliasArn": arn,
        "name": parsed.qualifier,
        "description": alias.description.as_deref(),
        "routingConfiguration": routing,
        "creationDate": alias.created.epoch_seconds(),
        "updateDate": alias.updated.epoch_seconds()
    })))
}

pub(super) fn update(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineAliasArn");
    let description = fields.text("description", 0..=256);
    let routes = read_routes(fields);
    fields.check()?;
    let parsed = QualifiedArn::parse(arn)?;
    if description.is_none() && routes.is_none() {
        // UNRECORDED: the text of the ValidationException about an update without changes.
        let message = "Either the description or the routing configuration must be specified";
        return Err(ApiError::validation(message).with("reason", "MISSING_REQUIRED_PARAMETER"));
    }
    let routing = routes.map(|routes| routing(&routes)).transpose()?.map(|(_, routing)| routing);
    let now = now();
    app.store().update_alias(&parsed, routing, description.map(str::to_owned), now)?;
    Ok(json!({"updateDate": now.epoch_seconds()}))
}

pub(super) fn delete(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineAliasArn");
    fields.check()?;
    app.store().delete_alias(&QualifiedArn::parse(arn)?);
    Ok(done())
}

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    let page = Page::read(fields, 1024, ("aliases", arn))?;
    let store = app.store();
    let machine = store.machine(arn)?;
    let version = QualifiedArn::parse(arn)?.version();
    let routes = |alias: &Alias| version.is_none_or(|version| alias.routes_to(version));
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

/// The pattern that [`is_name`] implements.
const NAME: &str = r"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$";

/// Whether an alias can have this name. A name of digits alone would be a version.
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    name.chars().all(allowed) && name.contains(|c: char| !c.is_ascii_digit())
}

/// A route of an alias in a request.
struct Route<'a> {
    version_arn: &'a str,
    weight: i64,
}

fn read_routes<'a>(fields: &mut Fields<'a>) -> Option<Vec<Route<'a>>> {
    let shape = ("RoutingConfigurationListItem", &["stateMachineVersionArn", "weight"][..]);
    fields.structures("routingConfiguration", 1..=2, shape, |route| {
        route.need("weight");
        Route {
            version_arn: route.arn("stateMachineVersionArn"),
            weight: route.integer("weight", 0..=100).unwrap_or_default(),
        }
    })
}

/// Validates the routes. Returns the ARN of their machine, and versions with weights.
fn routing(routes: &[Route<'_>]) -> Result<(String, Vec<(u64, u64)>), ApiError> {
    let refused = |rule: &str, received: &[String]| {
        let message = format!("Routing configuration {rule}. Received: [{}]", received.join(", "));
        Err(ApiError::validation(message).with("reason", "INVALID_ROUTING_CONFIGURATION"))
    };
    let arns: Vec<String> = routes.iter().map(|route| route.version_arn.to_owned()).collect();
    let mut routing = Vec::new();
    let mut machines = Vec::new();
    for Route { version_arn, weight } in routes {
        let parsed = QualifiedArn::parse(version_arn)?;
        let Some(version) = parsed.version() else {
            return refused("must contain state machine version ARNs", &arns);
        };
        machines.push(parsed.machine);
        routing.push((version, weight.unsigned_abs()));
    }
    if let [first, second] = arns.as_slice() {
        if first == second {
            return refused("must contain distinct state machine version ARNs", &arns);
        }
        if machines.first() != machines.last() {
            // UNRECORDED: the text of the ValidationException about versions of two machines.
            return refused("must contain versions of one state machine", &arns);
        }
    }
    if routing.iter().map(|(_, weight)| weight).sum::<u64>() != 100 {
        let weights: Vec<String> = routing.iter().map(|(_, weight)| weight.to_string()).collect();
        let text = "Sum of routing configuration weights must equal 100.";
        let message = format!("{text} Received: [{}]", weights.join(", "));
        return Err(ApiError::validation(message).with("reason", "INVALID_ROUTING_CONFIGURATION"));
    }
    Ok((machines.first().copied().unwrap_or_default().to_owned(), routing))
}
