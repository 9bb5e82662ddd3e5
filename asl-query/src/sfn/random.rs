//! Random numbers: from random bits, and from a seed as Java draws them.

/// A UUID of version 4 from 128 random bits: `7b1c0d2e-5f64-4a0b-9c3d-2e1f00a9b8c7`.
///
/// ```
/// use asl_query::sfn;
/// assert_eq!(sfn::uuid([0, 0]), "00000000-0000-4000-8000-000000000000");
/// ```
pub fn uuid([high, low]: [u64; 2]) -> String {
    let (high, low) = ((high & !0xF000) | 0x4000, (low & !(0b11 << 62)) | (0b10 << 62));
    let digit = |number: u64, place: u32| {
        let value = (number >> (60 - 4 * place)) as u32 & 15;
        char::from_digit(value, 16).unwrap_or_default()
    };
    // Each child execution of a distributed Map takes one: `format!` would take several times as long.
    let mut text = String::with_capacity(36);
    for place in 0..32 {
        if matches!(place, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit(if place < 16 { high } else { low }, place % 16));
    }
    text
}

/// A number of `[0, 1)` from 64 random bits.
///
/// ```
/// use asl_query::sfn;
/// assert_eq!(sfn::unit(1 << 63), 0.5);
/// assert!(sfn::unit(u64::MAX) < 1.0);
/// ```
pub fn unit(bits: u64) -> f64 {
    // A double of that range distinguishes 53 bits.
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

/// `java.util.Random`, from which AWS draws when it is given a seed.
///
/// ```
/// use asl_query::sfn::JavaRandom;
/// assert_eq!(JavaRandom::new(42).next_int(10), 0);
/// ```
#[derive(Debug, Clone)]
pub struct JavaRandom(u64);

impl JavaRandom {
    /// A generator with this seed.
    pub fn new(seed: i64) -> JavaRandom {
        JavaRandom((seed.cast_unsigned() ^ MULTIPLIER) & MASK)
    }

    /// `next(bits)`, for at most 32 bits.
    fn next(&mut self, bits: u32) -> u64 {
        self.0 = self.0.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
        self.0 >> (48 - bits)
    }

    /// `nextInt(bound)`: an integer of `0..bound`, for a positive bound.
    pub fn next_int(&mut self, bound: i32) -> i32 {
        if bound.count_ones() == 1 {
            return ((i64::from(bound) * self.next(31).cast_signed()) >> 31) as i32;
        }
        loop {
            let bits = self.next(31) as i32;
            let value = bits % bound;
            // The last numbers below 2^31 do not fill a whole run of `bound`.
            if (bits - value).checked_add(bound - 1).is_some() {
                return value;
            }
        }
    }

    /// `nextDouble()`: a number of `[0, 1)`.
    pub fn next_double(&mut self) -> f64 {
        let high = self.next(26) << 27;
        (high + self.next(27)) as f64 / (1u64 << 53) as f64
    }
}

const MULTIPLIER: u64 = 0x5_DEEC_E66D;
const MASK: u64 = (1 << 48) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded: `States.MathRandom(1, 100, 42)` and `$random(42)`.
    #[test]
    fn seeds_draw_what_java_draws() {
        assert_eq!(JavaRandom::new(42).next_int(99), 62);
        assert_eq!(JavaRandom::new(-10).next_int(9), 0);
        assert_eq!(JavaRandom::new(1).next_int(1), 0);
        assert_eq!(JavaRandom::new(42).next_double().to_string(), "0.7275636800328681");
    }
}
