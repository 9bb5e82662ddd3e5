//! An execution that computes for a long time yields to others on its thread.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Clock, Engine, Event, EventKind, Execution, Limits, Observer, Outcome, Registry, load};
use asl_model::Source;
use asl_value::json;

const STATES: usize = 6;

/// Blocks the thread for longer than a turn whenever a state is entered.
struct Slow;

impl Observer for Slow {
    fn on_event(&self, event: Event) {
        if matches!(event.kind, EventKind::StateEntered { .. }) {
            std::thread::sleep(Duration::from_millis(12));
        }
    }
}

/// States that never wait.
fn definition() -> String {
    let states: Vec<String> = (1..=STATES)
        .map(|number| {
            let next = match number {
                STATES => r#""End": true"#.to_owned(),
                _ => format!(r#""Next": "S{}""#, number + 1),
            };
            format!(r#""S{number}": {{"Type": "Pass", "Output": "{{% 1 %}}", {next}}}"#)
        })
        .collect();
    format!(r#"{{"QueryLanguage": "JSONata", "StartAt": "S1", "States": {{{}}}}}"#, states.join(", "))
}

#[tokio::test]
async fn slow_states_are_a_turn_each() {
    let program = load(&Source::json(definition())).expect("a valid definition").program;
    for clock in [Clock::real(), Clock::virtual_time()] {
        let engine = Engine::builder().tasks(Registry::new()).clock(clock).build();
        let execution =
            Execution::new(json!({})).with_limits(Limits::express()).with_observer(Arc::new(Slow));
        let mut run = pin!(engine.run(&program, execution));
        let mut turns = 0;
        let report = std::future::poll_fn(|cx| {
            turns += 1;
            run.as_mut().poll(cx)
        })
        .await;
        assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{:?}", report.outcome);
        assert_eq!(turns, STATES, "a turn ends before the state that follows a slow one");
    }
}
