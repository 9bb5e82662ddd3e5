//! Versions and aliases of state machines.

use asl_value::Timestamp;

use super::Store;
use crate::arn::QualifiedArn;
use crate::error::ApiError;
use crate::machine::{Alias, Machine};

impl Store {
    /// Publishes the current revision of a machine, which must be `revision` if that is given. Fails beyond `most` versions.
    /// Returns the ARN of the version and the date of its creation.
    pub(crate) fn publish_version(
        &mut self,
        arn: &str,
        revision: Option<&str>,
        description: Option<String>,
        now: Timestamp,
        most: usize,
    ) -> Result<(String, Timestamp), ApiError> {
        let machine = self.machine_mut(arn)?;
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
        let (version, created) = machine.publish(description, now, most)?;
        let version_arn = machine.version_arn(version);
        self.keep_machine(arn, None);
        Ok((version_arn, created))
    }

    /// Deletes a version. Succeeds if it does not exist.
    pub(crate) fn delete_version(&mut self, arn: &QualifiedArn<'_>) -> Result<(), ApiError> {
        let (Some(machine), Some(version)) = (self.machines.get_mut(arn.machine), arn.version()) else {
            return Ok(());
        };
        let routing = machine.aliases.iter().filter(|(_, alias)| alias.routes_to(version));
        let aliases: Vec<&str> = routing.map(|(name, _)| name.as_str()).collect();
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
        self.keep_machine(arn.machine, None);
        Ok(())
    }

    /// Adds an alias. A second creation with the same parameters changes nothing. Returns the ARN and the date of the
    /// creation.
    pub(crate) fn create_alias(
        &mut self,
        machine: &str,
        name: &str,
        alias: Alias,
    ) -> Result<(String, Timestamp), ApiError> {
        let machine_arn = machine;
        let machine = self.machine_mut(machine_arn)?;
        check_versions(machine, &alias.routing)?;
        let arn = format!("{}:{name}", machine.arn);
        let Some(known) = machine.aliases.get(name) else {
            let created = alias.created;
            machine.aliases.insert(name.to_owned(), alias);
            self.keep_machine(machine_arn, None);
            return Ok((arn, created));
        };
        if known.routing != alias.routing || known.description != alias.description {
            let message = "Failed to create alias because an alias with the same name and a different routing \
                           configuration already exists.";
            return Err(ApiError::new("ConflictException", message));
        }
        Ok((arn, known.created))
    }

    /// An alias with its machine.
    pub(crate) fn alias(&self, arn: &QualifiedArn<'_>) -> Result<(&Machine, &Alias), ApiError> {
        let machine = self.machines.get(arn.machine).ok_or_else(ApiError::unknown_reference)?;
        let alias = machine.aliases.get(arn.qualifier.unwrap_or_default());
        Ok((machine, alias.ok_or_else(ApiError::unknown_reference)?))
    }

    /// Updates the parts of an alias that are given.
    pub(crate) fn update_alias(
        &mut self,
        arn: &QualifiedArn<'_>,
        routing: Option<Vec<(u64, u64)>>,
        description: Option<String>,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let machine = self.machines.get_mut(arn.machine).ok_or_else(ApiError::unknown_reference)?;
        if let Some(routing) = &routing {
            check_versions(machine, routing)?;
        }
        let alias = machine.aliases.get_mut(arn.qualifier.unwrap_or_default());
        let alias = alias.ok_or_else(ApiError::unknown_reference)?;
        alias.routing = routing.unwrap_or_else(|| std::mem::take(&mut alias.routing));
        alias.description = description.or_else(|| alias.description.take());
        alias.updated = now;
        self.keep_machine(arn.machine, None);
        Ok(())
    }

    /// Deletes an alias. Succeeds if it does not exist.
    pub(crate) fn delete_alias(&mut self, arn: &QualifiedArn<'_>) {
        if let Some(machine) = self.machines.get_mut(arn.machine) {
            machine.aliases.remove(arn.qualifier.unwrap_or_default());
            self.keep_machine(arn.machine, None);
        }
    }
}

fn check_versions(machine: &Machine, routing: &[(u64, u64)]) -> Result<(), ApiError> {
    match routing.iter().all(|(version, _)| machine.versions.contains_key(version)) {
        true => Ok(()),
        false => Err(ApiError::unknown_reference()),
    }
}
