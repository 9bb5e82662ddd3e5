//! [`Source`]: the text of a definition, and the places in it.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use asl_value::{Pointer, Value};

use crate::limits::MAX_DEFINITION_BYTES;
use crate::report::Report;
use crate::{Code, Diagnostic, Span};
use locate::{Located, Places};
pub use place::{LineCol, Place};

pub(crate) mod event;
pub(crate) mod json;
mod locate;
pub(crate) mod place;
mod tree;
#[cfg(feature = "yaml")]
pub(crate) mod yaml;

/// The text of a definition, in JSON or YAML.
///
/// Create one with [`json`](Source::json), [`new`](Source::new) or, from the bytes of a file,
/// [`from_bytes`](Source::from_bytes), and pass it to [`parse`](crate::parse). Cloning it is O(1).
///
/// The model stores no positions. A diagnostic names its place by a pointer, and the source locates it in the text when
/// it is printed: [`find`](Source::find) returns the bytes, [`line_col`](Source::line_col) the line and column. Each of
/// these calls scans the text; [`find_all`](Source::find_all) needs one scan for any number of diagnostics. For a
/// definition that is part of a template, or in which names are substituted, see [`Excerpt`](crate::Excerpt).
///
/// ```
/// use asl_model::{Source, parse};
/// let source = Source::json("{\"StartAt\": \"A\",\n \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}}}");
/// let diagnostic = &parse(&source).diagnostics[0];
/// let span = source.find(diagnostic).unwrap();
/// assert_eq!(&source.text()[span.clone()], "\"B\"");
/// let start = source.line_col(span.start);
/// assert_eq!((start.line, start.column), (2, 43));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    text: Arc<str>,
    format: Format,
}

/// The format of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JSON (RFC 8259).
    Json,
    /// YAML 1.2 with its core schema, anchors and merge keys.
    #[cfg(feature = "yaml")]
    Yaml,
}

impl Format {
    /// The format that the name of a file implies: YAML for `.yaml` and `.yml`, JSON otherwise.
    pub fn of(path: &Path) -> Format {
        match path.extension().and_then(|extension| extension.to_str()) {
            #[cfg(feature = "yaml")]
            Some("yaml" | "yml") => Format::Yaml,
            _ => Format::Json,
        }
    }

    /// Whether a command-line argument is JSON text and not the name of a file: it begins like an array, an object or a
    /// string, or all of it is JSON. So `5` is JSON text, and `2026-01-01.json` is a file.
    pub fn is_json_text(argument: &str) -> bool {
        argument.trim_start().starts_with(['{', '[', '"']) || Value::parse(argument).is_ok()
    }
}

impl Source {
    /// A definition in JSON.
    pub fn json(text: impl Into<Arc<str>>) -> Source {
        Source { text: text.into(), format: Format::Json }
    }

    /// A definition in YAML.
    #[cfg(feature = "yaml")]
    pub fn yaml(text: impl Into<Arc<str>>) -> Source {
        Source { text: text.into(), format: Format::Yaml }
    }

    /// A definition in the given format.
    pub fn new(text: impl Into<Arc<str>>, format: Format) -> Source {
        Source { text: text.into(), format }
    }

    /// A definition from the bytes of a file. A byte order mark at the beginning is removed.
    ///
    /// # Errors
    /// [`Code::INVALID_JSON`] if the bytes are not UTF-8.
    pub fn from_bytes(bytes: &[u8], format: Format) -> Result<Source, Box<Diagnostic>> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Source::new(text.strip_prefix('\u{FEFF}').unwrap_or(text), format)),
            Err(error) => {
                let at = error.valid_up_to();
                let message = format!("the text is not UTF-8: invalid byte at offset {at}");
                Err(Box::new(
                    Diagnostic::error(Code::INVALID_JSON, message, Pointer::root()).range(at..at + 1),
                ))
            }
        }
    }

    /// The name of the definition in a file: `orders` for `orders.asl.json`, `orders.asl.yaml` and `orders.asl.yml`.
    /// `None` for a file whose name is not that of a definition.
    ///
    /// ```
    /// use asl_model::Source;
    /// assert_eq!(Source::definition_name("machines/orders.asl.json".as_ref()), Some("orders"));
    /// assert_eq!(Source::definition_name("events/order.json".as_ref()), None);
    /// ```
    pub fn definition_name(path: &Path) -> Option<&str> {
        let file = path.file_name()?.to_str()?;
        [".asl.json", ".asl.yaml", ".asl.yml"].into_iter().find_map(|ending| file.strip_suffix(ending))
    }

    /// Why the text is not valid JSON (or YAML), in the words of AWS's parser and without the place. `None` if it is
    /// valid.
    ///
    /// The text may be any document, such as the input of an execution.
    ///
    /// ```
    /// use asl_model::Source;
    /// let error = Source::json(r#"{"id": x}"#).syntax_error().unwrap();
    /// assert!(error.starts_with("Unrecognized token 'x': was expecting"));
    /// assert_eq!(Source::json(r#"{"id": 7}"#).syntax_error(), None);
    /// ```
    pub fn syntax_error(&self) -> Option<String> {
        let error = match self.format {
            Format::Json => json::JsonEvents::without_places(&self.text).find_map(Result::err),
            #[cfg(feature = "yaml")]
            Format::Yaml => yaml::YamlEvents::new(&self.text).find_map(Result::err),
        };
        error.filter(|error| error.code == Code::INVALID_JSON).map(|error| error.message)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The format of the text.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The part of the text that is the value at `place`. It takes a scan of the text.
    pub fn span(&self, place: &Pointer) -> Option<Span> {
        self.places([place]).find(place).value
    }

    /// The part of the text that is the key of the member at `place`, with its quotes. It takes a scan of the text.
    pub fn key_span(&self, place: &Pointer) -> Option<Span> {
        self.places([place]).find(place).key
    }

    /// The part of the text that a diagnostic is about, as exactly as possible: a part of a string, a key or a value.
    /// For a missing field it is the key of the object. It takes a scan of the text; see
    /// [`find_all`](Source::find_all).
    pub fn find(&self, diagnostic: &Diagnostic) -> Option<Span> {
        self.find_all(std::slice::from_ref(diagnostic)).pop().flatten()
    }

    /// [`find`](Source::find) for many diagnostics, with one scan of the text.
    pub fn find_all(&self, diagnostics: &[Diagnostic]) -> Vec<Option<Span>> {
        let wanted: Vec<[Option<Pointer>; 2]> = diagnostics.iter().map(wanted).collect();
        let places = self.places(wanted.iter().flatten().flatten());
        let found = diagnostics.iter().zip(&wanted).map(|(diagnostic, [place, field])| {
            let place = place.as_ref().map(|place| places.find(place)).unwrap_or_default();
            let field = field.as_ref().map(|field| places.find(field)).unwrap_or_default();
            self.choose(diagnostic, place, field)
        });
        found.collect()
    }

    /// The span of a diagnostic, chosen from the spans of its place and of its field.
    fn choose(&self, diagnostic: &Diagnostic, place: Located, field: Located) -> Option<Span> {
        if diagnostic.code == Code::INVALID_JSON {
            return diagnostic.range.clone();
        }
        if field.key.is_some() {
            return field.key;
        }
        let Some(value) = place.value else { return place.nearest.map(|span| self.widen(span)) };
        if let Some(range) = &diagnostic.range
            && range.start < range.end
            && !place.container
        {
            return Some(self.within(value, range));
        }
        match place.container {
            // A whole state is too much to underline.
            true => Some(place.key.unwrap_or_else(|| self.widen(value.start..value.start))),
            false => Some(value),
        }
    }

    /// Makes an empty span one character wide.
    fn widen(&self, span: Span) -> Span {
        let next = self.text.get(span.start..).and_then(|rest| rest.chars().next());
        span.start..span.end.max(span.start + next.map_or(0, char::len_utf8))
    }

    /// The part of the text that represents a part of a string's value.
    fn within(&self, span: Span, range: &Range<usize>) -> Span {
        let Some(written) = self.text.get(span.clone()) else { return span };
        if self.format != Format::Json {
            // A scalar that is neither escaped nor folded is written literally.
            let verbatim = !written.contains(['\\', '\n']) && !written.contains("''");
            let start = span.start + usize::from(written.starts_with(['"', '\'']));
            let part = start + range.start..start + range.end;
            return if verbatim && part.end <= span.end { part } else { span };
        }
        let offset = |bytes| span.start + json::written_offset(written, bytes);
        offset(range.start)..offset(range.end)
    }

    /// The line and column of an offset in bytes; the end of the text for an offset beyond it.
    pub fn line_col(&self, offset: usize) -> LineCol {
        place::line_cols(&self.text, &[offset]).pop().unwrap_or(LineCol { line: 1, column: 1 })
    }

    fn places<'p>(&self, wanted: impl IntoIterator<Item = &'p Pointer>) -> Places {
        let mut places = Places::of(wanted);
        match self.format {
            Format::Json => places.scan(json::JsonEvents::new(&self.text)),
            #[cfg(feature = "yaml")]
            Format::Yaml => places.scan(yaml::YamlEvents::new(&self.text)),
        }
        places
    }

    /// The text as a document of any kind, such as a test file; and what is wrong with it: repeated keys are warnings.
    ///
    /// It is `None` if the text cannot be read, which is then reported as an error. An empty text is an error.
    ///
    /// ```
    /// use asl_model::Source;
    /// let (value, problems) = Source::json("[1, 2]").document();
    /// assert_eq!((value.map(|value| value.to_json()).as_deref(), problems.len()), (Some("[1,2]"), 0));
    /// assert!(Source::json("[1,").document().1[0].is_error());
    /// ```
    pub fn document(&self) -> (Option<Value>, Vec<Diagnostic>) {
        let mut report = Report::default();
        let value = match self.text.trim_ascii().is_empty() {
            true => {
                report.error(Code::INVALID_JSON, "the text is empty", Pointer::root());
                None
            }
            false => self.built(&mut report),
        };
        (value, report.into_diagnostics())
    }

    fn built(&self, report: &mut Report) -> Option<Value> {
        let built = match self.format {
            Format::Json => tree::build(json::JsonEvents::new(&self.text), report),
            #[cfg(feature = "yaml")]
            Format::Yaml => tree::build(yaml::YamlEvents::new(&self.text), report),
        };
        built.map_err(|problem| report.push(*problem)).ok()
    }

    /// The definition, if the text is valid.
    pub(crate) fn value(&self, report: &mut Report) -> Option<Value> {
        if self.text.trim_ascii().is_empty() {
            let message = "Definition must be a valid JSON object";
            report.error(Code::NOT_AN_OBJECT, message, Pointer::root());
            return None;
        }
        if self.text.len() > MAX_DEFINITION_BYTES {
            let bytes = self.text.len();
            let message =
                format!("the definition has {bytes} bytes; AWS accepts at most {MAX_DEFINITION_BYTES}");
            report.push(Diagnostic::warning(Code::LIMIT, message, Pointer::root()));
        }
        self.built(report)
    }
}

/// The events of a text.
pub(crate) fn events(text: &str, format: Format) -> Box<dyn Iterator<Item = event::Step<'_>> + '_> {
    match format {
        Format::Json => Box::new(json::JsonEvents::new(text)),
        #[cfg(feature = "yaml")]
        Format::Yaml => Box::new(yaml::YamlEvents::new(text)),
    }
}

/// The places that locate a diagnostic: the value that it is about, and the field that it names.
fn wanted(diagnostic: &Diagnostic) -> [Option<Pointer>; 2] {
    if diagnostic.code == Code::INVALID_JSON {
        return [None, None];
    }
    let place = diagnostic.inner.as_ref().unwrap_or(&diagnostic.location);
    [Some(place.clone()), diagnostic.field.as_ref().map(|field| diagnostic.location.key(field))]
}
