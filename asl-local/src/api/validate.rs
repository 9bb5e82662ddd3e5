//! ValidateStateMachineDefinition.

use asl_model::{Diagnostic, MAX_DEFINITION_BYTES, Severity};
use asl_value::{Value, json};

use crate::app::App;
use crate::definition::compile;
use crate::error::ApiError;
use crate::wire::{Fields, present};

pub(super) fn validate(app: &App, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let definition = fields.required("definition", 0..=MAX_DEFINITION_BYTES);
    let kind = fields.machine_type();
    let warnings = fields.word("severity", &["ERROR", "WARNING"]) == Some("WARNING");
    let most = fields.integer("maxResults", 0..=100).filter(|most| *most > 0).unwrap_or(100);
    fields.check()?;
    let (_, found) = compile(definition, kind, &app.config);
    let result = if found.iter().any(Diagnostic::is_refused_by_aws) { "FAIL" } else { "OK" };
    // Diagnostics that AWS does not have help people, but would surprise programs.
    let reported = found.iter().filter_map(|found| Some((found, found.aws?)));
    let found: Vec<(&Diagnostic, Severity)> =
        reported.filter(|(_, severity)| *severity == Severity::Error || warnings).collect();
    let most = usize::try_from(most).unwrap_or(100);
    let diagnostics: Value = found
        .iter()
        .take(most)
        .map(|(found, severity)| {
            let severity = match severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
            };
            present(json!({
                "severity": severity,
                "code": found.code.aws(),
                "message": found.message.as_str(),
                "location": found.aws_location()
            }))
        })
        .collect();
    Ok(json!({"result": result, "diagnostics": diagnostics, "truncated": found.len() > most}))
}
