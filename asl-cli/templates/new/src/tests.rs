//! The workflow with its tasks, without Lambda. Waits and retry delays take no time.

use asl_engine::{Clock, Engine, Execution, Outcome, load};
use asl_model::Source;
use asl_value::{Value, json};

async fn quote(input: Value) -> Outcome {
    let program = load(&Source::json(crate::WORKFLOW)).expect("the workflow is valid").program;
    let tasks = crate::tasks::registry();
    assert!(tasks.missing(&program).is_empty(), "every task is there");
    let engine = Engine::builder().tasks(tasks).clock(Clock::virtual_time()).build();
    engine.run(&program, Execution::new(input)).await.outcome
}

#[tokio::test]
async fn quotes() {
    for (item, quantity, total) in [("mug", 1, 1_250), ("mug", 10, 11_250), ("teapot", 100, 392_000)] {
        let outcome = quote(json!({"item": item, "quantity": quantity})).await;
        assert_eq!(outcome.output(), Some(&json!({"item": item, "quantity": quantity, "total": total})));
    }
}

#[tokio::test]
async fn an_item_that_nobody_sells() {
    let outcome = quote(json!({"item": "moon", "quantity": 1})).await;
    let error = outcome.failure().and_then(|failure| failure.error.as_deref());
    assert_eq!(error, Some("UnknownItem"));
}
