//! What both query languages of Step Functions compute in the same way: random numbers, hashes and ranges.
//!
//! An intrinsic function of JSONPath (`States.Hash`, `States.ArrayRange`, `States.MathRandom`) and its counterpart in
//! JSONata (`$hash`, `$range`, `$random`) differ in how they treat arguments, not in the results for good ones.

mod hash;
mod random;
mod range;

pub use hash::{hash, hexadecimal};
pub use random::{JavaRandom, unit, uuid};
pub use range::Range;
