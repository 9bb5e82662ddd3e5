//! [`Jsonata`]: the query language.

use std::sync::Arc;

use asl_query::{
    DataFlow, Env, EvalError, Expected, Expr, FlowFields, Language, PassThrough, QueryField, SyntaxError,
    Template,
};
use asl_value::Value;

use crate::checked::{compile, inside};
use crate::operands::Combined;
use crate::{ArgumentsOutput, template};

/// The query language `JSONata`, as an implementation of [`Language`].
///
/// An engine compiles the fields of states with it. Errors have AWS's texts, and name the place within the state. To
/// evaluate one expression on its own, use a [`StateExpression`](crate::StateExpression).
///
/// ```
/// use asl_jsonata::Jsonata;
/// use asl_query::{Env, QueryField, FixedHost, Language, Scope, Site};
/// use asl_value::{json, Pointer, Value};
///
/// let pointer = Pointer::root().key("States").key("Greet").key("Arguments");
/// let field = QueryField::new(&pointer, "Arguments", Site::Arguments);
/// let template = Jsonata.template(&json!({"text": "{% 'Hello, ' & $states.input.name %}"}), &field).unwrap();
///
/// let (input, scope) = (json!({"name": "Ada"}), Scope::default());
/// let env = Env::new(&input, &scope, &FixedHost);
/// assert_eq!(template.eval(&env).unwrap(), json!({"text": "Hello, Ada"}));
///
/// let errors = Jsonata.template(&json!({"text": "{% $states.result.name %}"}), &field).unwrap_err();
/// assert_eq!(errors[0].to_string(), "Field '$states.result' does not exist. at /States/Greet/Arguments/text");
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Jsonata;

impl Language for Jsonata {
    fn scalar(&self, text: &str, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
        let Some(program) = inside(text) else {
            let message = format!("expected an expression `{{% … %}}` at `{}`", field.name);
            return Err(vec![SyntaxError::new(field.pointer.clone(), message)]);
        };
        compile(program, field)
    }

    fn input(&self, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
        Ok(Arc::new(Input { expected: field.expected }))
    }

    fn template(&self, json: &Value, field: &QueryField<'_>) -> Result<Template, Vec<SyntaxError>> {
        template::compile(json, field)
    }

    fn condition(&self, rule: &Value, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
        match rule {
            Value::String(text) => {
                let pointer = field.pointer.key("Condition");
                let condition = self.scalar(text, &field.with_pointer(&pointer))?;
                let text = inside(text).map_or("", |(_, text)| text);
                Ok(Combined::of(condition, text, &pointer))
            }
            Value::Bool(holds) => Ok(Arc::new(Constant(*holds))),
            other => {
                let message = format!("expected a boolean at `Condition`, found {}", other.type_name());
                Err(vec![SyntaxError::new(field.pointer.clone(), message)])
            }
        }
    }

    fn flow(&self, fields: &FlowFields<'_>) -> Result<Arc<dyn DataFlow>, Vec<SyntaxError>> {
        let flow = ArgumentsOutput::compile(fields)?;
        if flow.is_identity() { Ok(Arc::new(PassThrough)) } else { Ok(Arc::new(flow)) }
    }
}

/// The state's input, used if `Items` is absent.
#[derive(Debug)]
struct Input {
    expected: Expected,
}

impl Expr for Input {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        match (self.expected, env.input) {
            (Expected::Array | Expected::Collection, Value::Array(_))
            | (Expected::Collection, Value::Object(_)) => Ok(env.input.clone()),
            (Expected::Array | Expected::Collection, other) => Err(EvalError::not_an_array(other)),
            _ => Ok(env.input.clone()),
        }
    }
}

/// `"Condition": true`
#[derive(Debug)]
struct Constant(bool);

impl Expr for Constant {
    fn eval(&self, _: &Env<'_>) -> Result<Value, EvalError> {
        Ok(Value::Bool(self.0))
    }
}
