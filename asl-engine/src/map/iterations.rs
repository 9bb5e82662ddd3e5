//! [`Iterations`]: the items of a Map, and the input that each iteration gets.

use asl_query::{Env, EvalError};
use asl_value::Value;

use super::dataset::Dataset;
use crate::context::StateContext;
use crate::map_item::MapItem;
use crate::program::{Items, MapStep};
use crate::visit::{Trouble, Visit};

/// The items of a Map without a reader.
pub(crate) fn items(map: &MapStep, env: &Env<'_>) -> Result<Dataset, Trouble> {
    let items = match &map.items {
        Items::Expr(expr) => expr.eval(env)?,
        Items::Template(template) => template.eval(env)?,
    };
    let is_distributed = map.distributed.children.is_some();
    match items {
        Value::Array(items) if is_distributed => Ok(Dataset::of_array(items).of_state()),
        Value::Array(items) => Ok(Dataset::of_array(items)),
        Value::Object(members) if is_distributed => Ok(Dataset::of_members(members).of_state()),
        // The language has checked the value of an expression; a literal is checked here.
        other => Err(EvalError::not_an_array(&other).into()),
    }
}

/// What all iterations of one attempt share.
pub(crate) struct Iterations<'a> {
    pub(crate) visit: &'a Visit<'a>,
    pub(crate) map: &'a MapStep,
    pub(crate) env: &'a Env<'a>,
    pub(crate) context: &'a StateContext<'a>,
}

impl Iterations<'_> {
    /// The input that `ItemSelector` makes of an item.
    pub(crate) fn input_of(&self, item: &MapItem) -> Result<Value, Trouble> {
        let Some(selector) = &self.map.item_selector else { return Ok(item.input()) };
        // A Map may have millions of items.
        if let Some(work) = self.env.work {
            work.renew();
        }
        let context = StateContext { map_item: Some(item), ..self.context.fresh() };
        self.visit.checked(selector.eval(&self.env.with_context(&context))?)
    }
}
