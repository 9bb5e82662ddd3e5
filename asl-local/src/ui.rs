//! The page: machines, executions, and one execution in detail, for a browser on this machine.
//!
//! A browser gets `/` and the two files of the bundle in `asl-local/ui/dist`; its script reads what is below `/ui/`, and
//! calls the operations of the API. Nothing here changes anything: that is left to the operations.

mod assets;
mod changes;
mod coverage;
mod diagnostics;
mod events;
mod execution;
mod layouts;
pub(crate) mod login;
mod report;
mod request;
mod stream;

use std::sync::Arc;

use asl_value::Object;
use hyper::body::Bytes;

use crate::app::App;
use crate::error::ApiError;
use crate::reply::Reply;
use layouts::Layouts;
pub use report::{HtmlReport, ReportedCoverage, ReportedExecution};
pub(crate) use request::Request;
use stream::Streams;

const JSON: &str = "application/json";

/// What the requests of the page share.
pub(crate) struct Ui {
    app: Arc<App>,
    streams: Streams,
    layouts: Layouts,
}

impl Ui {
    pub(crate) fn new(app: &Arc<App>) -> Ui {
        let streams = Streams::new(app);
        Ui { app: Arc::clone(app), streams, layouts: Layouts::default() }
    }

    pub(crate) async fn answer(&self, request: Request, body: &Object) -> Result<Reply, ApiError> {
        let app = &self.app;
        match request {
            Request::Document => Ok(assets::document()),
            // Answered before the key is checked.
            Request::Login | Request::LoginForm | Request::Logout => Ok(login::form()),
            Request::Script => Ok(assets::script()),
            Request::Style => Ok(assets::style()),
            Request::Graph => {
                let definition =
                    body.get("definition").and_then(asl_value::Value::as_str).unwrap_or_default();
                let diagnostics = diagnostics::of(app, definition, body).await?;
                let layout = self.layouts.of(app, definition).await?;
                Ok(json(format!(r#"{{"layout":{layout},"diagnostics":{diagnostics}}}"#)))
            }
            Request::Execution { arn } => {
                let execution = execution::find(app, &arn)?;
                let layout = self.layouts.of(app, &execution.target.revision.definition).await?;
                Ok(json(execution::head(app, &execution, &layout)))
            }
            Request::Executions { query } => Ok(json(execution::list(app, &query)?.to_json())),
            Request::Event { arn, id } => {
                Ok(json(events::event(&*execution::find(app, &arn)?, id)?.to_json()))
            }
            Request::Events { arn, after } => {
                let execution = execution::find(app, &arn)?;
                self.streams.open(events::Events::new(app, &execution, after))
            }
            Request::Stages { arn, entered } => {
                Ok(json(execution::stages(app, &*execution::find(app, &arn)?, entered)?.to_json()))
            }
            Request::Coverage { arn } => {
                let revision = app.store().target(&arn, 0)?.revision;
                let layout = self.layouts.of(app, &revision.definition).await?;
                Ok(json(coverage::of(app, &arn, revision, &layout).await?))
            }
            Request::Changes => self.streams.open(changes::Feed::new(app)),
        }
    }
}

/// Data that no browser keeps or takes for something else.
fn json(text: impl Into<Bytes>) -> Reply {
    const HEADERS: &[(&str, &str)] = &[("cache-control", "no-store"), ("x-content-type-options", "nosniff")];
    Reply { headers: HEADERS, ..Reply::whole(JSON, text) }
}
