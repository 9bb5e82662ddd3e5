//! [`Machine`]: a state machine with its revisions, versions and aliases.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, OnceLock};

use asl_model::ExecutionType;
use asl_value::{Object, Timestamp, Value};

use crate::arn::QualifiedArn;
use crate::definition::Runnable;
use crate::error::ApiError;
use crate::reached::Reached;

pub(crate) struct Machine {
    /// Its position in the order of creation.
    pub(crate) number: u64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: ExecutionType,
    pub(crate) created: Timestamp,
    pub(crate) current: Arc<Revision>,
    pub(crate) created_with: Creation,
    pub(crate) versions: BTreeMap<u64, Version>,
    /// The number of the next version. Numbers are never reused.
    pub(crate) next_version: u64,
    pub(crate) aliases: BTreeMap<String, Alias>,
    pub(crate) tags: Tags,
    pub(crate) open_executions: usize,
    /// Whether it is removed once its executions have ended.
    pub(crate) is_deleting: bool,
}

/// The parameters of a creation. A second creation with the same parameters returns the existing machine.
pub(crate) struct Creation {
    pub(crate) kind: ExecutionType,
    pub(crate) revision: Arc<Revision>,
    /// Whether the first version is published, with this description.
    pub(crate) publish: bool,
    pub(crate) description: Option<String>,
}

/// Tags by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// The state of a machine between two updates.
#[derive(Debug)]
pub(crate) struct Revision {
    /// Its position in the order of creation of all revisions, by which it is kept.
    pub(crate) number: u64,
    /// `None` for the initial revision, also after it is published or an update changes nothing (recorded).
    pub(crate) id: Option<String>,
    pub(crate) definition: String,
    pub(crate) role_arn: String,
    pub(crate) logging: Value,
    pub(crate) tracing: Value,
    pub(crate) encryption: Value,
    pub(crate) since: Timestamp,
    pub(crate) program: LazyProgram,
    /// The number of executions of this revision that the store counts.
    pub(crate) users: AtomicUsize,
    /// What its executions have reached.
    pub(crate) reached: Reached,
}

/// The program of a definition. One that was read from a data folder is compiled when it is first used.
#[derive(Debug, Default)]
pub(crate) struct LazyProgram(OnceLock<Option<Runnable>>);

impl From<Runnable> for LazyProgram {
    fn from(runnable: Runnable) -> LazyProgram {
        LazyProgram(OnceLock::from(Some(runnable)))
    }
}

impl Revision {
    /// The program. `None` if this version of the server cannot run the definition, which an earlier one accepted.
    pub(crate) fn program(&self) -> Option<&Runnable> {
        self.program.0.get_or_init(|| Runnable::read(&self.definition)).as_ref()
    }

    /// The size of its definition and its other settings.
    pub(crate) fn bytes(&self) -> usize {
        self.definition.len().saturating_add(self.settings_bytes())
    }

    /// The size of its settings besides the definition. They are kept as they were sent, whatever their members.
    pub(crate) fn settings_bytes(&self) -> usize {
        let settings = [&self.logging, &self.tracing, &self.encryption].map(Value::encoded_len);
        settings.into_iter().fold(0, usize::saturating_add)
    }

    /// Whether both have the same definition and configurations. Role, id and time may differ.
    pub(crate) fn same_setting(&self, other: &Revision) -> bool {
        self.definition == other.definition
            && self.logging == other.logging
            && self.tracing == other.tracing
            && self.encryption == other.encryption
    }

    /// The variables that each state reads; `None` if no state reads any.
    pub(crate) fn variable_references(&self) -> Option<Value> {
        let references = self.program()?.program.variable_references();
        let members =
            references.into_iter().map(|(state, names)| (state, names.into_iter().collect::<Value>()));
        let members: Object = members.collect();
        (!members.is_empty()).then(|| members.into())
    }
}

pub(crate) struct Version {
    pub(crate) revision: Arc<Revision>,
    pub(crate) description: Option<String>,
    pub(crate) created: Timestamp,
}

#[derive(Debug, Clone)]
pub(crate) struct Alias {
    /// Its position in the order of creation.
    pub(crate) number: u64,
    pub(crate) description: Option<String>,
    /// Versions with their weights. The weights add up to 100.
    pub(crate) routing: Vec<(u64, u64)>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

/// The machine, version or alias that an execution runs.
pub(crate) struct Target {
    pub(crate) machine_arn: String,
    pub(crate) machine_name: String,
    pub(crate) kind: ExecutionType,
    pub(crate) revision: Arc<Revision>,
    pub(crate) version_arn: Option<String>,
    pub(crate) alias_arn: Option<String>,
}

impl Machine {
    /// A new machine without versions.
    pub(crate) fn new(number: u64, arn: String, name: String, created_with: Creation, tags: Tags) -> Machine {
        Machine {
            number,
            arn,
            name,
            kind: created_with.kind,
            created: created_with.revision.since,
            current: Arc::clone(&created_with.revision),
            created_with,
            versions: BTreeMap::new(),
            next_version: 1,
            aliases: BTreeMap::new(),
            tags,
            open_executions: 0,
            is_deleting: false,
        }
    }

    /// Whether a second creation has the same parameters, and the machine has not changed since the first.
    pub(crate) fn is_created_by(&self, second: &Creation) -> bool {
        let first = &self.created_with;
        first.kind == second.kind
            && first.publish == second.publish
            && first.description == second.description
            && first.revision.same_setting(&second.revision)
            && self.current.same_setting(&second.revision)
    }

    /// Resolves an ARN. `chance`, from 0 to 99, selects the version of an alias. `None` if the version or alias does not
    /// exist.
    pub(crate) fn target(&self, arn: &QualifiedArn<'_>, chance: u64) -> Option<Target> {
        let version = match arn.alias() {
            Some(alias) => Some(self.aliases.get(alias)?.route(chance)),
            None => arn.version(),
        };
        let revision = match version {
            Some(version) => &self.versions.get(&version)?.revision,
            None => &self.current,
        };
        Some(Target {
            machine_arn: self.arn.clone(),
            machine_name: self.name.clone(),
            kind: self.kind,
            revision: Arc::clone(revision),
            version_arn: version.map(|version| self.version_arn(version)),
            alias_arn: arn.alias().map(|alias| format!("{}:{alias}", self.arn)),
        })
    }

    /// The size of its definitions, those of its versions included. A definition that versions share counts once.
    pub(crate) fn definition_bytes(&self) -> usize {
        let mut last = &self.current;
        let mut bytes = last.bytes();
        let first = &self.created_with.revision;
        if !Arc::ptr_eq(first, last) {
            bytes += first.bytes();
        }
        for version in self.versions.values().rev() {
            if !Arc::ptr_eq(&version.revision, last) {
                last = &version.revision;
                bytes += last.bytes();
            }
        }
        bytes
    }

    pub(crate) fn version_arn(&self, version: u64) -> String {
        format!("{}:{version}", self.arn)
    }

    /// Publishes the current revision as a version, or returns the last version if it has this revision. Fails beyond
    /// `most` versions.
    pub(crate) fn publish(
        &mut self,
        description: Option<String>,
        now: Timestamp,
        most: usize,
    ) -> Result<(u64, Timestamp), ApiError> {
        if let Some((number, last)) = self.versions.last_key_value()
            && Arc::ptr_eq(&last.revision, &self.current)
        {
            return Ok((*number, last.created));
        }
        if self.versions.len() >= most {
            // UNRECORDED: the text of ServiceQuotaExceededException.
            let message = format!("The maximum number of versions has been reached: {most}");
            return Err(ApiError::new("ServiceQuotaExceededException", message));
        }
        let number = self.next_version;
        self.next_version += 1;
        let version = Version { revision: Arc::clone(&self.current), description, created: now };
        self.versions.insert(number, version);
        Ok((number, now))
    }
}

impl Alias {
    pub(crate) fn routes_to(&self, version: u64) -> bool {
        self.routing.iter().any(|(routed, _)| *routed == version)
    }

    fn route(&self, mut chance: u64) -> u64 {
        let mut last = 0;
        for (version, weight) in &self.routing {
            last = *version;
            match chance.checked_sub(*weight) {
                Some(rest) => chance = rest,
                None => break,
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_routes_by_weight() {
        let alias = |routing: &[(u64, u64)]| Alias {
            number: 1,
            description: None,
            routing: routing.to_vec(),
            created: Timestamp::EPOCH,
            updated: Timestamp::EPOCH,
        };
        for (routing, chance, expected) in [
            (&[(1, 100)][..], 0, 1),
            (&[(1, 100)], 99, 1),
            (&[(1, 30), (2, 70)], 29, 1),
            (&[(1, 30), (2, 70)], 30, 2),
            (&[(1, 0), (2, 100)], 0, 2),
        ] {
            assert_eq!(alias(routing).route(chance), expected, "{routing:?} {chance}");
        }
    }
}
