//! [`JsonPath`]: the query language.

use std::sync::Arc;

use asl_query::{DataFlow, Expr, FlowFields, Language, QueryField, SyntaxError, Template};
use asl_value::Value;

use crate::{FieldFilters, choice, scalar, template};

/// The query language `JSONPath`, as an implementation of [`Language`].
///
/// An engine compiles the fields of states with it. For a path or a call on its own, use [`Path`](crate::Path) or
/// [`Intrinsic`](crate::Intrinsic).
///
/// ```
/// use asl_paths::JsonPath;
/// use asl_query::{Env, QueryField, FixedHost, Language, Scope, Site};
/// use asl_value::{json, Pointer, Value};
///
/// let pointer = Pointer::root().key("States").key("Greet").key("Parameters");
/// let field = QueryField::new(&pointer, "Parameters", Site::Arguments);
/// let template = JsonPath.template(&json!({"text.$": "States.Format('Hello, {}', $.name)"}), &field).unwrap();
///
/// let (input, scope) = (json!({"name": "Ada"}), Scope::default());
/// let env = Env::new(&input, &scope, &FixedHost);
/// assert_eq!(template.eval(&env).unwrap(), json!({"text": "Hello, Ada"}));
///
/// let errors = JsonPath.template(&json!({"text.$": "States.Form()"}), &field).unwrap_err();
/// assert_eq!(
///     errors[0].to_string(),
///     "The value for the field 'text.$' must be a valid JSONPath or a valid intrinsic function call \
///      at /States/Greet/Parameters",
/// );
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonPath;

impl Language for JsonPath {
    fn is_quick(&self) -> bool {
        true
    }

    fn scalar(&self, text: &str, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
        scalar::compile(text, field).map_err(|error| vec![error])
    }

    fn template(&self, json: &Value, field: &QueryField<'_>) -> Result<Template, Vec<SyntaxError>> {
        template::compile(json, field)
    }

    fn condition(&self, rule: &Value, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
        choice::compile(rule, field)
    }

    fn flow(&self, fields: &FlowFields<'_>) -> Result<Arc<dyn DataFlow>, Vec<SyntaxError>> {
        FieldFilters::compile(fields).map(FieldFilters::shared)
    }
}
