//! Random machines, random answers: a replay is the same byte for byte, and so is an execution that is resumed after any
//! of its turns. The same is true of a redrive, which begins where the run before it stopped.

use std::time::Duration;

use asl_engine::{Checkpoint, RecordedExecution};
use asl_value::json;

use super::machines::Machines;
use super::world::{Ran, World};

async fn check(seed: u64) -> (usize, usize) {
    let mut machines = Machines::new(seed);
    let definition = machines.machine();
    let input = json!({"n": machines.below(10), "items": [1, 7, 3], "objects": [{"n": 1}, {"n": 8}]});
    let mut world = World::new(&definition, input, seed);
    if machines.below(6) == 0 {
        world.cancel = Some(Duration::from_millis(machines.below(300) * 100 + 50));
    }
    let (mut turns, mut bytes) = (0, 0);
    for _ in 0..=redrives(seed) {
        let ran = check_run(&world, seed, &definition).await;
        (turns, bytes) = (turns + ran.turns, bytes + ran.bytes);
        let Some(checkpoint) = ran.checkpoint else { break };
        world.checkpoint = Some(checkpoint);
        world.seed += 1000;
    }
    (turns, bytes)
}

/// How often an execution that does not succeed is redriven: a redrive takes as long as the first run.
fn redrives(seed: u64) -> usize {
    if seed.is_multiple_of(4) { 2 } else { 0 }
}

struct Checked {
    turns: usize,
    bytes: usize,
    checkpoint: Option<Checkpoint>,
}

async fn check_run(world: &World, seed: u64, definition: &str) -> Checked {
    let ran = world.run().await;
    let context = format!("seed {seed}: {definition}\n{}", ran.journal);
    let recorded =
        RecordedExecution::parse(&ran.journal).unwrap_or_else(|error| panic!("{error}: {context}"));
    let replayed = world.replay(&recorded).await.unwrap_or_else(|error| panic!("{error}\n{context}"));
    assert_eq!(world.called(), Vec::<String>::new(), "{context}");
    assert!(replayed == ran, "seed {seed} {definition}\n{}", difference(&ran, &replayed));
    for turns in 0..=recorded.turns.len() {
        let mut prefix = recorded.clone();
        prefix.turns.truncate(turns);
        prefix.end = None;
        let resumed = world.resume(&prefix).await;
        let resumed = resumed.unwrap_or_else(|error| panic!("after {turns}: {error}\n{context}"));
        assert!(resumed == ran, "after {turns}: seed {seed} {definition}\n{}", difference(&ran, &resumed));
    }
    Checked { turns: recorded.turns.len(), bytes: ran.history.len(), checkpoint: ran.checkpoint }
}

/// The first line of the journal, or else the first event, that differs.
fn difference(expected: &Ran, found: &Ran) -> String {
    let pairs = [
        (expected.journal.clone(), found.journal.clone(), "\n"),
        (expected.history.clone(), found.history.clone(), "},{\"timestamp\""),
    ];
    for (expected, found, between) in &pairs {
        let (mut expected, mut found) = (expected.split(between), found.split(between));
        for place in 1.. {
            match (expected.next(), found.next()) {
                (None, None) => break,
                (left, right) if left != right => return format!("{place}: {left:?}\n{place}: {right:?}"),
                _ => {}
            }
        }
    }
    let rest = |ran: &Ran| format!("{} {} {:?}", ran.outcome, ran.transitions, ran.state);
    let same = expected.checkpoint == found.checkpoint;
    format!(
        "{}\n{}\nthe checkpoint is {}",
        rest(expected),
        rest(found),
        if same { "the same" } else { "another" }
    )
}

#[tokio::test(start_paused = true)]
async fn a_replay_is_the_same_and_so_is_an_execution_that_is_resumed() {
    let seeds = std::env::var("ASL_SEEDS").ok();
    let (from, to) = match seeds.as_deref().and_then(|seeds| seeds.split_once("..")) {
        Some((from, to)) => (from.parse().unwrap(), to.parse().unwrap()),
        None => (0, 200),
    };
    let (mut turns, mut bytes) = (0, 0);
    for seed in from..to {
        let (more_turns, more_bytes) = check(seed).await;
        (turns, bytes) = (turns + more_turns, bytes + more_bytes);
    }
    println!("{} machines, {turns} turns, {bytes} bytes of history", to - from);
}
