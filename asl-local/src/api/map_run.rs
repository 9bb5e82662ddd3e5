//! Map Runs, of which this server has none: it runs no distributed Maps.

use std::sync::Arc;

use asl_value::{Value, json};

use super::execution::find;
use crate::app::App;
use crate::arn::Arn;
use crate::error::ApiError;
use crate::page::Page;
use crate::wire::Fields;

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("executionArn");
    Page::read(fields, 1024, ("map runs", arn))?;
    find(app, arn)?;
    Ok(json!({"mapRuns": []}))
}

/// DescribeMapRun and UpdateMapRun.
pub(super) fn unknown(fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.required("mapRunArn", 1..=2000);
    fields.check()?;
    Arn::parse(arn, &["mapRun"])?;
    Err(ApiError::no_resource(arn))
}
