//! What can be debugged: cases of test files, with the machines that they start; histories; journals.

use std::path::Path;
use std::sync::{Arc, Mutex};

use asl_debug::{Launch, Launched, Launcher, Listing, RecordSource, Recorded, Tested};
use asl_engine::{
    Clock, DefinitionHash, Engine, Execution, HistoryRecorder, MemoryJournal, Record, RecordedExecution,
    Registry, SeededEntropy, load,
};
use asl_model::{Excerpt, Source};
use asl_test::{Machine, TestFile};
use asl_value::{Timestamp, json};
use serde_json::json as message;

use crate::flow::ORDER;
use crate::support::{Client, case, check_all};

/// Launches what it has.
struct Ready(Mutex<Option<Launched>>);

impl Launcher for Ready {
    fn launch(&mut self, _: &Launch) -> Result<Launched, String> {
        self.0.lock().unwrap().take().ok_or_else(|| "launched".to_owned())
    }
}

fn client(launched: Launched, options: serde_json::Value) -> Client {
    let mut client = Client::new(Ready(Mutex::new(Some(launched))));
    let mut arguments = message!({"program": "/main.asl.json"});
    arguments.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    client.request("launch", arguments).unwrap();
    client.event("initialized");
    client
}

fn folder(files: &[(&str, &str)]) -> std::path::PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("debug-together");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
    folder
}

#[test]
fn machines_that_start_others() {
    let folder = folder(&[
        (
            "orders.asl.json",
            r#"{
  "StartAt": "Ship",
  "States": {
    "Ship": {
      "Type": "Task",
      "Resource": "arn:aws:states:::states:startExecution.sync:2",
      "Parameters": {
        "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:parcels",
        "Input": {"order.$": "$.id"}
      },
      "OutputPath": "$.Output",
      "End": true
    }
  }
}"#,
        ),
        (
            "parcels.asl.json",
            r#"{
  "StartAt": "Rest",
  "States": {
    "Rest": {"Type": "Wait", "Seconds": 3600, "Next": "Pack"},
    "Pack": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:pack",
      "End": true
    }
  }
}"#,
        ),
        (
            "orders.test.yaml",
            "
with:
  - machine: parcels.asl.json
    mocks: {Pack: {return: packed}}
cases:
  - name: it ships
    input: {id: 7}
",
        ),
    ]);
    let file = TestFile::read(&folder.join("orders.test.yaml")).unwrap();
    let listing = |machine: &Machine| {
        let path = machine.path().map(|path| path.display().to_string());
        Listing::new(machine.name(), machine.definition(), machine.excerpt(), path)
    };
    let listings = [file.machine()].into_iter().chain(file.others()).map(listing).collect();
    let launched = Launched { debuggee: Arc::new(Tested { file, case: 0 }), listings, notes: Vec::new() };
    let mut client = client(launched, message!({"stopOnEntry": true}));
    let sources = client.request("loadedSources", message!({})).unwrap();
    let names: Vec<_> =
        sources["sources"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, ["orders.asl.json", "parcels.asl.json"]);
    check_all(
        &mut client,
        &[
            ("start", "entry orders Ship (Task, entry)@4"),
            ("stepIn", "step parcels Rest (Wait, entry)@4"),
            ("threads", "orders, parcels"),
            ("stack", "Rest (Wait, entry)@4 < Ship (Task, afterParameters)@7"),
            ("scope Input", r#"input={"order":7}"#),
            ("next", "step parcels Pack (Task, entry)@5"),
            ("scope Time", r#"now="2026-01-01T01:00:00Z", elapsed="+1h", inState="+0s", halt=7"#),
            (r#"states [{"name": "Pack@result"}]"#, "5 state `Pack`, result"),
            ("continue", "function breakpoint parcels Pack (Task, result)@5"),
            ("set result = \"lost\"", r#""lost""#),
            ("stepOut", "step orders Ship (Task, result)@4"),
            ("scope Result", "result={…} (13 members)"),
            ("stepBack", "step orders Ship (Task, entry)@4"),
            ("next", "function breakpoint parcels Pack (Task, result)@5"),
            ("console", ""),
        ],
    );
}

fn recorded(source: RecordSource) -> Client {
    let parsed = Source::json(ORDER.definition);
    let loaded = load(&parsed).unwrap();
    let path = Some("/main.asl.json".to_owned());
    let listing = Listing::new("main", &loaded.machine, &Excerpt::of(parsed), path);
    let debuggee = Recorded {
        machine: "main".into(),
        program: loaded.program,
        definition: DefinitionHash::of(&loaded.machine),
        source,
        tasks: Registry::new().fallback(case("{}").handler()),
    };
    let launched = Launched { debuggee: Arc::new(debuggee), listings: vec![listing], notes: Vec::new() };
    client(launched, message!({"stopOnEntry": true}))
}

/// The history and the journal of an execution.
async fn record() -> (Record, RecordedExecution) {
    let loaded = load(&Source::json(ORDER.definition)).unwrap();
    let clock = Clock::real().starting_at(Timestamp::from_epoch_millis(1_773_489_600_000));
    let engine = Engine::builder()
        .tasks(Registry::new().fallback(case(ORDER.mocks).handler()))
        .clock(clock)
        .entropy(SeededEntropy::new(7))
        .build();
    let (history, journal) = (Arc::new(HistoryRecorder::new()), MemoryJournal::new());
    let execution = Execution::new(json!({"sku": "a"})).with_observer(history.clone());
    let hash = DefinitionHash::of(&loaded.machine);
    engine.run_journalled(&loaded.program, &hash, execution, &journal).await.unwrap();
    let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
    (Record::read(&history.to_json()).unwrap(), RecordedExecution::parse(&lines).unwrap())
}

#[tokio::test(start_paused = true)]
async fn records() {
    let (history, journal) = record().await;
    for source in [RecordSource::History(Box::new(history)), RecordSource::Journal(Box::new(journal))] {
        check_all(
            &mut recorded(source),
            &[
                ("start", "entry main Price (Task, entry)@4"),
                (
                    r#"lines [{"line": 10}, {"line": 27}]"#,
                    "10 state `Price`, afterResultSelector; 27 state `Done`",
                ),
                ("continue", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
                ("scope Result", r#"result={"total":42,"more":1}"#),
                ("continue", "breakpoint main Done (Succeed, entry)@27"),
                ("print context.Execution.StartTime", r#""2026-03-14T12:00:00Z""#),
                ("stepBack", "step main Fan (Parallel, entry)@16"),
                ("scope Variables", "last=42"),
                ("goto 4", "goto main Price (Task, entry)@4"),
                ("continue", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
                ("continue", "breakpoint main Done (Succeed, entry)@27"),
                ("continue", "exited 0"),
            ],
        );
    }
}

#[tokio::test(start_paused = true)]
async fn changed_records() {
    let (history, _) = record().await;
    check_all(
        &mut recorded(RecordSource::History(Box::new(history))),
        &[
            ("start", "entry main Price (Task, entry)@4"),
            ("set input.sku = \"b\"", r#""b""#),
            ("continue", "exited 0"),
            ("console", r#"The execution succeeded at +1m5s. Its output: | ["l","r"]"#),
        ],
    );
}
