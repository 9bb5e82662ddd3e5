//! State machines.

use std::sync::Arc;

use asl_engine::LogLevel;
use asl_model::{ExecutionType, MAX_DEFINITION_BYTES};
use asl_value::{Object, Value, json};

use super::{encryption, tags};
use crate::app::App;
use crate::arn::{QualifiedArn, check_name};
use crate::clock::now;
use crate::error::ApiError;
use crate::log::check_group;
use crate::machine::{Machine, Revision, Tags, program};
use crate::page::{Order, Page};
use crate::wire::{Fields, done, present};

/// What a request to create or update a machine says of it.
struct Setting<'a> {
    definition: Option<&'a str>,
    role_arn: Option<&'a str>,
    logging: Option<&'a Object>,
    tracing: Option<Value>,
    encryption: Option<&'a Object>,
    publish: bool,
    version_description: Option<&'a str>,
}

impl<'a> Setting<'a> {
    fn read(fields: &mut Fields<'a>) -> Setting<'a> {
        fields.structure("loggingConfiguration", |logging| {
            logging.word("level", &LogLevel::ALL.map(LogLevel::name));
            logging.flag("includeExecutionData");
            logging.list("destinations");
        });
        Setting {
            definition: fields.text("definition", 0..=MAX_DEFINITION_BYTES),
            role_arn: fields.text("roleArn", 1..=256),
            logging: fields.object("loggingConfiguration"),
            tracing: tracing(fields),
            encryption: encryption::read(fields),
            publish: fields.flag("publish").unwrap_or_default(),
            version_description: fields.text("versionDescription", 0..=256),
        }
    }

    fn check(&self) -> Result<(), ApiError> {
        if self.version_description.is_some() && !self.publish {
            return Err(ApiError::validation("Version description can only be set when publish is true"));
        }
        self.logging.map_or(Ok(()), check_logging)
    }
}

/// A machine that shall be.
pub(crate) struct Wanted {
    name: String,
    kind: ExecutionType,
    revision: Arc<Revision>,
    publish: bool,
    description: Option<String>,
    tags: Tags,
}

pub(super) async fn create(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let wanted = wanted(app, fields)?;
    check_group(app, &wanted.revision.logging).await?;
    put(app, wanted)
}

/// Creates a machine for its host, who gives no role; answers its ARN.
pub(crate) fn create_here(
    app: &Arc<App>,
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
    let wanted = wanted(app, &mut Fields::new(&request))?;
    let answer = put(app, wanted)?;
    Ok(answer.get("stateMachineArn").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// What a request to create a machine asks for.
fn wanted(app: &App, fields: &mut Fields<'_>) -> Result<Wanted, ApiError> {
    let name = fields.required("name", 0..=usize::MAX);
    fields.need("definition");
    fields.need("roleArn");
    let setting = Setting::read(fields);
    let kind = fields.machine_type();
    let given_tags = tags::read(fields);
    fields.check()?;
    check_name(name)?;
    setting.check()?;
    let tags = tags::check(given_tags)?;
    let definition = setting.definition.unwrap_or_default();
    let revision = Revision {
        id: None,
        definition: definition.to_owned(),
        role_arn: setting.role_arn.unwrap_or_default().to_owned(),
        logging: setting.logging.map_or_else(no_logging, logging),
        tracing: setting.tracing.unwrap_or_else(|| json!({"enabled": false})),
        encryption: encryption::check(setting.encryption)?.unwrap_or_else(encryption::by_default),
        since: now(),
        program: program(definition, kind, &app.config)?,
        users: Default::default(),
    };
    Ok(Wanted {
        name: name.to_owned(),
        kind,
        revision: Arc::new(revision),
        publish: setting.publish,
        description: setting.version_description.map(str::to_owned),
        tags,
    })
}

/// Keeps a new machine.
pub(crate) fn put(app: &Arc<App>, wanted: Wanted) -> Result<Value, ApiError> {
    let Wanted { name, kind, revision, publish, description, tags } = wanted;
    let now = revision.since;
    let arn = app.home.machine(&name).to_string();
    let mut store = app.store();
    if let Some(known) = store.machines.get(&arn) {
        return again(known, kind, &revision, publish, &description);
    }
    if store.machines.len() >= app.config.quotas.state_machines {
        // UNRECORDED: the text of StateMachineLimitExceeded.
        let message = "The maximum number of state machines has been reached";
        return Err(ApiError::new("StateMachineLimitExceeded", message));
    }
    store.check_definition(revision.definition.len(), &app.config.quotas)?;
    let mut machine = Machine {
        number: app.ids.next(),
        arn: arn.clone(),
        name,
        kind,
        created: now,
        current: Arc::clone(&revision),
        created_with: (revision, publish, description.clone()),
        versions: Default::default(),
        next_version: 1,
        aliases: Default::default(),
        tags,
        open_executions: 0,
        is_deleting: false,
    };
    let most = app.config.quotas.versions;
    let version = if publish { Some(machine.publish(description, now, most)?.0) } else { None };
    let version_arn = version.map(|version| machine.version_arn(version));
    store.machines.insert(arn.clone(), machine);
    Ok(created(&arn, now, version_arn))
}

/// A second creation: the same machine, or refused.
fn again(
    known: &Machine,
    kind: ExecutionType,
    revision: &Revision,
    publish: bool,
    description: &Option<String>,
) -> Result<Value, ApiError> {
    let arn = &known.arn;
    if known.is_deleting {
        let message = format!("State Machine is being deleted: '{arn}'");
        return Err(ApiError::new("StateMachineDeleting", message));
    }
    let (first, published, described) = &known.created_with;
    let same = known.kind == kind
        && *published == publish
        && described == description
        && first.same_setting(revision)
        && known.current.same_setting(revision);
    if !same {
        return Err(ApiError::new(
            "StateMachineAlreadyExists",
            format!("State Machine Already Exists: '{arn}'"),
        ));
    }
    Ok(created(arn, known.created, publish.then(|| known.version_arn(1))))
}

fn created(arn: &str, at: asl_value::Timestamp, version_arn: Option<String>) -> Value {
    present(json!({
        "stateMachineArn": arn,
        "creationDate": at.epoch_seconds(),
        "stateMachineVersionArn": version_arn
    }))
}

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
    // UNRECORDED: the order. Here the one that was created first comes first.
    let mut machines: Vec<&Machine> = store.machines.values().collect();
    machines.sort_by_key(|machine| machine.number);
    let items = machines.into_iter().map(|machine| {
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

pub(super) async fn update(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    let setting = Setting::read(fields);
    fields.check()?;
    let nothing = setting.definition.is_none()
        && setting.role_arn.is_none()
        && setting.logging.is_none()
        && setting.tracing.is_none()
        && setting.encryption.is_none();
    if nothing {
        let message = "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration \
                       must be specified";
        return Err(ApiError::new("MissingRequiredParameter", message));
    }
    setting.check()?;
    let (kind, old) = {
        let mut store = app.store();
        let machine = store.machine_mut(arn)?;
        (machine.kind, Arc::clone(&machine.current))
    };
    // Compiled while nobody waits for the store.
    let program = match setting.definition {
        Some(definition) => program(definition, kind, &app.config)?,
        None => Arc::clone(&old.program),
    };
    let now = now();
    let revision = Revision {
        id: Some(app.ids.uuid()),
        definition: setting.definition.unwrap_or(&old.definition).to_owned(),
        role_arn: setting.role_arn.unwrap_or(&old.role_arn).to_owned(),
        logging: setting.logging.map_or_else(|| old.logging.clone(), logging),
        tracing: setting.tracing.unwrap_or_else(|| old.tracing.clone()),
        encryption: encryption::check(setting.encryption)?.unwrap_or_else(|| old.encryption.clone()),
        since: now,
        program,
        users: Default::default(),
    };
    if setting.logging.is_some() {
        check_group(app, &revision.logging).await?;
    }
    let mut store = app.store();
    if setting.definition.is_some() {
        store.check_definition(revision.definition.len(), &app.config.quotas)?;
    }
    let machine = store.active_machine(arn)?;
    // Recorded: an update that changes nothing keeps the revision, the first one too.
    if !(revision.same_setting(&old) && revision.role_arn == old.role_arn) {
        machine.current = Arc::new(revision);
    }
    let description = setting.version_description.map(str::to_owned);
    let most = app.config.quotas.versions;
    let version = if setting.publish { Some(machine.publish(description, now, most)?.0) } else { None };
    Ok(present(json!({
        "updateDate": now.epoch_seconds(),
        "revisionId": machine.current.id.as_deref(),
        "stateMachineVersionArn": version.map(|version| machine.version_arn(version))
    })))
}

/// Succeeds for a machine that is not there, too (recorded).
pub(super) fn delete(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("stateMachineArn");
    fields.check()?;
    let parsed = QualifiedArn::parse(arn)?;
    let mut store = app.store();
    if let Some(machine) = store.machines.get_mut(parsed.machine) {
        // UNRECORDED: the ARN of a version or an alias. Here it deletes nothing.
        if parsed.qualifier.is_none() {
            machine.is_deleting = true;
            if machine.open_executions == 0 {
                store.machines.remove(parsed.machine);
            }
        }
    }
    Ok(done())
}

/// As DescribeStateMachine shows it: with what was left out.
pub(super) fn no_logging() -> Value {
    json!({"level": "OFF", "includeExecutionData": false})
}

fn tracing(fields: &mut Fields<'_>) -> Option<Value> {
    fields.structure(
        "tracingConfiguration",
        |tracing| json!({"enabled": tracing.flag("enabled").unwrap_or_default()}),
    )
}

fn logging(given: &Object) -> Value {
    let mut logging = given.clone();
    for (name, default) in [("level", Value::from("OFF")), ("includeExecutionData", Value::from(false))] {
        if !logging.contains_key(name) {
            logging.insert(name, default);
        }
    }
    logging.into()
}

fn check_logging(logging: &Object) -> Result<(), ApiError> {
    let level = logging.get("level").and_then(Value::as_str).unwrap_or("OFF");
    let destinations = logging.get("destinations").and_then(Value::as_array).map_or(0, |list| list.len());
    if level != "OFF" && destinations != 1 {
        let message = "Invalid Logging Configuration: Must specify exactly one Log Destination.";
        return Err(ApiError::new("InvalidLoggingConfiguration", message));
    }
    Ok(())
}
