//! The record of an activity.

use std::collections::VecDeque;
use std::sync::Arc;

use asl_value::{Value, json};

use super::Damaged;
use super::fields::Record;
use super::machine::{read_tags, tags};
use crate::activity::Activity;

/// `{"number": 3, "arn": "arn:…:activity:pack", "name": "pack", "created": "2026-…Z", "tags": {…}, "encryption": {…}}`
pub(crate) fn record(activity: &Activity) -> Value {
    json!({
        "number": activity.number,
        "arn": activity.arn.as_str(),
        "name": activity.name.as_str(),
        "created": activity.created.to_string(),
        "tags": tags(&activity.tags),
        "encryption": activity.encryption.clone()
    })
}

/// Without its waiting tasks: executions add them again.
pub(crate) fn read(record: &Value) -> Result<Activity, Damaged> {
    let record = Record(record);
    Ok(Activity {
        number: record.number("number")?,
        arn: record.text("arn")?.to_owned(),
        name: record.text("name")?.to_owned(),
        created: record.time("created")?,
        tags: read_tags(record.object("tags")?),
        encryption: record.value("encryption")?,
        waiting: VecDeque::new(),
        news: Arc::default(),
        pollers: 0,
    })
}
