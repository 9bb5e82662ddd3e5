//! The depth, number of values and encoded length that each container remembers, and the limit of depth.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Value;

/// The deepest nesting of a document: a scalar has depth 0, `[]` has 1, `[[]]` has 2.
///
/// Parsers refuse a deeper document. Building a deeper value in Rust succeeds, so that `From` and `collect` are
/// infallible; code that builds values from a user's data calls [`Value::check_depth`] afterwards. A deeper value can
/// be dropped and compared, but it fails to serialise, prints as `…`, and has an encoded length of `usize::MAX`.
///
/// The limit keeps every recursion of this crate over a document within half of a 2 MiB stack in an unoptimised build.
///
/// UNRECORDED: how deep AWS lets documents nest.
pub const MAX_DEPTH: u32 = 400;

/// A document nested deeper than [`MAX_DEPTH`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooDeep;

impl fmt::Display for TooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nested deeper than {MAX_DEPTH} levels")
    }
}

impl std::error::Error for TooDeep {}

/// What a container remembers about itself.
#[derive(Debug)]
pub(crate) struct Size {
    /// Levels of nesting, including this one. Exact after every write.
    depth: u32,
    /// The number of values inside, and the container itself. A shared value counts each time; the count stops at
    /// [`MOST_VALUES`].
    values: u32,
    /// Whether all numbers inside are [normal](Value::normalised). It may stay `false` after the last abnormal one is
    /// replaced.
    is_normal: bool,
    /// The encoded length in bytes, which is at least 2; 0 if it is not known yet.
    encoded: AtomicUsize,
}

/// The memory of one value besides its text, as [`Value::memory_bytes`] estimates it: a slot in its container and, for
/// most values, an allocation of its own.
pub const VALUE_BYTES: u64 = 64;

/// The highest count of values.
const MOST_VALUES: u32 = u32::MAX;

impl Size {
    pub(crate) fn of<'v>(children: impl Iterator<Item = &'v Value>) -> Size {
        let sum = children.map(Child::of).fold(Child::NOTHING, Child::and);
        Size {
            depth: sum.depth.saturating_add(1),
            values: sum.values.saturating_add(1),
            is_normal: sum.is_normal,
            encoded: AtomicUsize::new(0),
        }
    }

    pub(crate) fn total_values(&self) -> u32 {
        self.values
    }

    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    pub(crate) fn is_normal(&self) -> bool {
        self.is_normal
    }

    /// The remembered length, or what `count` returns. `usize::MAX` for a container that is too deep to be printed.
    pub(crate) fn encoded_len(&self, count: impl FnOnce() -> usize) -> usize {
        if self.depth > MAX_DEPTH {
            return usize::MAX;
        }
        match self.encoded.load(Ordering::Relaxed) {
            0 => {
                let length = count();
                self.encoded.store(length, Ordering::Relaxed);
                length
            }
            known => known,
        }
    }

    /// Updates the size after the child `arrived` took the place of the child `replaced`. `children` are the new ones.
    pub(crate) fn exchanged<'v>(
        &mut self,
        replaced: Child,
        arrived: Child,
        children: impl Iterator<Item = &'v Value>,
    ) {
        let is_shallower = arrived.depth < replaced.depth && replaced.depth.saturating_add(1) == self.depth;
        if is_shallower || self.values == MOST_VALUES {
            *self = Size { is_normal: self.is_normal && arrived.is_normal, ..Size::of(children) };
            return;
        }
        *self.encoded.get_mut() = 0;
        self.is_normal &= arrived.is_normal;
        self.depth = self.depth.max(arrived.depth.saturating_add(1));
        self.values = (self.values - replaced.values).saturating_add(arrived.values);
    }
}

/// What a container needs to know about a child.
#[derive(Clone, Copy)]
pub(crate) struct Child {
    depth: u32,
    values: u32,
    is_normal: bool,
}

impl Child {
    /// No child at all.
    pub(crate) const NOTHING: Child = Child { depth: 0, values: 0, is_normal: true };

    pub(crate) fn of(value: &Value) -> Child {
        Child { depth: value.depth(), values: value.total_values(), is_normal: value.is_normal() }
    }

    fn and(self, other: Child) -> Child {
        Child {
            depth: self.depth.max(other.depth),
            values: self.values.saturating_add(other.values),
            is_normal: self.is_normal && other.is_normal,
        }
    }
}

impl Clone for Size {
    fn clone(&self) -> Self {
        Size { encoded: AtomicUsize::new(self.encoded.load(Ordering::Relaxed)), ..*self }
    }
}

/// A saturating sum of lengths: a few dozen levels of shared values (`[v, v]` of `[v, v]` of …) print to more bytes
/// than `usize` can count.
pub(crate) fn total(lengths: impl Iterator<Item = usize>) -> usize {
    lengths.fold(0, usize::saturating_add)
}

/// The length of `text` as a JSON string, with quotes and escapes.
pub(crate) fn encoded_text_len(text: &str) -> usize {
    // The loop has no branch, so that it compiles to vector instructions; most text has no escapes.
    let plain =
        text.bytes().fold(true, |plain, byte| plain & (byte >= 0x20) & (byte != b'"') & (byte != b'\\'));
    let escapes = if plain { 0 } else { text.bytes().map(|byte| usize::from(extra_bytes(byte))).sum() };
    text.len() + escapes + 2
}

/// The number of bytes that escaping adds: one for `\n`, five for `\u0001`.
const fn extra_bytes(byte: u8) -> u8 {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
        0..=0x1f => 5,
        _ => 0,
    }
}

/// Drops values without recursion: for documents deeper than the limit.
pub(crate) fn drop_deep(mut pending: Vec<Value>) {
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(array) => pending.extend(array.into_unshared().unwrap_or_default()),
            Value::Object(object) => {
                pending
                    .extend(object.into_unshared().unwrap_or_default().into_iter().map(|(_, child)| child));
            }
            _ => {}
        }
    }
}

/// Whether two documents of the same depth beyond the limit are equal, without recursion.
pub(crate) fn eq_deep(left: &Value, right: &Value) -> bool {
    let mut pending = vec![(left, right)];
    while let Some((left, right)) = pending.pop() {
        if left.same(right) {
            continue;
        }
        if left.depth() != right.depth() {
            return false;
        }
        if left.depth() <= MAX_DEPTH {
            if left != right {
                return false;
            }
            continue;
        }
        match (left, right) {
            (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
                pending.extend(a.iter().zip(b.iter()))
            }
            (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
                for (name, child) in a {
                    let Some(other) = b.get(name) else { return false };
                    pending.push((child, other));
                }
            }
            _ => return false,
        }
    }
    true
}
