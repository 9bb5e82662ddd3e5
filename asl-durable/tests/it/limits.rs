//! Each limit at its edge, in the log and in the service.

use std::sync::Arc;
use std::time::Duration;

use asl_durable::limits::{
    BATCH_BYTES, LONGEST_CALLBACK, LONGEST_WAIT, OPERATIONS, PAYLOAD_BYTES, STORED_BYTES,
};
use asl_durable::{
    Change, DurableApi, DurableErrorKind, DurableEvent, DurableLog, Emulator, ErrorObject, Update,
};

async fn begun() -> (Arc<Emulator>, DurableLog) {
    let service = Arc::new(Emulator::default());
    let event = DurableEvent::read(&service.start("run", "{}".into())).unwrap().unwrap();
    let log = DurableLog::open(Arc::clone(&service) as Arc<dyn DurableApi>, event).await.unwrap();
    (service, log)
}

fn step(id: impl std::fmt::Display, bytes: usize) -> Update {
    Update::new(id.to_string(), Change::StepSucceed { payload: "x".repeat(bytes).into() })
}

/// `expect`: what the service says, or nothing.
#[track_caller]
fn check(update: Update, expect: Option<&str>) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let written = runtime.block_on(async {
        let (_, log) = begun().await;
        log.add(update.clone())?;
        log.flush().await
    });
    match (written, expect) {
        (Ok(()), None) => {}
        (Err(error), Some(expect)) if error.message().contains(expect) => {
            assert_ne!(error.kind(), DurableErrorKind::Unavailable);
        }
        (found, expect) => panic!("{update:?}: {found:?}, expected {expect:?}"),
    }
}

#[test]
fn one_update() {
    let second = Duration::from_secs(1);
    let wait = |time| Update::new("w", Change::WaitStart { time });
    check(wait(second), None);
    check(wait(Duration::ZERO), Some("0 seconds, expected 1 to 31622400"));
    check(wait(LONGEST_WAIT), None);
    check(wait(LONGEST_WAIT + Duration::from_millis(1)), Some("31622401 seconds"));
    let retry = |delay| Update::new("s", Change::StepRetry { delay, payload: "1".into() });
    check(retry(LONGEST_WAIT), None);
    check(retry(LONGEST_WAIT + second), Some("31622401 seconds"));
    let callback =
        |time| Update::new("c", Change::CallbackStart { timeout: Some(time), heartbeat: Some(time) });
    check(callback(LONGEST_CALLBACK), None);
    check(callback(LONGEST_CALLBACK + second), Some("100000000 seconds"));
    check(step("a".repeat(64), 1), None);
    check(step("a".repeat(65), 1), Some("is not an id"));
    check(step("a.b", 1), Some("is not an id"));
    check(step("s", 1).named(&"é".repeat(300)), None);
    check(step("s", 1).of_type("T".repeat(33)), Some("the sub-type"));
    let frame = step("s", 0).to_value().encoded_len();
    check(step("s", BATCH_BYTES - frame), None);
    check(step("s", BATCH_BYTES - frame + 1), Some("more than the 768000 of a checkpoint"));
    check(step("s", PAYLOAD_BYTES + 1), Some("more than the 1000000 of an operation"));
    let fail = |bytes| {
        let error = ErrorObject::new("E", "x".repeat(bytes));
        Update::new("s", Change::StepFail { error })
    };
    check(fail(PAYLOAD_BYTES), Some("more than the 1000000 of an operation"));
    check(step("s", 1).inside("nobody"), Some("is not a CONTEXT"));
}

#[tokio::test(start_paused = true)]
async fn operations() {
    let (_, log) = begun().await;
    // The execution itself is the first one.
    for number in 1..OPERATIONS {
        log.add(step(number, 1)).unwrap();
    }
    let error = log.add(step("one-more", 1)).unwrap_err();
    assert_eq!(error.kind(), DurableErrorKind::TooLarge);
    assert!(error.message().contains("3000 operations") && error.message().contains("3001"), "{error}");
    log.flush().await.unwrap();
    assert_eq!((log.calls(), log.operations().len() as u64), (12, OPERATIONS));
    let delay = Duration::from_secs(1);
    let retry = Update::new("retried", Change::StepRetry { delay, payload: "1".into() });
    assert!(log.add(retry).is_err());
}

#[tokio::test(start_paused = true)]
async fn stored_bytes() {
    let (_, log) = begun().await;
    let input = 2;
    let most = (STORED_BYTES as usize - input) / 500_000;
    for number in 0..most {
        log.add(step(number, 500_000)).unwrap();
    }
    let left = STORED_BYTES as usize - input - most * 500_000;
    assert_eq!(log.add(step("more", left + 1)).unwrap_err().kind(), DurableErrorKind::TooLarge);
    log.add(step("rest", left)).unwrap();
    log.flush().await.unwrap();
    assert_eq!(log.usage().share(), 1.0);
}

/// A log that is opened again knows what was used.
#[tokio::test(start_paused = true)]
async fn usage_is_read_back() {
    let (service, log) = begun().await;
    let retry = |payload: &str| {
        Update::new("retried", Change::StepRetry { delay: Duration::from_secs(1), payload: payload.into() })
    };
    log.add(step("a", 100)).unwrap();
    log.add(retry("first")).unwrap();
    log.flush().await.unwrap();
    assert_eq!(log.usage().operations, 4);
    tokio::time::sleep(Duration::from_secs(2)).await;
    log.add(retry("second")).unwrap();
    log.flush().await.unwrap();
    let event = DurableEvent::read(&service.start("run", "{}".into())).unwrap().unwrap();
    let again = DurableLog::open(service, event).await.unwrap();
    assert_eq!((log.usage().operations, again.usage().operations), (5, 5));
    // The payload of the first retry is not shown any more.
    assert_eq!((log.usage().stored_bytes, again.usage().stored_bytes), (113, 108));
}
