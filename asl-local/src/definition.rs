//! Validates and compiles definitions.

use std::sync::Arc;

use asl_engine::{DefinitionHash, Loaded, Program, load};
use asl_model::{Diagnostic, ExecutionType, Source, StateMachine, validate_express, validate_sdk};

use crate::config::Config;
use crate::error::ApiError;

/// A definition that can be run.
#[derive(Debug, Clone)]
pub(crate) struct Runnable {
    pub(crate) program: Arc<Program>,
    /// What its journals are marked with.
    pub(crate) hash: DefinitionHash,
}

impl Runnable {
    /// Reads a definition that was accepted before.
    pub(crate) fn read(definition: &str) -> Option<Runnable> {
        load(&Source::json(definition)).ok().map(Runnable::from)
    }
}

impl From<Loaded> for Runnable {
    fn from(loaded: Loaded) -> Runnable {
        Runnable { hash: DefinitionHash::of(&loaded.machine), program: loaded.program }
    }
}

/// Returns all diagnostics of a definition, and what runs it unless it is rejected.
pub(crate) fn compile(
    definition: &str,
    kind: ExecutionType,
    config: &Config,
) -> (Option<Runnable>, Vec<Diagnostic>) {
    let rules = |machine: &StateMachine| {
        let express = kind == ExecutionType::Express;
        let express = express.then(|| validate_express(machine, config.express_patterns));
        let sdk = config.catalogue.as_ref().map(|catalogue| validate_sdk(machine, catalogue.as_ref()));
        [express, sdk].into_iter().flatten().flatten().collect::<Vec<_>>()
    };
    match load(&Source::json(definition)) {
        Ok(mut loaded) => {
            loaded.diagnostics.extend(rules(&loaded.machine));
            let diagnostics = loaded.diagnostics.clone();
            let is_refused = diagnostics.iter().any(is_refused);
            ((!is_refused).then(|| loaded.into()), diagnostics)
        }
        Err(error) => {
            let (machine, mut diagnostics) = error.into_parts();
            diagnostics.extend(machine.iter().flat_map(rules));
            (None, diagnostics)
        }
    }
}

/// Whether AWS rejects the definition for this, or this server cannot run it.
fn is_refused(found: &Diagnostic) -> bool {
    found.is_refused_by_aws() || found.is_error()
}

/// Compiles a definition.
pub(crate) fn program(definition: &str, kind: ExecutionType, config: &Config) -> Result<Runnable, ApiError> {
    let (program, diagnostics) = compile(definition, kind, config);
    program.ok_or_else(|| invalid_definition(&diagnostics))
}

/// Reports all errors in one message.
pub(crate) fn invalid_definition(diagnostics: &[Diagnostic]) -> ApiError {
    let errors: Vec<String> =
        diagnostics.iter().filter(|found| is_refused(found)).map(ToString::to_string).collect();
    let message = format!("Invalid State Machine Definition: '{}'", errors.join(", "));
    ApiError::new("InvalidDefinition", message)
}
