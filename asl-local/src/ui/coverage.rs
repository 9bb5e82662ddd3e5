//! What the executions of a machine have reached of its definition.

use std::sync::Arc;

use asl_coverage::MachineCoverage;
use asl_model::{Excerpt, Source, parse};
use asl_value::Value;

use crate::app::App;
use crate::error::ApiError;
use crate::machine::Revision;

/// `{"coverage": {"machine": "orders", "percent": 97.5, "kinds": {…}, "items": […]}, "layout": {…}}`. `layout` is JSON text.
pub(super) async fn of(
    app: &App,
    arn: &str,
    revision: Arc<Revision>,
    layout: &str,
) -> Result<String, ApiError> {
    let name = app.store().machine(arn)?.name.clone();
    // A definition of 1 MB has many parts.
    let coverage = app.compute(async move { coverage(name, &revision) }).await?;
    let coverage = coverage.ok_or_else(ApiError::not_runnable)?;
    Ok(format!(r#"{{"coverage":{coverage},"layout":{layout}}}"#))
}

fn coverage(name: String, revision: &Revision) -> Option<Value> {
    let program = &revision.program()?.program;
    let source = Source::json(&*revision.definition);
    let machine = parse(&source).machine?;
    let hits = revision.reached.hits.get();
    let coverage = MachineCoverage::of(name, &machine, program, &Excerpt::of(source), &hits);
    Some(Value::Object(coverage.to_json()))
}
