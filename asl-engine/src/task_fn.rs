//! [`task_fn`]: a Rust function as a task, and the mapping of its errors.

use std::any::Any;
use std::error::Error;
use std::marker::PhantomData;

use asl_value::{Value, from_value, to_value};
use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Failure, Task, TaskHandler};

/// Turns an async Rust function into a [`TaskHandler`]. Its argument and result are any serde types, including
/// `serde_json::Value`.
///
/// The function is called with the arguments of the state and returns its result, or an error for `Retry` and `Catch`.
/// An [`asl_value::Value`] is passed without a copy. Register the handler in a [`Registry`](crate::Registry). A
/// function that needs more than the arguments, such as a task token, is a [`TaskHandler`] of its own.
///
///
/// ```
/// use asl_engine::{task_fn, Failure};
/// #[derive(serde::Deserialize)]
/// struct Order { total: u32 }
/// let price = task_fn(|order: Order| async move {
///     match order.total {
///         0 => Err(Failure::new("EmptyOrder", "nothing to price")),
///         total => Ok(total * 119 / 100),
///     }
/// });
/// # let _: &dyn asl_engine::TaskHandler = &price;
/// ```
///
/// # Errors of the function
/// A [`Failure`] is passed on. Any other error (a [`std::error::Error`], `anyhow::Error`, `Box<dyn Error + Send +
/// Sync>`) is `States.TaskFailed`, and the cause is the name of its type, its text and those of its sources:
/// `ParseIntError: invalid digit found in string`. To give errors names for `Retry` and `Catch`, implement
/// [`ErrorName`] and call [`named`](TaskFn::named).
///
/// Arguments that do not fit the type fail the task with `States.TaskFailed`.
pub fn task_fn<I, O, E, F, Fut>(function: F) -> TaskFn<I, O, E, F>
where
    I: DeserializeOwned + Send + 'static,
    O: Serialize + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
    F: Fn(I) -> Fut + Send + Sync,
    Fut: Future<Output = Result<O, E>> + Send,
{
    TaskFn { function, fail: Failure::from_error, types: PhantomData }
}

/// The handler that [`task_fn`] returns.
pub struct TaskFn<I, O, E, F> {
    function: F,
    fail: fn(E) -> Failure,
    types: PhantomData<fn(I) -> O>,
}

impl<I, O, E: Into<Failure>, F> TaskFn<I, O, E, F> {
    /// Uses the error names of the error type, see [`ErrorName`].
    #[must_use]
    pub fn named(self) -> TaskFn<I, O, E, F> {
        TaskFn { fail: E::into, ..self }
    }
}

impl<I, O, E, F> std::fmt::Debug for TaskFn<I, O, E, F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TaskFn").finish_non_exhaustive()
    }
}

#[async_trait]
impl<I, O, E, F, Fut> TaskHandler for TaskFn<I, O, E, F>
where
    I: DeserializeOwned + Send + 'static,
    O: Serialize + Send + 'static,
    E: 'static,
    F: Fn(I) -> Fut + Send + Sync,
    Fut: Future<Output = Result<O, E>> + Send,
{
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        task.started(None);
        let misfit = |what: &str, error: asl_value::Error| {
            Failure::task(format!("the {what} of the task in state `{}` does not fit: {error}", task.state))
        };
        let input: I = read(task.arguments).map_err(|error| misfit("input", error))?;
        let fail = self.fail;
        let output = (self.function)(input).await.map_err(fail)?;
        write(output).map_err(|error| misfit("result", error))
    }
}

/// Converts the arguments to the type of the function. A `Value` is passed as it is.
fn read<I: DeserializeOwned + 'static>(value: Value) -> Result<I, asl_value::Error> {
    let mut slot = Some(value);
    if let Some(same) = (&mut slot as &mut dyn Any).downcast_mut::<Option<I>>().and_then(Option::take) {
        return Ok(same);
    }
    from_value(&slot.unwrap_or_default())
}

/// Converts the result of the function. A `Value` is passed as it is.
fn write<O: Serialize + 'static>(output: O) -> Result<Value, asl_value::Error> {
    let mut slot = Some(output);
    if let Some(same) = (&mut slot as &mut dyn Any).downcast_mut::<Option<Value>>().and_then(Option::take) {
        return Ok(same);
    }
    to_value(&slot)
}

/// An error type with names for `Retry` and `Catch`, usually an enum. The text of the error is the cause.
///
/// ```
/// use asl_engine::{ErrorName, Failure, task_fn};
///
/// #[derive(Debug)]
/// enum ChargeError { Declined, Unreachable(std::io::Error) }
///
/// impl ErrorName for ChargeError {
///     fn error_name(&self) -> &str {
///         match self { ChargeError::Declined => "PaymentDeclined", ChargeError::Unreachable(_) => "BankUnreachable" }
///     }
/// }
/// # impl std::fmt::Display for ChargeError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "the card was declined") }
/// # }
/// # impl std::error::Error for ChargeError {}
///
/// async fn charge(cents: u64) -> Result<(), ChargeError> { Err(ChargeError::Declined) }
/// let handler = task_fn(charge).named();
///
/// // `?` converts it to a `Failure`, too.
/// async fn pay(cents: u64) -> Result<(), Failure> { charge(cents).await?; Ok(()) }
/// let handler = task_fn(pay);
///
/// assert_eq!(Failure::from(ChargeError::Declined), Failure::new("PaymentDeclined", "the card was declined"));
/// ```
pub trait ErrorName: std::fmt::Display {
    /// The name of this error: `PaymentDeclined`.
    fn error_name(&self) -> &str;
}

impl<E: ErrorName> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::new(error.error_name(), error.to_string())
    }
}

impl Failure {
    /// Converts any error to `States.TaskFailed`. The cause is the name of its type, its text and those of its sources.
    /// If the error is a `Failure` or has one as a source, that failure is returned.
    ///
    /// ```
    /// use asl_engine::Failure;
    /// let error = "seven".parse::<u32>().unwrap_err();
    /// let failure = Failure::task("ParseIntError: invalid digit found in string");
    /// assert_eq!(Failure::from_error(error), failure);
    /// ```
    pub fn from_error<E: Into<Box<dyn Error + Send + Sync>> + 'static>(error: E) -> Failure {
        let error = match error.into().downcast::<Failure>() {
            Ok(failure) => return *failure,
            Err(error) => error,
        };
        let mut cause = error.to_string();
        if let Some(name) = type_name(std::any::type_name::<E>()) {
            cause = format!("{name}: {cause}");
        }
        let mut source = error.source();
        for _ in 0..MOST_SOURCES {
            let Some(inner) = source else { break };
            if let Some(failure) = inner.downcast_ref::<Failure>() {
                return failure.clone();
            }
            let text = inner.to_string();
            // Some errors repeat the text of their source.
            if !cause.ends_with(&text) {
                cause = format!("{cause}: {text}");
            }
            source = inner.source();
        }
        Failure::task(cause)
    }
}

/// An error may be its own source.
const MOST_SOURCES: usize = 32;

/// The short name of an error type: `ParseIntError`, `reqwest::Error`. `None` for types that hold any error, and for
/// plain texts.
fn type_name(path: &str) -> Option<String> {
    if path.contains("dyn ")
        || path.starts_with('&')
        || path.starts_with("alloc::")
        || path == "anyhow::Error"
    {
        return None;
    }
    let path = path.split('<').next().unwrap_or_default();
    let segments: Vec<&str> =
        path.split("::").filter(|segment| !matches!(*segment, "error" | "errors")).collect();
    match segments.as_slice() {
        [.., owner, "Error"] => Some(format!("{owner}::Error")),
        [.., name] => Some((*name).to_owned()),
        [] => None,
    }
}

impl From<Box<dyn Error + Send + Sync>> for Failure {
    /// See [`Failure::from_error`].
    fn from(error: Box<dyn Error + Send + Sync>) -> Self {
        Failure::from_error(error)
    }
}

impl From<std::convert::Infallible> for Failure {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expect: Option<&str>) {
        assert_eq!(type_name(path).as_deref(), expect);
    }

    #[test]
    fn types_of_errors_have_names() {
        check("core::num::error::ParseIntError", Some("ParseIntError"));
        check("reqwest::error::Error", Some("reqwest::Error"));
        check("std::io::error::Error", Some("io::Error"));
        check("orders::Wrapped<alloc::string::String>", Some("Wrapped"));
        for path in
            ["alloc::boxed::Box<dyn core::error::Error>", "anyhow::Error", "alloc::string::String", "&str"]
        {
            check(path, None);
        }
    }
}
