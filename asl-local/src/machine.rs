//! [`Machine`]: a state machine with its revisions, versions and aliases.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use asl_engine::{Program, load};
use asl_model::{Diagnostic, ExecutionType, Source, validate_express, validate_sdk};
use asl_value::{Object, Timestamp, Value};

use crate::Config;
use crate::arn::QualifiedArn;
use crate::error::ApiError;

pub(crate) struct Machine {
    /// Its place among the machines.
    pub(crate) number: u64,
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: ExecutionType,
    pub(crate) created: Timestamp,
    pub(crate) current: Arc<Revision>,
    /// What it was created with, which makes a second creation the same or not.
    pub(crate) created_with: (Arc<Revision>, bool, Option<String>),
    pub(crate) versions: BTreeMap<u64, Version>,
    /// The number of the next version: never used twice.
    pub(crate) next_version: u64,
    pub(crate) aliases: BTreeMap<String, Alias>,
    pub(crate) tags: Tags,
    pub(crate) open_executions: usize,
    /// It is gone once its executions have ended.
    pub(crate) is_deleting: bool,
}

/// Tags by their keys.
pub(crate) type Tags = BTreeMap<String, String>;

/// What a machine was at some time.
#[derive(Debug)]
pub(crate) struct Revision {
    /// The first one has none, however often it is published or updated to itself (recorded).
    pub(crate) id: Option<String>,
    pub(crate) definition: String,
    pub(crate) role_arn: String,
    pub(crate) logging: Value,
    pub(crate) tracing: Value,
    pub(crate) encryption: Value,
    pub(crate) since: Timestamp,
    pub(crate) program: Arc<Program>,
    /// How many executions that the store counts run it.
    pub(crate) users: AtomicUsize,
}

impl Revision {
    /// Whether both are the same but for the role, their time and name.
    pub(crate) fn same_setting(&self, other: &Revision) -> bool {
        self.definition == other.definition
            && self.logging == other.logging
            && self.tracing == other.tracing
            && self.encryption == other.encryption
    }

    /// The variables that each state reads; `None` if no state reads any.
    pub(crate) fn variable_references(&self) -> Option<Value> {
        let references = self.program.variable_references();
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
    /// Its place among the aliases.
    pub(crate) number: u64,
    pub(crate) description: Option<String>,
    /// Versions and their weights, which add up to 100.
    pub(crate) routing: Vec<(u64, u64)>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
}

/// What an execution runs.
pub(crate) struct Target {
    pub(crate) machine_arn: String,
    pub(crate) machine_name: String,
    pub(crate) kind: ExecutionType,
    pub(crate) revision: Arc<Revision>,
    pub(crate) version_arn: Option<String>,
    pub(crate) alias_arn: Option<String>,
}

impl Machine {
    /// The target of an ARN; `chance`, of 100, picks the version of an alias. `None` if there is no such version or alias.
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

    /// Of its current definition and those of its versions, each counted once.
    pub(crate) fn definition_bytes(&self) -> usize {
        let mut last = &self.current;
        let mut bytes = last.definition.len();
        let first = &self.created_with.0;
        if !Arc::ptr_eq(first, last) {
            bytes += first.definition.len();
        }
        for version in self.versions.values().rev() {
            if !Arc::ptr_eq(&version.revision, last) {
                last = &version.revision;
                bytes += last.definition.len();
            }
        }
        bytes
    }

    pub(crate) fn version_arn(&self, version: u64) -> String {
        format!("{}:{version}", self.arn)
    }

    /// Makes a version of what the machine is now; the last one, if nothing has changed since. There are `most` at the
    /// most.
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
            // UNRECORDED: the text.
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

/// Everything that is wrong with a definition, and the program if nothing is.
pub(crate) fn compile(
    definition: &str,
    kind: ExecutionType,
    config: &Config,
) -> (Option<Arc<Program>>, Vec<Diagnostic>) {
    let loaded = load(&Source::json(definition));
    let mut diagnostics = loaded.diagnostics;
    if let (Some(machine), ExecutionType::Express) = (&loaded.machine, kind) {
        diagnostics.extend(validate_express(machine, config.express_patterns));
    }
    if let (Some(machine), Some(catalogue)) = (&loaded.machine, &config.catalogue) {
        diagnostics.extend(validate_sdk(machine, catalogue.as_ref()));
    }
    let refused = diagnostics.iter().any(is_refused);
    (loaded.program.filter(|_| !refused), diagnostics)
}

/// Whether AWS refuses a definition, or this server cannot run it.
fn is_refused(found: &Diagnostic) -> bool {
    found.is_refused_by_aws() || found.is_error()
}

/// The program of a definition.
pub(crate) fn program(
    definition: &str,
    kind: ExecutionType,
    config: &Config,
) -> Result<Arc<Program>, ApiError> {
    let (program, diagnostics) = compile(definition, kind, config);
    program.ok_or_else(|| invalid_definition(&diagnostics))
}

/// All errors in one message.
pub(crate) fn invalid_definition(diagnostics: &[Diagnostic]) -> ApiError {
    let errors: Vec<String> =
        diagnostics.iter().filter(|found| is_refused(found)).map(ToString::to_string).collect();
    let message = format!("Invalid State Machine Definition: '{}'", errors.join(", "));
    ApiError::new("InvalidDefinition", message)
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
