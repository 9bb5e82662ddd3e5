//! Tags of state machines and activities.

use std::sync::Arc;

use asl_value::{Value, json};

use crate::app::App;
use crate::error::ApiError;
use crate::machine::Tags;
use crate::store::Store;
use crate::wire::{Fields, done};

/// Tags of one resource.
const MOST: usize = 50;

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("resourceArn");
    fields.check()?;
    let mut store = app.store();
    let tags = of(&mut store, arn)?;
    let tags: Value = tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    Ok(json!({"tags": tags}))
}

pub(super) fn tag(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("resourceArn");
    fields.need("tags");
    let given = read(fields);
    fields.check()?;
    let given = check(given)?;
    let mut store = app.store();
    let tags = of(&mut store, arn)?;
    let new = given.keys().filter(|key| !tags.contains_key(*key)).count();
    if tags.len() + new > MOST {
        return Err(too_many(arn));
    }
    tags.extend(given);
    Ok(done())
}

pub(super) fn untag(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = fields.arn("resourceArn");
    fields.need("tagKeys");
    let keys = fields.texts("tagKeys", 1..=128);
    fields.check()?;
    let mut store = app.store();
    let tags = of(&mut store, arn)?;
    for key in keys.into_iter().flatten() {
        tags.remove(key);
    }
    Ok(done())
}

/// The tags of a request, for [`check`] to look at once the request is known to be in form.
pub(super) fn read<'a>(fields: &mut Fields<'a>) -> Vec<(&'a str, &'a str)> {
    let tags = fields.structures("tags", 0..=usize::MAX, ("Tag", &["key", "value"]), |tag| {
        let key = tag.text("key", 1..=128).unwrap_or_default();
        (key, tag.text("value", 0..=256).unwrap_or_default())
    });
    tags.unwrap_or_default()
}

pub(super) fn check(given: Vec<(&str, &str)>) -> Result<Tags, ApiError> {
    if let Some((key, _)) = given.iter().find(|(key, _)| key.is_empty() || key.starts_with("aws:")) {
        // UNRECORDED: the text of the ValidationException about a bad tag.
        return Err(ApiError::validation(format!("Invalid tag: '{key}'")));
    }
    let tags: Tags = given.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    if tags.len() > MOST { Err(too_many("")) } else { Ok(tags) }
}

fn too_many(arn: &str) -> ApiError {
    // UNRECORDED: the text of TooManyTags.
    ApiError::new("TooManyTags", format!("A resource can have {MOST} tags")).with("resourceName", arn)
}

fn of<'s>(store: &'s mut Store, arn: &str) -> Result<&'s mut Tags, ApiError> {
    if !arn.starts_with("arn:") {
        return Err(ApiError::invalid_arn(format_args!("Invalid ARN prefix: {arn}")));
    }
    let Store { machines, activities, .. } = store;
    let machine = machines.get_mut(arn).map(|machine| &mut machine.tags);
    machine
        .or_else(|| activities.get_mut(arn).map(|activity| &mut activity.tags))
        .ok_or_else(|| ApiError::no_resource(arn))
}
