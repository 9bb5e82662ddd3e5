//! [`IndexRanges`]: the places of children, most of which follow one another.

use std::collections::BTreeMap;

/// A set of places. Those that follow one another take as much memory as one.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct IndexRanges {
    /// By the first place of a range, the place after its last. No range touches another one.
    ends: BTreeMap<usize, usize>,
    len: usize,
}

/// An estimate of what one range takes.
const RANGE_BYTES: u64 = 32;

impl IndexRanges {
    /// These ranges: the first place of each, and the place after its last. `None` if they are not in order, or one is empty.
    pub(crate) fn of(pairs: impl IntoIterator<Item = (usize, usize)>) -> Option<IndexRanges> {
        let mut ranges = IndexRanges::default();
        for (first, end) in pairs {
            if first >= end || (first <= ranges.end() && ranges.len > 0) {
                return None;
            }
            ranges.ends.insert(first, end);
            ranges.len = ranges.len.saturating_add(end - first);
        }
        Some(ranges)
    }

    pub(crate) fn insert(&mut self, index: usize) {
        if self.end_of(index).is_some() {
            return;
        }
        self.len += 1;
        let after = index.saturating_add(1);
        let end = self.ends.remove(&after).unwrap_or(after);
        match self.ends.range_mut(..index).next_back() {
            Some((_, before)) if *before == index => *before = end,
            _ => {
                self.ends.insert(index, end);
            }
        }
    }

    /// The place after the last of those that follow `index`, which is one of them. `None`: it is not.
    pub(crate) fn end_of(&self, index: usize) -> Option<usize> {
        let (_, end) = self.ends.range(..=index).next_back()?;
        (index < *end).then_some(*end)
    }

    /// The place after the last one.
    pub(crate) fn end(&self) -> usize {
        self.ends.last_key_value().map_or(0, |(_, end)| *end)
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, usize)> {
        self.ends.iter().map(|(first, end)| (*first, *end))
    }

    /// An estimate of the bytes that it takes in memory.
    pub(crate) fn memory_bytes(&self) -> u64 {
        RANGE_BYTES.saturating_mul(self.ends.len() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_follow_one_another_are_one_range() {
        let mut ranges = IndexRanges::default();
        let rows: &[(usize, &[(usize, usize)])] = &[
            (3, &[(3, 4)]),
            (5, &[(3, 4), (5, 6)]),
            (3, &[(3, 4), (5, 6)]),
            (4, &[(3, 6)]),
            (2, &[(2, 6)]),
            (0, &[(0, 1), (2, 6)]),
            (6, &[(0, 1), (2, 7)]),
            (1, &[(0, 7)]),
            (9, &[(0, 7), (9, 10)]),
        ];
        for (index, expected) in rows {
            ranges.insert(*index);
            assert_eq!(ranges.iter().collect::<Vec<_>>(), *expected, "{index}");
            assert_eq!(ranges.len(), expected.iter().map(|(first, end)| end - first).sum::<usize>());
            assert_eq!(IndexRanges::of(expected.iter().copied()), Some(ranges.clone()));
        }
        let ends = [0, 6, 7, 8, 9, 10].map(|index| ranges.end_of(index));
        assert_eq!(ends, [Some(7), Some(7), None, None, Some(10), None]);
        assert_eq!(ranges.end(), 10);
    }

    #[test]
    fn ranges_are_in_order_and_apart() {
        for pairs in
            [vec![(1, 1)], vec![(2, 1)], vec![(0, 2), (2, 3)], vec![(0, 2), (1, 3)], vec![(4, 5), (0, 1)]]
        {
            assert_eq!(IndexRanges::of(pairs.clone()), None, "{pairs:?}");
        }
        assert_eq!(IndexRanges::of([]), Some(IndexRanges::default()));
    }
}
