//! An execution that computes for long leaves others of its thread their turn.

use std::future::Future;
use std::pin::pin;

use asl_engine::{Clock, Engine, Execution, Limits, Outcome, Registry, load};
use asl_model::Source;
use asl_value::json;

const STATES: usize = 20;

/// States that take some ten milliseconds each, and wait for nothing.
fn definition() -> String {
    let states: Vec<String> = (1..=STATES)
        .map(|number| {
            let next = if number == STATES {
                r#""End": true"#.to_owned()
            } else {
                format!(r#""Next": "S{}""#, number + 1)
            };
            format!(
                r#""S{number}": {{"Type": "Pass", "Output": "{{% $sum([1..50000].($ * 2)) %}}", {next}}}"#
            )
        })
        .collect();
    format!(r#"{{"QueryLanguage": "JSONata", "StartAt": "S1", "States": {{{}}}}}"#, states.join(", "))
}

#[tokio::test]
async fn slow_evaluations_are_a_turn_each() {
    let program = load(&Source::json(definition())).program.expect("a valid definition");
    for clock in [Clock::real(), Clock::virtual_time()] {
        let engine = Engine::builder().tasks(Registry::new()).clock(clock).build();
        let mut run = pin!(engine.run(&program, Execution::new(json!({})).with_limits(Limits::express())));
        let mut turns = 0;
        let report = std::future::poll_fn(|cx| {
            turns += 1;
            run.as_mut().poll(cx)
        })
        .await;
        assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{:?}", report.outcome);
        assert!(turns > STATES / 2, "{turns} turns");
    }
}
