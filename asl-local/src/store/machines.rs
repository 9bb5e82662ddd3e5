//! State machines.

use std::sync::Arc;

use asl_model::ExecutionType;
use asl_value::Timestamp;

use super::Store;
use crate::arn::QualifiedArn;
use crate::error::ApiError;
use crate::machine::{Creation, Machine, Revision, Tags, Target};
use crate::quotas::Quotas;

/// A machine to be created.
pub(crate) struct NewMachine {
    pub(crate) number: u64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) created_with: Creation,
    pub(crate) tags: Tags,
}

/// An update of a machine.
pub(crate) struct MachineUpdate<'a> {
    pub(crate) old: &'a Revision,
    pub(crate) new: Revision,
    /// Whether the request contains a definition, even an unchanged one.
    pub(crate) has_definition: bool,
    /// Whether the result is published as a version, with this description.
    pub(crate) publish: bool,
    pub(crate) description: Option<String>,
}

impl Store {
    /// Adds a machine and publishes it if requested. A second creation with the same parameters changes nothing. Returns
    /// the date of the creation and the ARN of the published version.
    pub(crate) fn create_machine(
        &mut self,
        new: NewMachine,
        quotas: &Quotas,
    ) -> Result<(Timestamp, Option<String>), ApiError> {
        let NewMachine { number, arn, name, created_with, tags } = new;
        if let Some(known) = self.machines.get(&arn) {
            let arn = &known.arn;
            if known.is_deleting {
                return Err(ApiError::deleting(arn));
            }
            if !known.is_created_by(&created_with) {
                let message = format!("State Machine Already Exists: '{arn}'");
                return Err(ApiError::new("StateMachineAlreadyExists", message));
            }
            return Ok((known.created, created_with.publish.then(|| known.version_arn(1))));
        }
        if self.machines.len() >= quotas.state_machines {
            // UNRECORDED: the text of StateMachineLimitExceeded.
            let message = "The maximum number of state machines has been reached";
            return Err(ApiError::new("StateMachineLimitExceeded", message));
        }
        self.check_definition(created_with.revision.bytes(), quotas)?;
        let (publish, description) = (created_with.publish, created_with.description.clone());
        let mut machine = Machine::new(number, arn, name, created_with, tags);
        let created = machine.created;
        let version = match publish {
            true => Some(machine.publish(description, created, quotas.versions)?.0),
            false => None,
        };
        let version_arn = version.map(|version| machine.version_arn(version));
        let (arn, revision) = (machine.arn.clone(), Arc::clone(&machine.current));
        self.machines.insert(arn.clone(), machine);
        self.keep_machine(&arn, Some(revision));
        Ok((created, version_arn))
    }

    /// The machine of an ARN, which may name a version or an alias.
    pub(crate) fn machine(&self, arn: &str) -> Result<&Machine, ApiError> {
        let parsed = QualifiedArn::parse(arn)?;
        self.machines.get(parsed.machine).ok_or_else(|| ApiError::no_machine(arn))
    }

    /// The machine to be changed. Recorded for UpdateStateMachine: the ARN of a version is rejected. UNRECORDED: whether it
    /// is when a version is published.
    pub(super) fn machine_mut(&mut self, arn: &str) -> Result<&mut Machine, ApiError> {
        QualifiedArn::parse(arn)?;
        self.machines.get_mut(arn).ok_or_else(|| ApiError::no_machine(arn))
    }

    /// Like `machine_mut`, but rejects a machine that is being deleted.
    pub(super) fn active_machine(&mut self, arn: &str) -> Result<&mut Machine, ApiError> {
        let machine = self.machine_mut(arn)?;
        if machine.is_deleting {
            return Err(ApiError::deleting(&machine.arn));
        }
        Ok(machine)
    }

    /// Resolves the ARN of a machine, a version or an alias. `chance`, from 0 to 99, selects the version of an alias.
    pub(crate) fn target(&self, arn: &str, chance: u64) -> Result<Target, ApiError> {
        let parsed = QualifiedArn::parse(arn)?;
        let machine = self.machines.get(parsed.machine).ok_or_else(|| ApiError::no_machine(arn))?;
        machine.target(&parsed, chance).ok_or_else(|| ApiError::no_machine(arn))
    }

    /// Like `target`, but rejects a machine that is being deleted.
    pub(crate) fn target_to_start(&mut self, arn: &str, chance: u64) -> Result<Target, ApiError> {
        let target = self.target(arn, chance)?;
        self.active_machine(&target.machine_arn)?;
        Ok(target)
    }

    /// The type and current revision of a machine to be updated.
    pub(crate) fn current(&mut self, arn: &str) -> Result<(ExecutionType, Arc<Revision>), ApiError> {
        let machine = self.machine_mut(arn)?;
        Ok((machine.kind, Arc::clone(&machine.current)))
    }

    /// The machines in the order of creation.
    pub(crate) fn machines(&self) -> Vec<&Machine> {
        let mut machines: Vec<&Machine> = self.machines.values().collect();
        machines.sort_by_key(|machine| machine.number);
        machines
    }

    /// Updates a machine. Returns the ARN of the version if the update is published.
    pub(crate) fn update_machine(
        &mut self,
        arn: &str,
        update: MachineUpdate<'_>,
        quotas: &Quotas,
    ) -> Result<(&Machine, Option<String>), ApiError> {
        let MachineUpdate { old, new, has_definition, publish, description } = update;
        let added = if has_definition { new.bytes() } else { new.settings_bytes() };
        self.check_definition(added, quotas)?;
        let machine = self.active_machine(arn)?;
        let now = new.since;
        // Recorded: an update that changes nothing keeps the revision, also the initial one.
        let is_new = !(new.same_setting(old) && new.role_arn == old.role_arn);
        if is_new {
            machine.current = Arc::new(new);
        }
        let new = is_new.then(|| Arc::clone(&machine.current));
        let version = match publish {
            true => machine.publish(description, now, quotas.versions).map(|(version, _)| Some(version)),
            false => Ok(None),
        };
        // An update whose version is one too many has changed the machine nevertheless.
        self.keep_machine(arn, new);
        let version = version?;
        let machine = self.machines.get(arn).ok_or_else(|| ApiError::no_machine(arn))?;
        Ok((machine, version.map(|version| machine.version_arn(version))))
    }

    /// Deletes a machine once its executions have ended. UNRECORDED: the ARN of a version or an alias. Here nothing is
    /// deleted.
    pub(crate) fn delete_machine(&mut self, arn: &QualifiedArn<'_>) {
        let Some(machine) = self.machines.get_mut(arn.machine) else { return };
        if arn.qualifier.is_none() {
            machine.is_deleting = true;
            if machine.open_executions == 0 {
                self.remove_machine(arn.machine);
            } else {
                self.keep_machine(arn.machine, None);
            }
        }
    }

    /// Rejects a definition of this many bytes if all definitions together would exceed the quota.
    fn check_definition(&self, bytes: usize, quotas: &Quotas) -> Result<(), ApiError> {
        let kept: usize = self.machines.values().map(Machine::definition_bytes).sum();
        if kept.saturating_add(bytes) <= quotas.definition_bytes {
            return Ok(());
        }
        let message =
            format!("The definitions of all state machines have more than {} bytes", quotas.definition_bytes);
        Err(ApiError::new("StateMachineLimitExceeded", message))
    }
}
