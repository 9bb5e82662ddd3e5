//! Tasks that share a client or a connection pool: `cargo run -p asl-engine --example shared_client`.
//!
//! A closure clones a handle for each call. Where many tasks need the same things, a struct that implements `TaskHandler`
//! holds them.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use asl_engine::{Engine, Execution, Failure, Registry, Task, TaskHandler, load, task_fn};
use asl_model::Source;
use asl_value::{Value, json};
use async_trait::async_trait;

/// In place of a `PgPool`, a `reqwest::Client`, a client of an AWS SDK. It is made once, and a clone is cheap.
#[derive(Clone, Default)]
struct Pool(Arc<AtomicU64>);

impl Pool {
    async fn insert(&self, _order: &str) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

#[derive(serde::Deserialize)]
struct Order {
    id: String,
}

/// All functions whose names begin with `audit-`.
struct Audit {
    pool: Pool,
}

#[async_trait]
impl TaskHandler for Audit {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let row = self.pool.insert(task.state).await;
        Ok(json!({"row": row, "of": task.state}))
    }
}

const DEFINITION: &str = r#"{
  "StartAt": "Store",
  "States": {
    "Store": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:store", "Next": "Audit"},
    "Audit": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:audit-order", "End": true}
  }
}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pool = Pool::default();
    let shared = pool.clone();
    let store = task_fn(move |order: Order| {
        let pool = shared.clone();
        async move { Ok::<_, Failure>(json!({"row": pool.insert(&order.id).await})) }
    });
    let tasks = Registry::new().function("store", store).function("audit-order", Audit { pool });

    let program = load(&Source::json(DEFINITION))?.program;
    let engine = Engine::builder().tasks(tasks).build();
    let output = engine.run(&program, Execution::new(json!({"id": "a-1"}))).await.into_output()?;
    println!("{output}");
    assert_eq!(output, json!({"row": 2, "of": "Audit"}));
    Ok(())
}
