//! [`Seed`]: where the random numbers of a journalled execution come from.

use std::fmt;

use crate::Entropy;

/// 32 random bytes from which all random numbers of a journalled execution follow: jitter, UUIDs, task tokens.
///
/// Whoever knows it can compute the tokens, so a journal is as secret as they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl Seed {
    /// A seed of these bytes. Take them from a source that cannot be guessed.
    pub fn new(bytes: [u8; 32]) -> Seed {
        Seed(bytes)
    }

    /// A seed of numbers from this source.
    pub(crate) fn random(entropy: &dyn Entropy) -> Seed {
        let mut bytes = [0; 32];
        bytes.chunks_mut(8).for_each(|chunk| chunk.copy_from_slice(&entropy.next_u64().to_le_bytes()));
        Seed(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Parses 64 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Seed> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
        }
        Some(Seed(bytes))
    }
}

/// Hides the bytes.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}
