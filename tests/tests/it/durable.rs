//! The scenarios of durable executions on the emulator. `cargo xtask durable-e2e` runs them on AWS's local runner.

use std::path::Path;

use asl_durable::{Fault, Faults};
use asl_tests::durable::{SCENARIOS, emulate};
use asl_tests::{Case, files};

#[tokio::test(start_paused = true)]
async fn scenarios() {
    for scenario in SCENARIOS {
        assert_eq!(emulate(scenario).await, scenario.ends, "{}", scenario.name);
    }
}

/// How many cases of the suite run as durable executions at least.
const CASES: usize = 150;

/// Cases whose end depends on when an invocation is repeated: a callback that times out, a time in the output.
const SHOW_TIMES: [&str; 2] = ["history/rule-02-callback-times-out.toml", "context/wait-entered.toml"];

/// A case whose children end at once if they run in the process of their parent: then one Map ends before the other begins.
const ENDS_AT_ONCE: &str = "history/rule-10-in-branches.toml";

/// With many faults, cases with longer histories are left out: they take most of the time.
const SHORT: usize = 2_500;

/// Runs every case that a durable function may run, if it shows at most so many bytes. It must end, and its history be, as
/// in an uninterrupted run, but for times.
async fn check(name: &str, most: usize, faults: impl Fn() -> Faults) {
    check_continued(name, most, faults, None).await;
}

async fn check_continued(
    name: &str,
    most: usize,
    faults: impl Fn() -> Faults,
    continue_at: Option<u64>,
) -> usize {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/suite"));
    let (mut ran, mut continued, mut failures) = (0, 0, Vec::new());
    for path in files(folder).unwrap() {
        let case = Case::read(&path).unwrap();
        let Some(expect) = case.uninterrupted().await.unwrap() else { continue };
        let path = path.strip_prefix(folder).unwrap().display().to_string();
        let has_faults = !name.is_empty();
        if expect.len() > most || path == ENDS_AT_ONCE || has_faults && SHOW_TIMES.contains(&path.as_str()) {
            continue;
        }
        ran += 1;
        let found = case.run_durable(faults(), continue_at).await.unwrap();
        continued += usize::from(found.has_continued());
        if found.shown != expect {
            failures.push(format!("{path}\n--- expected\n{expect}\n--- found\n{}", found.shown));
        }
    }
    assert!(ran >= CASES, "only {ran} cases ran");
    assert!(failures.is_empty(), "{name}: {} of {ran} cases\n\n{}", failures.len(), failures.join("\n\n"));
    continued
}

#[tokio::test(start_paused = true)]
async fn cases_of_the_suite() {
    check("", usize::MAX, Faults::default).await;
}

#[tokio::test(start_paused = true)]
async fn cases_of_the_suite_with_pages_of_one() {
    check("pages of one", usize::MAX, || Faults { page_size: Some(1), ..Faults::default() }).await;
}

#[tokio::test(start_paused = true)]
async fn cases_of_the_suite_with_faults_at_each_checkpoint() {
    for (fault, checkpoint) in [(Fault::AnswerLost, 1), (Fault::Unavailable, 2), (Fault::StaleToken, 1)] {
        check(&format!("{fault:?} at {checkpoint}"), SHORT, || Faults::default().at(checkpoint, fault)).await;
    }
    let killed = || (1..=40).fold(Faults::default(), |faults, at| faults.at(at, Fault::KilledAfterwards));
    check("killed after each checkpoint", SHORT, killed).await;
}

#[tokio::test(start_paused = true)]
async fn cases_of_the_suite_delivered_twice() {
    check("delivered twice", SHORT, || Faults { delivered_twice: vec![1, 2, 3, 4], ..Faults::default() })
        .await;
}

#[tokio::test(start_paused = true)]
async fn cases_of_the_suite_with_late_timers() {
    check("late", SHORT, || Faults { late: Some(7), page_size: Some(2), ..Faults::default() }).await;
}

/// From how many operations on, and how many cases continue in a next execution then.
const CONTINUED: [(u64, usize); 2] = [(1, 12), (4, 4)];

#[tokio::test(start_paused = true)]
async fn cases_of_the_suite_that_continue_as_new() {
    for (at, least) in CONTINUED {
        let continued = check_continued("continued", usize::MAX, Faults::default, Some(at)).await;
        assert!(continued >= least, "only {continued} cases continued at {at} operations");
    }
    let killed = || (1..=40).fold(Faults::default(), |faults, at| faults.at(at, Fault::KilledAfterwards));
    check_continued("continued and killed", SHORT, killed, Some(3)).await;
    let late = || Faults {
        late: Some(7),
        page_size: Some(2),
        delivered_twice: vec![1, 2, 3, 4, 5],
        ..Faults::default()
    };
    check_continued("continued, late and delivered twice", SHORT, late, Some(2)).await;
}
