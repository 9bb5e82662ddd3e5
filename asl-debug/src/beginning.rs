//! [`Beginning`]: what an execution begins with.

use std::sync::Arc;

use asl_engine::{DefinitionHash, Program};
use asl_model::ExecutionType;
use asl_value::{Text, Timestamp, Value};

/// What an execution begins with, the same in each run.
pub struct Beginning {
    /// The name of the machine.
    pub machine: Text,
    /// Its program.
    pub program: Arc<Program>,
    /// The hash of its definition.
    pub definition: DefinitionHash,
    /// Its type.
    pub kind: ExecutionType,
    /// The input.
    pub input: Value,
    /// Seeds random numbers.
    pub seed: u64,
    /// When it begins; 2026-01-01T00:00:00Z if not set.
    pub start: Option<Timestamp>,
}
