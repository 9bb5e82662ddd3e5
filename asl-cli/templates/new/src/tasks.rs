//! The tasks, by the function names in the workflow. Each takes and gives any type that serde knows.

use asl_engine::{Failure, Registry, task_fn};
use serde::{Deserialize, Serialize};

/// All tasks of the workflow.
pub(crate) fn registry() -> Registry {
    Registry::new().function("price", task_fn(price)).function("discount", task_fn(discount))
}

#[derive(Deserialize)]
struct Price {
    item: String,
}

/// In cents.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Priced {
    unit_price: u64,
}

/// An error's name and cause are what the workflow's `Retry` and `Catch` see.
async fn price(asked: Price) -> Result<Priced, Failure> {
    match asked.item.as_str() {
        "mug" => Ok(Priced { unit_price: 1_250 }),
        "teapot" => Ok(Priced { unit_price: 4_900 }),
        other => Err(Failure::new("UnknownItem", format!("there is no `{other}` in the price list"))),
    }
}

#[derive(Deserialize)]
struct Discount {
    quantity: u64,
}

#[derive(Serialize)]
struct Discounted {
    rate: f64,
}

async fn discount(asked: Discount) -> Result<Discounted, Failure> {
    Ok(Discounted { rate: if asked.quantity >= 100 { 0.2 } else { 0.1 } })
}
