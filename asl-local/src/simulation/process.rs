//! [`Process`]: a server from its start to its end, in a runtime of its own whose time is virtual.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use asl_engine::{Clock, SeededEntropy};
use asl_value::Timestamp;

use super::client::Client;
use super::functions::Functions;
use super::shuffled::{arbitrate, shuffled};
use super::world::World;
use super::{commands, dice, workers};
use crate::app::App;
use crate::archive::Archive;
use crate::clock::{now, simulated};
use crate::config::Config;
use crate::data_dir::simulated::SimulatedDisk;
use crate::restore::{restore, resume_open};

/// What clients do meanwhile.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Clients {
    /// Anything.
    Busy,
    /// Workers answer, so that all executions end.
    Calm,
    None,
}

/// How a process ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Killed,
    /// What was sent is written.
    Stopped,
}

/// A process of the server.
pub(super) struct Process<'a> {
    pub(super) world: &'a Arc<World>,
    /// 1, 2, 3, …
    pub(super) number: u32,
    pub(super) folder: &'a Path,
    /// What the wall clock shows when it starts.
    pub(super) start: Timestamp,
}

impl Process<'_> {
    /// Runs a server for some time while `also` works with a client, and leaves what is on disk in another folder. Returns
    /// what the wall clock showed in the end, and what `also` returned.
    pub(super) fn run<F: Future>(
        &self,
        clients: Clients,
        end: (End, Duration),
        left: &Path,
        also: impl FnOnce(Client) -> F,
    ) -> Result<(Timestamp, Option<F::Output>), String> {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        // All tasks that are ready are polled before the main future.
        runtime.enable_time().start_paused(true).event_interval(1_000_000);
        let runtime = runtime.build().map_err(|error| error.to_string())?;
        let (disk, shown, returned) = runtime.block_on(async {
            simulated::show(self.start);
            let disk = SimulatedDisk::open(self.folder)?;
            let client = self.serve(&disk, clients).await?;
            let work = async {
                let returned = also(client).await;
                tokio::time::sleep(end.1).await;
                returned
            };
            let returned = tokio::select! {
                biased;
                returned = work => Some(returned),
                () = write(&disk, clients) => None,
                () = arbitrate() => None,
            };
            Ok::<_, String>((disk, now(), returned))
        })?;
        match end.0 {
            End::Killed => kill(&disk, left),
            End::Stopped => {
                disk.commit(disk.waiting());
                disk.close();
                disk.copy(left, disk.log_bytes());
            }
        }
        // What is dropped with the runtime writes nothing any more.
        drop(runtime);
        self.world.lock().crash();
        Ok((shown, returned))
    }

    /// Starts the server and its clients.
    async fn serve(&self, disk: &SimulatedDisk, clients: Clients) -> Result<Client, String> {
        let world = self.world;
        let config = Config {
            clock: Clock::real().showing(self.start),
            services: Some(Arc::new(Functions { world: Arc::clone(world), process: self.number })),
            entropy: Some(Arc::new(SeededEntropy::new(world.seed << 8 | u64::from(self.number)))),
            ..Config::default()
        };
        let archive: Arc<dyn Archive> = disk.data();
        let (app, open): (Arc<App>, _) = restore(config, archive)?;
        world.lock().note(format!("process {} begins, {} executions are open", self.number, open.len()));
        resume_open(&app, open).await?;
        let client = Client { world: Arc::clone(world), app };
        world.lock().is_calm = clients != Clients::Busy;
        if clients == Clients::Busy {
            for _ in 0..3 {
                tokio::spawn(shuffled(commands::run(client.clone())));
            }
        }
        if clients != Clients::None {
            tokio::spawn(shuffled(workers::poll(client.clone())));
            for _ in 0..2 {
                tokio::spawn(shuffled(workers::answer(client.clone())));
            }
        }
        Ok(client)
    }
}

/// Writes what is sent, sooner or later, and sometimes not for a while because the disk is full.
async fn write(disk: &SimulatedDisk, clients: Clients) {
    loop {
        disk.told().await;
        if clients == Clients::Busy {
            if dice::one_in(2) {
                tokio::time::sleep(Duration::from_millis(dice::below(40))).await;
            }
            if dice::one_in(30) {
                dice::sleep().await;
            }
            if dice::one_in(60) {
                disk.fail("no storage space");
                dice::sleep().await;
            }
        }
        let count = disk.waiting();
        disk.commit(count);
        // Others may learn of it later, or not at all.
        if clients == Clients::Busy && dice::one_in(3) {
            tokio::time::sleep(Duration::from_millis(dice::below(20))).await;
        }
        disk.acknowledge(count);
    }
}

/// The process is killed while it writes some of what was sent: the log ends at any byte of that.
fn kill(disk: &SimulatedDisk, left: &Path) {
    let before = disk.log_bytes();
    let count = usize::try_from(dice::below(disk.waiting() as u64 + 1)).unwrap_or_default();
    disk.commit(count);
    let written = disk.log_bytes() - before;
    disk.close();
    let kept = match dice::below(3) {
        0 => 0,
        1 => written,
        _ => dice::below(written + 1),
    };
    disk.copy(left, before + kept);
}
