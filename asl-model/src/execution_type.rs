//! [`ExecutionType`]: STANDARD or EXPRESS.

/// The two types of state machine, and of the child executions of a distributed Map (`ProcessorConfig.ExecutionType`).
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExecutionType {
    /// `STANDARD`: durable, with a history.
    Standard,
    /// `EXPRESS`: short and cheap, without one.
    Express,
}

impl ExecutionType {
    /// Both, with their names.
    pub(crate) const NAMES: [(&'static str, ExecutionType); 2] =
        [("STANDARD", ExecutionType::Standard), ("EXPRESS", ExecutionType::Express)];

    /// AWS's word: `STANDARD`, `EXPRESS`.
    pub const fn name(self) -> &'static str {
        match self {
            ExecutionType::Standard => "STANDARD",
            ExecutionType::Express => "EXPRESS",
        }
    }

    /// The type of this name.
    pub fn from_name(name: &str) -> Option<ExecutionType> {
        ExecutionType::NAMES.iter().find(|(known, _)| *known == name).map(|(_, found)| *found)
    }
}
