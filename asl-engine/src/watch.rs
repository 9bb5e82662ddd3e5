//! [`Watch`]: who sees the stages of a state's data.

use asl_query::{Env, StateWork};
use asl_value::{Object, Value};

use crate::Failure;
use crate::clock::Timeline;
use crate::debugger::{Begun, Debugger, Halt, HaltStage};
use crate::frame::Frame;
use crate::journal::strand_path::StrandPath;
use crate::languages::stage_name;
use crate::observer::Observer;
use crate::program::{Quick, Rule, Step, StepKind, Waiting};
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
    /// A debugger of the execution.
    Debugger(&'a dyn Debugger),
}

/// The visit that is seen.
#[derive(Clone, Copy)]
pub(crate) struct Watched<'a> {
    /// The number of the event with which it began.
    pub(crate) entered: u64,
    pub(crate) step: &'a Step,
    pub(crate) timeline: &'a Timeline,
}

impl Watch<'_> {
    /// An attempt of a visit begins.
    #[cold]
    #[inline(never)]
    pub(crate) fn begins(
        self,
        visit: Watched<'_>,
        attempt: u64,
        frame: &mut Frame,
        context: impl FnOnce(&Frame) -> Value,
    ) {
        match self {
            Watch::Test(_) => {}
            Watch::Observer(observer) => {
                let (input, variables) = (&frame.input, &frame.scope.visible());
                let (state, state_type) = (&visit.step.name, visit.step.kind.state_type());
                let begun = VisitStage::Begun { attempt, state, state_type, input, variables };
                observer.on_stage(visit.entered, begun);
            }
            Watch::Debugger(debugger) => {
                let context = context(frame);
                let begun = Begun {
                    attempt,
                    state: &visit.step.name,
                    language: visit.step.query_language,
                    strand: frame.slot.path().map_or("", StrandPath::text),
                    input: &mut frame.input,
                    context,
                    scope: &mut frame.scope,
                };
                debugger.at(halt(visit, HaltStage::Begun(begun)));
            }
        }
    }

    /// A filter has yielded a value.
    #[cold]
    #[inline(never)]
    pub(crate) fn saw(self, visit: Watched<'_>, stage: Stage, value: &Value) {
        let name = || own_name(visit.step, stage);
        match self {
            Watch::Test(witness) => witness.saw(stage, value),
            Watch::Observer(observer) => {
                if let Some(name) = name() {
                    observer.on_stage(visit.entered, VisitStage::Data { name, value });
                }
            }
            // The result was shown when it could be changed.
            Watch::Debugger(debugger) if stage != Stage::Result || !has_open_result(visit.step) => {
                if let Some(name) = name() {
                    debugger.at(halt(visit, HaltStage::Data { name, value }));
                }
            }
            Watch::Debugger(_) => {}
        }
    }

    /// A value that a debugger may change has come to be, in the environment `env`.
    #[cold]
    #[inline(never)]
    pub(crate) fn open(self, visit: Watched<'_>, stage: Stage, value: &mut Value, env: &Env<'_>) {
        match self {
            Watch::Debugger(debugger) => {
                if let Some(name) = own_name(visit.step, stage) {
                    let context = Some(env.context.get());
                    debugger.at(halt(visit, HaltStage::Open { name, value, context }));
                }
            }
            // They see the result with what follows from it.
            Watch::Test(_) | Watch::Observer(_) if stage == Stage::Result => {}
            Watch::Test(_) | Watch::Observer(_) => self.saw(visit, stage, value),
        }
    }

    /// A Choice has taken a rule, or none.
    #[cold]
    #[inline(never)]
    pub(crate) fn chose(self, visit: Watched<'_>, rule: Option<usize>, rules: &[Rule], env: &Env<'_>) {
        match self {
            Watch::Test(_) => {}
            Watch::Observer(observer) => {
                if observer.wants_operands() {
                    tested(observer, visit.entered, rules, rule, env);
                }
                observer.on_stage(visit.entered, VisitStage::Chosen { rule });
            }
            Watch::Debugger(debugger) => debugger.at(halt(visit, HaltStage::Chosen { rule })),
        }
    }

    /// An attempt has failed, and is retried or caught.
    #[cold]
    #[inline(never)]
    pub(crate) fn decided(self, visit: Watched<'_>, failure: &Failure, decision: &Decision<'_>) {
        match decision {
            Decision::Retry { index, .. } => self.fails(visit, failure, Handled::Retried(*index)),
            Decision::Catch { index, .. } => self.fails(visit, failure, Handled::Caught(*index)),
            // Reported with the end of the visit.
            Decision::Fail { .. } => {}
        }
    }

    /// The state fails.
    #[cold]
    #[inline(never)]
    pub(crate) fn failed(self, visit: Watched<'_>, failure: &Failure) {
        self.fails(visit, failure, Handled::Not);
    }

    fn fails(self, visit: Watched<'_>, failure: &Failure, handled: Handled) {
        match self {
            Watch::Test(_) => {}
            Watch::Observer(observer) => {
                observer.on_stage(visit.entered, VisitStage::Failed { failure, handled });
            }
            Watch::Debugger(debugger) => debugger.at(halt(visit, HaltStage::Failed { failure, handled })),
        }
    }

    /// The state is left.
    #[cold]
    #[inline(never)]
    pub(crate) fn left(
        self,
        visit: Watched<'_>,
        output: &mut Value,
        assigned: &mut Option<Object>,
        is_last: bool,
    ) {
        match self {
            Watch::Test(_) => {}
            Watch::Observer(observer) => {
                observer.on_stage(visit.entered, VisitStage::Left { output, assigned: assigned.as_ref() });
            }
            Watch::Debugger(debugger) => {
                debugger.at(halt(visit, HaltStage::Left { output, assigned, is_last }));
            }
        }
    }
}

fn halt<'h>(visit: Watched<'_>, stage: HaltStage<'h>) -> Halt<'h> {
    Halt::new(visit.entered, visit.timeline.now(), stage)
}

/// Whether the result of a state of this type is shown when it can be changed: that of a Pass is its arguments.
fn has_open_result(step: &Step) -> bool {
    matches!(&step.kind, StepKind::Waiting(Waiting::Task(_) | Waiting::Parallel(_) | Waiting::Map(_)))
}

/// The name of a stage that a state of this type has.
fn own_name(step: &Step, stage: Stage) -> Option<&'static str> {
    stage_name(step.query_language, stage).filter(|_| is_own(step, stage))
}

/// Reports the operands of the conditions that were evaluated: those of the rules to the one that matched, or of all.
fn tested(observer: &dyn Observer, entered: u64, rules: &[Rule], matched: Option<usize>, env: &Env<'_>) {
    let evaluated = matched.map_or(rules.len(), |index| index + 1);
    // It is not the work of the state, which must not end earlier because somebody watches.
    let work = StateWork::new();
    let env = &env.with_work(&work);
    for (rule, of) in rules.iter().take(evaluated).enumerate() {
        of.condition.report_operands(env, &mut |operand, holds| {
            observer.on_stage(entered, VisitStage::Tested { rule, operand, holds });
        });
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
