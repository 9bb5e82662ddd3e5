//! The workflow alone, with mocked tasks and in virtual time. `workflow.test.yaml` has more cases; those that are easier to write
//! in Rust are here.

use std::time::Duration;

use asl_test::{Machine, Mocks, returns, throws};
use asl_value::json;

use crate::event;

/// The tasks of an order for which all goes well.
fn mocks() -> Mocks {
    Mocks::new()
        .task(
            "validate-order",
            returns(json!({
                "orderId": "o-1", "customerId": "c-42", "total": 2500, "payment": {"token": "tok_visa"},
                "items": [{"sku": "mug", "quantity": 2, "unitPrice": 1250}]
            })),
        )
        .task("ReserveInventory", returns(json!({"reservationId": "r-1"})))
        .task("ScoreFraud", returns(json!({"score": 0})))
        .task("ChargePayment", returns(json!({"chargeId": "ch-1"})))
        .task("PackItem", returns(json!({"parcelId": "p-1"})))
        .task("RefundPayment", returns(json!({})))
        .task("ReleaseInventory", returns(json!({})))
}

fn machine() -> Machine {
    Machine::open(concat!(env!("CARGO_MANIFEST_DIR"), "/workflow.asl.json")).unwrap().express()
}

#[test]
fn a_busy_packer_is_asked_again() {
    let busy = [throws("PackerBusy", "nobody is free"), returns(json!({"parcelId": "p-2"}))];
    let run = machine().run(event("direct"), mocks().task("PackItem", busy));
    run.assert_succeeded().assert_calls("PackItem", 2).assert_duration(Duration::from_secs(1));
    assert_eq!(run.outcome().output().unwrap()["parcels"], json!(["p-2"]));
}

#[test]
fn every_score_decides_alike() {
    for score in [0, 79, 80, 100] {
        let run =
            machine().run(event("direct"), mocks().task("ScoreFraud", returns(json!({"score": score}))));
        match score < 80 {
            true => run.assert_succeeded().assert_calls("ChargePayment", 1),
            false => run.assert_failed("SuspectedFraud").assert_calls("ChargePayment", 0),
        };
    }
}

#[test]
fn a_declined_payment_releases_the_goods() {
    machine()
        .run(event("direct"), mocks().task("ChargePayment", throws("PaymentDeclined", "no money")))
        .assert_failed("PaymentDeclined")
        .assert_called_with("ReleaseInventory", json!({"reservationId": "r-1"}))
        .assert_calls("RefundPayment", 0);
}
