//! The spans of durable executions: each invocation does again what the ones before did, and sends none of it again.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use asl_durable::{Emulated, Emulator, Fault, Faults};
use asl_engine::{
    Clock, DefinitionHash, Engine, Execution, Failure, Registry, Task, TaskHandler, load, task_fn,
};
use asl_lambda::{Adapter, Config, Invocation, handle};
use asl_model::Source;
use asl_otel::{Origin, Tracer};
use asl_value::{Value, json};
use futures_util::FutureExt;
use opentelemetry::trace::SpanId;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// It pauses five times: for a retry, for the waits of two branches, for an answer, and at the end for nothing.
const ORDER: &str = r#"{"StartAt": "Ready", "States": {
    "Ready": {"Type": "Pass", "Next": "Charge"},
    "Charge": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:flaky", "Next": "Both",
      "Parameters": {"items.$": "$.items", "retries.$": "$$.State.RetryCount"},
      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3600}]},
    "Both": {"Type": "Parallel", "Next": "Paid?", "Branches": [
      {"StartAt": "Pack", "States": {
        "Pack": {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 1, "End": true, "ItemProcessor": {
          "StartAt": "Item", "States": {
            "Item": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:ok", "Next": "Dry"},
            "Dry": {"Type": "Wait", "Seconds": 7200, "End": true}}}}}},
      {"StartAt": "Call", "States": {
        "Call": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:broken", "End": true,
          "Catch": [{"ErrorEquals": ["Broken"], "Next": "Later"}]},
        "Later": {"Type": "Wait", "Seconds": 86400, "End": true}}}]},
    "Paid?": {"Type": "Choice", "Choices": [{"Variable": "$[0]", "IsPresent": true, "Next": "Approve"}], "Default": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"Token.$": "$$.Task.Token"}, "End": true}
}}"#;
const INPUT: &str = r#"{"items": [1, 2]}"#;

/// Keeps what is sent.
#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Kept {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().unwrap().extend(batch);
        Ok(())
    }
}

impl Kept {
    fn spans(&self) -> Vec<SpanData> {
        self.0.lock().unwrap().clone()
    }
}

/// Sends the token to somebody who answers an hour later. Without a service the answer is there at once.
struct Sent(Option<Arc<Emulator>>);

#[async_trait::async_trait]
impl TaskHandler for Sent {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        task.submitted(json!({"MessageId": "m-1"}));
        let Some(service) = self.0.clone() else { return Ok(json!({"approved": true})) };
        let token = task.arguments["Token"].as_str().unwrap().to_owned();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            service.succeed_callback(&token, r#"{"approved":true}"#.into()).unwrap();
        });
        std::future::pending().await
    }
}

fn tasks(service: Option<&Arc<Emulator>>) -> Registry {
    let flaky = |input: Value| async move {
        if input["retries"] == json!(0) { Err(Failure::new("Busy", "")) } else { Ok(input) }
    };
    Registry::new()
        .function("flaky", task_fn(flaky))
        .function("ok", task_fn(|input: Value| async move { Ok::<_, Failure>(input) }))
        .function("broken", task_fn(|_: Value| async { Err::<Value, _>(Failure::new("Broken", "")) }))
        .service("sqs", "sendMessage", Sent(service.cloned()))
}

/// The spans of an execution of a function on this service, each of whose invocations is a process of its own.
async fn durable(faults: Faults) -> (Emulated, Vec<SpanData>) {
    let service = Arc::new(Emulator::starting_at(SystemTime::now().into()).with_faults(faults));
    let loaded = load(&Source::json(ORDER)).unwrap();
    let definition = DefinitionHash::of(&loaded.machine);
    let (kept, tasks) = (Kept::default(), tasks(Some(&service)));
    let (to, own) = (kept.clone(), Arc::clone(&service));
    let (invocations, program) = (AtomicU32::new(0), loaded.program);
    let function = move |event| {
        let number = invocations.fetch_add(1, Ordering::Relaxed) + 1;
        let vars = [("ASL_EXPRESS_PATTERNS".to_owned(), "all".to_owned())];
        let engine = Engine::builder().tasks(tasks.clone()).build();
        let adapter = Adapter::new(Arc::clone(&program), engine, Config::from_vars(vars).unwrap()).unwrap();
        let adapter = adapter.with_durable(own.clone(), definition.clone()).with_callbacks(own.clone());
        let adapter = adapter.with_tracer(Tracer::new(to.clone()));
        let invocation = Invocation::new(format!("request-{number}"));
        let header =
            format!("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8{number:03x};Sampled=1");
        let invocation = invocation.with_trace_header(header);
        async move { Ok(handle(&adapter, event, invocation).await?) }.boxed()
    };
    let ended = service.run("order-7", INPUT.into(), function).await;
    (ended, kept.spans())
}

/// The spans of an execution that never pauses.
async fn at_once() -> Vec<SpanData> {
    let (kept, program) = (Kept::default(), load(&Source::json(ORDER)).unwrap().program);
    let engine = Engine::builder().tasks(tasks(None)).clock(Clock::virtual_time()).build();
    let tracer = Tracer::new(kept.clone());
    let execution = Execution::new(Value::parse(INPUT).unwrap());
    engine.run(&program, tracer.trace(execution, Origin::default())).await;
    tracer.flush(Duration::from_secs(1)).await.unwrap();
    kept.spans()
}

/// A line for each span: its name after those of the spans around it, and what it says. The execution itself has another name
/// in a function.
fn lines(spans: &[SpanData]) -> Vec<String> {
    let of = |id: SpanId| spans.iter().find(|span| span.span_context.span_id() == id);
    let line = |span: &SpanData| {
        let mut path = Vec::new();
        let mut at = Some(span);
        while let Some(inner) = at {
            let outer = of(inner.parent_span_id);
            path.push(if outer.is_some() { inner.name.to_string() } else { "execution".to_owned() });
            at = outer;
        }
        path.reverse();
        let own =
            |key: &str| !key.starts_with("faas.") && !key.starts_with("aws.lambda") && !key.ends_with("arn");
        let attributes = span.attributes.iter().filter(|attribute| own(attribute.key.as_str()));
        let mut said: Vec<String> = attributes.map(|one| format!("{}={}", one.key, one.value)).collect();
        said.sort();
        let events: Vec<_> = span.events.iter().map(|event| event.name.to_string()).collect();
        format!("{} {:?} {} {}", path.join("/"), span.status, said.join(" "), events.join(" "))
    };
    let mut lines: Vec<String> = spans.iter().map(line).collect();
    lines.sort();
    lines
}

#[track_caller]
fn each_once(case: &str, spans: &[SpanData]) {
    let ids: BTreeSet<_> = spans.iter().map(|span| span.span_context.span_id().to_string()).collect();
    assert_eq!(ids.len(), spans.len(), "{case}: each span once: {:#?}", lines(spans));
    let traces: BTreeSet<_> = spans.iter().map(|span| span.span_context.trace_id().to_string()).collect();
    assert_eq!(traces.len(), 1, "{case}: one trace");
    let outer = |span: &&SpanData| !ids.contains(&span.parent_span_id.to_string());
    let roots: Vec<_> = spans.iter().filter(outer).map(|span| (&span.name, span.parent_span_id)).collect();
    assert_eq!(roots.len(), 1, "{case}: one tree: {roots:?}");
    assert_eq!(roots[0].1, SpanId::INVALID);
}

#[tokio::test(start_paused = true)]
async fn several_invocations_make_one_tree() {
    let plain = at_once().await;
    each_once("at once", &plain);
    let late = Faults { late: Some(7), page_size: Some(1), ..Faults::default() };
    for (name, faults) in [("no faults", Faults::default()), ("late", late)] {
        let (ended, spans) = durable(faults).await;
        assert_eq!(ended.status, "SUCCEEDED", "{name}: {ended:#?}");
        assert!(ended.invocations >= 5, "{name}: {}", ended.invocations);
        each_once(name, &spans);
        assert_eq!(lines(&spans), lines(&plain), "{name}");
        let root = spans.iter().find(|span| span.parent_span_id == SpanId::INVALID).unwrap();
        let took = root.end_time.duration_since(root.start_time).unwrap();
        assert!(took >= Duration::from_secs(86_400 + 2 * 3_600), "{name}: {took:?}");
        // The invocation that ends it sends it, and links it to its own span.
        let links: Vec<_> = root.links.iter().map(|link| link.span_context.span_id().to_string()).collect();
        assert_eq!(links, [format!("53995c3f42cd8{:03x}", ended.invocations)], "{name}");
    }
}

/// An invocation that has lost the execution to another one has sent what that one does, and sends, again: as the same spans.
#[tokio::test(start_paused = true)]
async fn what_is_done_twice_is_one_span() {
    let plain = at_once().await;
    let cases = (1..=8).flat_map(|at| [(at, Fault::StaleToken), (at, Fault::AnswerLost)]);
    for (at, fault) in cases {
        let (ended, spans) = durable(Faults::default().at(at, fault)).await;
        let case = format!("{fault:?} at {at}");
        assert_eq!(ended.status, "SUCCEEDED", "{case}: {ended:#?}");
        let mut once: Vec<SpanData> = Vec::new();
        for span in spans {
            let is_same = |known: &&SpanData| known.span_context.span_id() == span.span_context.span_id();
            match once.iter().find(is_same) {
                Some(known) => assert_eq!(
                    (&known.name, known.parent_span_id, known.start_time),
                    (&span.name, span.parent_span_id, span.start_time),
                    "{case}"
                ),
                None => once.push(span),
            }
        }
        each_once(&case, &once);
        assert_eq!(lines(&once), lines(&plain), "{case}");
    }
}
