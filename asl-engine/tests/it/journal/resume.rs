//! Executions that go on in another process: what handlers, observers and journals see of it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    Clock, DefinitionHash, EffectKind, Engine, Event, Execution, Failure, Interest, Journal, JournalError,
    JournalErrorKind, JournalHeader, JournalRecord, Learned, Limits, MapRun, MemoryJournal, Observer, Parked,
    Program, RecordedExecution, Registry, Replayed, Resumed, Seed, Task, TaskHandler, load,
};
use asl_model::Source;
use asl_value::{Timestamp, Value, json};

const START: &str = "2026-01-01T00:00:00Z";

fn at(seconds: u64) -> Timestamp {
    Timestamp::parse(START).unwrap().plus(Duration::from_secs(seconds))
}

/// Notes what is called, and answers after a time that the arguments say.
#[derive(Clone, Default)]
struct Noted(Arc<Mutex<Vec<Call>>>);

/// The state, and what is known of an earlier call.
type Call = (String, Option<Resumed>);

#[async_trait::async_trait]
impl TaskHandler for Noted {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        self.0.lock().unwrap().push((task.state.to_owned(), task.resumed()));
        if task.token.is_some() && task.resumed().is_none_or(|resumed| resumed.submitted.is_none()) {
            task.started(None);
            task.submitted(json!({"sent": true}));
        }
        let seconds = task.arguments["seconds"].as_i64().unwrap_or_default() as u64;
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok(json!(task.token.as_ref().map(|token| token.as_text().to_string())))
    }
}

struct Setup {
    program: Arc<Program>,
    hash: DefinitionHash,
    calls: Noted,
}

impl Setup {
    fn new(definition: &str) -> Setup {
        let loaded = load(&Source::json(definition)).unwrap();
        let hash = DefinitionHash::of(&loaded.machine);
        Setup { program: loaded.program, hash, calls: Noted::default() }
    }

    fn engine(&self, now: Timestamp) -> Engine {
        let tasks = Registry::new().fallback(self.calls.clone());
        Engine::builder().tasks(tasks).clock(Clock::real().starting_at(now)).build()
    }

    /// A journal with these turns.
    fn recorded(&self, turns: &[&str]) -> RecordedExecution {
        let input = json!({"seconds": 30});
        let header = JournalHeader::new(self.hash.clone(), &Execution::new(input), at(0), Seed::new([7; 32]));
        let mut recorded = RecordedExecution::new(header);
        for (place, turn) in turns.iter().enumerate() {
            let (at, news) = turn.split_once(' ').unwrap();
            let at = self::at(at.parse().unwrap());
            let line = format!(r#"{{"turn":{},"at":"{at}","news":[{news}]}}"#, place + 1);
            recorded.push(JournalRecord::parse(&line).unwrap()).unwrap();
        }
        recorded
    }
}

fn execution() -> Execution {
    Execution::new(Value::Null)
}

const TASK: &str = r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
    "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f"}}}"#;

fn callback() -> String {
    TASK.replace(
        "arn:aws:lambda:us-east-1:123456789012:function:f",
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    )
}

fn activity() -> String {
    TASK.replace(
        "arn:aws:lambda:us-east-1:123456789012:function:f",
        "arn:aws:states:us-east-1:123456789012:activity:a",
    )
}

/// What the handler is told when the execution is resumed after these turns.
async fn check_resumed(definition: &str, turns: &[&str], started: bool, submitted: Option<Value>) {
    let setup = Setup::new(definition);
    let journal = MemoryJournal::new();
    let recorded = setup.recorded(turns);
    let report = setup
        .engine(at(10))
        .resume(&setup.program, &setup.hash, execution(), recorded.clone(), &journal)
        .await;
    assert_eq!(report.unwrap().outcome.status(), "SUCCEEDED");
    let calls = setup.calls.0.lock().unwrap().clone();
    let [(_, Some(resumed))] = calls.as_slice() else { panic!("{calls:?}") };
    assert_eq!((resumed.is_started, &resumed.submitted), (started, &submitted));
}

#[tokio::test(start_paused = true)]
async fn a_task_in_flight_is_called_again_and_told_so() {
    check_resumed(TASK, &[], false, None).await;
    check_resumed(&callback(), &[], false, None).await;
    let submitted = r#"1 {"of":"1","submitted":{"sent":true}}"#;
    check_resumed(&callback(), &[submitted], false, Some(json!({"sent": true}))).await;
    check_resumed(&activity(), &[], false, None).await;
    check_resumed(&activity(), &[r#"1 {"of":"1","started":{"worker":"w"}}"#], true, None).await;
}

#[tokio::test(start_paused = true)]
async fn the_first_call_is_not_resumed_and_the_token_stays() {
    let setup = Setup::new(&callback());
    let journal = MemoryJournal::new();
    let first = execution();
    let report =
        setup.engine(at(0)).run_journalled(&setup.program, &setup.hash, first, &journal).await.unwrap();
    assert_eq!(setup.calls.0.lock().unwrap().as_slice(), [("T".to_owned(), None)]);
    let mut recorded = recorded(&journal);
    recorded.turns.truncate(1);
    recorded.end = None;
    let (engine, rest) = (setup.engine(at(0)), MemoryJournal::new());
    let resumed = engine.resume(&setup.program, &setup.hash, execution(), recorded.clone(), &rest);
    assert_eq!(resumed.await.unwrap().outcome, report.outcome);
}

fn recorded(journal: &MemoryJournal) -> RecordedExecution {
    let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
    RecordedExecution::parse(&lines).unwrap()
}

/// Both Waits came due while nobody looked, but one of them first.
#[tokio::test(start_paused = true)]
async fn overdue_timers_ring_one_after_the_other() {
    let setup = Setup::new(
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "Long", "States": {"Long": {"Type": "Wait", "Seconds": 20, "Next": "T"},
                "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}},
            {"StartAt": "Short", "States": {"Short": {"Type": "Wait", "Seconds": 10, "Next": "F"}, "F": {"Type": "Fail"}}}]}}}"#,
    );
    let (journal, recorded) = (MemoryJournal::new(), setup.recorded(&[]));
    let engine = setup.engine(at(5000));
    let report =
        engine.resume(&setup.program, &setup.hash, execution(), recorded.clone(), &journal).await.unwrap();
    assert_eq!((report.outcome.status(), report.stopped), ("FAILED", at(5000)));
    assert_eq!(setup.calls.0.lock().unwrap().len(), 0);
    let JournalRecord::Turn(turn) = &journal.records()[0] else { panic!("{journal:?}") };
    assert_eq!((turn.at, turn.news.len(), turn.news[0].of.to_string().as_str()), (at(5000), 1, "1.1/1"));
}

/// As many turns as instants, in their order: also where tokio would let a task poll only 128 timers at a time.
#[tokio::test(start_paused = true)]
async fn thousands_of_overdue_timers_ring_one_after_the_other() {
    const TIMERS: u64 = 3_000;
    let setup = Setup::new(
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemsPath": "$.seconds", "ItemProcessor": {
            "StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$", "End": true}}}}}}"#,
    );
    // The last iteration is due first.
    let input = Execution::new(json!({"seconds": (1..=TIMERS).rev().collect::<Vec<_>>()}))
        .with_limits(Limits { map_concurrency: 3_000, ..Limits::unlimited() });
    let header = JournalHeader::new(setup.hash.clone(), &input, at(0), Seed::new([7; 32]));
    let (journal, recorded) = (MemoryJournal::new(), RecordedExecution::new(header));
    let engine = setup.engine(at(5_000));
    let report = engine.resume(&setup.program, &setup.hash, execution(), recorded, &journal).await.unwrap();
    assert_eq!((report.outcome.status(), report.stopped), ("SUCCEEDED", at(5_000)));
    let records = journal.records();
    let news = records.iter().filter_map(|record| match record {
        JournalRecord::Turn(turn) => {
            Some(turn.news.iter().map(|news| news.of.to_string()).collect::<Vec<_>>())
        }
        _ => None,
    });
    let expected = (0..TIMERS).rev().map(|iteration| vec![format!("1.{iteration}/1")]);
    assert!(news.eq(expected), "not in the order of their instants");
}

/// Notes how many others have what was read when the execution waits.
struct Holding(Arc<[u8]>, Mutex<Vec<usize>>);

#[async_trait::async_trait]
impl Journal for Holding {
    async fn append(&self, _: &JournalRecord) -> Result<(), JournalError> {
        Ok(())
    }
    fn parked(&self, _: &Parked<'_>) {
        self.1.lock().unwrap().push(Arc::strong_count(&self.0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_resumed_execution_does_not_keep_its_turns() {
    let setup = Setup::new(
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "b", "Key": "k"}}, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 10, "End": true}}}}}}"#,
    );
    let mut recorded = setup.recorded(&[r#"1 {"of":"2","read":"[1, 2]"}"#]);
    let read: Arc<[u8]> = b"[1, 2]".as_slice().into();
    recorded.turns[0].news[0].learned = Learned::Read(read.clone());
    let journal = Holding(read, Mutex::default());
    let engine = setup.engine(at(2));
    let report = engine.resume(&setup.program, &setup.hash, execution(), recorded, &journal).await.unwrap();
    assert_eq!(report.outcome.status(), "SUCCEEDED", "{report:?}");
    assert_eq!(journal.1.lock().unwrap()[0], 1);
}

/// A deadline that passed while nobody looked ends the execution as if it had been noticed in time.
#[tokio::test(start_paused = true)]
async fn an_overdue_timeout_comes_before_a_later_timer() {
    let wait = r#"{"TimeoutSeconds": 20, "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": SECONDS, "End": true}}}"#;
    for (seconds, status) in [("10", "SUCCEEDED"), ("30", "TIMED_OUT")] {
        let setup = Setup::new(&wait.replace("SECONDS", seconds));
        let (engine, recorded, journal) = (setup.engine(at(60)), setup.recorded(&[]), MemoryJournal::new());
        let report = engine.resume(&setup.program, &setup.hash, execution(), recorded.clone(), &journal);
        let report = report.await.unwrap();
        assert_eq!((report.outcome.status(), report.stopped), (status, at(60)), "{seconds}");
    }
}

/// Its timeout counts from its start, however long nobody looked; a heartbeat, which nobody could send, counts from now.
#[tokio::test(start_paused = true)]
async fn clocks_of_tasks_go_on() {
    for (field, expected) in [("TimeoutSeconds", 50), ("HeartbeatSeconds", 90)] {
        let setup =
            Setup::new(&TASK.replace(
                "\"End\"",
                &format!("\"{field}\": 50, \"Parameters\": {{\"seconds\": 1000}}, \"End\""),
            ));
        let (engine, recorded, journal) = (setup.engine(at(40)), setup.recorded(&[]), MemoryJournal::new());
        let report = engine.resume(&setup.program, &setup.hash, execution(), recorded.clone(), &journal);
        let report = report.await.unwrap();
        assert_eq!((report.outcome.status(), report.stopped), ("FAILED", at(expected)), "{field}");
    }
}

/// Fails at one of the records.
struct Full(usize, MemoryJournal);

#[async_trait::async_trait]
impl Journal for Full {
    async fn append(&self, record: &JournalRecord) -> Result<(), JournalError> {
        if self.1.records().len() == self.0 {
            return Err(JournalError::storage("the disk is full"));
        }
        self.1.append(record).await
    }
}

#[tokio::test(start_paused = true)]
async fn an_execution_whose_journal_fails_can_be_resumed() {
    let setup = Setup::new(TASK);
    for records in 0..3 {
        let journal = Full(records, MemoryJournal::new());
        let engine = setup.engine(at(0));
        let error =
            engine.run_journalled(&setup.program, &setup.hash, execution(), &journal).await.unwrap_err();
        assert_eq!(error.kind(), JournalErrorKind::Storage);
        assert_eq!(error.to_string(), "the journal cannot be written: the disk is full");
        if records == 0 {
            continue;
        }
        let rest = MemoryJournal::new();
        let recorded = recorded(&journal.1);
        let report =
            engine.resume(&setup.program, &setup.hash, execution(), recorded.clone(), &rest).await.unwrap();
        assert_eq!(report.outcome.status(), "SUCCEEDED");
        assert_eq!(rest.records().len(), 3 - records);
    }
}

/// Notes events, and where the execution became live.
#[derive(Default)]
struct Lives(Mutex<Vec<String>>);

impl Observer for Lives {
    fn interest(&self) -> Interest {
        Interest::Full
    }
    fn on_event(&self, event: Event) {
        self.0.lock().unwrap().push(event.kind.name().to_owned());
    }
    fn on_live(&self) {
        self.0.lock().unwrap().push("live".to_owned());
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_knows_which_events_are_new() {
    let wait = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "V"},
        "V": {"Type": "Wait", "Seconds": 5, "End": true}}}"#;
    for (turns, live) in [(0, 2), (1, 4)] {
        let setup = Setup::new(wait);
        let recorded = setup.recorded(&[r#"5 {"of":"1","rang":true}"#][..turns]);
        let observer = Arc::new(Lives::default());
        let engine = setup.engine(at(6));
        let execution = execution().with_observer(observer.clone());
        engine
            .resume(&setup.program, &setup.hash, execution, recorded.clone(), &MemoryJournal::new())
            .await
            .unwrap();
        let events = observer.0.lock().unwrap().clone();
        assert_eq!(events.iter().position(|event| event == "live"), Some(live), "{events:?}");
        assert_eq!(events.len(), 7);
    }
}

/// Notes what the execution waits for.
#[derive(Default)]
struct Parking(Mutex<Vec<String>>);

#[async_trait::async_trait]
impl Journal for Parking {
    async fn append(&self, _: &JournalRecord) -> Result<(), JournalError> {
        Ok(())
    }
    fn parked(&self, parked: &Parked<'_>) {
        let effects = parked.effects();
        let shown = effects.iter().filter(|effect| !matches!(effect.kind, EffectKind::Stop { .. }));
        let line = shown.map(|effect| match &effect.kind {
            EffectKind::Timer { until } => format!("{effect} until {}", until.since(at(0)).as_secs()),
            EffectKind::Task { is_submitted: true, .. } => format!("{effect}, submitted"),
            _ => effect.to_string(),
        });
        self.0.lock().unwrap().push(line.collect::<Vec<_>>().join("; "));
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_is_told_what_the_execution_waits_for() {
    let setup = Setup::new(
        &callback()
            .replace("\"End\": true", "\"Next\": \"W\"")
            .replace("}}}", r#"}, "W": {"Type": "Wait", "Seconds": 7, "End": true}}}"#),
    );
    let journal = Parking::default();
    let input = Execution::new(json!({"seconds": 3}));
    setup.engine(at(0)).run_journalled(&setup.program, &setup.hash, input, &journal).await.unwrap();
    let parked = journal.0.lock().unwrap().clone();
    assert_eq!(parked, ["a task (`1`) in state `T`, submitted", "a timer (`2`) in state `W` until 10"]);
}

/// Gives the Map Run away.
#[derive(Default)]
struct Runs(Mutex<Option<Arc<MapRun>>>);

impl Observer for Runs {
    fn on_event(&self, _: Event) {}
    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        *self.0.lock().unwrap() = Some(map_run.clone());
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_of_a_map_run_is_a_turn() {
    let setup = Setup::new(
        r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "MaxConcurrency": 1, "ItemsPath": "$",
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 10, "End": true}}}}}}"#,
    );
    let (journal, runs) = (MemoryJournal::new(), Arc::new(Runs::default()));
    let input = Execution::new(json!([1, 2, 3, 4, 5])).with_observer(runs.clone());
    let engine = setup.engine(at(0));
    let run = engine.run_journalled(&setup.program, &setup.hash, input, &journal);
    let update = async {
        tokio::time::sleep(Duration::from_secs(15)).await;
        let map_run = runs.0.lock().unwrap().clone().unwrap();
        map_run.update(|settings| settings.max_concurrency = 2);
    };
    let (report, ()) = tokio::join!(run, update);
    // One at a time until 15 s, then two: 10, 20 and 25, 30 and 35.
    assert_eq!(report.unwrap().stopped, at(35));
    let recorded = recorded(&journal);
    assert!(
        recorded.to_lines().contains(r#"{"of":"1","updated":{"maxConcurrency":2}}"#),
        "{}",
        recorded.to_lines()
    );
    let replayed = Arc::new(Runs::default());
    let input = execution().with_observer(replayed.clone());
    let ended = engine.replay(&setup.program, &setup.hash, input, &recorded).await;
    assert!(matches!(ended, Ok(Replayed::Ended(_))), "{ended:?}");
    assert_eq!(replayed.0.lock().unwrap().as_ref().unwrap().settings().max_concurrency, 2);
}

/// What is said of a journal that does not fit the execution.
async fn misfit(definition: &str, turns: &[&str], end: Option<&str>, message: &str) {
    let setup = Setup::new(definition);
    let mut recorded = setup.recorded(turns);
    if let Some(end) = end {
        recorded.push(JournalRecord::parse(end).unwrap()).unwrap();
    }
    let replayed = setup.engine(at(0)).replay(&setup.program, &setup.hash, execution(), &recorded).await;
    let error = replayed.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.kind()), (message, JournalErrorKind::Mismatch));
    // A resumed execution does not go on after a turn that does not fit.
    let journal = MemoryJournal::new();
    let resumed = setup
        .engine(at(0))
        .resume(&setup.program, &setup.hash, execution(), recorded.clone(), &journal)
        .await;
    assert_eq!(resumed.unwrap_err().to_string(), message);
    assert_eq!((journal.records(), setup.calls.0.lock().unwrap().len()), (Vec::new(), 0));
}

#[tokio::test(start_paused = true)]
async fn turns_that_do_not_fit_are_refused() {
    let returned = r#"1 {"of":"1","returned":1}"#;
    let rang = r#"1 {"of":"1","rang":true}"#;
    let message = "turn 1: expected news of a task (`1`) in state `T`, found `rang`";
    misfit(TASK, &[rang], None, message).await;
    let message = "turn 1: expected news of a task (`1`) in state `T`, found `returned` of `2`";
    misfit(TASK, &[r#"1 {"of":"2","returned":1}"#], None, message).await;
    let message = "turn 1: expected news of a task (`1`) in state `T`, found `returned` of `2.1/1`";
    misfit(TASK, &[r#"1 {"of":"2.1/1","returned":1}"#], None, message).await;
    let message = "turn 2: expected nothing after the end of the execution, found `returned` of `1`";
    misfit(TASK, &[returned, returned], None, message).await;
    let message = "turn 1: `1` has ended in this turn already";
    misfit(TASK, &[r#"1 {"of":"1","returned":1},{"of":"1","returned":2}"#], None, message).await;
    let ended = format!(r#"{{"ended":"SUCCEEDED","at":"{}","events":7}}"#, at(1));
    let message = "expected the execution to end as SUCCEEDED after 7 events, found that it waits for news of a task \
        (`1`) in state `T`";
    misfit(TASK, &[], Some(&ended), message).await;
    let message = "expected the execution to end as SUCCEEDED at 2026-01-01T00:00:01Z after 8 events, found that it \
        ends as SUCCEEDED at 2026-01-01T00:00:01Z after 7 events";
    misfit(TASK, &[returned], Some(&ended.replace('7', "8")), message).await;
    let message = "expected the execution to end as SUCCEEDED at 2026-01-01T00:00:01Z after 7 events, found that it \
        ends as FAILED at 2026-01-01T00:00:01Z after 6 events in state `T`";
    misfit(TASK, &[r#"1 {"of":"1","failed":{}}"#], Some(&ended), message).await;
    let message = "turn 1: expected at least 90 events in the turn before, after which the execution was stopped, found 4";
    misfit(
        TASK,
        &[r#"1 {"of":"0","stopped":{"status":"ABORTED","after":{"events":90,"checks":9}}}"#],
        None,
        message,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn another_definition_is_refused() {
    let setup = Setup::new(TASK);
    let recorded = setup.recorded(&[]);
    let other = Setup::new(&callback());
    let error =
        other.engine(at(0)).replay(&other.program, &other.hash, execution(), &recorded).await.unwrap_err();
    assert_eq!(error.kind(), JournalErrorKind::Definition);
}

/// A replay ends where the turns end, and says what the execution waits for.
#[tokio::test(start_paused = true)]
async fn a_replay_of_an_open_execution_says_where_it_is() {
    let setup = Setup::new(&callback());
    let recorded = setup.recorded(&[r#"1 {"of":"1","submitted":1}"#]);
    let replayed =
        setup.engine(at(0)).replay(&setup.program, &setup.hash, execution(), &recorded).await.unwrap();
    let Replayed::Open { state, events, effects } = replayed else { panic!("{replayed:?}") };
    assert_eq!((state.as_deref(), events), (Some("T"), 5));
    let shown: Vec<String> =
        effects.iter().map(|effect| format!("{}: {:?}", effect.of, effect.kind)).collect();
    let task = "1: Task { token: Some(TaskToken(..)), is_submitted: true, expires: None }";
    assert_eq!(shown, ["0: Stop { deadline: Some(2027-01-01T00:00:00Z) }", task]);
}

#[tokio::test(start_paused = true)]
async fn a_redrive_begins_after_the_run_before_it_though_the_clock_was_set_back() {
    let setup = Setup::new(r#"{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Down"}}}"#);
    let first = Execution::new(Value::Null).keeping_checkpoint();
    let (program, hash) = (&setup.program, &setup.hash);
    let failed = setup.engine(at(100)).run_journalled(program, hash, first, &MemoryJournal::new()).await;
    let checkpoint = failed.unwrap().checkpoint.unwrap();
    let journal = MemoryJournal::new();
    let redriven = Execution::redrive(checkpoint);
    setup.engine(at(40)).run_journalled(program, hash, redriven, &journal).await.unwrap();
    let records = journal.records();
    let JournalRecord::Header(header) = &records[0] else { panic!("{records:?}") };
    assert_eq!(header.started, at(100));
}

#[tokio::test(start_paused = true)]
async fn an_execution_does_not_begin_before_it_was_accepted() {
    let setup = Setup::new(r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#);
    let accepted = Execution::new(Value::Null).not_before(at(100));
    let journal = MemoryJournal::new();
    let (program, hash) = (&setup.program, &setup.hash);
    setup.engine(at(40)).run_journalled(program, hash, accepted, &journal).await.unwrap();
    let records = journal.records();
    let JournalRecord::Header(header) = &records[0] else { panic!("{records:?}") };
    assert_eq!(header.started, at(100));
}
