//! `cargo xtask chaos`: kills `asl serve --data-dir` again and again while it works.
//!
//! Executions of all kinds are started at a rate, their functions, callbacks and activities are served over loopback,
//! machines and activities are created, changed and deleted, and the process is killed with SIGKILL at random moments and
//! started again. In the end nothing that was acknowledged may be lost, and nothing that was deleted may be there: each
//! execution has ended like one that was never interrupted, with the same history but for times and tokens.
//!
//! Two things may be different, and each is counted. A task that was in flight is called again, so a function is called
//! twice with the same input only if a kill lies between ([`calls`]). An activity that a worker never got, because its
//! answer was lost with the process, times out and is retried ([`lost_activities`]).
#![allow(clippy::indexing_slicing, reason = "a missing member of JSON is null")]

mod again;
mod calls;
mod client;
mod comparison;
mod connection;
mod errands;
pub(crate) mod figures;
mod functions;
mod history;
mod load;
mod lost_activities;
mod machines;
mod names;
mod operations;
mod options;
mod problems;
mod random;
mod registry;
mod retention;
mod seen;
mod server;
pub(crate) mod soak;
mod starts;
mod states;
mod workers;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::Result;
use client::{Acknowledged, Client};
use comparison::{References, compare};
use functions::Functions;
use load::Load;
use machines::KINDS;
use options::{Options, PATIENCE};
use problems::Problems;
use random::Random;
use registry::Registry;
use seen::Seen;
use server::{Kill, Server};
use workers::Workers;

/// The clients that change machines.
const REGISTRIES: u64 = 2;

pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let options = Options::read(arguments)?;
    let (program, functions) = (server::program()?, Functions::start()?);
    let (acknowledged, problems) = (Acknowledged::default(), Problems::default());
    let temporary = std::env::temp_dir().join(format!("asl-chaos-{}", std::process::id()));
    let expected = references(&program, &temporary.join("uninterrupted"), &functions, &problems)?;
    let folder = options.folder.clone().unwrap_or_else(|| temporary.join("interrupted"));
    let mut chaos = Chaos { options, functions, folder, acknowledged, problems };
    chaos.interrupt(&program, &expected)?;
    operations::check(&chaos.acknowledged, &chaos.problems);
    chaos.problems.report(Path::new("target/chaos"))?;
    Ok(std::fs::remove_dir_all(&temporary)?)
}

/// Runs one execution of each kind. With journals, too: which iteration follows which depends on it.
fn references(
    program: &Path,
    folder: &Path,
    functions: &Functions,
    problems: &Problems,
) -> Result<References> {
    let server = Server::start(program, folder, functions)?;
    let client = Client::new(server.address());
    machines::create(&client)?;
    let workers = Workers::start(server.address(), functions, &Acknowledged::default(), problems);
    let mut references = References::new();
    for kind in KINDS {
        let name = load::name_of(kind, 0);
        let started = load::start(&client, kind, &name)?;
        let seen = Seen::read(&client, &started, Instant::now() + PATIENCE);
        references.insert(kind.name, seen.map_err(|error| format!("{name}: {error}"))?);
    }
    workers.stop();
    drop(server);
    workers.end()?;
    Ok(references)
}

struct Chaos {
    options: Options,
    functions: Functions,
    folder: PathBuf,
    acknowledged: Acknowledged,
    problems: Problems,
}

impl Chaos {
    fn interrupt(&mut self, program: &Path, expected: &References) -> Result<()> {
        let Options { kills, rate, seed, .. } = self.options;
        println!("seed {seed}, {kills} kills, {rate} executions a second, {}", self.folder.display());
        let mut server = Server::start(program, &self.folder, &self.functions)?;
        let address = server.address();
        let client = Client::counting(address, &self.acknowledged);
        machines::create(&client)?;
        let workers = Workers::start(address, &self.functions, &self.acknowledged, &self.problems);
        let registries = self.registries(&server)?;
        let load = Load::begin(address, (rate, seed), &self.acknowledged, &self.problems);
        let stop = Arc::new(AtomicBool::new(false));
        let again = self.start_again(&server, &load, &stop);
        let registries = registries.into_iter().map(|registry| {
            let stop = Arc::clone(&stop);
            std::thread::spawn(move || registry.run(&stop))
        });
        let registries: Vec<_> = registries.collect();
        let mut random = Random(seed);
        let killed = self.kill(&mut server, &load, &mut random)?;
        stop.store(true, Ordering::Relaxed);
        again.join().map_err(|_| "starting again has panicked")?;
        let started = load.end()?;
        compare(&client, &started, expected, &workers.taken, &self.problems)?;
        let mut kept = Vec::new();
        for registry in registries {
            kept.push(registry.join().map_err(|_| "a registry has panicked")?);
        }
        kept.iter_mut().for_each(|registry| registry.end(Instant::now() + PATIENCE));
        self.check_calls(&killed);
        retention::check(&mut server, &client, (&self.folder, &started), &mut random, &self.problems)?;
        kept.iter_mut().for_each(|registry| registry.compare("after executions were removed"));
        workers.stop();
        server.check_log(&self.problems)?;
        drop(server);
        workers.end()
    }

    fn registries(&self, server: &Server) -> Result<Vec<Registry>> {
        let registry = |number| {
            let client = Client::counting(server.address(), &self.acknowledged);
            Registry::new(client, number, self.options.seed, &self.problems)
        };
        (1..=REGISTRIES).map(registry).collect()
    }

    fn start_again(
        &self,
        server: &Server,
        load: &Load,
        stop: &Arc<AtomicBool>,
    ) -> std::thread::JoinHandle<()> {
        let client = Client::counting(server.address(), &self.acknowledged);
        let (started, stop) = (Arc::clone(&load.started), Arc::clone(stop));
        let (random, problems) = (Random(self.options.seed), self.problems.clone());
        std::thread::spawn(move || again::run(&client, &started, &stop, random, &problems))
    }

    /// Kills the server as often as was asked for.
    fn kill(&self, server: &mut Server, load: &Load, random: &mut Random) -> Result<Vec<Kill>> {
        let (begun, mut kills) = (Instant::now(), Vec::new());
        let most = u64::try_from(self.options.pause.as_millis()).unwrap_or(u64::MAX);
        for number in 1..=self.options.kills {
            kills.push(server.kill_after(Duration::from_millis(random.below(most)))?);
            if number % 20 == 0 {
                // What was interrupted again and again must come to its end at some time, also on a busy machine.
                self.wait_for_progress(server, number)?;
                println!("{number} kills, {} executions, {:.0?}", load.acknowledged(), begun.elapsed());
            }
        }
        let times = kills.iter().map(|(killed, started)| *started - *killed);
        println!(
            "{} executions were acknowledged in {:.0?}; a restart took {:.0?} on average, {:.0?} at most",
            load.acknowledged(),
            begun.elapsed(),
            times.clone().sum::<Duration>() / self.options.kills.max(1),
            times.max().unwrap_or_default(),
        );
        Ok(kills)
    }

    /// Waits for an execution that is started now.
    fn wait_for_progress(&self, server: &Server, kills: u32) -> Result<()> {
        let client = Client::counting(server.address(), &self.acknowledged);
        let synchronous = KINDS.iter().find(|kind| kind.is_express).ok_or("no kind is synchronous")?;
        load::start(&client, synchronous, &format!("progress-{kills}")).map(drop)
    }

    fn check_calls(&self, kills: &[Kill]) {
        let (calls, repeated, without) = self.functions.calls().repeated(kills);
        println!("{calls} calls of functions, {repeated} of them repeated after a kill");
        for call in without {
            self.problems.add("call", "a function was called again without a kill", || call);
        }
    }
}
