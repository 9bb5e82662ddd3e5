//! `asl lsp`: a language server on standard input and output.

use crate::Exit;
use crate::args::Lsp;
use crate::refusal::Refusal;

/// Unlike the other commands, it uses the streams of the process: the protocol needs two threads for them.
pub(super) fn lsp(_: &Lsp) -> Result<Exit, Refusal> {
    match asl_lsp::serve() {
        Ok(()) => Ok(Exit::Success),
        Err(error) => {
            Err(Refusal::usage(format!("the client does not speak the language server protocol: {error}")))
        }
    }
}
