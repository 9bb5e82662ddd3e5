//! The end of standard input, by which the program that started this one lets it go.

use std::future::{Future, pending};
use std::io::{Read, copy, empty, sink};

use tokio::sync::oneshot::{Receiver, channel};

use crate::refusal::Refusal;
use crate::{Terminal, runtime};

/// Whether and how the end of standard input is noticed.
///
/// A program that started this one through a pipe closes it when it ends, however it ends: also when it was killed.
pub(crate) struct StdinEnd(Option<Receiver<()>>);

impl StdinEnd {
    /// Reads standard input from now on, if that is `wanted`.
    pub(crate) fn new(wanted: bool, terminal: &mut Terminal) -> StdinEnd {
        StdinEnd(wanted.then(|| {
            let (ended, end) = channel();
            let mut stdin: Box<dyn Read + Send> = std::mem::replace(&mut terminal.stdin, Box::new(empty()));
            // Nothing can interrupt a read that blocks, so the thread ends with the process.
            std::thread::spawn(move || {
                // An error is an end, too.
                let _ = copy(&mut stdin, &mut sink());
                ended.send(())
            });
            end
        }))
    }

    /// Completes at the end. Never, if it is not wanted.
    pub(crate) async fn reached(self) {
        match self.0 {
            Some(end) => drop(end.await),
            None => pending().await,
        }
    }

    /// Runs one execution to completion, unless standard input ends before.
    ///
    /// # Errors
    /// Standard input ended.
    pub(crate) fn block_on<T>(self, execution: impl Future<Output = T>) -> Result<T, Refusal> {
        runtime::single_threaded()?.block_on(async {
            tokio::select! {
                done = execution => Ok(done),
                () = self.reached() => Err(Refusal::io("standard input was closed before the execution ended")),
            }
        })
    }
}
