//! [`apply`]: writes one record into the tables.

use std::sync::Arc;

use asl_engine::MapRun;
use asl_value::Value;
use rusqlite::{Connection, Params, params};

use super::batch::Batch;
use super::body::pack;
use super::error::Problem;
use super::schema::hash;
use crate::archive::Record;
use crate::execution::{Ended, Execution};
use crate::history::Known;
use crate::listed::listed;
use crate::machine::Revision;
use crate::record;
use crate::redrives::Redriven;

pub(super) fn apply(connection: &Connection, batch: &Batch<'_>, record: &Record) -> Result<(), Problem> {
    let tables = Tables(connection);
    match record {
        Record::Machine { arn, body, new, revisions } => tables.machine(arn, body, new.as_deref(), revisions),
        Record::NoMachine { arn } => {
            tables.execute("DELETE FROM machine_revisions WHERE machine = ?1", [arn])?;
            tables.execute("DELETE FROM machines WHERE arn = ?1", [arn])
        }
        Record::Activity { arn, body } => tables.execute(
            "INSERT OR REPLACE INTO activities VALUES (?1, ?2)",
            params![arn, pack(&body.to_json())],
        ),
        Record::NoActivity { arn } => tables.execute("DELETE FROM activities WHERE arn = ?1", [arn]),
        Record::Open { execution, redriven, .. } => tables.open(execution, redriven),
        Record::End { execution, ended, redriven, events, map_runs } => {
            let row = if batch.is_whole(execution.number) { Row::New } else { Row::Known };
            tables.end(row, execution, (ended, redriven), *events, map_runs)
        }
        Record::Turn { execution, run, number, line } => tables.execute(
            "INSERT OR REPLACE INTO turns VALUES (?1, ?2, ?3, ?4)",
            params![signed(*execution), run, signed(*number), pack(&line.to_json())],
        ),
        Record::Token { execution, token, body } => tables.execute(
            "INSERT OR REPLACE INTO tokens VALUES (?1, ?2, ?3)",
            params![token, signed(*execution), pack(&body.to_json())],
        ),
        Record::MapRun { arn, body, execution } => tables.map_run(arn, body, *execution),
    }
}

/// Numbers are far from the sign.
pub(super) fn signed(number: u64) -> i64 {
    number.cast_signed()
}

/// Whether there may be a row with the number of an execution.
#[derive(Clone, Copy)]
enum Row {
    /// There is none.
    New,
    Known,
}

impl Row {
    /// Replacing a row, even one that does not exist, costs a journal of the statement.
    fn insert(self) -> &'static str {
        match self {
            Row::New => "INSERT",
            Row::Known => "INSERT OR REPLACE",
        }
    }
}

fn body(execution: &Execution, ended: Option<&Ended>, redriven: &Redriven) -> Vec<u8> {
    pack(&record::execution::record(execution, ended, redriven).to_json())
}

/// The first events of an execution, one in each line.
fn history(execution: &Execution, events: usize) -> String {
    let (view, mut history) = (execution.view(true), String::new());
    for event in execution.history.events().iter().take(events) {
        match event {
            Known::Kept(shown) => history.push_str(&shown.to_json()),
            event => history.push_str(&view.event(event).to_json()),
        }
        history.push('\n');
    }
    history
}

struct Tables<'a>(&'a Connection);

impl Tables<'_> {
    fn execute(&self, sql: &str, parameters: impl Params) -> Result<(), Problem> {
        self.0.prepare_cached(sql)?.execute(parameters)?;
        Ok(())
    }

    fn machine(
        &self,
        arn: &str,
        body: &Value,
        new: Option<&Revision>,
        revisions: &[u64],
    ) -> Result<(), Problem> {
        if let Some(new) = new {
            let body = pack(&record::machine::revision(new).to_json());
            let since = new.since.epoch_millis();
            self.execute(
                "INSERT OR REPLACE INTO revisions VALUES (?1, ?2, ?3)",
                params![signed(new.number), since, body],
            )?;
        }
        self.execute("INSERT OR REPLACE INTO machines VALUES (?1, ?2)", params![arn, pack(&body.to_json())])?;
        self.execute("DELETE FROM machine_revisions WHERE machine = ?1", [arn])?;
        for revision in revisions {
            self.execute("INSERT INTO machine_revisions VALUES (?1, ?2)", params![arn, signed(*revision)])?;
        }
        Ok(())
    }

    fn open(&self, execution: &Execution, redriven: &Redriven) -> Result<(), Problem> {
        self.forget_others(execution)?;
        let row = if redriven.count == 0 { Row::New } else { Row::Known };
        self.insert(row, execution, None, body(execution, None, redriven))
    }

    fn end(
        &self,
        row: Row,
        execution: &Execution,
        (ended, redriven): (&Ended, &Redriven),
        events: usize,
        map_runs: &[Arc<MapRun>],
    ) -> Result<(), Problem> {
        if matches!(row, Row::New) || execution.child_of.is_some() {
            self.forget_others(execution)?;
        }
        self.ended(row, execution, ended, redriven)?;
        let number = signed(execution.number);
        let sql = format!("{} INTO histories VALUES (?1, ?2)", row.insert());
        self.execute(&sql, params![number, pack(&history(execution, events))])?;
        for map_run in map_runs {
            self.map_run(map_run.arn(), &map_run.to_json(), execution.number)?;
        }
        if matches!(row, Row::New) {
            return Ok(());
        }
        if !redriven.is_journalled {
            self.execute("DELETE FROM turns WHERE execution = ?1", [number])?;
        }
        self.execute("DELETE FROM tokens WHERE execution = ?1", [number])
    }

    fn ended(
        &self,
        row: Row,
        execution: &Execution,
        ended: &Ended,
        redriven: &Redriven,
    ) -> Result<(), Problem> {
        let body = body(execution, Some(ended), redriven);
        let listed = pack(&listed(execution, Some(ended), (redriven.count, redriven.date)).to_json());
        let (stopped, status) = (ended.stopped.epoch_millis(), ended.outcome.status());
        if matches!(row, Row::Known) {
            let mut update = self.0.prepare_cached(
                "UPDATE executions SET stopped = ?2, status = ?3, listed = ?4, body = ?5 WHERE number = ?1",
            )?;
            if update.execute(params![signed(execution.number), stopped, status, listed, body])? > 0 {
                return Ok(());
            }
        }
        // The child of a Map Run has no record before its end.
        self.insert(row, execution, Some((stopped, status, listed)), body)
    }

    fn insert(
        &self,
        row: Row,
        execution: &Execution,
        ended: Option<(i64, &str, Vec<u8>)>,
        body: Vec<u8>,
    ) -> Result<(), Problem> {
        let target = &execution.target;
        let (stopped, status, listed) = ended.map_or((None, None, None), |(stopped, status, listed)| {
            (Some(stopped), Some(status), Some(listed))
        });
        let columns = "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
        self.execute(
            &format!("{} INTO executions VALUES {columns}", row.insert()),
            params![
                signed(execution.number),
                signed(target.revision.number),
                stopped,
                status,
                hash(&execution.arn),
                execution.arn,
                target.machine_arn,
                target.version_arn,
                target.alias_arn,
                execution.child_of.as_ref().map(|child| child.map_run.arn().as_str()),
                listed,
                body,
            ],
        )
    }

    /// Removes earlier executions of the same name, which may be used again, and earlier runs of the same child.
    fn forget_others(&self, execution: &Execution) -> Result<(), Problem> {
        let mut others = self.0.prepare_cached(
            "SELECT number FROM executions WHERE arn_hash = ?1 AND arn = ?2 AND number <> ?3",
        )?;
        let key = params![hash(&execution.arn), execution.arn, signed(execution.number)];
        let others = others.query_map(key, |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        others.into_iter().try_for_each(|number| forget(self.0, number))
    }

    fn map_run(&self, arn: &str, body: &Value, execution: u64) -> Result<(), Problem> {
        self.execute(
            "INSERT OR REPLACE INTO map_runs VALUES (?1, ?2, ?3)",
            params![arn, signed(execution), pack(&body.to_json())],
        )
    }
}

/// Removes everything about an execution.
pub(super) fn forget(connection: &Connection, number: i64) -> Result<(), Problem> {
    for sql in [
        "DELETE FROM histories WHERE execution = ?1",
        "DELETE FROM map_runs WHERE execution = ?1",
        "DELETE FROM turns WHERE execution = ?1",
        "DELETE FROM tokens WHERE execution = ?1",
        "DELETE FROM executions WHERE number = ?1",
    ] {
        connection.prepare_cached(sql)?.execute([number])?;
    }
    Ok(())
}
