//! `asl dap`: the Debug Adapter Protocol on standard input and output.

use crate::debug_target::Files;
use crate::refusal::Refusal;
use crate::{Exit, Terminal};

pub(super) fn dap(terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let input = std::mem::replace(&mut terminal.stdin, Box::new(std::io::empty()));
    let served = asl_debug::dap::serve(input, terminal.stdout.clone(), Files);
    served.map_err(|error| Refusal::io(format!("cannot write to standard output: {error}")))?;
    Ok(Exit::Success)
}
