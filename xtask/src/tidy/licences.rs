//! The licences of linked crates.

use super::Finding;
use crate::metadata::Package;

/// Licences that require attribution at most.
const ACCEPTED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

pub(super) fn check<'p>(packages: impl Iterator<Item = &'p Package>) -> Vec<Finding> {
    let refused = packages.filter(|package| !package.license.as_deref().is_some_and(accepts));
    refused
        .map(|package| {
            let licence = package.license.as_deref().unwrap_or("none given");
            Finding::new(&package.name, format!("its licence is not on the list of this check: {licence}"))
        })
        .collect()
}

/// Whether accepted licences satisfy the expression. `OR` binds less tightly than `AND`. The deprecated `/` means `OR`.
fn accepts(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    match split_outside_parentheses(&expression, " OR ") {
        Some((left, right)) => accepts(left) || accepts(right),
        None => match split_outside_parentheses(&expression, " AND ") {
            Some((left, right)) => accepts(left) && accepts(right),
            None => {
                let licence = expression.trim();
                match licence.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
                    Some(inner) => accepts(inner),
                    None => ACCEPTED.contains(&licence),
                }
            }
        },
    }
}

fn split_outside_parentheses<'e>(expression: &'e str, word: &str) -> Option<(&'e str, &'e str)> {
    let outside = |at: usize| {
        let before = expression.get(..at).unwrap_or_default();
        before.matches('(').count() == before.matches(')').count()
    };
    let (at, _) = expression.match_indices(word).find(|(at, _)| outside(*at))?;
    Some((expression.get(..at)?, expression.get(at + word.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(licence: Option<&str>, found: bool) {
        let package = Package { license: licence.map(str::to_owned), ..Package::default() };
        assert_eq!(super::check([&package].into_iter()).len(), usize::from(found), "{licence:?}");
    }

    #[test]
    fn one_acceptable_choice_is_enough() {
        check(Some("MIT"), false);
        check(Some("MIT OR Apache-2.0"), false);
        check(Some("MIT/Apache-2.0"), false);
        check(Some("GPL-3.0 OR MIT"), false);
        check(Some("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"), false);
        check(Some("(MIT OR Apache-2.0) AND Unicode-3.0"), false);
        check(Some("(GPL-3.0 AND MIT) OR (ISC)"), false);
    }

    #[test]
    fn every_other_licence_is_named() {
        check(None, true);
        check(Some("GPL-3.0"), true);
        check(Some("MIT AND GPL-3.0"), true);
        check(Some("(MIT OR Apache-2.0) AND AGPL-3.0"), true);
        check(Some("MIT OR"), true);
        check(Some(""), true);
    }
}
