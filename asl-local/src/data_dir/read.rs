//! Reads the tables.

use asl_value::{Timestamp, Value};
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::apply::signed;
use super::body::{lines, read, unpack};
use super::error::Problem;
use super::schema::hash;
use crate::archive::{Contents, Journals, Kept, Listing, Of, Open};

/// Everything that a server needs in memory when it starts.
pub(super) fn contents(connection: &Connection) -> Result<Contents, Problem> {
    let last: i64 = connection.query_row(
        "SELECT max((SELECT ifnull(max(number), 0) FROM executions), (SELECT ifnull(max(number), 0) FROM revisions))",
        [],
        |row| row.get(0),
    )?;
    let mut contents = Contents {
        revisions: bodies(
            connection,
            "SELECT body FROM revisions WHERE number IN (SELECT revision FROM machine_revisions)
               OR number IN (SELECT revision FROM executions WHERE stopped IS NULL)",
        )?,
        machines: bodies(connection, "SELECT body FROM machines")?,
        activities: bodies(connection, "SELECT body FROM activities")?,
        ..Contents::default()
    };
    let numbered = contents.machines.iter().chain(&contents.activities);
    let aliases = contents.machines.iter().filter_map(|machine| machine.get("aliases")?.as_object());
    let aliases = aliases.flat_map(|aliases| aliases.values());
    let numbers = numbered.chain(aliases).filter_map(|body| body.get("number")?.as_i64());
    contents.last_number = numbers.fold(last, i64::max).unsigned_abs();
    contents.open = open(connection)?;
    contents.tokens = tokens(connection)?;
    Ok(contents)
}

/// The executions that have not ended. One that was redriven has the history of its earlier runs.
fn open(connection: &Connection) -> Result<Vec<Open>, Problem> {
    let mut rows = connection.prepare(
        "SELECT number, body, (SELECT body FROM histories WHERE execution = number) FROM executions
         WHERE stopped IS NULL ORDER BY number",
    )?;
    let mut rows = rows.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (number, body, history): (i64, Vec<u8>, Option<Vec<u8>>) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let events = history.map_or_else(|| Ok(Vec::new()), |history| lines(&history))?;
        let journals = journals(connection, number.unsigned_abs())?;
        found.push(Open { kept: Kept { body: read(&body)?, events }, journals });
    }
    Ok(found)
}

/// The journals of an execution, each in lines.
pub(super) fn journals(connection: &Connection, execution: u64) -> Result<Journals, Problem> {
    let mut rows =
        connection.prepare_cached("SELECT run, body FROM turns WHERE execution = ?1 ORDER BY run, number")?;
    let mut rows = rows.query([signed(execution)])?;
    let mut journals = Journals::new();
    while let Some(row) = rows.next()? {
        let (run, body): (u32, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let run = usize::try_from(run).unwrap_or_default();
        while journals.len() <= run {
            journals.push(Vec::new());
        }
        if let Some(journal) = journals.get_mut(run) {
            journal.push(unpack(&body)?);
        }
    }
    Ok(journals)
}

fn bodies(connection: &Connection, sql: &str) -> Result<Vec<Value>, Problem> {
    let mut rows = connection.prepare(sql)?;
    let mut rows = rows.query([])?;
    let mut bodies = Vec::new();
    while let Some(row) = rows.next()? {
        bodies.push(read(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?);
    }
    Ok(bodies)
}

fn tokens(connection: &Connection) -> Result<Vec<(String, Value)>, Problem> {
    let mut rows = connection.prepare("SELECT token, body FROM tokens")?;
    let mut rows = rows.query([])?;
    let mut tokens = Vec::new();
    while let Some(row) = rows.next()? {
        tokens.push((row.get(0)?, read(&row.get::<_, Vec<u8>>(1)?)?));
    }
    Ok(tokens)
}

pub(super) fn execution(connection: &Connection, arn: &str) -> Result<Option<Kept>, Problem> {
    let mut found = connection.prepare_cached(
        "SELECT number, body FROM executions WHERE arn_hash = ?1 AND arn = ?2 AND stopped IS NOT NULL",
    )?;
    let found = found.query_row(params![hash(arn), arn], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((number, body)): Option<(i64, Vec<u8>)> = found else { return Ok(None) };
    let mut history = connection.prepare_cached("SELECT body FROM histories WHERE execution = ?1")?;
    let history: Option<Vec<u8>> = history.query_row([number], |row| row.get(0)).optional()?;
    let history = history.ok_or_else(|| Problem::damaged(format!("`{arn}` has no history")))?;
    Ok(Some(Kept { body: read(&body)?, events: lines(&history)? }))
}

pub(super) fn stopped(connection: &Connection, arn: &str) -> Result<Option<(u64, Timestamp)>, Problem> {
    let mut found = connection.prepare_cached(
        "SELECT number, stopped FROM executions WHERE arn_hash = ?1 AND arn = ?2 AND stopped IS NOT NULL",
    )?;
    let found: Option<(i64, i64)> =
        found.query_row(params![hash(arn), arn], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.map(|(number, stopped)| (number.unsigned_abs(), Timestamp::from_epoch_millis(stopped))))
}

/// The statement of a list. It names an index that has the order of the list: the planner, which knows nothing about the
/// rows, would choose one without the status.
pub(super) fn list_statement(listing: &Listing<'_>) -> String {
    let (of, by_status) = match listing.of {
        Of::Machine { .. } => ("machine = ?1 AND map_run IS NULL", "executions_by_status"),
        Of::MapRun(_) => ("map_run = ?1 AND map_run IS NOT NULL", "executions_by_status_of_map_run"),
        Of::Everything => ("map_run IS NULL", "executions_without_success"),
    };
    let (status, index) = match (listing.status, listing.of) {
        (None, _) => ("", String::new()),
        (Some("SUCCEEDED"), Of::Everything) => ("AND status = ?4", String::new()),
        // The words of the index, without which it cannot be used.
        (Some(_), Of::Everything) => {
            ("AND status <> 'SUCCEEDED' AND status = ?4", format!("INDEXED BY {by_status}"))
        }
        (Some(_), _) => ("AND status = ?4", format!("INDEXED BY {by_status}")),
    };
    format!(
        "SELECT stopped, number, listed FROM executions {index} WHERE stopped IS NOT NULL AND {of} {status}
           AND (stopped, number) < (?2, ?3) AND (?4 IS NULL OR status = ?4)
           AND (?5 IS NULL OR version = ?5) AND (?6 IS NULL OR alias = ?6)
         ORDER BY stopped DESC, number DESC LIMIT ?7"
    )
}

pub(super) fn list(connection: &Connection, listing: &Listing<'_>) -> Result<Vec<(u128, Value)>, Problem> {
    let (arn, version, alias) = match listing.of {
        Of::Machine { arn, version, alias } => (arn, version, alias),
        Of::MapRun(arn) => (arn, None, None),
        Of::Everything => ("", None, None),
    };
    let sql = list_statement(listing);
    let (stopped, number) = listing
        .before
        .map_or((i64::MAX, i64::MAX), |place| ((place >> 64) as i64, (place & u128::from(u64::MAX)) as i64));
    let most = i64::try_from(listing.most).unwrap_or(i64::MAX);
    let parameters: [&dyn ToSql; 7] = [&arn, &stopped, &number, &listing.status, &version, &alias, &most];
    let mut rows = connection.prepare_cached(&sql)?;
    let mut rows = rows.query(parameters)?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next()? {
        let (stopped, number, body): (i64, i64, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let place = u128::from(stopped.unsigned_abs()) << 64 | u128::from(number.unsigned_abs());
        listed.push((place, read(&body)?));
    }
    Ok(listed)
}

pub(super) fn revision(connection: &Connection, number: u64) -> Result<Option<Value>, Problem> {
    let mut found = connection.prepare_cached("SELECT body FROM revisions WHERE number = ?1")?;
    let body: Option<Vec<u8>> = found.query_row([signed(number)], |row| row.get(0)).optional()?;
    body.map(|body| read(&body)).transpose()
}

pub(super) fn map_run(connection: &Connection, arn: &str) -> Result<Option<Value>, Problem> {
    let mut found = connection.prepare_cached("SELECT body FROM map_runs WHERE arn = ?1")?;
    let body: Option<Vec<u8>> = found.query_row([arn], |row| row.get(0)).optional()?;
    body.map(|body| read(&body)).transpose()
}
