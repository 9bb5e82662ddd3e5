//! [`Function`]: a function that the emulator invokes.

use asl_value::Value;
use futures_util::future::BoxFuture;

/// Why an invocation failed.
pub(crate) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A function that the emulator invokes: an event to an answer, or to the error of an invocation that failed.
pub(crate) type Function = dyn Fn(Value) -> BoxFuture<'static, Result<Value, Failed>> + Send + Sync;
