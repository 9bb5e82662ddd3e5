//! Suggestions for misspelt names.

/// The candidate that `name` probably misspells: one that differs in case only, or by a few edits. For a help such as
/// "did you mean".
///
/// ```
/// assert_eq!(asl_model::nearest("expects", ["input", "expect"]), Some("expect"));
/// assert_eq!(asl_model::nearest("colour", ["input", "expect"]), None);
/// ```
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // A long text is not a misspelt name, and the comparison takes time in proportion to the product of the lengths.
    if name.len() > 64 {
        return None;
    }
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed || candidate.eq_ignore_ascii_case(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance. The case of letters is ignored.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, from) in a.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(from != *to)).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: Option<&str>) {
        assert_eq!(nearest(name, ["Resource", "Next", "End", "ResultPath", "Retry"]), expect);
    }

    #[test]
    fn finds_what_was_meant() {
        check("Resouce", Some("Resource"));
        check("resource", Some("Resource"));
        check("Nxt", Some("Next"));
        check("RESULTPATH", Some("ResultPath"));
        check("Ressults", None);
        check("Metadata", None);
        check("", None);
        check(&"x".repeat(100_000), None);
    }

    #[test]
    fn counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("ab", "AB"), 0);
    }
}
