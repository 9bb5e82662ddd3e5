//! Expressions over documents of three sizes: parts that are not read cost nothing.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop")]

use asl_jsonata::{Evaluated, StateExpression};
use asl_query::{Env, FixedHost, Scope};
use asl_value::{Object, Value, json};
use divan::Bencher;

fn main() {
    divan::main();
}

/// About 84 bytes per order.
const ORDERS: [usize; 3] = [10, 1000, 10_000];

fn run(bencher: Bencher<'_, '_>, orders: usize, text: &str) {
    let order = |id| json!({"id": id, "region": "eu-central-1", "customer": "somebody", "total": 12.5, "lines": [1, 2]});
    let all: Vec<Value> = (0..orders).map(order).collect();
    let input = json!({"orders": all, "order": {"total": 12.5, "lines": [{"sku": "a"}]}});
    let scope = Scope::from([("rate", json!(1.2))].into_iter().collect::<Object>());
    let env = Env::new(&input, &scope, &FixedHost);
    let program = StateExpression::parse(text).unwrap();
    assert!(matches!(program.eval(&env), Ok(Evaluated::Value(_))), "{text}");
    bencher.bench_local(|| program.eval(&env));
}

#[divan::bench(args = ORDERS)]
fn reference(bencher: Bencher<'_, '_>, orders: usize) {
    run(bencher, orders, "$states.input.order.lines[0].sku");
}

#[divan::bench(args = ORDERS)]
fn arithmetic(bencher: Bencher<'_, '_>, orders: usize) {
    run(bencher, orders, "$states.input.order.total * 1.2");
}

#[divan::bench(args = ORDERS)]
fn variable(bencher: Bencher<'_, '_>, orders: usize) {
    run(bencher, orders, "$rate * 2");
}

#[divan::bench(args = ORDERS)]
fn untouched(bencher: Bencher<'_, '_>, orders: usize) {
    run(bencher, orders, "{'all': $states.input.orders, 'n': 1}");
}

/// Reads the whole document.
#[divan::bench(args = ORDERS)]
fn filter(bencher: Bencher<'_, '_>, orders: usize) {
    run(bencher, orders, "$count($states.input.orders[total > 5])");
}

#[divan::bench]
fn compile() -> StateExpression {
    StateExpression::parse("$states.input.orders[total > $rate].{'id': id, 'sum': $sum(lines)}").unwrap()
}
