//! The tasks of the workflow. Each represents a call to a service of the shop.

use std::sync::LazyLock;
use std::time::Duration;

use asl_engine::{Failure, Registry, Task, TaskHandler, task_fn};
use asl_value::{Value, from_value, json};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// The tasks, by the function names in the workflow.
pub(crate) fn registry() -> Registry {
    Registry::new()
        .function("validate-order", task_fn(validate_order))
        .function("reserve-inventory", task_fn(reserve_inventory))
        .function("score-fraud", task_fn(score_fraud))
        .function("charge-payment", task_fn(charge_payment))
        .function("pack-item", PackItem)
        .function("refund-payment", task_fn(refund_payment))
        .function("release-inventory", task_fn(release_inventory))
}

/// An amount of money in cents.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: String,
    customer_id: String,
    items: Vec<Item>,
    payment: Payment,
    #[serde(default)]
    total: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    sku: String,
    quantity: u32,
    unit_price: u64,
    #[serde(default)]
    fragile: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Payment {
    token: String,
}

/// Accepts any JSON, so that a malformed order is an error of the customer and not of the function.
async fn validate_order(order: Value) -> Result<Order, Failure> {
    let invalid = |cause: String| Failure::new("InvalidOrder", cause);
    let mut order: Order = from_value(&order).map_err(|error| invalid(error.to_string()))?;
    if order.items.is_empty() {
        return Err(invalid("an order needs an item".to_owned()));
    }
    if let Some(item) = order.items.iter().find(|item| item.quantity == 0) {
        return Err(invalid(format!("the quantity of `{}` is 0", item.sku)));
    }
    let prices = order.items.iter().map(|item| u64::from(item.quantity).saturating_mul(item.unit_price));
    order.total = prices.fold(0, u64::saturating_add);
    Ok(order)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reserve {
    order_id: String,
    items: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reservation {
    reservation_id: String,
}

async fn reserve_inventory(reserve: Reserve) -> Result<Reservation, Failure> {
    const STOCK: [(&str, u32); 3] = [("mug", 40), ("teapot", 3), ("kettle", 0)];
    call(15).await;
    for item in &reserve.items {
        let left = STOCK.iter().find(|(sku, _)| *sku == item.sku).map_or(0, |(_, left)| *left);
        if left < item.quantity {
            return Err(Failure::new(
                "OutOfStock",
                format!("{left} of `{}` left, {} ordered", item.sku, item.quantity),
            ));
        }
    }
    Ok(Reservation { reservation_id: format!("res-{}", reserve.order_id) })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Suspect {
    customer_id: String,
    total: u64,
}

async fn score_fraud(suspect: Suspect) -> Result<Value, Failure> {
    call(20).await;
    let stranger = suspect.customer_id.starts_with("guest-");
    let expensive = suspect.total > 50_000;
    Ok(json!({"score": u32::from(stranger) * 40 + u32::from(expensive) * 50}))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChargeRequest {
    order_id: String,
    amount: u64,
    token: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Charge {
    charge_id: String,
}

async fn charge_payment(request: ChargeRequest) -> Result<Charge, Failure> {
    call(10).await;
    if request.token == "tok_declined" {
        return Err(Failure::new("PaymentDeclined", format!("the card has no {} cents", request.amount)));
    }
    Ok(Charge { charge_id: format!("ch-{}", request.order_id) })
}

async fn refund_payment(charge: Charge) -> Result<Value, Failure> {
    call(5).await;
    Ok(json!({"refunded": charge.charge_id}))
}

async fn release_inventory(reservation: Reservation) -> Result<Value, Failure> {
    call(5).await;
    Ok(json!({"released": reservation.reservation_id}))
}

/// A handler rather than a `task_fn`, because it needs the number of retries: no packer is free for fragile items at first.
struct PackItem;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Pack {
    order_id: String,
    item: Item,
}

#[async_trait]
impl TaskHandler for PackItem {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let pack: Pack = from_value(&task.arguments).map_err(|error| Failure::task(error.to_string()))?;
        call(5).await;
        if pack.item.fragile && task.attempt == 0 {
            return Err(Failure::new("PackerBusy", format!("nobody is free to pack `{}`", pack.item.sku)));
        }
        Ok(
            json!({"parcelId": format!("{}-{}", pack.order_id, pack.item.sku), "quantity": pack.item.quantity}),
        )
    }
}

/// The duration of a call to a service; zero if `INSTANT_SERVICES` is set, to measure the workflow itself.
async fn call(millis: u64) {
    static INSTANT: LazyLock<bool> = LazyLock::new(|| std::env::var_os("INSTANT_SERVICES").is_some());
    if *INSTANT {
        return;
    }
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
