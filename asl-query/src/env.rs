//! [`Env`]: what an expression may see.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use asl_value::{Timestamp, Value};

use crate::Scope;

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
pub struct Env<'a> {
    /// The state's effective input: `$` | `$states.input`.
    pub input: &'a Value,
    /// The result of the state's work: `$` of a JSONPath `Assign` | `$states.result`. `None` where there is none.
    pub result: Option<&'a Value>,
    /// The error output: `$` of a JSONPath `Assign` in a catcher | `$states.errorOutput`: `{"Error": "…", "Cause": "…"}`.
    pub error: Option<&'a Value>,
    /// The context object, `$$` | `$states.context`, built when somebody asks.
    pub context: &'a dyn ContextObject,
    /// The variables, `$name` in both languages.
    pub scope: &'a Scope,
    /// Clock and chance.
    pub host: &'a dyn Host,
}

/// The context object of an environment that was given none.
static NO_CONTEXT: Value = Value::Null;

impl<'a> Env<'a> {
    /// An environment with this input and these variables; it has no result, no error output and no context object.
    pub fn new(input: &'a Value, scope: &'a Scope, host: &'a dyn Host) -> Env<'a> {
        Env { input, result: None, error: None, context: &NO_CONTEXT, scope, host }
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
}

/// The context object (`$$`), which few states look at: an engine builds it on the first call of `get`.
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

/// Where expressions get the time and random numbers from, so that a seeded run repeats.
pub trait Host: Send + Sync {
    /// The time: `$now()`, `$millis()`.
    fn now(&self) -> Timestamp;
    /// 64 random bits: `States.UUID`, `States.MathRandom`, `$random()`, `$uuid()`.
    fn random_u64(&self) -> u64;
    /// How long what evaluates may still compute: an evaluation that takes longer fails, as one that takes too long on its
    /// own does. `None` for as long as an evaluation may take.
    fn time_left(&self) -> Option<Duration> {
        None
    }
    /// Bytes of memory that a value may take which an evaluation or a template builds on the way to its result, as
    /// [`Value::memory_bytes`] estimates them. Beyond it `States.DataLimitExceeded`; `None` for no limit.
    fn memory_bytes(&self) -> Option<u64> {
        None
    }
    /// A flag that ends an evaluation once another thread sets it.
    fn stop_flag(&self) -> Option<Arc<AtomicBool>> {
        None
    }
}

/// A UUID of version 4 from 128 random bits: `7b1c0d2e-5f64-4a0b-9c3d-2e1f00a9b8c7`.
///
/// ```
/// assert_eq!(asl_query::uuid([0, 0]), "00000000-0000-4000-8000-000000000000");
/// ```
pub fn uuid([high, low]: [u64; 2]) -> String {
    let (high, low) = ((high & !0xF000) | 0x4000, (low & !(0b11 << 62)) | (0b10 << 62));
    let (time, middle, version) = (high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF);
    format!("{time:08x}-{middle:04x}-{version:04x}-{:04x}-{:012x}", low >> 48, low & 0xFFFF_FFFF_FFFF)
}

/// A host for tests and examples: it is always 1970 and every random number is zero.
#[derive(Debug, Clone, Copy, Default)]
pub struct FixedHost;

impl Host for FixedHost {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }
    fn random_u64(&self) -> u64 {
        0
    }
}

impl Debug for Env<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The context object stays unbuilt: printing must not change what is timed.
        f.debug_struct("Env")
            .field("input", self.input)
            .field("result", &self.result)
            .field("error", &self.error)
            .field("scope", self.scope)
            .finish_non_exhaustive()
    }
}
