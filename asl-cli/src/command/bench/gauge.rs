//! Time and memory of this process.

use std::time::{Duration, Instant};

/// Elapsed wall-clock time and processor time.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    pub(super) wall: Duration,
    /// `None` where the system does not report it.
    pub(super) cpu: Option<Duration>,
}

/// A running measurement.
pub(super) struct Running {
    wall: Instant,
    cpu: Option<Duration>,
}

impl Gauge {
    pub(super) fn start(&self) -> Running {
        Running { cpu: cpu_time(), wall: Instant::now() }
    }

    pub(super) fn stop(&mut self, running: Running) {
        self.wall += running.wall.elapsed();
        let spent = cpu_time().zip(running.cpu).map(|(now, then)| now.saturating_sub(then));
        self.cpu = spent.map(|spent| self.cpu.unwrap_or_default() + spent);
    }
}

/// The processor time of this process.
#[cfg(unix)]
fn cpu_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Some(Duration::new(time.tv_sec.try_into().ok()?, time.tv_nsec.try_into().ok()?))
}

#[cfg(not(unix))]
fn cpu_time() -> Option<Duration> {
    None
}

/// The peak memory of this process, in mebibytes. `None` where the system does not report it.
pub(super) fn peak_rss_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}
