//! `${Name}` where nothing was substituted.

use std::collections::HashSet;
use std::ops::Range;

use asl_value::{Pointer, Segment, Text, Value};

use super::Excerpt;
use super::substitute::ends_in_string;
use crate::report::Report;
use crate::source::event::{At, Event};
use crate::{Code, Diagnostic, Format, Span};

/// A string of a document with a `${` in it.
pub(super) struct Site {
    /// Of the value; of the member, if it is a key.
    pub(super) place: Pointer,
    pub(super) text: String,
    pub(super) span: Span,
    pub(super) is_key: bool,
}

/// All of them, in the order of the text.
pub(super) fn sites(text: &str, format: Format) -> Vec<Site> {
    let mut sites = Vec::new();
    // The members or items around, by the segment that leads to the value at hand.
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

/// To the next item, in an array.
fn step(around: &mut [Segment]) {
    if let Some(Segment::Index(index)) = around.last_mut() {
        *index += 1;
    }
}

/// The placeholders that stand in the file itself and have no value, each with its place. One outside of a JSON string is
/// put in quotes, so that the rest can be read.
///
/// UNRECORDED: CloudFormation is taken to leave a name as it is that `DefinitionSubstitutions` does not have; so it is text
/// as well, `${HOME}` of a shell for instance, and a warning.
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

/// Placeholders of one string that are reported.
const MOST_OF_ONE: usize = 100;

fn diagnostic(site: &Site, name: &str, range: Range<usize>) -> Diagnostic {
    let message = format!("`${{{name}}}` has no value");
    let variable = match name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        true => format!("ASL_SUBSTITUTE_{name}"),
        false => "ASL_SUBSTITUTIONS".to_owned(),
    };
    let help = format!(
        "values come from `--substitute`, {variable}, or a file `….substitutions.json` beside the definition; \
         a text that is meant so has itself as its value"
    );
    let warning = |place: Pointer| Diagnostic::warning(Code::PLACEHOLDER, message, place).help(help);
    match (site.is_key, site.place.segments().split_last()) {
        (true, Some((Segment::Key(key), owner))) => {
            warning(owner.iter().cloned().collect()).field(key.clone())
        }
        _ => warning(site.place.clone()).range(range),
    }
}

/// Puts placeholders outside of a JSON string in quotes, and notes where in the file they are.
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

/// Where a text has `${Name}`: a name as CloudFormation's are, of a parameter, a resource, an attribute. What a shell may
/// have besides (`${1}`, `${A:-b}`), or JSONata (`'${' & $a & '}'`), is none.
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
