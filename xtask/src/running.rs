//! Programs that run in the background and end with the command that started them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdin, ChildStdout, Command};
use std::time::{Duration, Instant};

use crate::Result;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running process; dropping it kills the process.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(mut command: Command) -> Result<Running> {
        let process = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        Ok(Running(process))
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// What it reads, if that is piped and this is the first call.
    pub(crate) fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.0.stdin.take()
    }

    /// What it prints, if that is piped and this is the first call.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.0.stdout.take()
    }

    /// Fails if the process has ended.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        match self.0.try_wait()? {
            None => Ok(()),
            Some(status) => Err(format!("ended: {status}").into()),
        }
    }

    /// Waits for its end, which must be a success.
    pub(crate) fn wait(&mut self) -> Result<()> {
        let status = self.0.wait()?;
        if status.success() { Ok(()) } else { Err(format!("ended: {status}").into()) }
    }

    /// Waits until something accepts connections at this address. Fails after a minute, or if the process ends.
    pub(crate) fn wait_until_it_listens(&mut self, address: SocketAddr) -> Result<()> {
        let mut running = Ok(());
        let listens = wait_until(PATIENCE, || {
            running = self.still_runs();
            running.is_err() || TcpStream::connect(address).is_ok()
        });
        running?;
        if listens { Ok(()) } else { Err(format!("nothing listens at {address}").into()) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Polls a condition. Returns whether it became true in time.
pub(crate) fn wait_until(time: Duration, mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < time {
        if condition() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// A loopback address that nothing listens at.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
