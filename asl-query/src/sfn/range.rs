//! `States.ArrayRange` and `$range`.

/// The integers from a first to a last one in equal steps, both ends included.
///
/// The languages limit [`count`](Range::count) before they build the numbers.
///
/// ```
/// use asl_query::sfn::Range;
/// let range = Range::new(1, 9, 4).unwrap();
/// assert_eq!(range.count(), 3);
/// assert!(range.numbers().eq([1, 5, 9]));
/// assert_eq!(Range::new(3, 1, 1).unwrap().count(), 0);
/// assert_eq!(Range::new(3, 1, 0), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    first: i128,
    step: i128,
    count: i128,
}

impl Range {
    /// `None` for a step of zero; a step in the wrong direction makes an empty range.
    pub fn new(first: i64, last: i64, step: i64) -> Option<Range> {
        let (first, last, step) = (i128::from(first), i128::from(last), i128::from(step));
        // Division is towards zero: without this test, a range in the wrong direction could have one number.
        let is_empty = (last - first).signum() * step.signum() < 0;
        let count = if is_empty { 0 } else { (last - first).checked_div(step)? + 1 };
        Some(Range { first, step, count })
    }

    /// How many numbers it has.
    pub fn count(&self) -> u128 {
        self.count.unsigned_abs()
    }

    /// The numbers in order.
    pub fn numbers(self) -> impl Iterator<Item = i64> {
        (0..self.count).filter_map(move |place| i64::try_from(self.first + place * self.step).ok())
    }
}
