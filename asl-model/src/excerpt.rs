//! [`Excerpt`]: a definition, and the file that contains it.

use std::sync::Arc;

use asl_value::Pointer;

use crate::source::place;
use crate::{Code, Diagnostic, LineCol, Place, Source, Span, Substitutions};

pub(crate) mod assembly;
mod placeholder;
mod substitute;
mod unknown;

use assembly::Assembly;
use unknown::Unknown;

/// A definition as it will run, and the file that it comes from.
///
/// The definition may be the file itself, the file with names substituted, or a part of a template. The excerpt knows
/// which part of the file each part of the definition comes from, so that diagnostics are shown in the file that the
/// author edits.
///
/// ```
/// use asl_model::{Excerpt, Source, Substitutions, parse};
/// let file = Source::json(r#"{"StartAt": "${First}", "States": {"A": {"Type": "Succeed"}}}"#);
/// let (excerpt, _) = Excerpt::of(file).substituted(&Substitutions::from_iter([("First", "B")]));
/// assert!(excerpt.source().text().starts_with(r#"{"StartAt": "B""#));
/// let problem = &parse(excerpt.source()).diagnostics[0];
/// assert_eq!(problem.message, "Missing 'Next' target: B");
/// assert_eq!(&excerpt.file()[excerpt.find(problem).unwrap()], r#""${First}""#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The file, in which positions are counted.
    file: Source,
    /// The definition.
    source: Source,
    /// The parts of the definition in the file; `None` if it is the file.
    assembly: Option<Arc<Assembly>>,
    unknown: Unknown,
}

impl Excerpt {
    /// A definition that is a file of its own.
    pub fn of(source: Source) -> Excerpt {
        Excerpt { file: source.clone(), source, assembly: None, unknown: Unknown::default() }
    }

    /// A definition in JSON that consists of parts of a file.
    pub(crate) fn assembled(file: &Source, assembly: Assembly) -> Excerpt {
        let source = Source::json(assembly.text());
        Excerpt {
            file: file.clone(),
            source,
            assembly: Some(Arc::new(assembly)),
            unknown: Unknown::default(),
        }
    }

    /// Replaces each `${Name}` for which `substitutions` has a value; other names are left as they are.
    ///
    /// Inside a JSON string, the value is escaped, so that it remains one string. Elsewhere it is inserted unchanged,
    /// so that `"Seconds": ${Wait}` becomes a number. The diagnostics are warnings about names that should occur but do
    /// not.
    ///
    /// ```
    /// use asl_model::{Excerpt, Source, Substitutions};
    /// let source = Source::json(r#"{"Resource": "${Function}", "Seconds": ${Wait}, "Comment": "${Other}"}"#);
    /// let substitutions = Substitutions::from_iter([("Function", "arn:aws:lambda:::f"), ("Wait", "5")]);
    /// let (excerpt, unused) = Excerpt::of(source).substituted(&substitutions);
    /// let text = r#"{"Resource": "arn:aws:lambda:::f", "Seconds": 5, "Comment": "${Other}"}"#;
    /// assert_eq!(excerpt.source().text(), text);
    /// assert!(unused.is_empty());
    /// ```
    pub fn substituted(self, substitutions: &Substitutions) -> (Excerpt, Vec<Diagnostic>) {
        if substitutions.is_empty() {
            return (self, Vec::new());
        }
        let format = self.source.format();
        let (assembly, unused) = substitute::substitute(&self.assembly(), format, substitutions);
        let unused = unused.into_iter().map(|name| {
            let message = format!("the substitution `{name}` occurs nowhere in the definition");
            Diagnostic::warning(Code::SUBSTITUTION, message, Pointer::root())
        });
        let unused = unused.collect();
        (self.with(assembly), unused)
    }

    /// Reports each `${Name}` of the file that has no value, with its place.
    ///
    /// Inside a JSON string it is a warning, because CloudFormation leaves such a name unchanged and it may be meant as
    /// text. Outside a string it is an error, because the text is not JSON.
    ///
    /// ```
    /// use asl_model::{Excerpt, Source};
    /// let file = r#"{"Comment": "echo ${HOME} ${1}", "Seconds": ${Wait}}"#;
    /// let (excerpt, left) = Excerpt::of(Source::json(file)).unsubstituted();
    /// let found: Vec<_> = left.iter().map(|found| (found.is_error(), &file[excerpt.find(found).unwrap()])).collect();
    /// assert_eq!(found, [(false, "${HOME}"), (true, "${Wait}")]);
    /// ```
    pub fn unsubstituted(self) -> (Excerpt, Vec<Diagnostic>) {
        placeholder::left(self)
    }

    /// Treats each remaining `${Name}` as a value that will be known later: problems that it may cause are
    /// [excused](Excerpt::excuses).
    pub(crate) fn with_unknown(self) -> Excerpt {
        let (unknown, assembly) = Unknown::find(&self.assembly(), self.source.format());
        Excerpt { unknown, ..self.with(assembly) }
    }

    fn assembly(&self) -> Arc<Assembly> {
        match &self.assembly {
            Some(assembly) => Arc::clone(assembly),
            None => Arc::new(Assembly::whole(self.file.text())),
        }
    }

    fn with(self, assembly: Assembly) -> Excerpt {
        let source = Source::new(assembly.text(), self.source.format());
        Excerpt { source, assembly: Some(Arc::new(assembly)), ..self }
    }

    /// The definition.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The text of the file.
    pub fn file(&self) -> &str {
        self.file.text()
    }

    /// The part of the file that a diagnostic of the definition is about; see [`Source::find`].
    pub fn find(&self, diagnostic: &Diagnostic) -> Option<Span> {
        self.find_all(std::slice::from_ref(diagnostic)).pop().flatten()
    }

    /// [`find`](Excerpt::find) for many diagnostics, with one scan of the text.
    pub fn find_all(&self, diagnostics: &[Diagnostic]) -> Vec<Option<Span>> {
        let mut found = self.source.find_all(diagnostics);
        if let Some(assembly) = &self.assembly {
            found.iter_mut().flatten().for_each(|span| *span = assembly.origin(span));
        }
        found
    }

    /// [`find_all`](Excerpt::find_all) with lines and columns, which takes one more pass over the file.
    pub fn places(&self, diagnostics: &[Diagnostic]) -> Vec<Option<Place>> {
        place::places(self.file(), self.find_all(diagnostics))
    }

    /// The line and column of an offset in the file. It takes a pass over the file; see [`places`](Excerpt::places).
    pub fn line_col(&self, offset: usize) -> LineCol {
        self.file.line_col(offset)
    }

    /// Whether a problem may disappear when the values are known that a template leaves open.
    pub fn excuses(&self, diagnostic: &Diagnostic) -> bool {
        self.unknown.excuses(diagnostic)
    }
}
