//! UpdateStateMachine.

use std::sync::Arc;

use asl_value::{Value, json};

use super::encryption;
use super::settings::{Settings, logging};
use crate::app::App;
use crate::clock::now;
use crate::definition::program;
use crate::error::ApiError;
use crate::log::check_group;
use crate::machine::Revision;
use crate::store::MachineUpdate;
use crate::wire::{Fields, present};

pub(super) async fn update(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    let settings = Settings::read(fields);
    fields.check()?;
    let nothing = settings.definition.is_none()
        && settings.role_arn.is_none()
        && settings.logging.is_none()
        && settings.tracing.is_none()
        && settings.encryption.is_none();
    if nothing {
        let message = "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration \
                       must be specified";
        return Err(ApiError::new("MissingRequiredParameter", message));
    }
    settings.check()?;
    let (kind, old) = app.store().current(arn)?;
    // Compiled without the lock of the store.
    let program = match settings.definition {
        Some(definition) => program(definition, kind, &app.config)?,
        None => old.program().ok_or_else(ApiError::not_runnable)?.clone(),
    };
    let now = now();
    let definition = settings.definition.unwrap_or(&old.definition);
    let revision = Revision {
        number: app.ids.next(),
        id: Some(app.ids.uuid()),
        definition: definition.to_owned(),
        role_arn: settings.role_arn.unwrap_or(&old.role_arn).to_owned(),
        logging: settings.logging.map_or_else(|| old.logging.clone(), logging),
        tracing: settings.tracing.unwrap_or_else(|| old.tracing.clone()),
        encryption: encryption::check(settings.encryption)?.unwrap_or_else(|| old.encryption.clone()),
        since: now,
        program: program.into(),
        users: Default::default(),
        // The same definition has the same parts.
        reached: if definition == old.definition { old.reached.clone() } else { Default::default() },
    };
    if settings.logging.is_some() {
        check_group(app, &revision.logging).await?;
    }
    let update = MachineUpdate {
        old: &old,
        new: revision,
        has_definition: settings.definition.is_some(),
        publish: settings.publish,
        description: settings.version_description.map(str::to_owned),
    };
    let mut store = app.store();
    let (machine, version_arn) = store.update_machine(arn, update, &app.config.quotas)?;
    Ok(present(json!({
        "updateDate": now.epoch_seconds(),
        "revisionId": machine.current.id.as_deref(),
        "stateMachineVersionArn": version_arn
    })))
}
