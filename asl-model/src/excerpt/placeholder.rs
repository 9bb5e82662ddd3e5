//! Each `${Name}` that was not substituted.

use std::collections::HashSet;
use std::ops::Range;

use asl_value::{Pointer, Segment, Text, Value};

use super::Excerpt;
use super::substitute::ends_in_string;
use crate::report::Report;
use crate::source::event::{At, Event};
use crate::{Code, Diagnostic, Format, Span};

/// A string of a document that contains `${`.
pub(super) struct Site {
    /// The place of the value or, for a key, of the member.
    pub(super) place: Pointer,
    pub(super) text: String,
    pub(super) span: Span,
    pub(super) is_key: bool,
}

/// All sites, in the order of the text.
pub(super) fn sites(text: &str, format: Format) -> Vec<Site> {
    let mut sites = Vec::new();
    // The path to the current value.
    let mut around: Vec<Segment> = Vec::new();
    for At { event, span, .. } in crate::source::events(text, format).map_while(Result::ok) {
        let site = |text: &str, is_key, around: &[Segment]| {
            if text.contains("${") {
                let place = around.iter().cloned().collect();
                sites.push(Site { place, text: text.to_owned(), span, is_key });
            }
        };
        match event {
            Event::Key(name) => {
                if let Some(last) = around.last_mut() {
                    *last = Segment::Key(Text::from(&*name));
                }
                site(&name, true, &around);
            }
            Event::Object => around.push(Segment::Key(Text::default())),
            Event::Array => around.push(Segment::Index(0)),
            Event::End => {
                around.pop();
                step(&mut around);
            }
            Event::Scalar(value) => {
                if let Value::String(text) = &value {
                    site(text, false, &around);
                }
                step(&mut around);
            }
            #[cfg(feature = "yaml")]
            Event::Alias(_) => step(&mut around),
            #[cfg(feature = "yaml")]
            Event::Merge => {}
        }
    }
    sites
}

/// Moves on to the next item, if this is an array.
fn step(around: &mut [Segment]) {
    if let Some(Segment::Index(index)) = around.last_mut() {
        *index += 1;
    }
}

/// Reports the placeholders of the file itself that have no value. A placeholder outside a JSON string is put in
/// quotes, so that the rest of the text can be parsed.
///
/// UNRECORDED: CloudFormation is assumed to leave a name unchanged that `DefinitionSubstitutions` does not have. Such a
/// name may be text, such as `${HOME}` in a shell command, so it is only a warning.
pub(super) fn left(excerpt: Excerpt) -> (Excerpt, Vec<Diagnostic>) {
    if !excerpt.source.text().contains("${") {
        return (excerpt, Vec::new());
    }
    let mut bare = HashSet::new();
    let excerpt = match excerpt.source.format() {
        Format::Json => quoted(excerpt, &mut bare),
        #[cfg(feature = "yaml")]
        Format::Yaml => excerpt,
    };
    let mut found = Vec::new();
    for site in sites(excerpt.source.text(), excerpt.source.format()) {
        for range in names(&site.text).take(MOST_OF_ONE) {
            let name = site.text.get(range.start + 2..range.end - 1).unwrap_or_default();
            found.push(diagnostic(&site, name, range.clone()));
        }
    }
    let spans = excerpt.source.find_all(&found);
    let mut report = Report::default();
    for (diagnostic, span) in found.into_iter().zip(spans) {
        let Some(span) = span else { continue };
        match &excerpt.assembly {
            Some(assembly) if bare.contains(&assembly.origin(&span)) => {
                report.push(Diagnostic { severity: crate::Severity::Error, ..diagnostic });
            }
            Some(assembly) if !assembly.is_verbatim(span.start) => {}
            _ => report.push(diagnostic),
        }
    }
    (excerpt, report.into_diagnostics())
}

/// The number of placeholders that are reported for one string.
const MOST_OF_ONE: usize = 100;

fn diagnostic(site: &Site, name: &str, range: Range<usize>) -> Diagnostic {
    let message = format!("`${{{name}}}` has no value");
    let variable = match name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        true => format!("ASL_SUBSTITUTE_{name}"),
        false => "ASL_SUBSTITUTIONS".to_owned(),
    };
    let help = format!(
        "give it a value with `--substitute`, {variable}, or a file `….substitutions.json` next to the definition; \
         if the text is intended, make it its own value"
    );
    let warning = |place: Pointer| Diagnostic::warning(Code::PLACEHOLDER, message, place).help(help);
    match (site.is_key, site.place.segments().split_last()) {
        (true, Some((Segment::Key(key), owner))) => {
            warning(owner.iter().cloned().collect()).field(key.clone())
        }
        _ => warning(site.place.clone()).range(range),
    }
}

/// Puts placeholders outside JSON strings in quotes, and notes their places in the file.
fn quoted(excerpt: Excerpt, bare: &mut HashSet<Span>) -> Excerpt {
    let assembly = excerpt.assembly();
    let text = assembly.text();
    let (mut at, mut in_string) = (0, false);
    let mut replacements = Vec::new();
    for range in names(text) {
        in_string = ends_in_string(text.get(at..range.start).unwrap_or_default(), in_string);
        at = range.start;
        if !in_string {
            bare.insert(assembly.origin(&range));
            let name = text.get(range.clone()).unwrap_or_default();
            replacements.push((range, format!("\"{name}\"")));
        }
    }
    if replacements.is_empty() {
        return excerpt;
    }
    let quoted = assembly.with(replacements);
    excerpt.with(quoted)
}

/// The places of each `${Name}` in a text. Names have CloudFormation's form: a parameter, a resource or an attribute.
/// Other uses of the characters, as in a shell (`${1}`, `${A:-b}`) or in JSONata (`'${' & $a & '}'`), do not count.
fn names(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text.get(at..)?.find("${")?;
            at = start + 2;
            let rest = text.get(at..)?;
            let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "_.:-,".contains(c)));
            let Some(length) =
                length.filter(|length| rest.get(*length..).is_some_and(|rest| rest.starts_with('}')))
            else {
                continue;
            };
            if is_name(rest.get(..length)?) {
                at += length + 1;
                return Some(start..at);
            }
        }
    })
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !text.replace("::", "").contains(':')
}
