//! [`Env`]: what an expression may see.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use asl_value::{Timestamp, Value};

use crate::Scope;

/// What an expression may see while it is evaluated. `Copy`: the next step of a state makes its own by struct update.
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
    /// Bytes, as JSON text, of a value that an evaluation or a template may build on the way to its result: what the
    /// author of a machine can use is smaller by far. Beyond it `States.DataLimitExceeded`; `None` for no limit.
    fn value_bytes(&self) -> Option<usize> {
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
