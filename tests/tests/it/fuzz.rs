//! A short run of the fuzz targets; `cargo xtask fuzz-smoke` makes a longer one.

use asl_tests::fuzz::{
    Random, corpus, definition, expression, items, made_items, mutated, mutated_expression,
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
