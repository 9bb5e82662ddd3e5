//! GetExecutionHistory.

use std::sync::Arc;

use asl_value::Value;

use super::execution::find;
use crate::app::App;
use crate::error::ApiError;
use crate::history::Known;
use crate::page::{Order, Page};
use crate::wire::Fields;

pub(super) fn get(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("executionArn");
    let reverse = fields.flag("reverseOrder").unwrap_or_default();
    let include_data = fields.flag("includeExecutionData").unwrap_or(true);
    let page = Page::read(fields, 1024, ("history", arn, reverse))?.within(app.config.quotas.page_bytes);
    let execution = find(app, arn)?;
    let mut events = execution.history.events();
    if reverse {
        events.reverse();
    }
    let order = if reverse { Order::Falling } else { Order::Rising };
    let view = execution.view(include_data);
    let item = |event: &Known| view.event(event);
    Ok(page.answer("events", order, events.iter().map(|event| (event.id(), move || item(event)))))
}
