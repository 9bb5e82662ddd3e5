//! The operations on activities.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use asl_value::{Value, json};
use tokio::sync::Notify;

use super::{encryption, tags};
use crate::activity::{Activity, WaitingTask};
use crate::app::App;
use crate::arn::{self, check_name};
use crate::clock::now;
use crate::error::ApiError;
use crate::page::{Order, Page};
use crate::reported::Message;
use crate::wire::{Fields, done};

/// How long GetActivityTask waits for a task.
const LONG_POLL: Duration = Duration::from_secs(60);

/// A second creation returns the existing activity. Its tags are ignored, and a different encryption is rejected.
pub(super) fn create(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let name = fields.required("name", 0..=usize::MAX);
    let given_tags = tags::read(fields);
    let given_encryption = encryption::read(fields);
    fields.check()?;
    check_name(name)?;
    let tags = tags::check(given_tags)?;
    let encryption = encryption::check(given_encryption)?.unwrap_or_else(encryption::by_default);
    let activity = Activity {
        number: app.ids.next(),
        arn: app.home.activity(name),
        name: name.to_owned(),
        created: now(),
        tags,
        encryption,
        waiting: VecDeque::new(),
        news: Arc::default(),
        pollers: 0,
    };
    let mut store = app.store();
    let activity = store.create_activity(activity, &app.config.quotas)?;
    Ok(json!({"activityArn": activity.arn.as_str(), "creationDate": activity.created.epoch_seconds()}))
}

pub(super) fn describe(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = read_arn(fields)?;
    let store = app.store();
    let activity = store.activity(arn)?;
    let mut described = listed(activity);
    if let Value::Object(members) = &mut described {
        members.insert("encryptionConfiguration", activity.encryption.clone());
    }
    Ok(described)
}

pub(super) fn list(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let page = Page::read(fields, 1024, "activities")?;
    let store = app.store();
    let items = store.activities().into_iter().map(|activity| (activity.number, || listed(activity)));
    Ok(page.answer("activities", Order::Rising, items))
}

fn listed(activity: &Activity) -> Value {
    json!({
        "activityArn": activity.arn.as_str(),
        "name": activity.name.as_str(),
        "creationDate": activity.created.epoch_seconds()
    })
}

pub(super) fn delete(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let arn = read_arn(fields)?;
    app.store().delete_activity(arn);
    Ok(done())
}

/// Waits for a task as long as AWS does. If there is none, the response has no token.
pub(super) async fn task(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let worker = fields.text("workerName", 1..=80);
    let arn = read_arn(fields)?;
    let poller = Poller::begin(app, arn)?;
    let mut closing = app.closing.subscribe();
    let poll = async {
        loop {
            let news = poller.news.notified();
            if let Some(task) = take(app, arn, worker) {
                return task;
            }
            news.await;
        }
    };
    tokio::select! {
        biased;
        task = poll => Ok(json!({"taskToken": task.token, "input": task.input})),
        () = tokio::time::sleep(LONG_POLL) => Ok(done()),
        _ = closing.wait_for(|closing| *closing) => Ok(done()),
    }
}

/// Takes the first task that is still waiting.
fn take(app: &App, arn: &str, worker: Option<&str>) -> Option<WaitingTask> {
    let started =
        |task: &WaitingTask| app.tokens.send(&task.token, Message::Started(worker.map(Into::into))).is_ok();
    app.store().take_task(arn, started)
}

/// A polling worker, counted until this is dropped.
struct Poller<'a> {
    app: &'a App,
    arn: &'a str,
    news: Arc<Notify>,
}

impl<'a> Poller<'a> {
    fn begin(app: &'a App, arn: &'a str) -> Result<Poller<'a>, ApiError> {
        let news = app.store().begin_poll(arn, &app.config.quotas)?;
        Ok(Poller { app, arn, news })
    }
}

impl Drop for Poller<'_> {
    fn drop(&mut self) {
        self.app.store().end_poll(self.arn);
    }
}

fn read_arn<'a>(fields: &mut Fields<'a>) -> Result<&'a str, ApiError> {
    let arn = fields.arn("activityArn");
    fields.check()?;
    arn::check(arn, &["activity"])?;
    Ok(arn)
}
