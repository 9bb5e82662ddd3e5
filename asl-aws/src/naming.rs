//! How Step Functions spells names.

/// `getItem` → `GetItem`
pub(crate) fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
