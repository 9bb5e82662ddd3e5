//! Whatever the service does, an execution ends as one without faults.

use asl_durable::{Emulated, Emulator, Fault, Faults};

use crate::flow;

/// 1 + 20 + 4000 + 300 + 50000.
const RESULT: &str = "54321";

#[track_caller]
fn succeeded(name: &str, ended: &Emulated) {
    let found = (ended.status.as_str(), ended.result.as_deref());
    assert_eq!(found, ("SUCCEEDED", Some(RESULT)), "{name}: {ended:#?}");
    assert_eq!(ended.operations.len(), 7, "{name}");
}

async fn with(faults: Faults) -> Emulated {
    flow::run(Emulator::default().with_faults(faults)).await
}

#[tokio::test(start_paused = true)]
async fn without_faults() {
    let ended = with(Faults::default()).await;
    succeeded("none", &ended);
    assert_eq!((ended.checkpoints, ended.sent_bytes > 600), (4, true), "{ended:#?}");
}

#[tokio::test(start_paused = true)]
async fn at_each_checkpoint() {
    let faults = [Fault::KilledAfterwards, Fault::StaleToken, Fault::Unavailable, Fault::AnswerLost];
    for fault in faults {
        for checkpoint in 1..=4 {
            let ended = with(Faults::default().at(checkpoint, fault)).await;
            succeeded(&format!("{fault:?} at {checkpoint}"), &ended);
            assert!(ended.invocations >= 3);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn killed_after_every_checkpoint() {
    let faults = (1..=9).fold(Faults::default(), |faults, at| faults.at(at, Fault::KilledAfterwards));
    succeeded("all", &with(faults).await);
}

#[tokio::test(start_paused = true)]
async fn unanswered_for_too_long() {
    let faults = (2..=9).fold(Faults::default(), |faults, at| faults.at(at, Fault::Unavailable));
    let ended = with(faults).await;
    assert_eq!((ended.status.as_str(), ended.invocations), ("FAILED", 5));
}

#[tokio::test(start_paused = true)]
async fn without_a_token() {
    for checkpoint in 1..=4 {
        let ended = with(Faults::default().at(checkpoint, Fault::NoToken)).await;
        assert_eq!(ended.status, "STOPPED", "at {checkpoint}");
    }
}

#[tokio::test(start_paused = true)]
async fn delivered_twice_in_small_pages_and_late() {
    for invocation in 1..=3 {
        let faults = Faults { delivered_twice: vec![invocation], ..Faults::default() };
        succeeded(&format!("invocation {invocation} delivered twice"), &with(faults).await);
    }
    for page_size in 1..=3 {
        let faults = Faults { page_size: Some(page_size), ..Faults::default() };
        succeeded(&format!("pages of {page_size}"), &with(faults).await);
    }
    for seed in 0..20 {
        let faults = Faults {
            late: Some(seed),
            page_size: Some(1),
            delivered_twice: vec![1, 2, 3],
            ..Faults::default()
        };
        succeeded(&format!("late {seed}"), &with(faults).await);
    }
}
