//! SnapStart: many processes begin with the same memory.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

use lambda_runtime::{BoxFuture, Error, SnapStartResource};

use crate::Adapter;

/// What the function does around a snapshot.
pub(super) struct Snapshot(pub(super) Adapter);

impl SnapStartResource for Snapshot {
    /// Random numbers begin anew, or all copies would make the same ones; handlers drop their connections.
    fn after_restore(&self) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async {
            // std asks the operating system once a thread, so only a new thread has keys that are not of the snapshot.
            let thread = std::thread::Builder::new().spawn(|| RandomState::new().hash_one(0u64))?;
            let fresh = thread.join().map_err(|_| "no random numbers after a restore")?;
            self.0.engine().restored(fresh);
            Ok(())
        })
    }
}
