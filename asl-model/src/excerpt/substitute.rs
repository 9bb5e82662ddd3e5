//! `DefinitionSubstitutions`: replaces each `${Name}` in the text of a definition.

use std::collections::HashSet;

use super::assembly::{Assembly, inner_json};
use crate::{Format, Span, Substitutions};

/// Replaces each `${Name}` for which `substitutions` has a value, and returns the expected names that do not occur.
///
/// UNRECORDED: whether CloudFormation escapes what it substitutes into a JSON string.
pub(super) fn substitute<'s>(
    assembly: &Assembly,
    format: Format,
    substitutions: &'s Substitutions,
) -> (Assembly, Vec<&'s str>) {
    let mut used = HashSet::new();
    let mut replacements: Vec<(Span, String)> = Vec::new();
    let (mut at, mut quoted) = (0, false);
    let text = assembly.text();
    while let Some(offset) = text.get(at..).and_then(|rest| rest.find("${")) {
        let dollar = at + offset;
        quoted = ends_in_string(text.get(at..dollar).unwrap_or_default(), quoted);
        at = dollar + 2;
        let found = text.get(at..).and_then(|inner| {
            let name = inner.get(..inner.find('}')?)?;
            Some((name, substitutions.get(name)?))
        });
        let Some((name, value)) = found else { continue };
        used.insert(name);
        at += name.len() + 1;
        let text = match (format, quoted) {
            (Format::Json, true) => inner_json(value),
            // A value that is not known yet is inserted as a string, so that the text is JSON.
            (Format::Json, false) if is_placeholder(value) => format!("\"{}\"", inner_json(value)),
            _ => value.to_owned(),
        };
        replacements.push((dollar..at, text));
    }
    let unused = substitutions.expected().filter(|name| !used.contains(name));
    (assembly.with(replacements), unused.collect())
}

/// Whether a text is nothing but a `${Name}`.
pub(super) fn is_placeholder(text: &str) -> bool {
    text.strip_prefix("${").is_some_and(|rest| rest.find('}') == Some(rest.len() - 1))
}

/// Whether `part` ends inside a JSON string; `quoted` says whether it begins inside one.
pub(super) fn ends_in_string(part: &str, mut quoted: bool) -> bool {
    let mut escaped = false;
    for byte in part.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
    }
    quoted
}
