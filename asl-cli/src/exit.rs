//! [`Exit`]: the result of a command.

use std::process::ExitCode;

/// How the command ended, and the exit code that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exit {
    /// 0: the execution succeeded, the definitions are valid.
    Success,
    /// 1: the execution failed, timed out or was aborted.
    Failure,
    /// 2: the definition is invalid, or could not be read.
    Invalid,
    /// 64 (`EX_USAGE`): the arguments are invalid, or a file that they name cannot be used.
    Usage,
    /// 74 (`EX_IOERR`): a result could not be written.
    Io,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Failure => 1,
            Exit::Invalid => 2,
            Exit::Usage => 64,
            Exit::Io => 74,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
