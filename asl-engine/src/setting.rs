//! [`Setting`]: a field that the definition gives as a literal or as an expression.

use std::sync::Arc;

use asl_query::{Env, EvalError, Expr};
use asl_value::{Text, Timestamp, Value};

/// A field whose value is known, or is computed when the state runs.
#[derive(Debug, Clone)]
pub(crate) enum Setting<T> {
    Literal(T),
    Expr(Arc<dyn Expr>),
}

impl<T: Computed> Setting<T> {
    pub(crate) fn eval(&self, env: &Env<'_>) -> Result<T, EvalError> {
        let expr = match self {
            Setting::Literal(value) => return Ok(value.clone()),
            Setting::Expr(expr) => expr,
        };
        let value = expr.eval(env)?;
        // The language has checked the type; this is for one that lets a wrong value through.
        T::of(&value).ok_or_else(|| EvalError::runtime(format!("expected {}, found {value}", T::NAME)))
    }

    /// The value of a field that may be absent.
    pub(crate) fn eval_optional(field: &Option<Setting<T>>, env: &Env<'_>) -> Result<Option<T>, EvalError> {
        field.as_ref().map(|setting| setting.eval(env)).transpose()
    }
}

/// A type that the value of an expression can be read as.
pub(crate) trait Computed: Clone {
    /// For messages: `an integer`.
    const NAME: &'static str;

    fn of(value: &Value) -> Option<Self>;
}

impl Computed for u64 {
    const NAME: &'static str = "a non-negative integer";

    fn of(value: &Value) -> Option<u64> {
        value.as_number()?.as_u64()
    }
}

impl Computed for i64 {
    const NAME: &'static str = "an integer";

    fn of(value: &Value) -> Option<i64> {
        value.as_i64()
    }
}

impl Computed for f64 {
    const NAME: &'static str = "a number";

    fn of(value: &Value) -> Option<f64> {
        value.as_f64()
    }
}

impl Computed for Text {
    const NAME: &'static str = "a string";

    fn of(value: &Value) -> Option<Text> {
        value.as_text().cloned()
    }
}

impl Computed for Timestamp {
    const NAME: &'static str = "a timestamp";

    fn of(value: &Value) -> Option<Timestamp> {
        value.as_str().and_then(Timestamp::parse)
    }
}

#[cfg(test)]
mod tests {
    use asl_query::{FixedHost, Scope};
    use asl_value::json;

    use super::*;

    /// An expression of a language that checks nothing.
    #[derive(Debug)]
    struct Unchecked(Value);

    impl Expr for Unchecked {
        fn eval(&self, _: &Env<'_>) -> Result<Value, EvalError> {
            Ok(self.0.clone())
        }
    }

    #[track_caller]
    fn check<T: Computed + PartialEq + std::fmt::Debug>(value: Value, expected: Result<T, &str>) {
        let scope = Scope::default();
        let env = Env::new(&Value::Null, &scope, &FixedHost);
        let found = Setting::<T>::Expr(Arc::new(Unchecked(value))).eval(&env);
        assert_eq!(found.as_ref().map_err(EvalError::message), expected.as_ref().map_err(|text| *text));
        assert!(found.err().is_none_or(|error| error.kind().error_name() == "States.Runtime"));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_an_error() {
        check(json!(7), Ok(7u64));
        check::<u64>(json!("7"), Err("expected a non-negative integer, found \"7\""));
        check::<u64>(json!(-1), Err("expected a non-negative integer, found -1"));
        check(json!(-1), Ok(-1i64));
        check::<f64>(json!(null), Err("expected a number, found null"));
        check::<Text>(json!({}), Err("expected a string, found {}"));
        check::<Timestamp>(json!("soon"), Err("expected a timestamp, found \"soon\""));
    }
}
