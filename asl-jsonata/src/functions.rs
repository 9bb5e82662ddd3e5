//! The functions that AWS adds to JSONata, and those of JSONata that behave differently there.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html>

mod base64;
mod json;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use asl_query::Host;
use asl_query::sfn::{self, JavaRandom, Range};
use jlens_core::{Bindings, Error, HostFunction, Result};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::error::INTERNAL;

/// Functions that depend only on their arguments.
pub(crate) const PURE: [&str; 6] = ["partition", "range", "hash", "parse", "base64encode", "base64decode"];
/// Functions that draw random numbers.
pub(crate) const RANDOM: [&str; 2] = ["random", "uuid"];

type Arguments<'a> = &'a [Option<Json>];
type Call = fn(Arguments<'_>) -> Result<Option<Json>>;

/// The pure functions among `names`.
pub(crate) fn pure(names: &[&str]) -> Bindings {
    let mut bindings = Bindings::new();
    let table: [(&str, &str, Call); 6] = [
        ("partition", "<xn?:a>", partition),
        ("range", "<nnn?:x>", range),
        ("hash", "<ss?:s>", hash),
        ("parse", "<s?:x>", parse),
        ("base64encode", "<s-:s>", base64_encode),
        ("base64decode", "<s-:s>", base64_decode),
    ];
    for (name, signature, call) in table {
        if names.contains(&name) {
            bindings = bind(bindings, name, signature, call);
        }
    }
    bindings
}

/// `bindings` with the functions that draw random numbers. The engine's functions cannot borrow the host, so they use a
/// generator with a seed from it.
pub(crate) fn with_random(bindings: &Bindings, host: &dyn Host) -> Bindings {
    let uuids = Arc::new(Generator::new(host));
    let numbers = Arc::clone(&uuids);
    let bindings = bind(bindings.clone(), "uuid", "<:s>", move |_| Ok(Some(Json::from(uuids.uuid()))));
    bind(bindings, "random", "<n?:n>", move |arguments| {
        let drawn = match number(arguments, 0) {
            // Recorded for 42. The cast saturates.
            Some(seed) => JavaRandom::new(seed.floor() as i64).next_double(),
            None => sfn::unit(numbers.next()[0]),
        };
        Ok(Some(Json::from(drawn)))
    })
}

fn bind(
    bindings: Bindings,
    name: &str,
    signature: &str,
    call: impl Fn(Arguments<'_>) -> Result<Option<Json>> + Send + Sync + 'static,
) -> Bindings {
    match HostFunction::with_signature(signature, move |arguments, _| call(arguments)) {
        Ok(function) => bindings.function(name, function.without_input()),
        // INVARIANT: the signatures above are well-formed; a test calls every function.
        Err(_) => bindings,
    }
}

fn refuse<T>(message: &str) -> Result<T> {
    Err(Error::new("D3137").with("message", message))
}

fn number(arguments: Arguments<'_>, place: usize) -> Option<f64> {
    arguments.get(place)?.as_ref()?.as_f64()
}

/// A number without its fraction.
fn cut(arguments: Arguments<'_>, place: usize) -> Option<i64> {
    // The cast saturates.
    number(arguments, place).map(|number| number.trunc() as i64)
}

fn text(arguments: Arguments<'_>, place: usize) -> Option<&str> {
    arguments.get(place)?.as_ref()?.as_str()
}

/// Observed: without a size, one chunk of all items; undefined for an empty list and for a size of 0.
fn partition(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let Some(Some(list)) = arguments.first() else { return Ok(None) };
    let items = match list {
        Json::Null => return Err(Error::new("T0412").with("index", 1).with("type", "values")),
        Json::Array(items) => items.as_slice(),
        single => std::slice::from_ref(single),
    };
    let size = match arguments.get(1) {
        Some(Some(_)) => cut(arguments, 1).map(usize::try_from),
        _ => Some(Ok(items.len())),
    };
    match size {
        Some(Ok(size)) if size > 0 && !items.is_empty() => {
            Ok(Some(items.chunks(size).map(|chunk| Json::from(chunk.to_vec())).collect()))
        }
        Some(Err(_)) => refuse("Second argument must be zero or greater"),
        _ => Ok(None),
    }
}

/// The most numbers that AWS builds (recorded).
const MAX_RANGE: u128 = 360_145;

/// Observed: a single number without an array; undefined for a step of 0 or in the wrong direction.
fn range(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let (Some(first), Some(last), Some(step)) = (cut(arguments, 0), cut(arguments, 1), cut(arguments, 2))
    else {
        return Ok(None);
    };
    let Some(range) = Range::new(first, last, step) else { return Ok(None) };
    match range.count() {
        0 => Ok(None),
        1 => Ok(Some(Json::from(first))),
        2..=MAX_RANGE => Ok(Some(range.numbers().map(Json::from).collect())),
        _ => Err(Error::new("U1001")),
    }
}

fn hash(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let (Some(data), Some(algorithm)) = (text(arguments, 0), text(arguments, 1)) else { return Ok(None) };
    match sfn::hash(data.as_bytes(), algorithm) {
        Some(digest) => Ok(Some(Json::from(digest))),
        // UNRECORDED: AWS's code and text for an algorithm that does not exist.
        None => {
            refuse("The second argument of hash function must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512")
        }
    }
}

fn parse(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let Some(text) = text(arguments, 0) else { return Ok(None) };
    match json::parse(text) {
        Ok(json) => Ok(Some(json)),
        // UNRECORDED: AWS's text after the first two words.
        Err(error) => refuse(&format!("Invalid JSON: {error}")),
    }
}

fn base64_encode(arguments: Arguments<'_>) -> Result<Option<Json>> {
    Ok(text(arguments, 0).map(|text| Json::from(base64::encode(text))))
}

fn base64_decode(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let Some(text) = text(arguments, 0) else { return Ok(None) };
    match base64::decode(text) {
        Some(decoded) => Ok(Some(Json::from(decoded))),
        None => Err(Error::new(INTERNAL)),
    }
}

/// SHA-256 of a secret and a counter. Its numbers reveal neither the secret nor other numbers.
struct Generator {
    secret: [u64; 4],
    count: AtomicU64,
}

impl Generator {
    fn new(host: &dyn Host) -> Generator {
        Generator { secret: std::array::from_fn(|_| host.random_u64()), count: AtomicU64::new(0) }
    }

    fn next(&self) -> [u64; 2] {
        let mut hasher = Sha256::new();
        for word in self.secret {
            hasher.update(word.to_le_bytes());
        }
        hasher.update(self.count.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        let digest = hasher.finalize();
        let mut words =
            digest.chunks_exact(8).filter_map(|word| word.try_into().ok()).map(u64::from_le_bytes);
        std::array::from_fn(|_| words.next().unwrap_or_default())
    }

    fn uuid(&self) -> String {
        sfn::uuid(self.next())
    }
}
