//! The functions that AWS adds to JSONata.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html>

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

use asl_query::Host;
use jlens_core::{Bindings, Error, HostFunction, Result};
use md5::Md5;
use serde_json::Value as Json;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::evaluate::MAX_ARRAY_ITEMS;

/// Those that depend on their arguments alone.
pub(crate) const PURE: [&str; 4] = ["partition", "range", "hash", "parse"];
/// Those that draw from the host.
pub(crate) const RANDOM: [&str; 2] = ["random", "uuid"];

type Arguments<'a> = &'a [Option<Json>];
type Call = fn(Arguments<'_>) -> Result<Option<Json>>;

/// The pure functions among `names`.
pub(crate) fn pure(names: &[&str]) -> Bindings {
    let mut bindings = Bindings::new();
    let table: [(&str, &str, Call); 4] = [
        ("partition", "<an:a>", partition),
        ("range", "<nnn:a<n>>", range),
        ("hash", "<ss:s>", hash),
        ("parse", "<s:x>", parse),
    ];
    for (name, signature, call) in table {
        if names.contains(&name) {
            bindings = bind(bindings, name, signature, call);
        }
    }
    bindings
}

/// `bindings`, and the functions that draw. The host lends one number; a generator makes the others from it, for the
/// engine's functions cannot borrow.
pub(crate) fn with_random(bindings: &Bindings, host: &dyn Host) -> Bindings {
    let [uuids, numbers] = [Generator::new(host), Generator::new(host)];
    let bindings = bind(bindings.clone(), "uuid", "<:s>", move |_| Ok(Some(Json::from(uuids.uuid()))));
    bind(bindings, "random", "<n?:n>", move |arguments| {
        let drawn = match integer(arguments, 0) {
            Some(seed) => java_double(seed),
            None => (numbers.next() >> 11) as f64 / (1u64 << 53) as f64,
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
        // INVARIANT: the signatures above are well-formed, a test calls every function.
        Err(_) => bindings,
    }
}

/// UNRECORDED: AWS's codes and texts for bad arguments of the functions that it adds to JSONata.
fn refuse<T>(message: &str) -> Result<T> {
    Err(Error::new("D3137").with("message", message))
}

/// Rounded down, as AWS documents it.
fn integer(arguments: Arguments<'_>, place: usize) -> Option<i64> {
    // The cast saturates.
    arguments.get(place)?.as_ref()?.as_f64().map(|number| number.floor() as i64)
}

fn text(arguments: Arguments<'_>, place: usize) -> Option<&str> {
    arguments.get(place)?.as_ref()?.as_str()
}

fn partition(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let (Some(Some(Json::Array(array))), Some(size)) = (arguments.first(), integer(arguments, 1)) else {
        return Ok(None);
    };
    match usize::try_from(size) {
        Ok(size) if size > 0 => {
            Ok(Some(array.chunks(size).map(|chunk| Json::from(chunk.to_vec())).collect()))
        }
        _ => refuse("The second argument of partition function must be a positive number"),
    }
}

fn range(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let (Some(first), Some(last), Some(step)) =
        (integer(arguments, 0), integer(arguments, 1), integer(arguments, 2))
    else {
        return Ok(None);
    };
    let (first, last, step) = (i128::from(first), i128::from(last), i128::from(step));
    if step == 0 {
        return refuse("The third argument of range function must not be zero");
    }
    let is_empty = (last - first).signum() * step.signum() < 0;
    let count = if is_empty { 0 } else { (last - first) / step + 1 };
    if count > MAX_ARRAY_ITEMS as i128 {
        return Err(Error::new("U1001"));
    }
    Ok(Some((0..count).filter_map(|place| i64::try_from(first + place * step).ok()).collect()))
}

fn hash(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let (Some(data), Some(algorithm)) = (text(arguments, 0), text(arguments, 1)) else { return Ok(None) };
    let digest = match algorithm {
        "MD5" => hexadecimal(&Md5::digest(data)),
        "SHA-1" => hexadecimal(&Sha1::digest(data)),
        "SHA-256" => hexadecimal(&Sha256::digest(data)),
        "SHA-384" => hexadecimal(&Sha384::digest(data)),
        "SHA-512" => hexadecimal(&Sha512::digest(data)),
        _ => {
            return refuse(
                "The second argument of hash function must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512",
            );
        }
    };
    Ok(Some(Json::from(digest)))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string never fails.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn parse(arguments: Arguments<'_>) -> Result<Option<Json>> {
    let Some(text) = text(arguments, 0) else { return Ok(None) };
    match serde_json::from_str(text) {
        Ok(json) => Ok(Some(json)),
        Err(error) => refuse(&format!("The argument of parse function must be a JSON text: {error}")),
    }
}

/// `new java.util.Random(seed).nextDouble()`, as AWS draws (recorded for 42).
fn java_double(seed: i64) -> f64 {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    let mut state = (seed.cast_unsigned() ^ MULTIPLIER) & MASK;
    let mut next = |bits: u32| {
        state = state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        state >> (48 - bits)
    };
    let high = next(26) << 27;
    (high + next(27)) as f64 / (1u64 << 53) as f64
}

/// SplitMix64.
struct Generator(AtomicU64);

impl Generator {
    fn new(host: &dyn Host) -> Generator {
        Generator(AtomicU64::new(host.random_u64()))
    }

    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn uuid(&self) -> String {
        asl_query::uuid([self.next(), self.next()])
    }
}
