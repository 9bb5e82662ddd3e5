//! [`Watch`]: who sees the stages of a state's data.

use asl_query::Scope;
use asl_value::{Object, Value};

use crate::Failure;
use crate::languages::stage_name;
use crate::observer::Observer;
use crate::program::{Quick, Step, StepKind, Waiting};
use crate::recovery::Decision;
use crate::stage::{Handled, Stage, VisitStage};
use crate::witness::Witness;

/// Who sees the stages of a state's data. Most executions have none, and nothing is built for it: what is done for others is
/// kept out of the loop over states.
#[derive(Clone, Copy)]
pub(crate) enum Watch<'a> {
    /// The test of a single state.
    Test(&'a dyn Witness),
    /// An observer of the execution that has asked for it.
    Observer(&'a dyn Observer),
}

impl Watch<'_> {
    /// An attempt of the visit that began with the event `entered` begins.
    #[cold]
    #[inline(never)]
    pub(crate) fn begins(self, entered: u64, attempt: u64, input: &Value, scope: &Scope) {
        if let Watch::Observer(observer) = self {
            let variables = &scope.visible();
            observer.on_stage(entered, VisitStage::Begun { attempt, input, variables });
        }
    }

    /// A filter has yielded a value.
    #[cold]
    #[inline(never)]
    pub(crate) fn saw(self, entered: u64, step: &Step, stage: Stage, value: &Value) {
        match self {
            Watch::Test(witness) => witness.saw(stage, value),
            Watch::Observer(observer) => {
                if let (true, Some(name)) = (is_own(step, stage), stage_name(step.query_language, stage)) {
                    observer.on_stage(entered, VisitStage::Data { name, value });
                }
            }
        }
    }

    /// A Choice has taken a rule, or none.
    #[cold]
    #[inline(never)]
    pub(crate) fn chose(self, entered: u64, rule: Option<usize>) {
        if let Watch::Observer(observer) = self {
            observer.on_stage(entered, VisitStage::Chosen { rule });
        }
    }

    /// An attempt has failed, and is retried or caught.
    #[cold]
    #[inline(never)]
    pub(crate) fn decided(self, entered: u64, failure: &Failure, decision: &Decision<'_>) {
        let handled = match decision {
            Decision::Retry { index, .. } => Handled::Retried(*index),
            Decision::Catch { index, .. } => Handled::Caught(*index),
            // Reported with the end of the visit.
            Decision::Fail { .. } => return,
        };
        if let Watch::Observer(observer) = self {
            observer.on_stage(entered, VisitStage::Failed { failure, handled });
        }
    }

    /// The state fails.
    #[cold]
    #[inline(never)]
    pub(crate) fn failed(self, entered: u64, failure: &Failure) {
        if let Watch::Observer(observer) = self {
            observer.on_stage(entered, VisitStage::Failed { failure, handled: Handled::Not });
        }
    }

    /// The state is left.
    #[cold]
    #[inline(never)]
    pub(crate) fn left(self, entered: u64, output: &Value, assigned: Option<&Object>) {
        if let Watch::Observer(observer) = self {
            observer.on_stage(entered, VisitStage::Left { output, assigned });
        }
    }
}

/// Whether a state of this type has the stage: some pass their input through filters that they do not have.
fn is_own(step: &Step, stage: Stage) -> bool {
    match &step.kind {
        StepKind::Quick(Quick::Pass(_)) | StepKind::Waiting(Waiting::Task(_) | Waiting::Parallel(_)) => true,
        StepKind::Quick(Quick::Choice(_) | Quick::Succeed | Quick::Fail(_))
        | StepKind::Waiting(Waiting::Wait(_)) => stage == Stage::Input,
        StepKind::Waiting(Waiting::Map(_)) => stage != Stage::Arguments,
    }
}
