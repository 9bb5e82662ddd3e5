//! `asl completions`: a script that completes the command in a shell.

use clap::CommandFactory;

use crate::args::{Args, Completions};
use crate::{Exit, Terminal};

pub(super) fn completions(args: &Completions, terminal: &Terminal) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "asl", &mut script);
    terminal.stdout.line(String::from_utf8_lossy(&script).trim_end());
    Exit::Success
}
