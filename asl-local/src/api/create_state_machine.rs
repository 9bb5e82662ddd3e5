//! CreateStateMachine.

use std::sync::Arc;

use asl_model::ExecutionType;
use asl_value::{Object, Value, json};

use super::settings::{Settings, logging, no_logging};
use super::update_state_machine::update;
use super::{encryption, tags};
use crate::app::App;
use crate::arn::check_name;
use crate::clock::now;
use crate::definition::program;
use crate::error::ApiError;
use crate::log::check_group;
use crate::machine::{Creation, Revision};
use crate::store::NewMachine;
use crate::wire::{Fields, present};

/// A request to create a machine, from the API or from the host of the server.
pub(crate) struct CreateStateMachine<'a> {
    name: &'a str,
    kind: ExecutionType,
    settings: Settings<'a>,
    tags: Vec<(&'a str, &'a str)>,
}

pub(super) async fn create(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let new = CreateStateMachine::read(fields)?.check(app)?;
    check_group(app, &new.created_with.revision.logging).await?;
    let arn = new.arn.clone();
    let (created, version_arn) = app.store().create_machine(new, &app.config.quotas)?;
    Ok(present(json!({
        "stateMachineArn": arn,
        "creationDate": created.epoch_seconds(),
        "stateMachineVersionArn": version_arn
    })))
}

/// Creates a machine for the host of the server and returns its ARN. Its role is named after the machine.
pub(crate) fn create_here(
    app: &App,
    name: &str,
    definition: &str,
    kind: ExecutionType,
) -> Result<String, ApiError> {
    let role = app.home.machine(name).role();
    let request = Object::from_distinct(vec![
        ("name".into(), name.into()),
        ("definition".into(), definition.into()),
        ("roleArn".into(), role.into()),
        ("type".into(), kind.name().into()),
    ]);
    let new = CreateStateMachine::read(&mut Fields::new(&request))?.check(app)?;
    let arn = new.arn.clone();
    app.store().create_machine(new, &app.config.quotas)?;
    Ok(arn)
}

/// Creates a machine for the host of the server, or updates the definition of the existing one of the same type. Returns
/// its ARN.
pub(crate) async fn put_here(
    app: &Arc<App>,
    name: &str,
    definition: &str,
    kind: ExecutionType,
) -> Result<String, ApiError> {
    let exists = match create_here(app, name, definition, kind) {
        Err(error) if error.name() == "StateMachineAlreadyExists" => error,
        done => return done,
    };
    let arn = app.home.machine(name).to_string();
    if app.store().machine(&arn)?.kind != kind {
        return Err(exists);
    }
    let request = Object::from_distinct(vec![
        ("stateMachineArn".into(), arn.as_str().into()),
        ("definition".into(), definition.into()),
    ]);
    update(app, &mut Fields::new(&request)).await?;
    Ok(arn)
}

impl<'a> CreateStateMachine<'a> {
    fn read(fields: &mut Fields<'a>) -> Result<CreateStateMachine<'a>, ApiError> {
        let name = fields.required("name", 0..=usize::MAX);
        fields.need("definition");
        fields.need("roleArn");
        let settings = Settings::read(fields);
        let kind = fields.word("type", &["STANDARD", "EXPRESS"]).and_then(ExecutionType::from_name);
        let tags = tags::read(fields);
        fields.check()?;
        Ok(CreateStateMachine { name, kind: kind.unwrap_or(ExecutionType::Standard), settings, tags })
    }

    /// Validates the request.
    fn check(self, app: &App) -> Result<NewMachine, ApiError> {
        let CreateStateMachine { name, kind, settings, tags } = self;
        check_name(name)?;
        settings.check()?;
        let tags = tags::check(tags)?;
        let definition = settings.definition.unwrap_or_default();
        let revision = Revision {
            number: app.ids.next(),
            id: None,
            definition: definition.to_owned(),
            role_arn: settings.role_arn.unwrap_or_default().to_owned(),
            logging: settings.logging.map_or_else(no_logging, logging),
            tracing: settings.tracing.unwrap_or_else(|| json!({"enabled": false})),
            encryption: encryption::check(settings.encryption)?.unwrap_or_else(encryption::by_default),
            since: now(),
            program: program(definition, kind, &app.config)?.into(),
            users: Default::default(),
            reached: Default::default(),
        };
        let created_with = Creation {
            kind,
            revision: Arc::new(revision),
            publish: settings.publish,
            description: settings.version_description.map(str::to_owned),
        };
        let arn = app.home.machine(name).to_string();
        Ok(NewMachine { number: app.ids.next(), arn, name: name.to_owned(), created_with, tags })
    }
}
