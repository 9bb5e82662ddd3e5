//! [`VisitStage`]: what a state makes of its data, on the way from its input to its output.

use asl_query::ExitStep;
use asl_value::{Object, Text, Value};

use crate::Failure;
use crate::event::StateType;

/// What a visit of a state has come to. See [`Observer::on_stage`](crate::Observer::on_stage).
///
/// A visit has one attempt, and one more for each retry. An attempt begins, its filters yield data, and it fails or leaves
/// the state. One that is interrupted, because another branch failed or the execution was stopped, just ends.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum VisitStage<'a> {
    /// An attempt begins.
    #[non_exhaustive]
    Begun {
        /// 0, and one more for each retry.
        attempt: u64,
        /// The name of the state.
        state: &'a Text,
        /// Its `Type`.
        state_type: StateType,
        /// The state's input.
        input: &'a Value,
        /// All variables that it can read.
        variables: &'a Object,
    },
    /// A filter has yielded a value.
    #[non_exhaustive]
    Data {
        /// The name that TestState gives it: `afterInputPath`, `afterArguments`, `result`, … `afterItemSelector` is reported
        /// for each iteration of a Map.
        name: &'static str,
        /// The value.
        value: &'a Value,
    },
    /// An operand of `And`, `Or` or `Not` decided something in a condition of a Choice. Reported before
    /// [`Chosen`](VisitStage::Chosen) to observers that [want it](crate::Observer::wants_operands).
    #[non_exhaustive]
    Tested {
        /// The index of the rule.
        rule: usize,
        /// The index of the operand in the rule's [`Operand`](asl_query::Operand)s.
        operand: usize,
        /// Whether it held.
        holds: bool,
    },
    /// A Choice has decided where to go. The rules before the one that matched were evaluated and did not match.
    #[non_exhaustive]
    Chosen {
        /// The index of the rule that matched; `None` for `Default`, or if there is none.
        rule: Option<usize>,
    },
    /// The attempt has failed.
    #[non_exhaustive]
    Failed {
        /// Why.
        failure: &'a Failure,
        /// What becomes of it.
        handled: Handled,
    },
    /// The state is left, with the data of its work or of a catcher.
    #[non_exhaustive]
    Left {
        /// The state's output.
        output: &'a Value,
        /// The variables that it sets.
        assigned: Option<&'a Object>,
    },
}

/// What becomes of an attempt that has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// The retrier of this index retries.
    Retried(usize),
    /// The catcher of this index handles it.
    Caught(usize),
    /// Nothing: the state fails.
    Not,
}

/// The stages of a state's data on its way from input to output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// After `InputPath`.
    Input,
    /// After `Parameters` or `Arguments`.
    Arguments,
    ItemsPointer,
    /// After `ItemsPath`.
    Items,
    ItemSelector,
    ItemBatcher,
    Result,
    /// Between the result and the output.
    Exit(ExitStep),
}
