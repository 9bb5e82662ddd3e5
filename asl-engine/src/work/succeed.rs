//! Succeed: the input through the filters; the machine ends.

use asl_query::StateWork;

use crate::frame::Frame;
use crate::visit::{Exit, Trouble, Visit};
use crate::watch::Watch;

pub(crate) fn work(visit: &Visit<'_>, watch: Option<Watch<'_>>, frame: &mut Frame) -> Result<Exit, Trouble> {
    let (step, raw) = (visit.step, std::mem::take(&mut frame.input));
    let context = visit.context(frame.map_item.as_ref());
    let work = StateWork::new();
    let env = visit.env(&context, &frame.scope, &work);
    let effective = visit.effective(watch, &raw, &env)?;
    let output = visit.checked(visit.exit(watch, step.flow.as_ref(), raw, effective, &env)?)?;
    Ok(Exit { output, assigned: None, next: step.next })
}
