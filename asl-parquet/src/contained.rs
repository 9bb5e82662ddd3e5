//! [`contained`]: panics of the decoder become errors.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};

use parquet::errors::Result as Decoded;

use crate::error::Error;

thread_local! {
    /// Whether a panic of this thread is caught here.
    static CATCHES: Cell<bool> = const { Cell::new(false) };
}

/// Prints nothing of panics that a [`Reader`](crate::Reader) catches. For the beginning of a `main`: it changes the hook for
/// panics, which does with all others what it did before.
pub fn hide_caught_panics() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !CATCHES.get() {
            hook(panic);
        }
    }));
}

/// Does what may panic on damaged files. What `work` was doing must not be used after a failure.
///
/// The decoder has assertions and slices that damaged pages can violate. Counts and lengths that could end the process, for
/// lack of memory or of stack, are checked before; this turns the rest into an error.
pub(crate) fn contained<T>(what: &str, work: impl FnOnce() -> Decoded<T>) -> Result<T, Error> {
    let around = CATCHES.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work));
    CATCHES.set(around);
    match result {
        Ok(result) => {
            result.map_err(|error| Error::new(format!("{what} is damaged: {}", plain(&error.to_string()))))
        }
        Err(_) => Err(Error::new(format!("{what} is damaged"))),
    }
}

/// The decoder's text on one line, without its own name.
fn plain(text: &str) -> String {
    let text = ["Parquet error: ", "External: ", "EOF: "]
        .iter()
        .fold(text, |text, name| text.trim_start_matches(name));
    text.lines().next().unwrap_or_default().trim_end_matches('.').to_owned()
}
