//! [`Random`]: where a mutator gets its choices from.

/// Choices: of a small random number generator (xorshift), or of bytes that a fuzzer mutates.
#[derive(Debug, Clone)]
pub struct Random {
    /// The bytes that are left. After them, the generator decides.
    bytes: Vec<u8>,
    state: u64,
}

impl Random {
    /// The generator of a seed. A seed always produces the same choices.
    pub fn new(seed: u64) -> Random {
        Random { bytes: Vec::new(), state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// Takes the choices from bytes, so that a fuzzer that changes one byte changes one choice.
    pub fn of(bytes: &[u8]) -> Random {
        let seed = bytes.iter().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        Random { bytes: bytes.iter().rev().copied().collect(), ..Random::new(seed) }
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        let limit = limit.max(1);
        if let Some(byte) = self.bytes.pop() {
            let second = if limit > 256 { self.bytes.pop().unwrap_or_default() } else { 0 };
            return (usize::from(byte) | usize::from(second) << 8) % limit;
        }
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % limit
    }

    pub(crate) fn choose<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}
