//! The headers that tasks get: those of the span of their attempt.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{Engine, Execution, Failure, Registry, Task, TaskHandler, task_fn};
use asl_otel::{Batches, Origin, Remote, Sampling, in_context};
use asl_value::{Value, json};
use async_trait::async_trait;
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use crate::collector::{Answers, Collector};
use crate::machines::{call, program};

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<[Option<String>; 3]>>>);

#[async_trait]
impl TaskHandler for Seen {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let headers = task.trace_headers;
        assert_eq!(task.trace_header, headers.map(|headers| &headers.x_amzn_trace_id).or(task.trace_header));
        self.0.lock().unwrap().push([
            task.trace_header.map(ToString::to_string),
            headers.map(|headers| headers.traceparent.to_string()),
            headers.and_then(|headers| headers.tracestate.as_ref()).map(ToString::to_string),
        ]);
        Ok(json!({}))
    }
}

#[tokio::test]
async fn a_task_gets_the_headers_of_its_attempt() {
    let (seen, collector) = (Seen::default(), Collector::start(Answers::Accepts).await);
    let engine = Engine::builder().tasks(Registry::new().fallback(seen.clone())).build();
    let tracer = collector.tracer(Sampling::default(), Batches::default());
    let parent =
        Remote::from_w3c("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01", Some("vendor=1"));
    let origin = Origin { parent, ..Origin::default() };
    let program = program(&json!({"First": call("any")}));
    engine.run(&program, tracer.trace(Execution::new(json!({})), origin)).await;
    tracer.flush(Duration::from_secs(10)).await.unwrap();
    let spans = collector.spans();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let execution = spans.iter().find(|span| span.name == "machine").unwrap();
    assert_eq!(hex(&execution.parent_span_id), "53995c3f42cd8ad8");
    assert!(spans.iter().all(|span| span.trace_state == "vendor=1"));
    let id = hex(&spans.iter().find(|span| span.name == "any").unwrap().span_id);
    let expected = [
        format!("Root=1-5759e988-bd862e3fe1be46a994272793;Parent={id};Sampled=1"),
        format!("00-5759e988bd862e3fe1be46a994272793-{id}-01"),
        "vendor=1".to_owned(),
    ];
    assert_eq!(*seen.0.lock().unwrap(), [expected.map(Some)]);
}

#[tokio::test]
async fn without_spans_a_task_gets_the_header_of_the_execution() {
    let seen = Seen::default();
    let engine = Engine::builder().tasks(Registry::new().fallback(seen.clone())).build();
    let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0";
    let execution = Execution::new(json!({})).with_trace_header(asl_value::Text::from(header));
    engine.run(&program(&json!({"First": call("any")})), execution).await;
    assert_eq!(*seen.0.lock().unwrap(), [[Some(header.to_owned()), None, None]]);
}

#[tokio::test]
async fn a_rust_function_sees_the_span_of_its_task() {
    let collector = Collector::start(Answers::Accepts).await;
    let tracer = collector.tracer(Sampling::default(), Batches::default());
    let function = task_fn(|_: Value| async {
        Ok::<_, Failure>(json!(Context::current().span().span_context().span_id().to_string()))
    });
    let engine = Engine::builder().tasks(Registry::new().function("any", in_context(function))).build();
    let program = program(&json!({"First": call("any")}));
    let report = engine.run(&program, tracer.trace(Execution::new(json!({})), Origin::default())).await;
    tracer.flush(Duration::from_secs(10)).await.unwrap();
    let spans = collector.spans();
    let id = &spans.iter().find(|span| span.name == "any").unwrap().span_id;
    let id: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(report.outcome.output(), Some(&json!(id)));
}
