//! When responses leave.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use asl_value::{Timestamp, json};
use tokio::sync::watch;

use super::*;
use crate::archive::{Archive, Contents, Journals, Kept, Listing, Pin, Pins, Progress, Record};
use crate::config::Config;
use crate::ids::Ids;
use crate::store::Store;

/// An archive that writes when the test says so.
#[derive(Default)]
struct Slow {
    sent: AtomicU64,
    progress: watch::Sender<Progress>,
}

impl Slow {
    fn write_all(&self) {
        self.progress.send_replace(Progress { persisted: self.sent(), problem: None });
    }
}

impl Archive for Slow {
    fn write(&self, _: Record) -> u64 {
        self.sent.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    fn close(&self) {}

    fn pin(&self, execution: u64) -> Pin {
        Pins::default().pin(execution)
    }

    fn contents(&self) -> Result<Contents, String> {
        Ok(Contents::default())
    }

    fn execution(&self, _: &str) -> Result<Option<Kept>, String> {
        Ok(None)
    }

    fn stopped(&self, _: &str) -> Result<Option<(u64, Timestamp)>, String> {
        Ok(None)
    }

    fn list(&self, _: &Listing<'_>) -> Result<Vec<(u128, Value)>, String> {
        Ok(Vec::new())
    }

    fn journals(&self, _: u64) -> Result<Journals, String> {
        Ok(Journals::new())
    }

    fn revision(&self, _: u64) -> Result<Option<Value>, String> {
        Ok(None)
    }

    fn map_run(&self, _: &str) -> Result<Option<Value>, String> {
        Ok(None)
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_leaves_after_what_it_tells_of() {
    let archive = Arc::new(Slow::default());
    let known = Arc::clone(&archive) as Arc<dyn Archive>;
    let store = Store::of(Arc::clone(&known), &Contents::default(), &BTreeMap::new());
    let app = App::with(Config::default(), Ids::new(None), store.expect("empty"), Some(known));
    let send = |action: &'static str, request: Value| {
        let request = request.as_object().expect("an object").clone();
        tokio::spawn(Arc::clone(&app).answer(action, request, None))
    };
    let settle = || tokio::time::sleep(std::time::Duration::from_secs(1));
    let definition = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}}"#;
    let role = "arn:aws:iam::123456789012:role/r";
    let made = send("CreateStateMachine", json!({"name": "m", "definition": definition, "roleArn": role}));
    settle().await;
    archive.write_all();
    let machine = made.await.expect("no panic").expect("made")["stateMachineArn"].clone();

    let start = |input: &str| {
        send("StartExecution", json!({"stateMachineArn": machine.clone(), "name": "n", "input": input}))
    };
    let first = start("1");
    settle().await;
    let second = start("2");
    settle().await;
    assert!(!first.is_finished());
    assert!(!second.is_finished(), "it tells of the first one, which is not on disk");
    archive.write_all();
    assert!(first.await.expect("no panic").is_ok());
    let refused = second.await.expect("no panic").expect_err("refused");
    assert_eq!(refused.name(), "ExecutionAlreadyExists");
}
