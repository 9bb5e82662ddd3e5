//! Tags of state machines and activities.

use std::sync::Arc;

use asl_value::{Array, Value, json};

use super::done;
use crate::app::App;
use crate::error::ApiError;
use crate::machine::Tags;
use crate::store::Store;
use crate::wire::Fields;

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
    let given = fields.list("tags");
    fields.check()?;
    let given = read(given)?;
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
    let keys = fields.list("tagKeys");
    fields.check()?;
    let mut store = app.store();
    let tags = of(&mut store, arn)?;
    for key in keys.into_iter().flat_map(|keys| keys.iter()).filter_map(Value::as_str) {
        tags.remove(key);
    }
    Ok(done())
}

/// The tags of a request.
pub(super) fn read(given: Option<&Array>) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    for tag in given.into_iter().flat_map(|given| given.iter()) {
        let text = |name: &str| tag.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (key, value) = (text("key"), text("value"));
        let is_good = (1..=128).contains(&key.chars().count())
            && value.chars().count() <= 256
            && !key.starts_with("aws:");
        if !is_good {
            // UNRECORDED: the text of the ValidationException about a bad tag.
            return Err(ApiError::validation(format!("Invalid tag: '{key}'")));
        }
        tags.insert(key, value);
    }
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
