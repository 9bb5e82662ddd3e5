//! [`in_context`]: lets a handler see the span of its task.

use asl_engine::{Failure, Task, TaskHandler, TaskRefusal};
use asl_model::Resource;
use asl_value::Value;
use async_trait::async_trait;
use opentelemetry::Context;
use opentelemetry::context::FutureExt;
use opentelemetry::trace::TraceContextExt;

use crate::Remote;

/// A handler in whose calls `opentelemetry::Context::current()` has the span of the task, so that spans which it begins
/// belong to it. In an execution that is not traced, it is the span of the execution's trace header.
///
/// ```
/// use asl_engine::{Failure, Registry, task_fn};
/// use asl_otel::in_context;
/// use asl_value::{Value, json};
/// use opentelemetry::Context;
/// use opentelemetry::trace::TraceContextExt;
///
/// let price = task_fn(|_: Value| async move {
///     let trace = Context::current().span().span_context().trace_id().to_string();
///     Ok::<_, Failure>(json!({"trace": trace}))
/// });
/// let tasks = Registry::new().function("price", in_context(price));
/// # let _ = tasks;
/// ```
pub fn in_context(handler: impl TaskHandler + 'static) -> impl TaskHandler + 'static {
    InContext(handler)
}

struct InContext<H>(H);

#[async_trait]
impl<H: TaskHandler> TaskHandler for InContext<H> {
    fn check(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        self.0.check(state, resource, arguments)
    }

    fn serves(&self, resource: &Resource) -> Result<(), TaskRefusal> {
        self.0.serves(resource)
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let remote = match (task.trace_headers, task.trace_header) {
            (Some(headers), _) => Remote::from_w3c(&headers.traceparent, headers.tracestate.as_deref()),
            (None, header) => header.and_then(|header| Remote::from_x_amzn_trace_id(header)),
        };
        match remote.and_then(|remote| remote.context()) {
            Some(span) => {
                let context = Context::current().with_remote_span_context(span);
                self.0.call(task).with_context(context).await
            }
            None => self.0.call(task).await,
        }
    }

    fn restored(&self) {
        self.0.restored();
    }
}
