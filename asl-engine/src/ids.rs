//! [`StateId`]: the number of a state.

/// The index of a state in its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StateId(pub(crate) u32);

impl StateId {
    #[cfg(test)]
    pub(crate) const FIRST: StateId = StateId(0);
}
