//! Versions of state machines.

use std::sync::Arc;

use asl_value::{Value, json};

use crate::app::App;
use crate::arn::QualifiedArn;
use crate::clock::now;
use crate::error::ApiError;
use crate::page::{Order, Page};
use crate::wire::{Fields, done};

pub(super) fn publish(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    let revision = fields.text("revisionId", 0..=usize::MAX);
    let description = fields.text("description", 0..=256);
    fields.check()?;
    let mut store = app.store();
    let machine = store.machine_mut(arn)?;
    let current = machine.current.id.as_deref().unwrap_or("INITIAL");
    if let Some(revision) = revision.filter(|revision| *revision != current) {
        return Err(ApiError::new(
            "ConflictException",
            format!(
                "Failed to publish the State Machine version for revision {revision}. \
                 The current State Machine revision is {current}."
            ),
        ));
    }
    let (version, created) =
        machine.publish(description.map(str::to_owned), now(), app.config.quotas.versions)?;
    Ok(json!({
        "creationDate": created.epoch_seconds(),
        "stateMachineVersionArn": machine.version_arn(version)
    }))
}

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    let page = Page::read(fields, 1024, ("versions", arn))?;
    let store = app.store();
    let machine = store.machine(arn)?;
    let versions = machine.versions.iter().rev().map(|(number, version)| {
        let item = move || {
            json!({
                "stateMachineVersionArn": machine.version_arn(*number),
                "creationDate": version.created.epoch_seconds()
            })
        };
        (*number, item)
    });
    Ok(page.answer("stateMachineVersions", Order::Falling, versions))
}

/// Succeeds for a version that is not there, too.
pub(super) fn delete(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.required("stateMachineVersionArn", 1..=2000);
    fields.check()?;
    let parsed = QualifiedArn::parse(arn)?;
    let mut store = app.store();
    let (Some(machine), Some(version)) = (store.machines.get_mut(parsed.machine), parsed.version()) else {
        return Ok(done());
    };
    let routes = |routing: &[(u64, u64)]| routing.iter().any(|(routed, _)| *routed == version);
    let aliases: Vec<&str> = machine
        .aliases
        .iter()
        .filter(|(_, alias)| routes(&alias.routing))
        .map(|(name, _)| name.as_str())
        .collect();
    if !aliases.is_empty() {
        return Err(ApiError::new(
            "ConflictException",
            format!(
                "Version to be deleted must not be referenced by an alias. \
                 Current list of aliases referencing this version: [{}]",
                aliases.join(", ")
            ),
        ));
    }
    machine.versions.remove(&version);
    Ok(done())
}
