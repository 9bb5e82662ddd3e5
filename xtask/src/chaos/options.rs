//! [`Options`]: what `cargo xtask chaos` was asked for.

use std::path::PathBuf;
use std::time::Duration;

use crate::Result;

/// How long executions may take to end once nothing kills the server any more.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// What `cargo xtask chaos` was asked for.
pub(super) struct Options {
    pub(super) kills: u32,
    /// The executions that are started in a second.
    pub(super) rate: u32,
    pub(super) seed: u64,
    /// The longest time between two kills.
    pub(super) pause: Duration,
    /// The data folder, which is kept. Without it, one is made and removed.
    pub(super) folder: Option<PathBuf>,
}

impl Options {
    pub(super) fn read(arguments: &[&str]) -> Result<Options> {
        let mut options =
            Options { kills: 100, rate: 200, seed: 1, pause: Duration::from_millis(3000), folder: None };
        let mut arguments = arguments.iter();
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("expected a value after {name}"))?;
            match *name {
                "--kills" => options.kills = value.parse()?,
                "--rate" => options.rate = value.parse()?,
                "--seed" => options.seed = value.parse()?,
                "--pause-ms" => options.pause = Duration::from_millis(value.parse()?),
                "--folder" => options.folder = Some(value.into()),
                other => return Err(format!("unknown option {other}").into()),
            }
        }
        Ok(options)
    }
}
