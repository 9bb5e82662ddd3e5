//! [`Change`]: a value that was changed while an execution was stopped.

use asl_engine::HaltStage;
use asl_value::{Text, Value};

/// A value of a visit that can be changed while it is stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// The input: before an attempt.
    Input,
    /// A variable: before an attempt, and before the state is left.
    Variable(Text),
    /// The arguments or the result, where they have just come to be.
    Stage(Text),
    /// The output: before the state is left.
    Output,
}

/// A value that was changed while an execution was stopped.
///
/// It belongs to its place in the run: it applies again when a user goes back before it and then forward. A change drops those
/// that were made at later places, because what follows from it may be something else.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The number of the halt.
    pub at: u64,
    /// What was changed.
    pub slot: Slot,
    /// The value since.
    pub value: Value,
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Slot::Input => f.write_str("input"),
            Slot::Variable(name) => write!(f, "${name}"),
            Slot::Stage(name) => f.write_str(name),
            Slot::Output => f.write_str("output"),
        }
    }
}

impl Slot {
    /// Sets the value at a halt.
    ///
    /// # Errors
    /// Why it cannot be changed there.
    pub(crate) fn set(&self, stage: &mut HaltStage<'_>, value: Value) -> Result<(), &'static str> {
        match (self, stage) {
            (Slot::Input, HaltStage::Begun(begun)) => *begun.input = value,
            (Slot::Variable(name), HaltStage::Begun(begun)) => begun.set_variable(name.clone(), value),
            (Slot::Variable(name), HaltStage::Left { assigned, .. }) => {
                assigned.get_or_insert_default().insert(name.clone(), value);
            }
            (Slot::Output, HaltStage::Left { output, .. }) => **output = value,
            (Slot::Stage(wanted), HaltStage::Open { name, value: open, .. }) if *wanted == **name => {
                **open = value;
            }
            (Slot::Input, _) => return Err("the input can only be changed before the state begins"),
            (Slot::Variable(_), _) => {
                return Err("a variable can only be changed before the state begins and before it is left");
            }
            (Slot::Output, _) => return Err("the output can only be changed before the state is left"),
            (Slot::Stage(name), _) if matches!(&**name, "afterParameters" | "afterArguments" | "result") => {
                return Err(
                    "this can only be changed where it has just come to be: step there, or stop on its field",
                );
            }
            (Slot::Stage(_), _) => {
                return Err(
                    "only the input, the arguments, the result, the output and variables can be changed",
                );
            }
        }
        Ok(())
    }
}
