//! Fail: an error and a cause, written down or computed.

use asl_query::Env;
use asl_value::Text;

use crate::Failure;
use crate::interpret::{Frame, Trouble, Visit};
use crate::program::{FailStep, Quantity};

/// Always ends in trouble: the state's own, or that of computing it.
pub(crate) fn work(visit: &Visit<'_>, fail: &FailStep, frame: &mut Frame) -> Trouble {
    let raw = std::mem::take(&mut frame.input);
    let context = visit.context(frame.map_item.as_ref());
    let env = Env { input: &raw, ..visit.env(&context, &frame.scope) };
    let text = |field: &Option<Quantity<Text>>| match field {
        None => Ok(None),
        Some(Quantity::Fixed(text)) => Ok(Some(text.clone())),
        // The language has checked that it is a string.
        Some(Quantity::Expr(expr)) => expr.eval(&env).map(|value| value.as_text().cloned()),
    };
    match (text(&fail.error), text(&fail.cause)) {
        (Ok(error), Ok(cause)) => Failure::from_parts(error, cause).into(),
        (Err(error), _) | (_, Err(error)) => error.into(),
    }
}
