//! Storage that is cut, damaged, full, or not writable.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use asl_engine::{Entropy, Failure, MapRun, Outcome, SeededEntropy};
use asl_value::json;

use super::*;
use crate::archive::Of;
use crate::execution::{Ended, Execution};
use crate::history::History;
use crate::input::Input;
use crate::machine::{LazyProgram, Revision, Target};
use crate::record;
use crate::store::Store;

/// A folder that is removed in the end.
struct Temporary(PathBuf);

impl Temporary {
    fn new() -> Temporary {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let made = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("asl-torn-{}-{made}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        Temporary(folder)
    }

    fn open(&self) -> Result<DataDir, DataDirError> {
        DataDir::open(&self.0, Retention::default())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The number of machines that are written, one after the other.
const MACHINES: u64 = 40;

fn machine(number: u64) -> Record {
    let arn = format!("arn:aws:states:us-east-1:123456789012:stateMachine:m{number}");
    let filling = "x".repeat((number as usize * 37) % 400);
    let body = json!({"number": number, "arn": arn.as_str(), "filling": filling});
    Record::Machine { arn, body, new: None, revisions: vec![number] }
}

/// Writes a record and waits until it is on disk.
fn write(data: &DataDir, record: Record) {
    let number = data.write(record);
    for _ in 0..2000 {
        if data.progress().borrow().persisted >= number {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("record {number} is not written: {:?}", data.progress().borrow());
}

/// The files of a folder with machines, as they are when the process is killed: the first half of the machines is in the
/// database, the other in the log.
fn killed() -> [Vec<u8>; 2] {
    let folder = Temporary::new();
    let data = folder.open().expect("a data folder");
    (1..=MACHINES / 2).for_each(|number| write(&data, machine(number)));
    drop(data);
    let data = folder.open().expect("a data folder");
    (MACHINES / 2 + 1..=MACHINES).for_each(|number| write(&data, machine(number)));
    ["asl.sqlite", "asl.sqlite-wal"].map(|name| fs::read(folder.0.join(name)).expect("a file"))
}

/// Opens a folder with these files. Returns the numbers of the machines in it, or the refusal.
fn found([database, log]: [&[u8]; 2]) -> Result<Vec<i64>, String> {
    let folder = Temporary::new();
    fs::write(folder.0.join("asl.sqlite"), database).expect("written");
    fs::write(folder.0.join("asl.sqlite-wal"), log).expect("written");
    fs::write(folder.0.join("lock"), []).expect("written");
    let data = folder.open().map_err(|error| error.to_string())?;
    let machines =
        data.contents().map_err(|problem| format!("the data folder is damaged: {problem}"))?.machines;
    let mut numbers: Vec<i64> =
        machines.iter().map(|machine| machine["number"].as_i64().expect("a number")).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// The machines up to one of them, and at least those that are in the database.
fn assert_prefix(numbers: &[i64], what: &str) {
    let expected: Vec<i64> = (1..=numbers.len() as i64).collect();
    assert_eq!(numbers, expected, "{what}");
    assert!(numbers.len() as u64 >= MACHINES / 2, "{what}: {numbers:?}");
}

/// How often a file is cut or damaged. Set `ASL_TORN` for more.
fn cases() -> usize {
    std::env::var("ASL_TORN").ok().and_then(|cases| cases.parse().ok()).unwrap_or(60)
}

#[test]
fn a_log_that_is_cut_ends_with_its_last_whole_record() {
    let [database, log] = killed();
    assert_eq!(found([&database, &log]).expect("recovered").len() as u64, MACHINES);
    let mut least = usize::MAX;
    for case in 0..cases() {
        let cut = log.len() * case / cases();
        let numbers = found([&database, log.get(..cut).expect("a part")]).expect("recovered");
        assert_prefix(&numbers, &format!("cut at {cut} of {}", log.len()));
        least = least.min(numbers.len());
    }
    assert_eq!(least as u64, MACHINES / 2);
}

#[test]
fn a_database_that_is_cut_is_refused() {
    let [database, _] = killed();
    for case in 0..cases() {
        let cut = database.len() * case / cases();
        match found([database.get(..cut).expect("a part"), &[]]) {
            Ok(numbers) => panic!("cut at {cut}: {numbers:?}"),
            Err(refusal) => assert!(refusal.starts_with("the data folder "), "{refusal}"),
        }
    }
}

#[test]
fn flipped_bits_lose_nothing_silently() {
    let [database, log] = killed();
    let entropy = SeededEntropy::new(5);
    let mut refused = 0;
    for case in 0..cases() {
        let mut files = [database.clone(), log.clone()];
        let file = case % 2;
        // Most bytes of a small database are unused.
        let used = |at: &usize| files[file].get(*at).is_some_and(|byte| *byte != 0);
        let places = std::iter::repeat_with(|| entropy.next_u64() as usize % files[file].len());
        let at = places.into_iter().find(used).expect("a used byte");
        files[file][at] ^= 1 << (entropy.next_u64() % 8);
        // What is in the log replaces what is in the database.
        let log: &[u8] = if file == 0 { &[] } else { &files[1] };
        let what = format!("bit in byte {at} of file {file}");
        match found([&files[0], log]) {
            // A log ends where its checksums do.
            Ok(numbers) if file == 1 => assert_prefix(&numbers, &what),
            Ok(numbers) => {
                assert_eq!(numbers.len() as u64, MACHINES / 2, "{what}");
                assert_prefix(&numbers, &what);
            }
            Err(refusal) => {
                refused += 1;
                assert!(refusal.starts_with("the data folder "), "{refusal}");
            }
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_full_disk_holds_changes_up_until_there_is_room() {
    let folder = Temporary::new();
    let data = folder.open().expect("a data folder");
    write(&data, machine(1));
    let set_full = |is_full| data.writer.queue().is_full.store(is_full, Ordering::Relaxed);
    set_full(true);
    let number = data.write(machine(2));
    let problem = || data.progress().borrow().problem.clone();
    for _ in 0..500 {
        if problem().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(problem().as_deref(), Some("no storage space"));
    assert!(data.progress().borrow().persisted < number);
    assert_eq!(data.contents().expect("readable").machines.len(), 1);
    set_full(false);
    write(&data, machine(3));
    assert_eq!(problem(), None);
    assert_eq!(data.contents().expect("readable").machines.len(), 3);
}

/// How a statement finds its rows.
fn plan(connection: &Connection, sql: &str) -> String {
    let mut rows = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a statement");
    let steps = rows.raw_query().mapped(|row| row.get::<_, String>(3)).collect::<Result<Vec<_>, _>>();
    steps.expect("a plan").join("; ")
}

#[test]
fn lists_read_no_more_than_they_return() {
    // Those of all machines that ended in the same millisecond are sorted by number.
    let folder = Temporary::new();
    let data = folder.open().expect("a data folder");
    let machine = Of::Machine { arn: "m", version: None, alias: None };
    for (of, status, index) in [
        (machine, None, "executions_by_machine (machine=? AND stopped>? AND stopped<?)"),
        (
            machine,
            Some("FAILED"),
            "executions_by_status (machine=? AND status=? AND stopped>? AND stopped<?)",
        ),
        (
            machine,
            Some("SUCCEEDED"),
            "executions_by_status (machine=? AND status=? AND stopped>? AND stopped<?)",
        ),
        (Of::MapRun("r"), None, "executions_by_map_run (map_run=? AND stopped>? AND stopped<?)"),
        (
            Of::MapRun("r"),
            Some("FAILED"),
            "executions_by_status_of_map_run (map_run=? AND status=? AND stopped>? AND stopped<?)",
        ),
        (
            Of::Everything,
            None,
            "executions_by_end (stopped>? AND stopped<?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
        ),
        (Of::Everything, Some("FAILED"), "executions_without_success (stopped>? AND stopped<?)"),
        (
            Of::Everything,
            Some("SUCCEEDED"),
            "executions_by_end (stopped>? AND stopped<?); USE TEMP B-TREE FOR LAST TERM OF ORDER BY",
        ),
    ] {
        let sql = read::list_statement(&Listing { of, status, before: None, most: 10 });
        let connection = data.reader.lock().expect("a reader");
        let found = plan(&connection, &sql);
        assert_eq!(found, format!("SEARCH executions USING INDEX {index}"), "{sql}");
    }
}

#[test]
fn tidying_visits_only_what_it_may_remove() {
    let folder = Temporary::new();
    let data = folder.open().expect("a data folder");
    let connection = data.reader.lock().expect("a reader");
    for (sql, index) in [
        (retention::UNUSED_JOURNALS, "executions_without_success (stopped>? AND stopped<?)"),
        (retention::UNUSED_REVISIONS, "executions_by_revision (revision=?)"),
    ] {
        let found = plan(&connection, sql);
        assert!(found.contains(&format!(" INDEX {index}")), "{found}");
    }
}

#[cfg(unix)]
#[test]
fn others_cannot_read_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let parent = Temporary::new();
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let folder = parent.0.join("data");
    for _ in 0..2 {
        let data = DataDir::open(&folder, Retention::default()).expect("a data folder");
        write(&data, machine(1));
        assert_eq!(mode(&folder), 0o700);
        for name in ["asl.sqlite", "asl.sqlite-wal", "lock"] {
            assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
        }
        drop(data);
        // As an earlier version left it.
        fs::set_permissions(folder.join("asl.sqlite"), fs::Permissions::from_mode(0o644)).expect("set");
    }
}

pub(super) fn execution() -> Execution {
    let revision = Revision {
        number: 1,
        id: None,
        definition: "{}".to_owned(),
        role_arn: "r".to_owned(),
        logging: json!({}),
        tracing: json!({}),
        encryption: json!({}),
        since: Timestamp::EPOCH,
        program: LazyProgram::default(),
        users: Default::default(),
        reached: Default::default(),
    };
    let target = Target {
        machine_arn: "m".to_owned(),
        machine_name: "m".to_owned(),
        kind: asl_model::ExecutionType::Standard,
        revision: Arc::new(revision),
        version_arn: None,
        alias_arn: None,
    };
    let input = Input::read(Some("{}")).expect("an input");
    Execution::new(2, ["e".to_owned(), "e".to_owned()], target, input, History::new(true))
}

#[test]
fn a_record_says_what_was_so_when_it_was_sent() {
    let folder = Temporary::new();
    let data = folder.open().expect("a data folder");
    let execution = Arc::new(execution());
    let set_full = |is_full| data.writer.queue().is_full.store(is_full, Ordering::Relaxed);
    set_full(true);
    let redriven = execution.redrives().redriven();
    data.write(Record::Open { execution: Arc::clone(&execution), redriven, pin: None });
    // It is redriven while the record waits.
    execution.redrives().count = 1;
    set_full(false);
    write(&data, machine(1));
    let open = data.contents().expect("readable").open;
    assert_eq!(open[0].kept.body["redrives"]["count"], json!(0));
}

#[test]
fn what_is_pinned_outlives_its_retention() {
    let folder = Temporary::new();
    let data = folder.open().expect("a data folder");
    let execution = Arc::new(execution());
    let ended = Ended {
        stopped: Timestamp::parse("2026-03-14T12:00:00Z").expect("a time"),
        outcome: Outcome::Failed(Failure::default()),
    };
    let redriven = execution.redrives().redriven();
    let open = Record::Open { execution: Arc::clone(&execution), redriven: redriven.clone(), pin: None };
    write(&data, open);
    write(&data, Record::End { execution, ended, redriven, events: 0, map_runs: Vec::new() });
    let pin = data.pin(2);
    let enforce = || {
        let database = Connection::open(folder.0.join("asl.sqlite")).expect("a database");
        let retention = Retention { age: Duration::ZERO, ..Retention::default() };
        retention::enforce(&database, retention, &data.writer.queue().pins).expect("enforced");
        data.stopped("e").expect("readable").is_some()
    };
    assert!(enforce());
    drop(data.pin(2));
    assert!(enforce(), "pinned twice");
    drop(pin);
    assert!(!enforce());
}

#[test]
fn a_map_run_that_the_record_of_its_execution_has_is_listed_once() {
    let counts = json!({
        "pending": 0, "running": 0, "succeeded": 0, "failed": 0, "timedOut": 0, "aborted": 0, "resultsWritten": 0
    });
    let map_run = json!({
        "arn": "r", "id": "i", "execution": "e", "machine": "m", "label": "l", "type": "STANDARD",
        "started": "2026-03-14T12:00:00Z", "maxConcurrency": 0, "items": counts.clone(), "executions": counts
    });
    let map_run = Arc::new(MapRun::from_json(&map_run).expect("a Map Run"));
    let execution = execution();
    let mut store = Store::default();
    // The process began it after it had sent the record of the start, and before that was written.
    store.begin_map_run(&execution, &map_run, true, None);
    let record = record::execution::record(&execution, None, &execution.redrives().redriven());
    let revision = Arc::clone(&execution.target.revision);
    let read = record::execution::read(&record, revision, None, History::new(true)).expect("a record");
    store.begin_map_run(&read, &map_run, false, None);
    assert_eq!(*read.map_runs(), ["r"]);
}
