//! [`sorted`]: the order in which the execution began to wait for things.

use std::collections::BinaryHeap;

/// The places of these numbers in ascending order; of equal numbers, the earlier place comes first. It is one function for
/// all that is sorted, and sorts by a heap: the code of other sorts is long.
pub(super) fn sorted(numbers: impl Iterator<Item = u64>) -> Vec<usize> {
    in_order(numbers.zip(0..).collect())
}

#[inline(never)]
fn in_order(numbers: Vec<(u64, usize)>) -> Vec<usize> {
    BinaryHeap::from(numbers).into_sorted_vec().iter().map(|(_, place)| *place).collect()
}
