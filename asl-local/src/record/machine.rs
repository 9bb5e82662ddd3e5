//! The records of a state machine and of its revisions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use asl_model::ExecutionType;
use asl_value::{Object, Value, json};

use super::Damaged;
use super::fields::Record;
use crate::machine::{Alias, Creation, Machine, Revision, Tags, Version};

/// `{"number": 7, "id": null, "definition": "{…}", "role": "arn:…", "logging": {…}, "tracing": {…}, "encryption": {…},
/// "since": "2026-…Z"}`
pub(crate) fn revision(revision: &Revision) -> Value {
    json!({
        "number": revision.number,
        "id": revision.id.as_deref(),
        "definition": revision.definition.as_str(),
        "role": revision.role_arn.as_str(),
        "logging": revision.logging.clone(),
        "tracing": revision.tracing.clone(),
        "encryption": revision.encryption.clone(),
        "since": revision.since.to_string()
    })
}

pub(crate) fn read_revision(record: &Value) -> Result<Revision, Damaged> {
    let record = Record(record);
    Ok(Revision {
        number: record.number("number")?,
        id: record.owned_if("id"),
        definition: record.text("definition")?.to_owned(),
        role_arn: record.text("role")?.to_owned(),
        logging: record.value("logging")?,
        tracing: record.value("tracing")?,
        encryption: record.value("encryption")?,
        since: record.time("since")?,
        program: Default::default(),
        users: Default::default(),
        reached: Default::default(),
    })
}

/// A machine with the numbers of its revisions: `{"number": 7, "arn": "arn:…", "name": "orders", "type": "STANDARD",
/// "created": "2026-…Z", "current": 9, "first": {"revision": 8, …}, "versions": [{"number": 1, "revision": 8, …}],
/// "nextVersion": 2, "aliases": {…}, "tags": {…}, "deleting": false}`
pub(crate) fn record(machine: &Machine) -> Value {
    let versions = machine.versions.iter().map(|(number, version)| {
        json!({
            "number": *number,
            "revision": version.revision.number,
            "description": version.description.as_deref(),
            "created": version.created.to_string()
        })
    });
    let aliases = machine.aliases.iter().map(|(name, known)| (name.as_str(), alias(known)));
    json!({
        "number": machine.number,
        "arn": machine.arn.as_str(),
        "name": machine.name.as_str(),
        "type": machine.kind.name(),
        "created": machine.created.to_string(),
        "current": machine.current.number,
        "first": {
            "revision": machine.created_with.revision.number,
            "publish": machine.created_with.publish,
            "description": machine.created_with.description.as_deref()
        },
        "versions": versions.collect::<Value>(),
        "nextVersion": machine.next_version,
        "aliases": Value::Object(aliases.collect()),
        "tags": tags(&machine.tags),
        "deleting": machine.is_deleting
    })
}

/// The numbers of the revisions that a machine refers to.
pub(crate) fn revisions(machine: &Machine) -> Vec<u64> {
    let of_versions = machine.versions.values().map(|version| version.revision.number);
    let own = [machine.current.number, machine.created_with.revision.number];
    of_versions.chain(own).collect::<BTreeSet<u64>>().into_iter().collect()
}

/// `known` has the revisions.
pub(crate) fn read(record: &Value, known: &BTreeMap<u64, Arc<Revision>>) -> Result<Machine, Damaged> {
    let record = Record(record);
    let revision = |of: Record<'_>, name: &str| {
        let number = of.number(name)?;
        known.get(&number).cloned().ok_or_else(|| Damaged::new(format!("revision {number} is missing")))
    };
    let kind = execution_type(record)?;
    let first = record.record("first")?;
    let created_with = Creation {
        kind,
        revision: revision(first, "revision")?,
        publish: first.flag("publish"),
        description: first.owned_if("description"),
    };
    let (arn, name) = (record.text("arn")?.to_owned(), record.text("name")?.to_owned());
    let tags = read_tags(record.object("tags")?);
    let mut machine = Machine::new(record.number("number")?, arn, name, created_with, tags);
    machine.created = record.time("created")?;
    machine.current = revision(record, "current")?;
    machine.next_version = record.number("nextVersion")?;
    machine.is_deleting = record.flag("deleting");
    for version in record.list("versions")? {
        let version = Record(version);
        let read = Version {
            revision: revision(version, "revision")?,
            description: version.owned_if("description"),
            created: version.time("created")?,
        };
        machine.versions.insert(version.number("number")?, read);
    }
    for (name, alias) in record.object("aliases")? {
        machine.aliases.insert(name.to_string(), read_alias(Record(alias))?);
    }
    Ok(machine)
}

pub(super) fn execution_type(record: Record<'_>) -> Result<ExecutionType, Damaged> {
    let name = record.text("type")?;
    ExecutionType::from_name(name).ok_or_else(|| Damaged::new(format!("unknown type `{name}`")))
}

fn alias(alias: &Alias) -> Value {
    let routing = alias.routing.iter().map(|(version, weight)| json!([*version, *weight]));
    json!({
        "number": alias.number,
        "description": alias.description.as_deref(),
        "routing": routing.collect::<Value>(),
        "created": alias.created.to_string(),
        "updated": alias.updated.to_string()
    })
}

fn read_alias(record: Record<'_>) -> Result<Alias, Damaged> {
    let number = |value: Option<&Value>| {
        let number = value.and_then(Value::as_i64).and_then(|number| u64::try_from(number).ok());
        number.ok_or_else(|| Damaged::new("an alias routes to no version"))
    };
    let routes = record.list("routing")?.iter();
    let routing = routes.map(|route| Ok((number(route.at(0))?, number(route.at(1))?)));
    Ok(Alias {
        number: record.number("number")?,
        description: record.owned_if("description"),
        routing: routing.collect::<Result<_, Damaged>>()?,
        created: record.time("created")?,
        updated: record.time("updated")?,
    })
}

pub(super) fn tags(tags: &Tags) -> Value {
    let tags = tags.iter().map(|(key, value)| (key.as_str(), Value::from(value.as_str())));
    Value::Object(tags.collect())
}

pub(super) fn read_tags(tags: &Object) -> Tags {
    let tags = tags.iter().filter_map(|(key, value)| Some((key.to_string(), value.as_str()?.to_owned())));
    tags.collect()
}
