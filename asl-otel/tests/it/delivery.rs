//! Spans on their way to the collector: what is sent when, and what happens if nobody takes them.

use std::time::Duration;

use asl_engine::{Execution, Interest, Outcome};
use asl_otel::{Batches, Origin, Remote, Sampling};
use asl_value::{Value, json};

use crate::collector::{Answers, Collector};
use crate::machines::{call, engine, program};
use crate::tree;

fn states() -> Value {
    json!({"First": call("ok")})
}

#[tokio::test]
async fn a_request_names_the_service() {
    let collector = Collector::start(Answers::Accepts).await;
    let tracer = collector.tracer(Sampling::default(), Batches::default());
    let execution = tracer.trace(Execution::new(json!({})), Origin::default());
    engine().run(&program(&states()), execution).await;
    assert!(collector.requests().is_empty(), "nobody waits while it runs");
    tracer.flush(Duration::from_secs(10)).await.unwrap();
    let requests = collector.requests();
    let [(head, request)] = requests.as_slice() else { panic!("one request") };
    assert!(head.starts_with("post /v1/traces "), "{head}");
    assert!(head.contains("content-type: application/x-protobuf"), "{head}");
    let resource = request.resource_spans[0].resource.as_ref().unwrap();
    let attributes = tree::attributes(&resource.attributes);
    assert!(attributes.contains(" service.name=orders"), "{attributes}");
}

/// A collector that is broken delays and fails nothing; what is lost is counted, and the next flush does not wait again.
#[tokio::test]
async fn a_broken_collector_fails_no_execution() {
    let gone = Collector::start(Answers::Never).await;
    let refusing = Collector::start(Answers::Refuses).await;
    for (collector, problem) in [
        (&gone, "3 spans are lost: the collector takes too long"),
        (&refusing, "3 spans are lost: Operation failed: HTTP export failed with status code: 400"),
    ] {
        let batches = Batches { timeout: Duration::from_millis(300), ..Batches::default() };
        let tracer = collector.tracer(Sampling::default(), batches);
        for round in 0..2 {
            let execution = tracer.trace(Execution::new(json!({})), Origin::default());
            let report = engine().run(&program(&states()), execution).await;
            assert!(matches!(report.outcome, Outcome::Succeeded(_)));
            let started = std::time::Instant::now();
            let lost = tracer.flush(Duration::from_millis(300)).await.err().map(|lost| lost.to_string());
            match round {
                0 => assert_eq!(lost.as_deref(), Some(problem)),
                _ => assert!(lost.is_none() && started.elapsed() < Duration::from_millis(250), "{lost:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_full_batch_is_sent_without_a_flush_and_the_queue_is_bounded() {
    let collector = Collector::start(Answers::Accepts).await;
    let batches = Batches { batch: 3, ..Batches::default() };
    let tracer = collector.tracer(Sampling::default(), batches);
    let execution = tracer.trace(Execution::new(json!({})), Origin::default());
    engine().run(&program(&states()), execution).await;
    while collector.spans().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(collector.spans().len(), 3);

    let batches = Batches { queue: 2, batch: 100, ..Batches::default() };
    let tracer = collector.tracer(Sampling::default(), batches);
    let execution = tracer.trace(Execution::new(json!({})), Origin::default());
    engine().run(&program(&states()), execution).await;
    let lost = tracer.flush(Duration::from_secs(10)).await.unwrap_err();
    assert_eq!(lost.to_string(), "1 spans are lost: more ended than could be sent");
}

/// Who decides whether an execution is recorded: its parent, else the sampler.
#[tokio::test]
async fn sampling() {
    let collector = Collector::start(Answers::Accepts).await;
    let header = |decision: &str| {
        Remote::from_x_amzn_trace_id(&format!(
            "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8{decision}"
        ))
    };
    let (on, off, open) = (header(";Sampled=1"), header(";Sampled=0"), header(""));
    for (sampler, argument, parent, expected) in [
        (None, None, None, true),
        (None, None, on.clone(), true),
        (None, None, off.clone(), false),
        (None, None, open.clone(), true),
        (Some("always_on"), None, off.clone(), true),
        (Some("always_off"), None, on.clone(), false),
        (Some("parentbased_always_off"), None, on.clone(), true),
        (Some("parentbased_always_off"), None, open, false),
        (Some("parentbased_traceidratio"), Some("0"), on, true),
        (Some("parentbased_traceidratio"), Some("0"), None, false),
        (Some("traceidratio"), None, off, true),
    ] {
        let sampling = Sampling::read(sampler, argument).unwrap();
        let tracer = collector.tracer(sampling, Batches::default());
        let origin = Origin { parent, ..Origin::default() };
        let observer = tracer.observer(Execution::new(json!({})).identity(), origin.clone());
        assert_eq!(observer.is_some(), expected, "{sampler:?} {origin:?}");
        let execution = tracer.trace(Execution::new(json!({})), origin);
        let says_no = execution.trace_header().is_some_and(|header| header.ends_with(";Sampled=0"));
        assert_eq!(says_no, !expected, "what it calls is told");
        assert!(observer.is_none_or(|observer| observer.interest() == Interest::Stages));
    }
    for (sampler, argument, problem) in [
        ("some", None, "OTEL_TRACES_SAMPLER: there is no sampler `some`"),
        ("traceidratio", Some("2"), "OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, found `2`"),
    ] {
        assert_eq!(Sampling::read(Some(sampler), argument), Err(problem.to_owned()));
    }
}
