//! Validates and compiles definitions.

use std::sync::Arc;

use asl_engine::{Program, load};
use asl_model::{Diagnostic, ExecutionType, Source, validate_express, validate_sdk};

use crate::config::Config;
use crate::error::ApiError;

/// Returns all diagnostics of a definition, and its program unless it is rejected.
pub(crate) fn compile(
    definition: &str,
    kind: ExecutionType,
    config: &Config,
) -> (Option<Arc<Program>>, Vec<Diagnostic>) {
    let (machine, program, mut diagnostics) = match load(&Source::json(definition)) {
        Ok(loaded) => (Some(loaded.machine), Some(loaded.program), loaded.diagnostics),
        Err(error) => {
            let (machine, diagnostics) = error.into_parts();
            (machine, None, diagnostics)
        }
    };
    if let (Some(machine), ExecutionType::Express) = (&machine, kind) {
        diagnostics.extend(validate_express(machine, config.express_patterns));
    }
    if let (Some(machine), Some(catalogue)) = (&machine, &config.catalogue) {
        diagnostics.extend(validate_sdk(machine, catalogue.as_ref()));
    }
    let refused = diagnostics.iter().any(is_refused);
    (program.filter(|_| !refused), diagnostics)
}

/// Whether AWS rejects the definition for this, or this server cannot run it.
fn is_refused(found: &Diagnostic) -> bool {
    found.is_refused_by_aws() || found.is_error()
}

/// Compiles a definition.
pub(crate) fn program(
    definition: &str,
    kind: ExecutionType,
    config: &Config,
) -> Result<Arc<Program>, ApiError> {
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
