//! [`Batch`]: the records of one transaction, without those that others among them make needless.

use std::collections::{HashMap, HashSet};

use crate::archive::Record;

/// Records that are written together.
pub(super) struct Batch<'r> {
    records: &'r [Record],
    /// The executions that are started and end in it, and whether their journals are kept.
    whole: HashMap<u64, bool>,
}

impl<'r> Batch<'r> {
    pub(super) fn new(records: &'r [Record]) -> Batch<'r> {
        let (mut started, mut whole) = (HashSet::new(), HashMap::new());
        for record in records {
            match record {
                Record::Open { execution, redriven, .. } if redriven.count == 0 => {
                    started.insert(execution.number);
                }
                Record::End { execution, redriven, .. } if started.contains(&execution.number) => {
                    whole.insert(execution.number, redriven.is_journalled);
                }
                _ => {}
            }
        }
        Batch { records, whole }
    }

    /// The records to be written, in the order in which they were sent.
    pub(super) fn records(&self) -> impl Iterator<Item = &'r Record> {
        self.records.iter().filter(|record| !self.is_needless(record))
    }

    /// Whether nothing of an execution has been written before its end.
    pub(super) fn is_whole(&self, execution: u64) -> bool {
        self.whole.contains_key(&execution)
    }

    fn is_needless(&self, record: &Record) -> bool {
        match record {
            Record::Open { execution, redriven, .. } => {
                redriven.count == 0 && self.is_whole(execution.number)
            }
            Record::Turn { execution, .. } => self.whole.get(execution) == Some(&false),
            Record::Token { execution, .. } => self.is_whole(*execution),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use asl_engine::{Failure, JournalEnd, JournalRecord, Outcome};
    use asl_value::{Timestamp, Value, json};
    use rusqlite::Connection;

    use super::*;
    use crate::data_dir::schema::{INDEXES, TABLES};
    use crate::data_dir::tests::execution;
    use crate::data_dir::writer::commit;
    use crate::execution::{Ended, Execution};

    fn open(execution: &Arc<Execution>) -> Record {
        let redriven = execution.redrives().redriven();
        Record::Open { execution: Arc::clone(execution), redriven, pin: None }
    }

    fn turn(execution: u64, number: u64) -> Record {
        // What it says does not matter here.
        let line = JournalRecord::End(JournalEnd::new("SUCCEEDED", Timestamp::EPOCH, number));
        Record::Turn { execution, run: 0, number, line }
    }

    fn token(execution: u64, token: &str) -> Record {
        Record::Token { execution, token: token.to_owned(), body: json!({}) }
    }

    fn end(execution: &Arc<Execution>, outcome: Outcome) -> Record {
        let mut redriven = execution.redrives().redriven();
        redriven.is_journalled = outcome.failure().is_some();
        let ended = Ended { stopped: Timestamp::from_epoch_millis(1000), outcome };
        let execution = Arc::clone(execution);
        Record::End { execution, ended, redriven, events: 0, map_runs: Vec::new() }
    }

    /// Every row of every table.
    fn rows(connection: &Connection) -> String {
        let mut shown = String::new();
        for table in ["executions", "histories", "turns", "tokens"] {
            let mut all =
                connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).expect("a query");
            let columns = all.column_count();
            let row = |row: &rusqlite::Row<'_>| {
                (0..columns).map(|column| row.get(column)).collect::<Result<Vec<rusqlite::types::Value>, _>>()
            };
            for row in all.query_map([], row).expect("rows") {
                shown += &format!("{table} {:?}\n", row.expect("a row"));
            }
        }
        shown
    }

    #[test]
    fn what_is_left_out_changes_nothing() {
        let [quick, failed, again] = [2, 3, 5].map(|number| {
            let mut execution = execution();
            execution.number = number;
            // The last one has the name of the first, which is free again.
            execution.arn = format!("e{}", number % 3);
            Arc::new(execution)
        });
        let succeeded = || Outcome::Succeeded(Value::Null);
        let mut records = vec![
            open(&quick),
            turn(2, 0),
            open(&failed),
            turn(3, 0),
            token(2, "a"),
            end(&quick, succeeded()),
        ];
        records.push(end(&failed, Outcome::Failed(Failure::default())));
        failed.redrives().count = 1;
        records.extend([open(&failed), open(&again), end(&again, succeeded())]);
        let mut expected = None;
        // Each bit says whether a batch ends there.
        for ends in 0..1_u32 << (records.len() - 1) {
            let connection = Connection::open_in_memory().expect("a database");
            connection.execute_batch(&format!("{TABLES} {INDEXES}")).expect("tables");
            let mut rest = records.as_slice();
            while !rest.is_empty() {
                let begun = records.len() - rest.len();
                let length = 1 + ((ends >> begun).trailing_zeros() as usize).min(rest.len() - 1);
                let (batch, later) = rest.split_at(length);
                commit(&connection, batch).expect("written");
                rest = later;
            }
            let found = rows(&connection);
            assert_eq!(*expected.get_or_insert_with(|| found.clone()), found, "{ends:b}");
        }
        let needless = records.len() - Batch::new(&records).records().count();
        assert_eq!(needless, 5, "three starts, a turn and a token");
    }
}
