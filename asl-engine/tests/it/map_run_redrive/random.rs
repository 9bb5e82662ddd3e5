//! Random Map Runs, failures and stops, redriven until they succeed: no child that succeeded runs again or counts twice, no
//! task that a STANDARD child has done is done again, and every item has one result.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    CancelToken, Checkpoint, Clock, DefinitionHash, Engine, Entropy, Execution, Failure, MemoryJournal,
    RecordedExecution, Registry, Replayed, Report, SeededEntropy, Task, TaskHandler, load,
};
use asl_model::Source;
use asl_value::{Timestamp, Value, json};

use super::Seen;

/// What a task does follows from the seed, its arguments and how often it was called with them.
struct Work {
    seed: u64,
    calls: Mutex<HashMap<String, u64>>,
}

#[async_trait::async_trait]
impl TaskHandler for Work {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let key = format!("{}{}", task.state, task.arguments.to_json());
        let call = {
            let mut calls = self.calls.lock().unwrap();
            let calls = calls.entry(key.clone()).or_default();
            *calls += 1;
            *calls
        };
        let hash = key.bytes().fold(self.seed ^ call, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(7)
        });
        if hash % 3 > 0 {
            tokio::time::sleep(Duration::from_millis(hash / 3 % 40 * 100)).await;
        }
        match hash / 131 % 10 {
            // It succeeds at last.
            n if n >= 4 || call > 5 => Ok(task.arguments["n"].clone()),
            _ => Err(Failure::new("Down", key)),
        }
    }
}

/// A machine with one to three Map Runs, and what it must return for the items 0, 1, 2, ….
struct Machine {
    definition: String,
    input: Value,
    expected: Value,
}

fn machine(chance: &SeededEntropy) -> Machine {
    let below = |most: u64| chance.next_u64() % most;
    let items = 1 + below(6);
    let task = |next: &str| {
        let mut task = json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "ResultPath": "$.done"});
        let Value::Object(members) = &mut task else { unreachable!() };
        match next {
            "" => members.insert("End", true.into()),
            next => members.insert("Next", next.into()),
        };
        task
    };
    let kind = ["STANDARD", "EXPRESS"][below(2) as usize];
    let rest = json!({"Type": "Wait", "Seconds": below(3), "Next": "B"});
    let mut map = json!({
        "Type": "Map", "ItemsPath": "$", "MaxConcurrency": below(4), "End": true,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": "A",
            "States": {"A": task("Rest"), "Rest": rest, "B": task("")}
        }
    });
    let Value::Object(members) = &mut map else { unreachable!() };
    let result: Value = if below(3) == 0 {
        members.insert("ItemBatcher", json!({"MaxItemsPerBatch": 2, "BatchInput": {"n": 7}}));
        members.insert("ItemSelector", json!({"n.$": "$$.Map.Item.Value"}));
        // The tasks of a batch are told apart by its items.
        let batch = |from: u64| -> Value {
            let items: Value = (from..items.min(from + 2)).map(|n| json!({"n": n})).collect();
            json!({"BatchInput": {"n": 7}, "Items": items, "done": Value::Null})
        };
        (0..items).step_by(2).map(batch).collect()
    } else {
        members.insert("ItemSelector", json!({"n.$": "$$.Map.Item.Value"}));
        (0..items).map(|n| json!({"n": n, "done": n})).collect()
    };
    let input: Value = (0..items).map(Value::from).collect();
    let inside = json!({"StartAt": "M", "States": {"M": map}});
    let timeout = below(4) == 0;
    let (mut definition, input, expected) = match below(3) {
        0 => (inside, input, result),
        1 => {
            let sibling = json!({"StartAt": "S", "States": {"S": task("")}});
            let sibling_input = json!({"n": 1, "items": input});
            let Value::Object(mut inside) = inside else { unreachable!() };
            let pass = json!({"Type": "Pass", "InputPath": "$.items", "Next": "M"});
            let states = inside.remove("States").unwrap();
            let Value::Object(mut states) = states else { unreachable!() };
            states.insert("Items", pass);
            inside.insert("States", Value::Object(states));
            inside.insert("StartAt", "Items".into());
            let parallel = json!({"StartAt": "P", "States": {"P": {
                "Type": "Parallel", "End": true, "Branches": [Value::Object(inside), sibling]}}});
            let mut other = sibling_input.as_object().unwrap().clone();
            other.insert("done", 1.into());
            (parallel, sibling_input, json!([result, Value::Object(other)]))
        }
        _ => {
            let each = json!({"StartAt": "Each", "States": {"Each": {
                "Type": "Map", "ItemsPath": "$", "End": true, "ItemProcessor": inside}}});
            (each, json!([input.clone(), input]), json!([result.clone(), result]))
        }
    };
    if let (true, Value::Object(machine)) = (timeout, &mut definition) {
        machine.insert("TimeoutSeconds", (11 + below(8)).into());
    }
    Machine { definition: definition.to_json(), input, expected }
}

async fn check(seed: u64, is_journalled: bool) -> u32 {
    let chance = SeededEntropy::new(seed);
    let Machine { definition, input, expected } = machine(&chance);
    let loaded = load(&Source::json(definition.as_str())).unwrap();
    let hash = DefinitionHash::of(&loaded.machine);
    let engine = || {
        let work = Work { seed, calls: Mutex::default() };
        Engine::builder()
            .tasks(Registry::new().fallback(work))
            .clock(Clock::real().starting_at(Timestamp::parse("2026-01-01T00:00:00Z").unwrap()))
            .entropy(SeededEntropy::new(seed))
            .build()
    };
    let (working, replaying) = (engine(), engine());
    let seen = Seen::default();
    let mut execution = Execution::new(input).keeping_checkpoint();
    for run in 0..60 {
        let context = format!("seed {seed}, run {run}: {definition}");
        let cancel = CancelToken::new();
        let begun = execution.clone().with_observer(Arc::new(seen.clone())).with_cancel(cancel.clone());
        let stop = async {
            if run < 8 && chance.next_u64().is_multiple_of(2) {
                tokio::time::sleep(Duration::from_millis(chance.next_u64() % 60 * 100)).await;
                cancel.cancel();
            }
            std::future::pending::<()>().await;
        };
        let journal = MemoryJournal::new();
        let go = async {
            match is_journalled {
                true => {
                    working.run_journalled(&loaded.program, &hash, begun, &journal).await.expect("a journal")
                }
                false => working.run(&loaded.program, begun).await,
            }
        };
        let mut report: Report = tokio::select! { report = go => report, () = stop => unreachable!() };
        seen.check_counts(&context);
        if is_journalled {
            let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
            let recorded = RecordedExecution::parse(&lines).unwrap();
            let again = replaying.replay(&loaded.program, &hash, execution.clone(), &recorded).await;
            let again = again.unwrap_or_else(|error| panic!("{error}\n{context}\n{lines}"));
            let Replayed::Ended(again) = again else { panic!("{context}") };
            assert!(again.checkpoint == report.checkpoint, "another checkpoint: {context}\n{lines}");
        }
        match report.checkpoint.take() {
            Some(checkpoint) => {
                let text = checkpoint.to_value(&hash).expect("a place that can be written").to_json();
                let read = Checkpoint::read(Value::parse(&text).unwrap(), &hash);
                let read = read.unwrap_or_else(|error| panic!("{error}\n{context}\n{text}"));
                assert!(read == checkpoint, "it is read as another one: {context}\n{text}");
                execution = Execution::redrive(read);
            }
            None => {
                let output = report.outcome.output().unwrap_or_else(|| panic!("{report:?} {context}"));
                assert_eq!(*output, expected, "{context}");
                return run;
            }
        }
    }
    panic!("it never succeeds: seed {seed} {definition}");
}

#[tokio::test(start_paused = true)]
async fn children_that_succeeded_stay() {
    let seeds = std::env::var("ASL_SEEDS").ok();
    let (from, to) = match seeds.as_deref().and_then(|seeds| seeds.split_once("..")) {
        Some((from, to)) => (from.parse().unwrap(), to.parse().unwrap()),
        None => (0, 100),
    };
    let mut redrives = 0;
    for seed in from..to {
        redrives += check(seed, false).await + check(seed, true).await;
    }
    println!("{} executions, {redrives} redrives", 2 * (to - from));
    assert!(u64::from(redrives) > to - from);
}
