//! The operations that describe, list and delete state machines.

use std::sync::Arc;

use asl_value::{Value, json};

use crate::app::App;
use crate::arn::QualifiedArn;
use crate::error::ApiError;
use crate::page::{Order, Page};
use crate::wire::{Fields, done, present};

pub(super) fn describe(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    let metadata_only = fields.word("includedData", &["ALL_DATA", "METADATA_ONLY"]) == Some("METADATA_ONLY");
    fields.check()?;
    let store = app.store();
    let machine = store.machine(arn)?;
    let target = store.target(arn, 0)?;
    let version = QualifiedArn::parse(arn)?.version().and_then(|version| machine.versions.get(&version));
    let revision = &target.revision;
    Ok(present(json!({
        "stateMachineArn": target.version_arn.as_deref().unwrap_or(&machine.arn),
        "name": machine.name.as_str(),
        "status": if machine.is_deleting { "DELETING" } else { "ACTIVE" },
        "definition": if metadata_only { "{}" } else { &revision.definition },
        "roleArn": revision.role_arn.as_str(),
        "type": machine.kind.name(),
        "creationDate": version.map_or(machine.created, |version| version.created).epoch_seconds(),
        "loggingConfiguration": revision.logging.clone(),
        "tracingConfiguration": revision.tracing.clone(),
        "encryptionConfiguration": revision.encryption.clone(),
        "revisionId": revision.id.as_deref(),
        "variableReferences": revision.variable_references(),
        "description": version.and_then(|version| version.description.as_deref())
    })))
}

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let page = Page::read(fields, 1024, "machines")?;
    let store = app.store();
    // UNRECORDED: the order. Here it is the order of creation.
    let items = store.machines().into_iter().map(|machine| {
        let item = move || {
            json!({
                "stateMachineArn": machine.arn.as_str(),
                "name": machine.name.as_str(),
                "type": machine.kind.name(),
                "creationDate": machine.created.epoch_seconds()
            })
        };
        (machine.number, item)
    });
    Ok(page.answer("stateMachines", Order::Rising, items))
}

/// Recorded: succeeds if the machine does not exist.
pub(super) fn delete(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    fields.check()?;
    app.store().delete_machine(&QualifiedArn::parse(arn)?);
    Ok(done())
}
