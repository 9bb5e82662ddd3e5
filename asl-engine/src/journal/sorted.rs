//! [`sorted`]: values in the order in which the execution began to wait for them.

/// Values in the order of their numbers; those of one number stay as they are. The sort is one for all types, since its code is
/// long.
pub(super) fn sorted<T>(values: Vec<(u64, T)>) -> impl Iterator<Item = T> {
    let mut places: Vec<(u64, usize)> = values.iter().map(|(order, _)| *order).zip(0..).collect();
    places.sort_unstable();
    let mut values: Vec<Option<T>> = values.into_iter().map(|(_, value)| Some(value)).collect();
    places.into_iter().filter_map(move |(_, place)| values.get_mut(place)?.take())
}
