//! Fail: an error and a cause, given or computed.

use asl_query::StateWork;

use crate::Failure;
use crate::frame::Frame;
use crate::program::FailStep;
use crate::setting::Setting;
use crate::visit::{Trouble, Visit};

/// Always returns trouble: the failure of the state, or an error of computing it.
pub(crate) fn work(visit: &Visit<'_>, fail: &FailStep, frame: &mut Frame) -> Trouble {
    let raw = std::mem::take(&mut frame.input);
    let context = visit.context(frame.map_item.as_ref());
    let work = StateWork::new();
    let env = visit.env(&context, &frame.scope, &work).with_input(&raw);
    match (Setting::eval_optional(&fail.error, &env), Setting::eval_optional(&fail.cause, &env)) {
        (Ok(error), Ok(cause)) => Failure::from_parts(error, cause).into(),
        (Err(error), _) | (_, Err(error)) => error.into(),
    }
}
