//! A simulation of the server with a data folder: random clients, killed processes, virtual time, one seed for everything.
//!
//! A [`World`](world::World) of clients, workers and functions outlives several processes of the server ([`process`]). A
//! process has a runtime of its own, with one thread and a paused clock, and its futures are shuffled ([`shuffled`]). Its data
//! folder is real but for the thread that writes it: records are written and acknowledged at random times, and a kill leaves
//! the log cut at any byte of what was not acknowledged. All that clients see must agree with a small model of what they
//! may see: [`known::Known`] and [`held::Held`], and in the end [`end`] and [`history`].
//!
//! `cargo xtask simulate --seeds N` runs many seeds. `ASL_SIMULATION` has the first seed and how many, `7+1` one of them with
//! its schedule.
#![allow(clippy::indexing_slicing, reason = "a missing member of JSON is null")]

mod client;
mod commands;
mod dice;
mod end;
mod functions;
mod held;
mod history;
mod known;
mod machines;
mod map_runs;
mod process;
mod shuffled;
mod workers;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use asl_value::Timestamp;

use crate::clock::instant;
use process::{Clients, End, Process};
pub(crate) use shuffled::shuffled;
use world::World;

/// The seeds of a run without `ASL_SIMULATION`.
const SEEDS: (u64, u64) = (1, 12);

/// What a seed came to.
struct Simulated {
    find: Option<String>,
    trace: Vec<String>,
    counts: BTreeMap<String, u64>,
}

/// Runs the processes of a seed in folders below this one.
fn simulate(seed: u64, folder: &Path) -> Simulated {
    dice::seed(seed);
    let world = World::new(seed);
    if let Err(problem) = run(&world, folder) {
        world.lock().found(format!("the server does not start: {problem}"));
    }
    let _ = std::fs::remove_dir_all(folder);
    let mut state = world.lock();
    let (find, trace, counts) =
        (state.find.take(), std::mem::take(&mut state.trace), std::mem::take(&mut state.counts));
    Simulated { find, trace, counts }
}

fn run(world: &std::sync::Arc<World>, folder: &Path) -> Result<(), String> {
    let mut shown = Timestamp::parse("2026-03-14T12:00:00Z").ok_or("no time")?;
    let of = |number: u32| folder.join(number.to_string());
    let first = Process { world, number: 0, folder: &of(0), start: shown };
    first.run(Clients::None, (End::Stopped, Duration::ZERO), &of(1), async |client| {
        commands::create(&client).await
    })?;
    let processes = 2 + dice::below(4) as u32;
    for number in 1..=processes {
        // The clock may be set while the server is down, also back.
        let start = match dice::below(6) {
            0 => shown.plus(Duration::from_secs(dice::below(7_200))),
            1 => shown.minus(Duration::from_secs(dice::below(120))),
            _ => shown.plus(dice::pause()),
        };
        let lasts = Duration::from_millis(1 + dice::below(1_000) * (1 + dice::below(300)));
        let end = if dice::one_in(5) { End::Stopped } else { End::Killed };
        let process = Process { world, number, folder: &of(number), start };
        (shown, _) = process.run(Clients::Busy, (end, lasts), &of(number + 1), async |_| ())?;
        if world.lock().find.is_some() {
            return Ok(());
        }
    }
    let last = processes + 1;
    let calm = Process { world, number: last, folder: &of(last), start: shown };
    let settle = async |client: client::Client| {
        end::settle(client.clone()).await;
        end::verify(client).await;
    };
    (shown, _) = calm.run(Clients::Calm, (End::Stopped, Duration::ZERO), &of(last + 1), settle)?;
    let again = Process { world, number: last + 1, folder: &of(last + 1), start: shown };
    again.run(Clients::None, (End::Stopped, Duration::ZERO), &of(last + 2), end::verify)?;
    Ok(())
}

fn folder(seed: u64) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    parent.join(format!("asl-simulation-{}-{seed}", std::process::id()))
}

/// The first seed, and how many.
fn seeds() -> (u64, u64) {
    let chosen = std::env::var("ASL_SIMULATION").ok();
    let chosen = chosen.as_deref().and_then(|chosen| chosen.split_once('+'));
    chosen.and_then(|(first, count)| Some((first.parse().ok()?, count.parse().ok()?))).unwrap_or(SEEDS)
}

#[test]
#[allow(clippy::print_stdout, reason = "the schedule of one seed, and the figures of many")]
fn what_clients_see_agrees_with_the_model() {
    let ((first, count), begun) = (seeds(), instant());
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut finds = Vec::new();
    for seed in first..first + count {
        let simulated = simulate(seed, &folder(seed));
        simulated.counts.into_iter().for_each(|(what, times)| *counts.entry(what).or_default() += times);
        let Some(find) = simulated.find else { continue };
        if count == 1 {
            println!("{}", simulated.trace.join("\n"));
        }
        println!("seed {seed}: {find}");
        finds.push(seed);
        if finds.len() >= 20 {
            break;
        }
    }
    println!("{count} seeds, {:.0?}", begun.elapsed());
    counts.iter().for_each(|(what, times)| println!("{times:>9} {what}"));
    assert!(finds.is_empty(), "these seeds have finds, ASL_SIMULATION=SEED+1 prints a schedule: {finds:?}");
}

#[test]
fn a_seed_repeats_its_schedule() {
    let [first, again] = [simulate(3, &folder(1_000_003)), simulate(3, &folder(2_000_003))];
    assert_eq!(first.trace, again.trace);
    assert!(first.trace.len() > 50, "{:?}", first.trace);
}
