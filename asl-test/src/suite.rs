//! [`Suite`]: a test file as data.

use asl_model::ExecutionType;
use asl_value::{Pointer, Text, Timestamp, Value};

use crate::expect::Expect;
use crate::mock::Mock;

/// A test file: a machine and its cases.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Suite {
    pub(crate) machine: Tested,
    /// Machines that the machine can start.
    pub(crate) with: Vec<Tested>,
    pub(crate) cases: Vec<Case>,
}

/// A machine of a test file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tested {
    /// The path of its definition, from the folder of the test file. `None`: the definition next to it.
    pub(crate) path: Option<Text>,
    pub(crate) place: Pointer,
    pub(crate) kind: ExecutionType,
    pub(crate) substitutions: Vec<(Text, Text)>,
    pub(crate) mocks: Vec<Mock>,
}

/// One case of a test file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Case {
    pub(crate) name: Text,
    pub(crate) place: Pointer,
    pub(crate) input: Input,
    pub(crate) seed: u64,
    pub(crate) time: Option<Timestamp>,
    pub(crate) mocks: Vec<Mock>,
    /// Where answers of further tasks come from.
    pub(crate) others: Option<Others>,
    pub(crate) expect: Expect,
}

/// The input of a case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Input {
    Value(Value),
    /// The path of a JSON file.
    File(Text),
}

/// Where answers come from that a case does not give itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Others {
    /// `FILE#Machine/Case` of a mock configuration of Step Functions Local.
    MockFile(Text),
    /// The path of a recorded history.
    Record(Text),
}
