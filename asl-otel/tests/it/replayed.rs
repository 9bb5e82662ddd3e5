//! An execution that several processes continue, each of which does again what the earlier ones did.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Event, Execution, HistoryRecorder};
use asl_otel::{Batches, Origin, Sampling};
use asl_value::json;

use crate::collector::{Answers, Collector};
use crate::machines::{call, engine, program};
use crate::tree::tree;

#[tokio::test]
async fn each_span_is_sent_once_with_the_same_ids() {
    let states = json!({
        "First": {"Type": "Parallel", "Next": "Second", "Branches": [
            {"StartAt": "Left", "States": {"Left": call("ok")}},
            {"StartAt": "Right", "States": {"Right": {"Type": "Wait", "Seconds": 4, "End": true}}}
        ]},
        "Second": call("ok")
    });
    let history = Arc::new(HistoryRecorder::new());
    let execution = Execution::new(json!({})).with_observer(history.clone());
    let identity = execution.identity().clone();
    engine().run(&program(&states), execution).await;
    let events: Vec<Event> = history.events();
    let collector = Collector::start(Answers::Accepts).await;
    let once = spans_of(&collector, &identity, &events, &[events.len()]).await;

    let again = Collector::start(Answers::Accepts).await;
    let cuts: Vec<usize> = (1..=events.len()).collect();
    let parts = spans_of(&again, &identity, &events, &cuts).await;
    assert_eq!(parts, once);
    assert_eq!(tree(&again.spans()), tree(&collector.spans()));
}

/// The ids of the spans that arrive if a process ends after each of `cuts` events.
async fn spans_of(
    collector: &Collector,
    identity: &asl_engine::Identity,
    events: &[Event],
    cuts: &[usize],
) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut seen = 0;
    for cut in cuts {
        let tracer = collector.tracer(Sampling::default(), Batches::default());
        let observer = tracer.observer(identity, Origin::default()).expect("it is recorded");
        for (index, event) in events.iter().enumerate().take(*cut) {
            match index < seen {
                true => observer.on_replayed(event.clone()),
                false => observer.on_event(event.clone()),
            }
        }
        seen = *cut;
        tracer.flush(Duration::from_secs(10)).await.unwrap();
    }
    let mut ids: Vec<_> =
        collector.spans().into_iter().map(|span| (span.name, span.span_id, span.parent_span_id)).collect();
    ids.sort();
    ids
}
