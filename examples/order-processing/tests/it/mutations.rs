//! Mutations of the workflow: each must make a case of `workflow.test.yaml` fail, or the cases would not notice such a mistake.

use asl_model::Source;
use asl_test::{Coverage, ItemKind, Options, TestFile, run_files};
use asl_value::{Array, Text, Value, json};

/// A place in the definition, and the value that it gets; `null` removes the member.
fn mutations() -> Vec<(&'static str, Value)> {
    vec![
        ("TimeoutSeconds", json!(59)),
        ("TimeoutSeconds", json!(61)),
        ("TimeoutSeconds", Value::Null),
        ("States/ReadEvent/Choices/0/IsPresent", json!(false)),
        ("States/ReadEvent/Choices/0/Variable", json!("$.detail")),
        ("States/ReadEvent/Default", json!("UnwrapEvent")),
        ("States/UnwrapEvent/InputPath", Value::Null),
        ("States/UnwrapEvent/Next", json!("OrderSize")),
        ("States/ValidateOrder/Next", json!("CheckOrder")),
        ("States/ValidateOrder/ResultPath", json!("$.order")),
        (
            "States/OrderSize/Choices/0",
            json!({"Variable": "$.total", "NumericGreaterThanEquals": 500000, "Next": "NeedsApproval"}),
        ),
        (
            "States/OrderSize/Choices/0",
            json!({"Variable": "$.total", "NumericLessThan": 500000, "Next": "NeedsApproval"}),
        ),
        ("States/OrderSize/Choices/0/NumericGreaterThan", json!(500001)),
        ("States/OrderSize/Default", json!("NeedsApproval")),
        ("States/NeedsApproval/Error", json!("Approval")),
        ("States/NeedsApproval/Cause", json!("too expensive")),
        ("States/CheckOrder/Branches/0/States/ReserveInventory/Parameters/orderId.$", json!("$.customerId")),
        ("States/CheckOrder/Branches/0/States/ReserveInventory/Parameters/items.$", Value::Null),
        ("States/CheckOrder/Branches/1/States/ScoreFraud/Parameters/total.$", json!("$.orderId")),
        ("States/CheckOrder/Branches/1/States/ScoreFraud/TimeoutSeconds", json!(4)),
        ("States/CheckOrder/Branches/1/States/ScoreFraud/TimeoutSeconds", json!(6)),
        ("States/CheckOrder/Branches/1/States/ScoreFraud/TimeoutSeconds", Value::Null),
        ("States/CheckOrder/Branches/1/States/ScoreFraud/Catch", Value::Null),
        ("States/CheckOrder/Branches/1/States/ScoreFraud/Catch/0/ErrorEquals", json!(["States.Timeout"])),
        ("States/CheckOrder/Branches/1/States/AssumeMediumRisk/Result/score", json!(90)),
        ("States/CheckOrder/ResultSelector/reservation.$", json!("$[1]")),
        ("States/CheckOrder/ResultSelector/fraud.$", json!("$[0]")),
        ("States/CheckOrder/ResultPath", json!("$.check")),
        ("States/CheckOrder/Catch", Value::Null),
        ("States/CheckOrder/Catch/0/ErrorEquals", json!(["States.Timeout"])),
        ("States/CheckOrder/Catch/0/ResultPath", Value::Null),
        ("States/CheckOrder/Catch/0/Next", json!("ReleaseInventory")),
        ("States/CheckOrder/Next", json!("ChargePayment")),
        (
            "States/FraudVerdict/Choices/0",
            json!({"Variable": "$.checks.fraud.score", "NumericGreaterThan": 80, "Next": "SuspectFraud"}),
        ),
        ("States/FraudVerdict/Choices/0/NumericGreaterThanEquals", json!(79)),
        ("States/FraudVerdict/Choices/0/Next", json!("ReleaseInventory")),
        ("States/FraudVerdict/Default", json!("SuspectFraud")),
        ("States/SuspectFraud/Next", json!("OrderFailed")),
        ("States/SuspectFraud/Result/Error", json!("Fraud")),
        ("States/SuspectFraud/Result/Cause", json!("fraud")),
        ("States/SuspectFraud/ResultPath", Value::Null),
        ("States/ChargePayment/Parameters/amount.$", json!("$.orderId")),
        ("States/ChargePayment/Parameters/token.$", Value::Null),
        ("States/ChargePayment/ResultPath", json!("$.payment")),
        ("States/ChargePayment/Catch", Value::Null),
        ("States/ChargePayment/Catch/0/ErrorEquals", json!(["PaymentDeclined"])),
        ("States/ChargePayment/Catch/0/Next", json!("OrderFailed")),
        ("States/ChargePayment/Next", json!("ConfirmOrder")),
        ("States/PackItems/ItemSelector", Value::Null),
        ("States/PackItems/ItemSelector/orderId.$", json!("$.customerId")),
        ("States/PackItems/MaxConcurrency", json!(4)),
        ("States/PackItems/MaxConcurrency", json!(6)),
        ("States/PackItems/ItemProcessor/States/PackItem/Retry", Value::Null),
        ("States/PackItems/ItemProcessor/States/PackItem/Retry/0/MaxAttempts", json!(1)),
        ("States/PackItems/ItemProcessor/States/PackItem/Retry/0/MaxAttempts", json!(3)),
        ("States/PackItems/ItemProcessor/States/PackItem/Retry/0/IntervalSeconds", json!(2)),
        ("States/PackItems/ItemProcessor/States/PackItem/Retry/0/BackoffRate", json!(1)),
        ("States/PackItems/ItemProcessor/States/PackItem/Retry/0/ErrorEquals", json!(["States.ALL"])),
        ("States/PackItems/ResultPath", json!("$.packed")),
        ("States/PackItems/Catch", Value::Null),
        ("States/PackItems/Catch/0/ErrorEquals", json!(["PackerBusy"])),
        ("States/PackItems/Catch/0/Next", json!("ReleaseInventory")),
        ("States/PackItems/Next", json!("RefundPayment")),
        ("States/ConfirmOrder/Parameters/status", json!("DONE")),
        ("States/ConfirmOrder/Parameters/parcels.$", json!("$.parcels[0].parcelId")),
        ("States/ConfirmOrder/Parameters/chargeId.$", json!("$.orderId")),
        ("States/RefundPayment/Next", json!("OrderFailed")),
        ("States/RefundPayment/Parameters/chargeId.$", json!("$.orderId")),
        ("States/RefundPayment/ResultPath", json!("$")),
        ("States/ReleaseInventory/Parameters/reservationId.$", json!("$.orderId")),
        ("States/ReleaseInventory/ResultPath", json!("$")),
        ("States/OrderFailed/ErrorPath", json!("$.problem.Cause")),
        ("States/OrderFailed/CausePath", json!("$.problem.Error")),
    ]
}

/// The value with another one at a place, or without it.
fn changed(value: &Value, path: &[&str], new: &Value) -> Value {
    let Some((first, rest)) = path.split_first() else { return new.clone() };
    let is_last = rest.is_empty();
    if let Some(items) = value.as_array() {
        let index: usize = first.parse().unwrap();
        let items = items.iter().enumerate();
        let item =
            |(at, item): (usize, &Value)| if at == index { changed(item, rest, new) } else { item.clone() };
        return Value::Array(items.map(item).collect::<Array>());
    }
    let object = value.as_object().unwrap();
    assert!(object.contains_key(first) || (is_last && !new.is_null()), "{path:?}");
    let mut object = object.clone();
    match is_last && new.is_null() {
        true => drop(object.remove(first)),
        false => drop(
            object.insert(Text::from(*first), changed(object.get(first).unwrap_or(&Value::Null), rest, new)),
        ),
    }
    object.into()
}

fn cases() -> TestFile {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/workflow.test.yaml");
    TestFile::read(path.as_ref()).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_cases_reach_everything() {
    let files = [cases()];
    assert!(files[0].cases().len() >= 25);
    let results = run_files(&files, &Options::default());
    for case in &results[0].cases {
        assert!(case.has_passed(), "{}: {:#?}", case.name, case.mismatches);
    }
    let coverage = Coverage::of(&results);
    let definition = &coverage.definitions[0];
    let missed: Vec<_> = definition.coverage.missed().collect();
    assert!(missed.is_empty(), "{missed:?}");
    // Its conditions have no operands: no And, Or or Not.
    for kind in ItemKind::ALL.into_iter().filter(|kind| *kind != ItemKind::Operand) {
        assert!(definition.coverage.share(kind).all > 0, "{}", kind.name());
    }
}

#[test]
fn every_mutation_makes_a_case_fail() {
    let cases = cases();
    let definition = Value::parse(include_str!("../../workflow.asl.json")).unwrap();
    let mutations = mutations();
    let (mut survivors, mut refused) = (Vec::new(), Vec::new());
    for (place, new) in &mutations {
        let path: Vec<&str> = place.split('/').collect();
        let mutated = changed(&definition, &path, new);
        assert_ne!(mutated, definition, "{place}");
        // A definition with an unreachable state is invalid, so it needs no case.
        let Ok(mutated) = cases.with_definition(Source::json(mutated.to_json())) else {
            refused.push(*place);
            continue;
        };
        let mutated = [mutated];
        let results = run_files(&mutated, &Options::default());
        if results[0].cases.iter().all(asl_test::CaseResult::has_passed) {
            survivors.push(format!("{place} = {new}"));
        }
    }
    assert!(survivors.is_empty(), "no case notices {survivors:#?}");
    println!("{} mutations, {} of them no valid definitions", mutations.len(), refused.len());
    assert!(mutations.len() - refused.len() >= 40, "{refused:#?}");
}
