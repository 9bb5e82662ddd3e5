//! Tags of state machines and activities.

use super::Store;
use crate::error::ApiError;
use crate::machine::Tags;

/// The maximum number of tags of a resource.
pub(crate) const MOST_TAGS: usize = 50;

impl Store {
    pub(crate) fn tags(&self, arn: &str) -> Result<&Tags, ApiError> {
        check(arn)?;
        let machine = self.machines.get(arn).map(|machine| &machine.tags);
        machine
            .or_else(|| self.activities.get(arn).map(|activity| &activity.tags))
            .ok_or_else(|| ApiError::no_resource(arn))
    }

    /// Adds tags. A tag with an existing key replaces the existing tag.
    pub(crate) fn tag(&mut self, arn: &str, given: Tags) -> Result<(), ApiError> {
        let tags = self.tags_mut(arn)?;
        let new = given.keys().filter(|key| !tags.contains_key(*key)).count();
        if tags.len() + new > MOST_TAGS {
            return Err(ApiError::too_many_tags(arn, MOST_TAGS));
        }
        tags.extend(given);
        self.keep_tagged(arn);
        Ok(())
    }

    /// Removes the tags with these keys.
    pub(crate) fn untag(&mut self, arn: &str, keys: &[&str]) -> Result<(), ApiError> {
        self.tags_mut(arn)?.retain(|key, _| !keys.contains(&key.as_str()));
        self.keep_tagged(arn);
        Ok(())
    }

    fn tags_mut(&mut self, arn: &str) -> Result<&mut Tags, ApiError> {
        check(arn)?;
        let machine = self.machines.get_mut(arn).map(|machine| &mut machine.tags);
        machine
            .or_else(|| self.activities.get_mut(arn).map(|activity| &mut activity.tags))
            .ok_or_else(|| ApiError::no_resource(arn))
    }
}

fn check(arn: &str) -> Result<(), ApiError> {
    match arn.starts_with("arn:") {
        true => Ok(()),
        false => Err(ApiError::invalid_arn(format_args!("Invalid ARN prefix: {arn}"))),
    }
}
