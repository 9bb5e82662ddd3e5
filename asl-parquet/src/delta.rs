//! Lengths in the encoding `DELTA_BINARY_PACKED`, seen before the decoder reads them: it trusts them, and reserves memory for
//! as many as they say there are.
//!
//! Source: <https://github.com/apache/parquet-format/blob/master/Encodings.md#DELTAENC>

/// Lengths of byte arrays, or of what they have in common with the one before.
#[derive(Debug, PartialEq)]
pub(crate) struct Lengths {
    pub(crate) count: u64,
    /// Of all lengths.
    pub(crate) sum: u64,
    /// How many bytes they take in the page.
    pub(crate) bytes: usize,
}

/// The number of values, from the header.
pub(crate) fn count(bytes: &[u8]) -> Option<u64> {
    Bits::new(bytes).header().map(|header| header.count)
}

/// Reads lengths. `None` if they are damaged, if one is negative, or if there are more than `most`.
pub(crate) fn lengths(bytes: &[u8], most: u64) -> Option<Lengths> {
    let mut bits = Bits::new(bytes);
    let header = bits.header().filter(|header| header.count <= most)?;
    let mut lengths = Lengths { count: header.count, sum: 0, bytes: 0 };
    let mut left = header.count;
    let mut value = header.first;
    let add =
        |value: i32, sum: &mut u64| u64::try_from(value).ok().map(|value| *sum = sum.saturating_add(value));
    if left > 0 {
        add(value, &mut lengths.sum)?;
        left -= 1;
    }
    while left > 0 {
        let least = bits.zigzag()? as i32;
        let widths: Vec<u8> = (0..header.parts).map(|_| bits.byte()).collect::<Option<_>>()?;
        for width in widths {
            if left == 0 {
                break;
            }
            let end = bits.at.checked_add(header.part_values.checked_mul(usize::from(width))? / 8)?;
            let part = bits.bytes.get(bits.at..end).filter(|_| width <= 32)?;
            for index in 0..(header.part_values as u64).min(left) {
                value = value.wrapping_add(least).wrapping_add(packed(part, index as usize, width) as i32);
                add(value, &mut lengths.sum)?;
            }
            left = left.saturating_sub(header.part_values as u64);
            bits.at = end;
        }
    }
    lengths.bytes = bits.at;
    Some(lengths)
}

/// A number of `width` bits, at most 32.
fn packed(bytes: &[u8], index: usize, width: u8) -> u32 {
    let first = index * usize::from(width);
    let mut number = 0u64;
    for (at, byte) in bytes.iter().skip(first / 8).take(5).enumerate() {
        number |= u64::from(*byte) << (8 * at);
    }
    (number >> (first % 8) & ((1u64 << width) - 1)) as u32
}

struct Header {
    count: u64,
    first: i32,
    /// The parts of a block, and the values of each.
    parts: usize,
    part_values: usize,
}

struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    fn new(bytes: &'a [u8]) -> Bits<'a> {
        Bits { bytes, at: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        self.varint().map(|value| (value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn header(&mut self) -> Option<Header> {
        let (block, parts, count) = (self.varint()?, self.varint()?, self.varint()?);
        let (block, parts) = (usize::try_from(block).ok()?, usize::try_from(parts).ok()?);
        let first = self.zigzag()? as i32;
        // As many as a page may have widths.
        let is_regular =
            parts > 0 && parts <= self.bytes.len() && block <= 1 << 24 && block.is_multiple_of(parts);
        let part_values = if is_regular { block / parts } else { 0 };
        (part_values > 0 && part_values.is_multiple_of(32)).then_some(Header {
            count,
            first,
            parts,
            part_values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_the_decoder_reads_them() {
        // 128 values a block in 4 parts, 3 lengths, the first is 5; the least step is -3, the steps are 0 and 5 above it.
        let mut bytes = vec![0x80, 0x01, 4, 3, 10, 5, 3, 0, 0, 0, 0b0010_1000];
        bytes.extend([0; 11]);
        bytes.push(0xff);
        assert_eq!(lengths(&bytes, 3), Some(Lengths { count: 3, sum: 5 + 2 + 4, bytes: 22 }));
        assert_eq!(lengths(&bytes, 2), None);
        assert_eq!(count(&bytes), Some(3));
        // A negative length, and a part that is cut.
        let negative = [0x80, 0x01, 4, 1, 1];
        assert_eq!(lengths(&negative, 3), None);
        assert_eq!(lengths(bytes.get(..20).unwrap_or_default(), 3), None);
        // One value needs no block.
        assert_eq!(lengths(&[0x80, 0x01, 4, 1, 8], 1), Some(Lengths { count: 1, sum: 4, bytes: 5 }));
    }
}
