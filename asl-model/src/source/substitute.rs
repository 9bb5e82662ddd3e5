//! `DefinitionSubstitutions`: `${Name}` in the text of a definition.

use std::collections::HashSet;

use asl_value::{Pointer, Value};

use super::{Format, Source};
use crate::{Code, Diagnostic};

impl Source {
    /// The definition with each `${Name}` replaced by the value that `substitutions` has for the name; others stay.
    ///
    /// Inside a JSON string a value is escaped, so that it stays one string; elsewhere it is put in as it is, so that
    /// `"Seconds": ${Wait}` becomes a number. A name that occurs nowhere is answered as a warning.
    ///
    /// ```
    /// use asl_model::Source;
    /// let source = Source::json(r#"{"Resource": "${Function}", "Seconds": ${Wait}, "Comment": "${Other}"}"#);
    /// let substitutions = [("Function".into(), "arn:aws:lambda:::f".into()), ("Wait".into(), "5".into())];
    /// let (source, unused) = source.substituted(&substitutions);
    /// assert_eq!(source.text(), r#"{"Resource": "arn:aws:lambda:::f", "Seconds": 5, "Comment": "${Other}"}"#);
    /// assert!(unused.is_empty());
    /// ```
    /// UNRECORDED: whether CloudFormation escapes what it substitutes into a JSON string.
    pub fn substituted(&self, substitutions: &[(String, String)]) -> (Source, Vec<Diagnostic>) {
        let mut text = String::with_capacity(self.text.len());
        let mut used = HashSet::new();
        let mut rest = &*self.text;
        let mut quoted = false;
        while let Some(dollar) = rest.find("${") {
            let (before, placeholder) = rest.split_at(dollar);
            text.push_str(before);
            quoted = ends_in_string(before, quoted);
            let value = placeholder.get(2..).and_then(|inner| {
                let (name, behind) = inner.split_once('}')?;
                let (name, value) = substitutions.iter().find(|(known, _)| known == name)?;
                Some((name, value, behind))
            });
            match value {
                Some((name, value, behind)) => {
                    used.insert(name);
                    if quoted && self.format == Format::Json {
                        let escaped = Value::from(value).to_json();
                        text.push_str(escaped.get(1..escaped.len() - 1).unwrap_or_default());
                    } else {
                        text.push_str(value);
                    }
                    rest = behind;
                }
                None => {
                    text.push_str("${");
                    rest = placeholder.get(2..).unwrap_or_default();
                }
            }
        }
        text.push_str(rest);
        let unused = substitutions.iter().filter(|(name, _)| !used.contains(name)).map(|(name, _)| {
            let message = format!("the substitution `{name}` occurs nowhere in the definition");
            Diagnostic::warning(Code::SUBSTITUTION, message, Pointer::root())
        });
        (Source::new(text, self.format), unused.collect())
    }
}

/// Whether `part`, which began inside a JSON string or not, ends inside one.
fn ends_in_string(part: &str, mut quoted: bool) -> bool {
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
