//! [`Query`]: JSONata over one document, without AWS's rules.

use asl_query::Host;
use asl_value::{Object, Value};
use jlens_core::{Bindings, Expression};

use crate::arena::Origin;
use crate::evaluate::{HostNeeds, evaluate};
use crate::{EvalFailure, ParseError};

/// One compiled JSONata 2.2 expression over a document: the plain language, without AWS's additions and restrictions.
///
/// ```
/// use asl_jsonata::Query;
/// use asl_query::FixedHost;
/// use asl_value::{json, Object};
///
/// let query = Query::parse("$sum(lines.(price * $factor))").unwrap();
/// let order = json!({"lines": [{"price": 2}, {"price": 3.5}]});
/// let variables: Object = [("factor", json!(2))].into_iter().collect();
/// assert_eq!(query.eval(Some(&order), &variables, &FixedHost).unwrap(), Some(json!(11)));
/// ```
#[derive(Debug)]
pub struct Query {
    expression: Expression,
}

impl Query {
    /// Compiles an expression.
    ///
    /// # Errors
    /// The text is not JSONata 2.2.
    pub fn parse(text: &str) -> Result<Query, ParseError> {
        Ok(Query { expression: Expression::compile(text)? })
    }

    /// Evaluates it, for at most a second. `None` is undefined, as a document and as a value.
    ///
    /// The variables are copied; the document is not.
    ///
    /// # Errors
    /// JSONata reports an error, or the evaluation exceeds a limit on time, depth or memory.
    pub fn eval(
        &self,
        document: Option<&Value>,
        variables: &Object,
        host: &dyn Host,
    ) -> Result<Option<Value>, EvalFailure> {
        let variables = variables.iter().map(|(name, value)| (name.to_string(), value.clone().into()));
        let bindings: Bindings = variables.collect();
        let origin = document.map_or(Origin::Nothing, Origin::Document);
        let needs = HostNeeds { time: true, seed: true };
        evaluate(&self.expression, origin, &mut std::iter::empty(), &bindings, needs, host)
    }
}
