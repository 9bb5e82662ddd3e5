//! Choice: the first rule whose condition holds.

use asl_query::{DataFlow, Env, StateWork, Template};
use asl_value::Value;

use crate::frame::Frame;
use crate::ids::StateId;
use crate::program::{ChoiceStep, Next};
use crate::visit::{Exit, Trouble, Visit};
use crate::watch::Watch;

#[inline(always)]
pub(crate) fn work(
    visit: &Visit<'_>,
    watch: Option<Watch<'_>>,
    choice: &ChoiceStep,
    frame: &mut Frame,
) -> Result<Exit, Trouble> {
    let raw = std::mem::take(&mut frame.input);
    let context = visit.context(frame.map_item.as_ref());
    let work = StateWork::new();
    let env = visit.env(&context, &frame.scope, &work);
    let effective = visit.effective(watch, &raw, &env)?;
    let inside = env.with_input(&effective);
    let (flow, assign, next) = way_out(visit, choice, &inside)?;
    let assigned = visit.assign(assign, &inside)?;
    let output = visit.checked(visit.exit(watch, flow, raw, effective, &env)?)?;
    Ok(Exit { output, assigned, next: Next::State(next) })
}

type WayOut<'p> = (&'p dyn DataFlow, Option<&'p Template>, StateId);

/// The data flow, variables and next state of the rule that matches, or those of the state for `Default`.
fn way_out<'p>(visit: &Visit<'p>, choice: &'p ChoiceStep, env: &Env<'_>) -> Result<WayOut<'p>, Trouble> {
    for (index, rule) in choice.rules.iter().enumerate() {
        if matches!(rule.condition.eval(env)?, Value::Bool(true)) {
            visit.chose(Some(index), &choice.rules, env);
            return Ok((rule.flow.as_ref(), rule.assign.as_ref(), rule.next));
        }
    }
    visit.chose(None, &choice.rules, env);
    let step = visit.step;
    match choice.default {
        Some(next) => Ok((step.flow.as_ref(), step.assign.as_ref(), next)),
        // Observed: AWS does not fail with `States.NoChoiceMatched`, which the specification asks for.
        None => Err(Trouble::Runtime(
            "Failed to transition out of the state. The state does not point to a next state.".to_owned(),
        )),
    }
}
