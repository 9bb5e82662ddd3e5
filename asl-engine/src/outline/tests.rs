use asl_value::{Timestamp, json};

use super::*;

#[test]
fn an_aborted_iteration_is_a_sibling_of_the_one_that_failed() {
    let entered =
        |state, name: &str| EventKind::StateEntered { state, name: name.into(), input: json!([1, 2]) };
    let begun = |name: &str, index| EventKind::MapIterationStarted { name: name.into(), index };
    let failed = |name: &str, index| EventKind::MapIterationFailed { name: name.into(), index };
    let aborted = |name: &str, index| EventKind::MapIterationAborted { name: name.into(), index };
    let each = || EventKind::MapStateStarted { length: 2 };
    let events = [
        (2, 0, entered(StateType::Map, "Outer")),
        (3, 2, each()),
        (4, 3, begun("Outer", 0)),
        (5, 3, begun("Outer", 1)),
        (6, 4, entered(StateType::Map, "Inner")),
        (7, 6, each()),
        (8, 7, begun("Inner", 0)),
        (9, 7, begun("Inner", 1)),
        (10, 9, entered(StateType::Fail, "Stop")),
        (11, 10, failed("Inner", 1)),
        (12, 10, aborted("Inner", 0)),
        (13, 10, EventKind::MapStateFailed),
        // A second attempt of the inner Map.
        (14, 13, entered(StateType::Map, "Inner")),
        (15, 14, each()),
        (16, 15, begun("Inner", 0)),
        (17, 15, begun("Inner", 1)),
        (18, 17, entered(StateType::Fail, "Stop")),
        (19, 18, failed("Inner", 1)),
        (20, 18, aborted("Inner", 0)),
        (21, 18, failed("Outer", 0)),
        (22, 18, aborted("Outer", 1)),
    ];
    let mut outline = Outline::default();
    let rows: Vec<_> = events
        .into_iter()
        .map(|(id, previous_id, kind)| {
            let step = outline.follow(&Event { id, previous_id, timestamp: Timestamp::EPOCH, kind });
            (id, step.row, step.inside)
        })
        .filter(|(id, ..)| [11, 12, 19, 20, 21, 22].contains(id))
        .collect();
    let expected = [
        (11, Some(9), Some(6)),
        (12, Some(8), Some(6)),
        (19, Some(17), Some(14)),
        (20, Some(16), Some(14)),
        (21, Some(4), Some(2)),
        (22, Some(5), Some(2)),
    ];
    assert_eq!(rows, expected);
}
