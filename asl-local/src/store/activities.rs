//! Activities and their waiting tasks.

use std::sync::Arc;

use tokio::sync::Notify;

use super::Store;
use crate::activity::{Activity, WaitingTask};
use crate::archive::Record;
use crate::error::ApiError;
use crate::quotas::Quotas;

/// If this many tasks wait in an activity, adding one removes those that have ended.
const MANY: usize = 1024;

impl Store {
    /// Adds an activity, or returns the existing one of the same name.
    pub(crate) fn create_activity(&mut self, new: Activity, quotas: &Quotas) -> Result<&Activity, ApiError> {
        if !self.has_activity(&new.arn) && self.activities.len() >= quotas.activities {
            // UNRECORDED: the text of ActivityLimitExceeded.
            let message = "The maximum number of activities has been reached";
            return Err(ApiError::new("ActivityLimitExceeded", message));
        }
        let arn = new.arn.clone();
        if !self.has_activity(&arn) {
            self.activities.insert(arn.clone(), new);
            self.keep_activity(&arn);
            return self.activity(&arn);
        }
        let activity = self.activity(&arn)?;
        if activity.encryption != new.encryption {
            // Documented. UNRECORDED: the text of ActivityAlreadyExists.
            let message = format!("Activity Already Exists: '{}'", activity.arn);
            return Err(ApiError::new("ActivityAlreadyExists", message));
        }
        Ok(activity)
    }

    pub(crate) fn activity(&self, arn: &str) -> Result<&Activity, ApiError> {
        self.activities.get(arn).ok_or_else(|| ApiError::no_activity(arn))
    }

    pub(crate) fn has_activity(&self, arn: &str) -> bool {
        self.activities.contains_key(arn)
    }

    /// The activities in the order of their creation.
    pub(crate) fn activities(&self) -> Vec<&Activity> {
        let mut activities: Vec<&Activity> = self.activities.values().collect();
        activities.sort_by_key(|activity| activity.number);
        activities
    }

    pub(crate) fn delete_activity(&mut self, arn: &str) {
        if self.activities.remove(arn).is_some() {
            self.keep(|| Record::NoActivity { arn: arn.to_owned() });
        }
    }

    /// Adds a task and wakes a worker. `is_open` returns whether an earlier task is still waiting.
    pub(crate) fn add_task(
        &mut self,
        arn: &str,
        task: WaitingTask,
        is_open: impl Fn(&WaitingTask) -> bool,
    ) -> Result<(), ApiError> {
        let activity = self.activities.get_mut(arn).ok_or_else(|| ApiError::no_activity(arn))?;
        if activity.waiting.len() >= MANY {
            activity.waiting.retain(is_open);
        }
        activity.waiting.push_back(task);
        activity.news.notify_one();
        Ok(())
    }

    /// Removes and returns the first task for which `start` succeeds. The tasks before it have ended.
    pub(crate) fn take_task(
        &mut self,
        arn: &str,
        start: impl Fn(&WaitingTask) -> bool,
    ) -> Option<WaitingTask> {
        let waiting = &mut self.activities.get_mut(arn)?.waiting;
        std::iter::from_fn(|| waiting.pop_front()).find(start)
    }

    /// Counts a polling worker, and returns what notifies it of tasks.
    pub(crate) fn begin_poll(&mut self, arn: &str, quotas: &Quotas) -> Result<Arc<Notify>, ApiError> {
        let activity = self.activities.get_mut(arn).ok_or_else(|| ApiError::no_activity(arn))?;
        if activity.pollers >= quotas.activity_pollers {
            // UNRECORDED: the text of ActivityWorkerLimitExceeded.
            let message =
                "The maximum number of workers concurrently polling for activity tasks has been reached";
            return Err(ApiError::new("ActivityWorkerLimitExceeded", message));
        }
        activity.pollers += 1;
        Ok(Arc::clone(&activity.news))
    }

    /// A worker stops polling.
    pub(crate) fn end_poll(&mut self, arn: &str) {
        if let Some(activity) = self.activities.get_mut(arn) {
            activity.pollers = activity.pollers.saturating_sub(1);
        }
    }
}
