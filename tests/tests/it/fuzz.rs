//! A short run of the fuzz targets; `cargo xtask fuzz-smoke` makes a longer one.

use asl_tests::fuzz::{
    Machines, Random, corpus, definition, expression, items, made_items, mutated, mutated_expression,
};

#[test]
fn mutated_definitions() {
    let corpus = corpus().unwrap();
    assert!(corpus.len() > 200, "{}", corpus.len());
    let mut random = Random::new(7);
    for _ in 0..2_000 {
        definition(mutated(&corpus, &mut random).as_bytes());
        expression(mutated_expression(&mut random).as_bytes());
    }
}

#[test]
fn made_files_of_items() {
    let mut random = Random::new(7);
    for _ in 0..500 {
        items(made_items(&mut random).as_bytes());
    }
}

#[test]
fn mutated_executions_are_replayed_the_same() {
    let machines = Machines::read().unwrap();
    let mut random = Random::new(7);
    let cases = std::iter::repeat_with(|| machines.mutated(&mut random)).take(150).flatten();
    let ran = cases.filter(|case| machines.run(case)).count();
    assert!(ran > 40, "{ran} of 150 mutated cases ran");
}

#[test]
fn damaged_journals_are_replayed_or_refused() {
    let machines = Machines::read().unwrap();
    let mut random = Random::new(7);
    let ran =
        std::iter::repeat_with(|| machines.replay_damaged(&mut random)).take(25).filter(|ran| *ran).count();
    assert!(ran > 20, "{ran} of 25 cases ran");
}

#[cfg(feature = "parquet")]
#[test]
fn damaged_parquet_files() {
    let files = asl_tests::fuzz::ParquetFiles::read().unwrap();
    let mut random = Random::new(7);
    // What the decoder panics with is not printed; this test fails with its own.
    std::panic::set_hook(Box::new(|panic| {
        if panic.location().is_none_or(|location| !location.file().contains("parquet-")) {
            eprintln!("{panic}");
        }
    }));
    for _ in 0..500 {
        asl_tests::fuzz::parquet(&files.damaged(&mut random));
    }
}
