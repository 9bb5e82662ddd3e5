//! [`Settings`]: what stops an execution, whichever run of it.

use crate::breakpoint::Breakpoint;

/// What stops an execution, whichever run of it.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    pub(crate) breakpoints: Vec<Breakpoint>,
}
