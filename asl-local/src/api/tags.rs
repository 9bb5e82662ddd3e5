//! The operations on tags.

use std::sync::Arc;

use asl_value::{Value, json};

use crate::app::App;
use crate::error::ApiError;
use crate::machine::Tags;
use crate::store::MOST_TAGS;
use crate::wire::{Fields, done};

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("resourceArn");
    fields.check()?;
    let store = app.store();
    let tags: Value =
        store.tags(arn)?.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    Ok(json!({"tags": tags}))
}

pub(super) fn tag(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("resourceArn");
    fields.need("tags");
    let given = read(fields);
    fields.check()?;
    let given = check(given)?;
    app.store().tag(arn, given)?;
    Ok(done())
}

pub(super) fn untag(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("resourceArn");
    fields.need("tagKeys");
    let keys = fields.texts("tagKeys", 1..=128);
    fields.check()?;
    app.store().untag(arn, &keys.unwrap_or_default())?;
    Ok(done())
}

/// Reads the tags of a request. [`check`] validates them after the constraints of all members.
pub(super) fn read<'a>(fields: &mut Fields<'a>) -> Vec<(&'a str, &'a str)> {
    let tags = fields.structures("tags", 0..=usize::MAX, ("Tag", &["key", "value"]), |tag| {
        let key = tag.text("key", 1..=128).unwrap_or_default();
        (key, tag.text("value", 0..=256).unwrap_or_default())
    });
    tags.unwrap_or_default()
}

pub(super) fn check(given: Vec<(&str, &str)>) -> Result<Tags, ApiError> {
    if let Some((key, _)) = given.iter().find(|(key, _)| key.is_empty() || key.starts_with("aws:")) {
        // UNRECORDED: the text of the ValidationException about an invalid tag.
        return Err(ApiError::validation(format!("Invalid tag: '{key}'")));
    }
    let tags: Tags = given.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    if tags.len() > MOST_TAGS { Err(ApiError::too_many_tags("", MOST_TAGS)) } else { Ok(tags) }
}
