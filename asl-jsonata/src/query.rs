//! [`Query`]: JSONata over one document, without the rules of AWS.

use asl_query::Host;
use asl_value::{Object, Value};
use jlens_core::{Bindings, Expression};

use crate::arena::Origin;
use crate::evaluate::{HostNeeds, evaluate};
use crate::{EvalFailure, ParseError};

/// One expression of JSONata 2.2 over a document, compiled: the language as it is, without what AWS adds and takes.
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
    /// It is not JSONata 2.2.
    pub fn parse(text: &str) -> Result<Query, ParseError> {
        Ok(Query { expression: Expression::compile(text)? })
    }

    /// Evaluates it within a second; `None` in place of a document and of a value is undefined.
    ///
    /// The variables are copied, the document is not.
    ///
    /// # Errors
    /// What JSONata says of it, or that a limit on time, depth or memory is exceeded.
    pub fn eval(
        &self,
        document: Option<&Value>,
        variables: &Object,
        host: &dyn Host,
    ) -> Result<Option<Value>, EvalFailure> {
        let variables = variables.iter().map(|(name, value)| (name.to_string(), value.clone().into()));
        let bindings: Bindings = variables.collect();
        let origin = document.map_or(Origin::Nothing, Origin::Document);
        evaluate(&self.expression, origin, &bindings, HostNeeds { time: true, seed: true }, host)
    }
}
