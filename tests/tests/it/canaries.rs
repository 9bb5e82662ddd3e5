//! Secrets are planted wherever the program gets any, executions use them and fail in every way, and then nothing that people
//! see may have one: no log at any level, error, history, debug output, record, page or report.
//!
//! Allowed is what the author of a machine has put into its data. A task token that a state places into its arguments is in
//! the history, in the data folder and in what the page shows, as at AWS; it is not in the log of the process. What the
//! endpoint of an HTTP task answers is its result, even if it repeats what it was sent. The data folder has inputs, outputs
//! and task tokens in clear text (docs/guides/service.md), but none of the keys.

mod cloud;
mod hosts;
mod sources;
mod watch;

use cloud::{Cloud, Trouble};
use futures_util::StreamExt;
use hosts::HOSTS;
use sources::{SOURCES, Source};
use watch::{Seen, Watch};

/// Runs a task of a source in a host, in a world with this trouble. Returns where secrets are seen.
async fn check(
    (source, state): (&'static Source, &'static str),
    trouble: Trouble,
    host: &'static hosts::Host,
) -> Vec<String> {
    let cloud = Cloud::start(trouble, source.connection).await;
    let seconds = if trouble == Trouble::Silence { 1 } else { 60 };
    let home = sources::Home::new(source, &cloud.url, seconds);
    let config = asl_aws::Config::from_variables(home.variables()).unwrap();
    let mut seen = Seen::default();
    seen.add("debug output of the configuration", format!("{config:?} {config:#?}"));
    (host.run)(&config, state, &home, &mut seen).await;
    let place = format!("{}, {trouble:?}, {}, {state}", source.name, host.name);
    // On a busy machine, even the first request can take the second that a silent cloud has.
    let is_called = trouble == Trouble::Silence || !cloud.requests().is_empty();
    assert!(is_called, "{place}: nothing was called: {seen:?}");
    if trouble == Trouble::None {
        let outcome = seen.outcomes();
        assert!(
            outcome.iter().all(|status| status == "SUCCEEDED"),
            "{place}: {outcome:?} {:?}",
            cloud.requests()
        );
    }
    // What cannot be found is not proof. Secret access keys are never sent; that they were used shows their signature.
    for expected in source.is_sent {
        let requests = cloud.requests();
        let is_there = requests.iter().any(|request| request.contains(expected));
        assert!(is_there || trouble.is_early(), "{place}: `{expected}` was not sent: {requests:?}");
    }
    seen.secrets().into_iter().map(|found| format!("{place}: {found}")).collect()
}

#[test]
fn no_secret_is_seen() {
    let watch = Watch::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut found = Vec::new();
    watch.during(|| {
        let mut checks = Vec::new();
        for source in SOURCES {
            for trouble in Trouble::ALL {
                // Where keys come from makes no difference behind the client of AWS, nor what it tries again.
                let hosts = if source.is_everywhere() && !trouble.is_retried() { HOSTS } else { &HOSTS[..1] };
                let cases =
                    hosts.iter().flat_map(|host| source.states.iter().map(move |state| (*state, host)));
                checks.extend(cases.map(|(state, host)| check((source, state), *trouble, host)));
            }
        }
        // Some together, since some wait for a timeout.
        let checks = futures_util::stream::iter(checks).buffer_unordered(64);
        found = runtime.block_on(checks.collect::<Vec<_>>()).concat();
    });
    found.extend(watch.secrets());
    assert!(found.is_empty(), "{} secrets are seen:\n{}", found.len(), found.join("\n"));
    assert!(watch.lines() > 2_000, "only {} lines were logged", watch.lines());
}

/// A log that lost everything would be as clean.
#[test]
fn a_secret_would_be_seen() {
    let secret = sources::CANARY;
    let watch = Watch::default();
    watch.during(|| tracing::trace!(header = secret, "sent"));
    assert_eq!(watch.secrets().len(), 1);
    for text in [secret.to_owned(), format!("x{}", watch::base64(&format!("user:{secret}")))] {
        for padding in ["", "a", "ab"] {
            let mut seen = Seen::default();
            seen.add("somewhere", format!("{padding}{text}"));
            assert_eq!(seen.secrets().len(), 1, "{text}");
        }
    }
}

#[test]
fn task_tokens_and_the_shared_key() {
    let watch = Watch::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut secrets = Vec::new();
    watch.during(|| secrets = runtime.block_on(hosts::tokens()));
    assert!(secrets.len() >= 3 && secrets.iter().all(|secret| secret.len() > 30), "{secrets:?}");
    let found: Vec<String> =
        secrets.iter().filter_map(|secret| watch.find(secret)).chain(watch.secrets()).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
