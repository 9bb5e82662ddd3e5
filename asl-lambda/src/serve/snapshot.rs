//! SnapStart: many processes start with the same memory.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use lambda_runtime::{BoxFuture, Error, SnapStartResource};

use crate::Adapter;

/// The hooks that run around a snapshot.
pub(super) struct Snapshot(pub(super) Adapter);

impl SnapStartResource for Snapshot {
    /// Seeds random numbers again, because all copies would otherwise generate the same ones, and lets handlers drop
    /// their connections.
    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            // std asks the operating system for keys once per thread, so only a new thread has keys from after the
            // snapshot.
            let thread = std::thread::Builder::new().spawn(|| RandomState::new().hash_one(0u64))?;
            let fresh = thread.join().map_err(|_| "no random numbers after a restore")?;
            self.0.engine().restored(fresh);
            Ok(())
        })
    }
}
