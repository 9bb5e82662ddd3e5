//! [`Client`]: calls the API, and sometimes does not wait for the answer.

use std::sync::Arc;

use asl_value::Value;

use super::dice;
use super::world::World;
use crate::app::App;
use crate::error::ApiError;
use crate::in_process::Operations;

/// A client of one process of the server.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) world: Arc<World>,
    pub(super) app: Arc<App>,
}

/// What a client learns of a request.
pub(super) enum Answer {
    Done(Value),
    /// It had no effect.
    Refused(ApiError),
    /// It may have had an effect, and may not.
    Unknown,
}

impl Client {
    /// Makes a request, and may be disconnected.
    pub(super) async fn call(&self, action: &str, request: Value) -> Answer {
        let is_patient = self.world.lock().is_calm;
        if is_patient || !dice::one_in(12) {
            return self.patiently(action, request).await;
        }
        let time = dice::pause();
        let answer = tokio::time::timeout(time, self.patiently(action, request)).await;
        answer.unwrap_or_else(|_| {
            self.world.lock().note(format!("{action}: disconnected"));
            Answer::Unknown
        })
    }

    /// Makes a request, and waits for its answer.
    pub(super) async fn patiently(&self, action: &str, request: Value) -> Answer {
        let begun = self.world.lock().observations();
        let mut shown = request.to_json();
        shown.truncate(300);
        self.world.lock().note(format!("{action} {shown}"));
        let body = request.as_object().cloned().unwrap_or_default();
        let answered = Arc::clone(&self.app).answer(action, body, None).await;
        let mut world = self.world.lock();
        let is_change =
            !["Describe", "List", "GetExecutionHistory"].iter().any(|read| action.starts_with(read));
        let (what, answer) = match answered {
            Ok(answer) => {
                if is_change {
                    // What was seen before the request is on disk, too.
                    world.durable = world.durable.max(begun);
                }
                if action != "GetExecutionHistory" {
                    world.note(format!("{action} of {shown}: {answer}"));
                }
                ("", Answer::Done(answer))
            }
            Err(error) => {
                world.note(format!("{action} of {shown}: {} {}", error.name(), error.message()));
                let is_unknown = error.http_status() >= 500;
                (error.name(), if is_unknown { Answer::Unknown } else { Answer::Refused(error) })
            }
        };
        world.count(format!("{action} {what}").trim());
        answer
    }
}
