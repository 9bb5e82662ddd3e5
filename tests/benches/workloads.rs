//! Each workload in the engine, with and without a history, and written by hand, from text to text.

#![allow(clippy::unwrap_used, reason = "a benchmark may stop")]

use std::hint::black_box;
use std::sync::Arc;

use asl_engine::HistoryRecorder;
use asl_tests::{Workload, limit};
use divan::Bencher;
use divan::counter::ItemsCount;

const NAMES: [&str; 9] = ["w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8"];

fn main() {
    divan::main();
}

fn load(name: &str) -> (Workload, u64) {
    let workload = Workload::load(name).unwrap();
    let (output, transitions) = workload.run(None).unwrap();
    assert_eq!(output.parse::<asl_value::Value>().unwrap(), workload.expect, "{name}");
    (workload, transitions)
}

#[divan::bench(args = NAMES)]
fn engine(bencher: Bencher<'_, '_>, name: &str) {
    let (workload, transitions) = load(name);
    bencher.counter(ItemsCount::new(transitions)).bench(|| workload.run(None).unwrap());
}

#[divan::bench(args = NAMES)]
fn engine_with_history(bencher: Bencher<'_, '_>, name: &str) {
    let (workload, transitions) = load(name);
    bencher
        .counter(ItemsCount::new(transitions))
        .bench(|| workload.run(Some(Arc::new(HistoryRecorder::new()))).unwrap());
}

#[divan::bench(args = NAMES)]
fn by_hand(bencher: Bencher<'_, '_>, name: &str) {
    let (workload, transitions) = load(name);
    let output = limit::run(name, &workload.input).unwrap();
    assert_eq!(output.parse::<asl_value::Value>().unwrap(), workload.expect, "{name}");
    bencher
        .counter(ItemsCount::new(transitions))
        .bench(|| limit::run(name, black_box(&workload.input)).unwrap());
}
