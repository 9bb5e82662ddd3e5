//! Functions as tasks: their types and errors.

use anyhow::Context as _;
use asl_engine::{ErrorName, Execution, Failure, Outcome, Registry, TaskHandler, task_fn};
use asl_value::{Value, json};

use crate::tasks::{DOUBLE, task};
use crate::{engine, program, run};

#[tokio::test]
async fn typed_functions_read_and_write_serde_types() {
    #[derive(serde::Deserialize)]
    struct Order {
        amount: u32,
    }
    let tasks = || {
        Registry::new()
            .function("double", task_fn(|order: Order| async move { Ok::<_, Failure>(order.amount * 2) }))
    };
    let report = run(&task(DOUBLE, ""), json!({"amount": 21}), tasks()).await;
    assert_eq!(report.outcome, Outcome::Succeeded(json!(42)));

    let report = run(&task(DOUBLE, ""), json!({"amount": "much"}), tasks()).await;
    let failure = report.outcome.failure().unwrap();
    assert_eq!(failure.error.as_deref(), Some("States.TaskFailed"));
    let cause = failure.cause.as_deref().unwrap();
    assert!(
        cause.starts_with("the input of the task in state `T` does not fit: invalid type: string"),
        "{cause}"
    );
    assert!(cause.ends_with("expected u32 at `$.amount`"), "{cause}");
}

#[derive(Debug)]
enum OrderError {
    Empty,
    Unreadable(std::num::ParseIntError),
    Refused(Failure),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            OrderError::Empty => "nothing to price",
            OrderError::Unreadable(_) => "no amount",
            OrderError::Refused(_) => "refused",
        })
    }
}

impl std::error::Error for OrderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OrderError::Empty => None,
            OrderError::Unreadable(source) => Some(source),
            OrderError::Refused(source) => Some(source),
        }
    }
}

impl ErrorName for OrderError {
    fn error_name(&self) -> &str {
        match self {
            OrderError::Empty => "EmptyOrder",
            OrderError::Unreadable(_) => "UnreadableOrder",
            OrderError::Refused(_) => "RefusedOrder",
        }
    }
}

fn order(amount: &str) -> Result<i64, OrderError> {
    match amount {
        "" => Err(OrderError::Empty),
        "refused" => Err(OrderError::Refused(Failure::new("Declined", "no funds"))),
        amount => amount.parse().map_err(OrderError::Unreadable),
    }
}

#[tokio::test]
async fn errors_of_every_kind_fail_the_task() {
    async fn check(input: &str, task_of: impl TaskHandler + 'static, error: &str, cause: &str) {
        let report = run(&task(DOUBLE, ""), json!(input), Registry::new().function("double", task_of)).await;
        let failure = report.outcome.failure().unwrap();
        assert_eq!((failure.error.as_deref(), failure.cause.as_deref()), (Some(error), Some(cause)));
    }
    const ANY: &str = "States.TaskFailed";
    let digit = "invalid digit found in string";
    check(
        "x",
        task_fn(|text: String| async move { text.parse::<i64>() }),
        ANY,
        &format!("ParseIntError: {digit}"),
    )
    .await;
    check("x", task_fn(|text: String| async move { Err::<(), _>(text) }), ANY, "x").await;
    let boxed =
        |text: String| async move { Ok::<i64, Box<dyn std::error::Error + Send + Sync>>(text.parse()?) };
    check("x", task_fn(boxed), ANY, digit).await;
    let anyhow = |text: String| async move { text.parse::<i64>().with_context(|| format!("order `{text}`")) };
    check("x", task_fn(anyhow), ANY, &format!("order `x`: {digit}")).await;
    check("x", task_fn(|_: String| async move { Err::<(), _>(anyhow::anyhow!("gone")) }), ANY, "gone").await;
    // A failure is what it says, however it comes.
    check("", task_fn(|_: String| async move { Err::<(), _>(Failure::new("E", "c")) }), "E", "c").await;
    let inside = |text: String| async move {
        let context = order(&text).map_err(Box::<dyn std::error::Error + Send + Sync>::from)?;
        Ok::<i64, Box<dyn std::error::Error + Send + Sync>>(context)
    };
    check("refused", task_fn(inside), "Declined", "no funds").await;
    // A type has names where somebody says that they count.
    let direct = |text: String| async move { order(&text) };
    check("", task_fn(direct), ANY, "OrderError: nothing to price").await;
    check("x", task_fn(direct), ANY, &format!("OrderError: no amount: {digit}")).await;
    check("", task_fn(direct).named(), "EmptyOrder", "nothing to price").await;
    check("x", task_fn(direct).named(), "UnreadableOrder", "no amount").await;
    let with_question_mark = |text: String| async move { Ok::<i64, Failure>(order(&text)?) };
    check("", task_fn(with_question_mark), "EmptyOrder", "nothing to price").await;
    let by_hand = |text: String| async move { text.parse::<i64>().map_err(Failure::from_error) };
    check("x", task_fn(by_hand), ANY, &format!("ParseIntError: {digit}")).await;
}

#[tokio::test]
async fn values_of_serde_json_are_values() {
    let echo = |value: serde_json::Value| async move { Ok::<_, Failure>(value) };
    let input = serde_json::json!({"n": 1, "big": u64::MAX, "list": [null, 0.1, "a"]});
    let tasks = Registry::new().function("double", task_fn(echo));
    let report = engine(tasks).build().run(&program(&task(DOUBLE, "")), Execution::new(input.clone())).await;
    assert_eq!(serde_json::Value::from(report.outcome.output().unwrap()), input);
    let path = asl_paths::Path::parse("$.list[2]").unwrap();
    assert_eq!(*path.select(&input).unwrap(), json!("a"));
    assert_eq!(*path.select(input).unwrap(), json!("a"));
}

#[tokio::test]
async fn a_value_goes_through_a_function_without_a_copy() {
    let echo =
        Registry::new().function("double", task_fn(|value: Value| async move { Ok::<_, Failure>(value) }));
    let input = json!({"large": [1, 2, 3]});
    let report = run(&task(DOUBLE, ""), input.clone(), echo).await;
    assert!(report.outcome.output().unwrap().same(&input));
}
