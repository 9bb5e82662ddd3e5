//! The Debug Adapter Protocol: an editor debugs an execution over standard input and output.
//!
//! Threads are strands, frames are states: that of the strand, then those around it. Scopes are what the state has of its
//! input, stages, variables, context, result and time.
//!
//! Protocol: <https://microsoft.github.io/debug-adapter-protocol/specification>

mod adapter;
mod breakpoints;
mod capabilities;
mod dispatch;
mod flow;
mod framing;
mod handles;
mod inspect;
mod launching;
mod present;
mod request;

use std::io::{self, BufReader, Read, Write};
use std::sync::mpsc;

use serde_json::Value as Json;

use crate::launch::Launcher;
use crate::notice::Notice;
use adapter::Adapter;

/// What the adapter reacts to.
enum Incoming {
    Message(Json),
    /// A message that cannot be read.
    Unreadable(String),
    /// Of the run with this number.
    Notice(u64, Notice),
    /// The client has gone.
    Closed,
}

/// Serves one client, until it disconnects or its stream ends.
///
/// # Errors
/// The output cannot be written.
pub fn serve(
    input: impl Read + Send + 'static,
    mut output: impl Write,
    launcher: impl Launcher + 'static,
) -> io::Result<()> {
    let (sender, incoming) = mpsc::channel();
    let messages = sender.clone();
    std::thread::Builder::new().name("asl-dap-input".to_owned()).spawn(move || {
        let mut input = BufReader::new(input);
        loop {
            let read = match framing::read(&mut input) {
                Ok(Some(message)) => Incoming::Message(message),
                Ok(None) => Incoming::Closed,
                Err(framing::Unreadable::Message(problem)) => Incoming::Unreadable(problem),
                Err(framing::Unreadable::Stream) => Incoming::Closed,
            };
            let is_closed = matches!(read, Incoming::Closed);
            if messages.send(read).is_err() || is_closed {
                return;
            }
        }
    })?;
    let notify = move |run, notice| {
        let _ = sender.send(Incoming::Notice(run, notice));
    };
    let mut adapter = Adapter::new(Box::new(launcher), notify);
    while let Ok(incoming) = incoming.recv() {
        match incoming {
            Incoming::Message(message) => dispatch::message(&mut adapter, &message),
            Incoming::Unreadable(problem) => adapter.complain(&problem),
            Incoming::Notice(run, notice) => dispatch::notice(&mut adapter, run, notice),
            Incoming::Closed => break,
        }
        for message in adapter.take_messages() {
            framing::write(&mut output, &message)?;
        }
        if adapter.is_over() {
            break;
        }
    }
    Ok(())
}
