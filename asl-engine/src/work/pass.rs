//! Pass: the input, or a constant, through the filters.

use asl_query::StateWork;
use asl_value::Value;

use crate::frame::Frame;
use crate::stage::Stage;
use crate::visit::{Exit, Trouble, Visit};
use crate::watch::Watch;

#[inline(always)]
pub(crate) fn work(
    visit: &Visit<'_>,
    watch: Option<Watch<'_>>,
    result: Option<&Value>,
    frame: &mut Frame,
) -> Result<Exit, Trouble> {
    let (step, raw) = (visit.step, std::mem::take(&mut frame.input));
    let context = visit.context(frame.map_item.as_ref());
    let work = StateWork::new();
    let env = visit.env(&context, &frame.scope, &work);
    let effective = visit.effective(watch, &raw, &env)?;
    let inside = env.with_input(&effective);
    let result = match result {
        Some(constant) => constant.clone(),
        None => {
            let mut arguments = step.flow.arguments(&inside)?;
            visit.open(watch, Stage::Arguments, &mut arguments, &inside);
            arguments
        }
    };
    let assigned = visit.assign(step.assign.as_ref(), &inside.with_result(&result))?;
    // Only `raw` holds the input now, so that `ResultPath` can change it in place.
    drop(effective);
    let output = visit.checked(visit.exit(watch, step.flow.as_ref(), raw, result, &env)?)?;
    Ok(Exit { output, assigned, next: step.next })
}
