//! The spans of an execution, printed: `cargo run -p asl-otel --example trace`. With `OTEL_EXPORTER_OTLP_ENDPOINT`, the same
//! spans go to a collector: use `Tracer::from_env`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::time::Duration;

use asl_engine::{Clock, Engine, Execution, Failure, Registry, load, task_fn};
use asl_model::Source;
use asl_otel::{Origin, Tracer, in_context};
use asl_value::{Value, json};
use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

const DEFINITION: &str = r#"{
  "StartAt": "Price",
  "States": {
    "Price": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price", "Next": "Sleep"},
    "Sleep": {"Type": "Wait", "Seconds": 60, "End": true}
  }
}"#;

#[derive(Debug)]
struct Print;

impl SpanExporter for Print {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        for span in batch {
            let took = span.end_time.duration_since(span.start_time).unwrap_or_default();
            println!(
                "{} in {}: {} took {took:?}",
                span.span_context.span_id(),
                span.parent_span_id,
                span.name
            );
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = load(&Source::json(DEFINITION))?.program;
    // A handler sees the span of its task, in which spans of its own belong.
    let price = task_fn(|_: Value| async move {
        let span = Context::current().span().span_context().clone();
        assert!(span.is_valid());
        Ok::<_, Failure>(json!({"span": span.span_id().to_string()}))
    });
    let tasks = Registry::new().function("price", in_context(price));
    let engine = Engine::builder().tasks(tasks).clock(Clock::virtual_time()).build();

    let tracer = Tracer::new(Print);
    let origin = Origin::of_header(Some("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"));
    let execution = tracer.trace(Execution::new(json!({})), origin);
    engine.run(&program, execution).await.into_output()?;
    tracer.flush(Duration::from_secs(1)).await?;
    Ok(())
}
