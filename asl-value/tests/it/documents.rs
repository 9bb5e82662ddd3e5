//! Documents generated from a seed: every run has the same ones.

use asl_value::{Array, Number, Object, Text, Value};

/// Marsaglia's xorshift, which is good enough to generate documents.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub(crate) fn text(&mut self) -> Text {
        const PIECES: &[&str] = &[
            "a",
            "id",
            "\"",
            "\\",
            "\n",
            "\r\t",
            "\u{8}\u{c}",
            "\u{0}",
            "\u{1f}",
            "\u{7f}",
            "é",
            "☃",
            "😀",
            "/",
            "\u{2028}",
        ];
        let pieces = self.below(9);
        (0..pieces).map(|_| PIECES[self.below(PIECES.len())]).collect::<String>().into()
    }

    pub(crate) fn number(&mut self) -> Number {
        let shift = self.below(64);
        match self.below(5) {
            0 => Number::from(self.next() >> shift),
            1 => Number::from((self.next() as i64) >> shift),
            2 => Number::from_f64((self.next() >> shift) as f64 / 100.0).unwrap(),
            3 => Number::from_f64((self.next() >> shift) as f64 * -1e3).unwrap(),
            // Any bit pattern; NaN and the infinities become zero.
            _ => Number::from_f64(f64::from_bits(self.next())).unwrap_or(Number::from(0)),
        }
    }

    /// Generates a document of at most `depth` levels.
    pub(crate) fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 5 } else { 9 }) {
            0 => Value::Null,
            1 => Value::Bool(self.next().is_multiple_of(2)),
            2 | 3 => Value::Number(self.number()),
            4 => Value::String(self.text()),
            5 | 6 => {
                let items = self.below(5);
                Value::Array((0..items).map(|_| self.value(depth - 1)).collect::<Array>())
            }
            _ => {
                // Some have enough members to be indexed.
                let members = if self.below(8) == 0 { self.below(30) } else { self.below(5) };
                Value::Object((0..members).map(|_| (self.text(), self.value(depth - 1))).collect::<Object>())
            }
        }
    }
}
