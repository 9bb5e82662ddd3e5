//! [`Retention`]: how long ended executions are kept.

use std::time::Duration;

use asl_value::Timestamp;
use rusqlite::{Connection, params};

use super::apply::forget;
use super::error::Problem;
use crate::archive::Pins;
use crate::clock;
use crate::redrivable::PERIOD as REDRIVE_PERIOD;

/// How long ended executions are kept in a data folder, and how much of them. Those that ended first are removed first;
/// executions that are running are always kept.
///
/// ```
/// use asl_local::Retention;
/// use std::time::Duration;
/// let week = Retention { age: Duration::from_secs(7 * 86_400), ..Retention::default() };
/// assert_eq!(week.bytes, 10 << 30);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// The time since the end of an execution. 90 days by default, as in AWS.
    ///
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html>
    pub age: Duration,
    /// The bytes of the database, 10 GiB by default. The journals of running executions count, too, and are never removed: if
    /// they alone have more, no execution that has ended is kept, and the log says so.
    pub bytes: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { age: Duration::from_secs(90 * 86_400), bytes: 10 << 30 }
    }
}

/// How many executions are removed in one transaction.
const AT_A_TIME: usize = 500;

/// How many free pages are given back to the system at a time.
const FREED_PAGES: u64 = 4096;

/// At least this many pages stay free.
const SPARE_PAGES: u64 = 64;

/// A revision may be older than the record of an execution that was started with it by no more than this.
const REVISION_AGE: Duration = Duration::from_secs(3600);

/// Removes executions that need not be kept any longer, and gives their space back. Returns whether there is more to do.
pub(super) fn enforce(connection: &Connection, retention: Retention, pins: &Pins) -> Result<bool, Problem> {
    let mut removed = remove(connection, clock::now().minus(retention.age), pins)?;
    if is_too_large(connection, retention)? {
        removed += remove(connection, Timestamp::from_epoch_millis(i64::MAX), pins)?;
    }
    let is_more_free = give_back(connection)?;
    Ok(is_more_free || removed >= AT_A_TIME)
}

/// Removes what executions have left: journals that nothing can be redriven from, and revisions that nothing refers to.
pub(super) fn tidy(connection: &Connection, retention: Retention) -> Result<(), Problem> {
    if is_too_large(connection, retention)? && !has_ended(connection)? {
        tracing::warn!(
            bytes = retention.bytes,
            "running executions alone exceed the size of the data folder"
        );
    }
    let now = clock::now();
    let redrivable = now.minus(REDRIVE_PERIOD);
    connection
        .prepare_cached(UNUSED_JOURNALS)?
        .execute([redrivable.minus(REDRIVE_PERIOD), redrivable].map(|time| time.epoch_millis()))?;
    connection.prepare_cached(UNUSED_REVISIONS)?.execute([now.minus(REVISION_AGE).epoch_millis()])?;
    Ok(())
}

/// Journals of executions that ended too long ago to be redriven.
pub(super) const UNUSED_JOURNALS: &str = "DELETE FROM turns WHERE execution IN (
  SELECT number FROM executions WHERE stopped BETWEEN ?1 AND ?2 AND status <> 'SUCCEEDED')";

/// Revisions that nothing refers to.
pub(super) const UNUSED_REVISIONS: &str = "DELETE FROM revisions WHERE since < ?1
  AND number NOT IN (SELECT revision FROM machine_revisions)
  AND NOT EXISTS (SELECT 1 FROM executions WHERE executions.revision = revisions.number)";

fn pragma(connection: &Connection, name: &str) -> Result<u64, Problem> {
    let value: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
    Ok(value.unsigned_abs())
}

fn is_too_large(connection: &Connection, retention: Retention) -> Result<bool, Problem> {
    Ok(used_pages(connection)? > pages(connection, retention.bytes)?)
}

/// Whether there are executions that can be removed.
fn has_ended(connection: &Connection) -> Result<bool, Problem> {
    let found = "SELECT EXISTS (SELECT 1 FROM executions WHERE stopped IS NOT NULL)";
    Ok(connection.query_row(found, [], |row| row.get(0))?)
}

fn used_pages(connection: &Connection) -> Result<u64, Problem> {
    Ok(pragma(connection, "page_count")?.saturating_sub(pragma(connection, "freelist_count")?))
}

fn pages(connection: &Connection, bytes: u64) -> Result<u64, Problem> {
    Ok(bytes / pragma(connection, "page_size")?.max(1))
}

/// Removes the first of the executions that ended before `end`. Returns how many.
fn remove(connection: &Connection, end: Timestamp, pins: &Pins) -> Result<usize, Problem> {
    let mut numbers = connection.prepare_cached(
        "SELECT number FROM executions WHERE stopped IS NOT NULL AND stopped < ?1 ORDER BY stopped LIMIT ?2",
    )?;
    let most = i64::try_from(AT_A_TIME).unwrap_or(i64::MAX);
    let numbers = numbers.query_map(params![end.epoch_millis(), most], |row| row.get(0))?;
    let mut numbers = numbers.collect::<Result<Vec<i64>, _>>()?;
    // Locked until all are gone: whoever pins one of them then sees that.
    let pinned = pins.lock();
    numbers.retain(|number| !pinned.contains_key(&number.unsigned_abs()));
    let transaction = connection.unchecked_transaction()?;
    numbers.iter().try_for_each(|number| forget(&transaction, *number))?;
    transaction.commit()?;
    Ok(numbers.len())
}

/// Gives free pages back to the system, but for those that new executions will soon need. Returns whether there are more.
fn give_back(connection: &Connection) -> Result<bool, Problem> {
    let left = SPARE_PAGES.max(pragma(connection, "page_count")? / 16);
    let free = pragma(connection, "freelist_count")?.saturating_sub(left);
    let pages = free.min(FREED_PAGES);
    if pages > 0 {
        // The statement frees one page for each row that it returns.
        let mut freeing = connection.prepare(&format!("PRAGMA incremental_vacuum({pages})"))?;
        let mut rows = freeing.query([])?;
        while rows.next()?.is_some() {}
    }
    Ok(free > pages)
}
