//! The tasks, by the function names in the workflow.
//!
//! A task runs at least once: again, if the invocation that it ran in was lost. What must not happen twice needs a key that
//! does not change, such as the number of the order; a `TaskHandler` has one in `Task::idempotency_key`.

use asl_engine::{Failure, Registry, task_fn};
use serde::{Deserialize, Serialize};

/// The tasks that run in this function.
pub(crate) fn registry() -> Registry {
    Registry::new().function("price", task_fn(price)).function("deliver", task_fn(deliver))
}

#[derive(Deserialize)]
struct Order {
    item: String,
    quantity: u64,
}

/// In cents.
#[derive(Serialize)]
struct Priced {
    total: u64,
}

/// An error's name and cause are what the workflow's `Retry` and `Catch` see.
async fn price(order: Order) -> Result<Priced, Failure> {
    let unit = match order.item.as_str() {
        "mug" => 1_250,
        "teapot" => 4_900,
        other => return Err(Failure::new("UnknownItem", format!("there is no `{other}` in the price list"))),
    };
    Ok(Priced { total: unit * order.quantity })
}

#[derive(Serialize)]
struct Delivered {
    parcels: u64,
}

async fn deliver(order: Order) -> Result<Delivered, Failure> {
    Ok(Delivered { parcels: order.quantity.div_ceil(10) })
}
