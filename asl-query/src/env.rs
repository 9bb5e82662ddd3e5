//! [`Env`]: what an expression can see.

use std::fmt::Debug;

use asl_value::Value;

use crate::{EvalError, Host, Scope, StateWork};

/// Everything that an expression can see while it is evaluated.
///
/// An engine makes one for each state with [`Env::new`] and adds what the state has with the `with_…` methods. An `Env` is
/// a handful of references and `Copy`: each step of a state (its filters, its work, `Assign`) derives its own from the
/// one before. Languages read the fields.
///
/// The context object is `null` unless [`with_context`](Env::with_context) sets it.
///
/// ```
/// use asl_query::{Env, FixedHost, Scope};
/// use asl_value::json;
///
/// let (input, result, scope) = (json!({"id": 7}), json!("done"), Scope::default());
/// let env = Env::new(&input, &scope, &FixedHost);
/// assert_eq!(env.result, None);
///
/// let after_work = env.with_result(&result);
/// assert_eq!((after_work.input, after_work.result), (&input, Some(&result)));
/// ```
///
/// Spec: <https://states-language.net/#data>
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Env<'a> {
    /// The state's effective input: `$` | `$states.input`.
    pub input: &'a Value,
    /// The result of the state's work: `$` of a JSONPath `Assign` | `$states.result`. `None` if there is none.
    pub result: Option<&'a Value>,
    /// The error output: `$` of a JSONPath `Assign` in a catcher | `$states.errorOutput`: `{"Error": "…", "Cause": "…"}`.
    pub error: Option<&'a Value>,
    /// The context object, `$$` | `$states.context`, built on first use.
    pub context: &'a dyn ContextObject,
    /// The variables: `$name` in both languages.
    pub scope: &'a Scope,
    /// Time and random numbers.
    pub host: &'a dyn Host,
    /// What counts the work of the state. `None`: each expression is counted on its own.
    pub work: Option<&'a StateWork>,
}

/// The context object of an environment that was given none.
static NO_CONTEXT: Value = Value::Null;

impl<'a> Env<'a> {
    /// An environment with this input and these variables; it has no result, no error output and no context object.
    pub fn new(input: &'a Value, scope: &'a Scope, host: &'a dyn Host) -> Env<'a> {
        Env { input, result: None, error: None, context: &NO_CONTEXT, scope, host, work: None }
    }

    /// The same environment with another input.
    #[must_use]
    pub fn with_input(self, input: &'a Value) -> Env<'a> {
        Env { input, ..self }
    }

    /// The same environment with the result of the state's work.
    #[must_use]
    pub fn with_result(self, result: &'a Value) -> Env<'a> {
        Env { result: Some(result), ..self }
    }

    /// The same environment with the error output that a catcher reads.
    #[must_use]
    pub fn with_error(self, error: &'a Value) -> Env<'a> {
        Env { error: Some(error), ..self }
    }

    /// The same environment with another context object.
    #[must_use]
    pub fn with_context(self, context: &'a dyn ContextObject) -> Env<'a> {
        Env { context, ..self }
    }

    /// The same environment with another host.
    #[must_use]
    pub fn with_host(self, host: &'a dyn Host) -> Env<'a> {
        Env { host, ..self }
    }

    /// The same environment, in which this counts the work of all expressions together.
    #[must_use]
    pub fn with_work(self, work: &'a StateWork) -> Env<'a> {
        Env { work: Some(work), ..self }
    }

    /// Counts steps of an expression.
    ///
    /// # Errors
    /// The state has taken all steps that it may take, or the host needs no result any more.
    #[inline]
    pub fn spend(&self, steps: u64) -> Result<(), EvalError> {
        match self.work {
            Some(work) => work.spend(steps, self.host).map_err(EvalError::from),
            None => StateWork::new().spend(steps, self.host).map_err(EvalError::from),
        }
    }
}

/// The context object (`$$`).
///
/// Few states read it, so an engine should build it on the first call of `get` and keep it. Any [`Value`] is a context
/// object too.
///
/// Spec: <https://states-language.net/#context-object>
pub trait ContextObject: Send + Sync {
    /// The object: `{"Execution": {…}, "State": {…}, "StateMachine": {…}}`.
    fn get(&self) -> &Value;
}

impl ContextObject for Value {
    fn get(&self) -> &Value {
        self
    }
}

impl Debug for Env<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The context object is left out: building it here would make debug output change what is measured.
        f.debug_struct("Env")
            .field("input", self.input)
            .field("result", &self.result)
            .field("error", &self.error)
            .field("scope", self.scope)
            .finish_non_exhaustive()
    }
}
