//! The operations on versions.

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
    let description = description.map(str::to_owned);
    let most = app.config.quotas.versions;
    let (version_arn, created) = app.store().publish_version(arn, revision, description, now(), most)?;
    Ok(json!({"creationDate": created.epoch_seconds(), "stateMachineVersionArn": version_arn}))
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

pub(super) fn delete(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.required("stateMachineVersionArn", 1..=2000);
    fields.check()?;
    app.store().delete_version(&QualifiedArn::parse(arn)?)?;
    Ok(done())
}
