//! [`Env`]: what an expression can see; [`Host`]: where it gets time and random numbers.

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

/// The source of time and random numbers for expressions, and of the limits on one evaluation.
///
/// Languages have no clock and no randomness of their own: with a host that repeats itself, a run repeats. Only
/// [`now`](Host::now) and [`random_u64`](Host::random_u64) are required; the limits are off by default. Evaluations ask
/// often, so answers should be cheap, and from any thread, so a host needs interior mutability to count.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use asl_query::Host;
/// use asl_value::Timestamp;
///
/// /// Counts instead of drawing, and refuses values that take more than a mebibyte.
/// struct Counting(AtomicU64);
///
/// impl Host for Counting {
///     fn now(&self) -> Timestamp {
///         Timestamp::EPOCH
///     }
///     fn random_u64(&self) -> u64 {
///         self.0.fetch_add(1, Ordering::Relaxed)
///     }
///     fn memory_bytes(&self) -> Option<u64> {
///         Some(1 << 20)
///     }
/// }
///
/// let host = Counting(AtomicU64::new(7));
/// assert_eq!((host.random_u64(), host.random_u64()), (7, 8));
/// ```
pub trait Host: Send + Sync {
    /// The current time: `$now()`, `$millis()`.
    fn now(&self) -> Timestamp;
    /// 64 random bits: `States.UUID`, `States.MathRandom`, `$random()`, `$uuid()`.
    fn random_u64(&self) -> u64;
    /// How long the caller can still compute. An evaluation that takes longer fails in the same way as one that exceeds the
    /// language's own limit. `None` leaves the language's limit alone.
    fn time_left(&self) -> Option<Duration> {
        None
    }
    /// Whether the caller does again what it has computed before, as a replay does. A language then allows an evaluation
    /// more time than its own limit, so that it comes to the same result on a machine that is busier.
    fn is_repeating(&self) -> bool {
        false
    }
    /// The memory, in bytes, that a value may take which an evaluation or a template builds on the way to its result, as
    /// [`Value::memory_bytes`] estimates it. A larger one fails with `States.DataLimitExceeded`; `None` for no limit.
    fn memory_bytes(&self) -> Option<u64> {
        None
    }
    /// Whether the caller no longer needs the result, since its time is over or it was cancelled. What computes for long
    /// asks from time to time, and fails if so: the caller does not report that failure.
    fn must_stop(&self) -> bool {
        false
    }
    /// A flag that ends a running evaluation once another thread sets it.
    fn stop_flag(&self) -> Option<Arc<AtomicBool>> {
        None
    }
}

/// A host for tests and examples: the time is always the start of 1970, and every random number is zero.
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
        // The context object is left out: building it here would make debug output change what is measured.
        f.debug_struct("Env")
            .field("input", self.input)
            .field("result", &self.result)
            .field("error", &self.error)
            .field("scope", self.scope)
            .finish_non_exhaustive()
    }
}
