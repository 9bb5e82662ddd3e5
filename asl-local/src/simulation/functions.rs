//! [`Functions`]: the functions that the machines of a simulation call. What they answer follows from what they are sent.

use std::sync::Arc;

use asl_engine::{Failure, Task, TaskHandler};
use asl_value::{Value, json};
use async_trait::async_trait;

use super::dice;
use super::world::World;

/// The handler of one process of the server.
pub(super) struct Functions {
    pub(super) world: Arc<World>,
    /// Which process this is: 1, 2, 3, …
    pub(super) process: u32,
}

#[async_trait]
impl TaskHandler for Functions {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let payload = task.arguments.get("Payload").cloned().unwrap_or_default();
        let execution = text(&payload, "execution");
        let n = if task.state == "E" { number(&payload, "n") } else { 0 };
        let what = format!("{execution} {} {n} {}.{}", task.state, number(&payload, "redrive"), task.attempt);
        self.world.called(&what, self.process, task.resumed().is_some());
        if let Some(token) = payload.get("token").and_then(Value::as_str) {
            dice::sleep().await;
            self.world.hand_out(token, &payload, task.state, task.heartbeat_interval().is_some());
            // The response of the request that sent the message.
            dice::sleep().await;
            task.submitted(json!({"sent": true}));
            return std::future::pending().await;
        }
        let _counted =
            payload.get("parent").and_then(Value::as_str).map(|parent| self.world.enter_child(parent));
        dice::sleep().await;
        let answer = answer(self.world.seed, &payload);
        answer.map(|n| json!({"Payload": {"n": n, "items": [1, 2, 3]}}))
    }
}

/// What a function answers to a payload.
pub(super) fn answer(seed: u64, payload: &Value) -> Result<i64, Failure> {
    // Names are random, numbers of seeds are not.
    let sent = format!("{seed} {}", payload.to_json());
    let hash = sent.bytes().fold(0_u64, |hash, byte| dice::mixed(hash ^ u64::from(byte)));
    match hash % 16 {
        0..3 => Err(Failure::new("Busy", "a second time may help")),
        3 => Err(Failure::new("Bad", "no second time helps")),
        _ => Ok(number(payload, "n") + 1),
    }
}

pub(super) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn number(value: &Value, name: &str) -> i64 {
    value.get(name).and_then(Value::as_i64).unwrap_or_default()
}
