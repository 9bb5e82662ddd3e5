//! [`Scene`]: what expressions see in a state that is stopped.

use std::sync::atomic::{AtomicU64, Ordering};

use asl_model::QueryLanguage;
use asl_query::{Env, Expected, Host, Language, QueryField, Scope, Site};
use asl_value::{Object, Pointer, Timestamp, Value};

use crate::languages::{ASIDE, RULES, aside, language};

/// What expressions see in a state that is stopped: for the watches and conditions of a debugger.
///
/// Its data are those of [`Halt`](crate::Halt)s. An evaluation here does not take part in the execution: it draws other
/// random numbers, and its result goes nowhere.
///
/// ```
/// use asl_engine::Scene;
/// use asl_model::QueryLanguage;
/// use asl_value::json;
/// let scene = Scene { input: json!({"n": 7}), ..Scene::new(QueryLanguage::JsonPath) };
/// assert_eq!(scene.evaluate("$.n"), Ok(json!(7)));
/// assert_eq!(scene.evaluate("{% $states.input.n + 1 %}"), Ok(json!(8)));
/// assert_eq!(scene.evaluate("States.Format('n={}', $.n)"), Ok(json!("n=7")));
/// assert!(scene.holds(r#"{"Variable": "$.n", "NumericGreaterThan": 5}"#).unwrap());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// The language of expressions that are not in `{% … %}`.
    pub language: QueryLanguage,
    /// `$` | `$states.input`.
    pub input: Value,
    /// `$states.result`.
    pub result: Option<Value>,
    /// `$states.errorOutput`: `{"Error": "…", "Cause": "…"}`.
    pub error: Option<Value>,
    /// `$name`.
    pub variables: Object,
    /// `$$` | `$states.context`.
    pub context: Value,
    /// `$now()`.
    pub now: Timestamp,
}

/// The memory of a value that an evaluation builds.
const MEMORY_BYTES: u64 = 64 << 20;

/// The name of the field that an expression pretends to be.
const FIELD: &str = "Output";

impl Scene {
    /// A scene without data.
    pub fn new(language: QueryLanguage) -> Scene {
        Scene {
            language,
            input: Value::Null,
            result: None,
            error: None,
            variables: Object::new(),
            context: Value::Null,
            now: Timestamp::EPOCH,
        }
    }

    /// The value of an expression: one in `{% … %}`, or one in the language of the scene, such as a path or a call of an
    /// intrinsic function.
    ///
    /// # Errors
    /// A sentence that says why there is no value.
    pub fn evaluate(&self, text: &str) -> Result<Value, String> {
        let (of, template) = aside(self.language, text);
        let place = Pointer::root().key(FIELD);
        let field = QueryField::new(&place, FIELD, self.site());
        let template = built(of)?.template(&template, &field).map_err(first)?;
        let value = self.within(|env| template.eval(env))?;
        Ok(value.get(ASIDE).cloned().unwrap_or_default())
    }

    /// Whether a condition holds: an expression that is `true`, a path that selects something other than `null`, `false` and
    /// nothing, or a rule of a Choice state in JSON: `{"Variable": "$.n", "NumericGreaterThan": 5}`.
    ///
    /// # Errors
    /// A sentence that says why it is not a condition here.
    pub fn holds(&self, text: &str) -> Result<bool, String> {
        if text.trim_start().starts_with('{')
            && let Ok(rule @ Value::Object(_)) = Value::parse(text)
        {
            let place = Pointer::root();
            let field = QueryField::new(&place, "Choices", Site::Condition).expecting(Expected::Boolean);
            let condition = built(RULES)?.condition(&rule, &field).map_err(first)?;
            return Ok(self.within(|env| condition.eval(env))? == Value::Bool(true));
        }
        Ok(match self.evaluate(text)? {
            Value::Null => false,
            Value::Bool(holds) => holds,
            // A filter that selects nothing.
            Value::Array(selected) => !selected.is_empty(),
            _ => true,
        })
    }

    fn site(&self) -> Site {
        match (&self.error, &self.result) {
            (Some(_), _) => Site::Catch,
            (None, Some(_)) => Site::Output,
            (None, None) => Site::Arguments,
        }
    }

    fn within<T>(&self, eval: impl FnOnce(&Env<'_>) -> Result<T, asl_query::EvalError>) -> Result<T, String> {
        let scope = Scope::from(self.variables.clone());
        let host = Aside { now: self.now, drawn: AtomicU64::new(0) };
        let mut env = Env::new(&self.input, &scope, &host).with_context(&self.context);
        env.result = self.result.as_ref();
        env.error = self.error.as_ref();
        // The field exists only here.
        eval(&env).map_err(|error| {
            error
                .message()
                .replace(" specified for the field 'value.$'", "")
                .replace(" for the field 'value.$'", "")
        })
    }
}

fn built(of: QueryLanguage) -> Result<&'static dyn Language, String> {
    language(of, &Pointer::root()).map_err(|diagnostic| diagnostic.message)
}

fn first(errors: Vec<asl_query::SyntaxError>) -> String {
    errors.into_iter().next().map_or_else(String::new, |error| error.message)
}

/// The host of an evaluation that is not part of an execution.
struct Aside {
    now: Timestamp,
    drawn: AtomicU64,
}

impl Host for Aside {
    fn now(&self) -> Timestamp {
        self.now
    }
    fn random_u64(&self) -> u64 {
        self.drawn.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
    }
    fn memory_bytes(&self) -> Option<u64> {
        Some(MEMORY_BYTES)
    }
}
