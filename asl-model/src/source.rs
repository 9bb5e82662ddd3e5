//! [`Source`]: the text of a definition, and where in it things are.

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

/// The text of a definition.
///
/// The model stores no positions. A diagnostic names a place by its pointer, and the source finds the place in the text
/// when somebody wants to print it.
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

/// How a definition is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JSON, RFC 8259.
    Json,
    /// YAML 1.2, its core schema, with anchors and merge keys.
    #[cfg(feature = "yaml")]
    Yaml,
}

impl Format {
    /// The format that a file's name stands for: YAML for `.yaml` and `.yml`, JSON otherwise.
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

    /// A definition as it is read from a file. A byte order mark in front is left out.
    ///
    /// # Errors
    /// [`Code::INVALID_JSON`] if the bytes are not UTF-8.
    pub fn from_bytes(bytes: &[u8], format: Format) -> Result<Source, Box<Diagnostic>> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Source::new(text.strip_prefix('\u{FEFF}').unwrap_or(text), format)),
            Err(error) => {
                let at = error.valid_up_to();
                let message = format!("the text is not UTF-8: the byte at offset {at} does not belong there");
                Err(Box::new(
                    Diagnostic::error(Code::INVALID_JSON, message, Pointer::root()).range(at..at + 1),
                ))
            }
        }
    }

    /// The name of the definition that a file of this name holds: `orders` of `orders.asl.json`, `orders.asl.yaml` and
    /// `orders.asl.yml`. `None` for a file that is not called like a definition.
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

    /// Why the text is not JSON (or YAML), in the words of the parser that AWS uses, without the place. `None` if it is.
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
            Format::Json => json::Events::without_places(&self.text).find_map(Result::err),
            #[cfg(feature = "yaml")]
            Format::Yaml => yaml::Events::new(&self.text).find_map(Result::err),
        };
        error.filter(|error| error.code == Code::INVALID_JSON).map(|error| error.message)
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How it is written down.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Where the value at `place` stands. It costs a scan of the text.
    pub fn span(&self, place: &Pointer) -> Option<Span> {
        self.places([place]).find(place).value
    }

    /// Where the key of the member at `place` stands, quotes included. It costs a scan of the text.
    pub fn key_span(&self, place: &Pointer) -> Option<Span> {
        self.places([place]).find(place).key
    }

    /// What of the text a diagnostic is about, as exactly as it can be told: a part of a string, a key, a value; for
    /// what is missing, the key of what it is missing from. It costs a scan of the text; see
    /// [`find_all`](Source::find_all).
    pub fn find(&self, diagnostic: &Diagnostic) -> Option<Span> {
        self.find_all(std::slice::from_ref(diagnostic)).pop().flatten()
    }

    /// [`find`](Source::find) for each of many diagnostics, with one scan of the text for all of them.
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

    /// The span of a diagnostic, of what was found of its place and of its field.
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

    /// An empty span made one character wide.
    fn widen(&self, span: Span) -> Span {
        let next = self.text.get(span.start..).and_then(|rest| rest.chars().next());
        span.start..span.end.max(span.start + next.map_or(0, char::len_utf8))
    }

    /// The part of the text that a part of a string's value was written as.
    fn within(&self, span: Span, range: &Range<usize>) -> Span {
        let Some(written) = self.text.get(span.clone()) else { return span };
        if self.format != Format::Json {
            // A scalar that is neither escaped nor folded is written as it is.
            let verbatim = !written.contains(['\\', '\n']) && !written.contains("''");
            let start = span.start + usize::from(written.starts_with(['"', '\'']));
            let part = start + range.start..start + range.end;
            return if verbatim && part.end <= span.end { part } else { span };
        }
        let offset = |bytes| span.start + json::written_offset(written, bytes);
        offset(range.start)..offset(range.end)
    }

    /// Line and column of an offset in bytes; the end of the text for what is beyond it.
    pub fn line_col(&self, offset: usize) -> LineCol {
        place::line_cols(&self.text, &[offset]).pop().unwrap_or(LineCol { line: 1, column: 1 })
    }

    fn places<'p>(&self, wanted: impl IntoIterator<Item = &'p Pointer>) -> Places {
        let mut places = Places::of(wanted);
        match self.format {
            Format::Json => places.scan(json::Events::new(&self.text)),
            #[cfg(feature = "yaml")]
            Format::Yaml => places.scan(yaml::Events::new(&self.text)),
        }
        places
    }

    /// The document, unless the text is none.
    pub(crate) fn value(&self, report: &mut Report) -> Option<Value> {
        if self.text.trim_ascii().is_empty() {
            let message = "Definition must be a valid JSON object";
            report.error(Code::NOT_AN_OBJECT, message, Pointer::root());
            return None;
        }
        if self.text.len() > MAX_DEFINITION_BYTES {
            let bytes = self.text.len();
            let message =
                format!("the definition has {bytes} bytes, more than the {MAX_DEFINITION_BYTES} AWS accepts");
            report.push(Diagnostic::warning(Code::LIMIT, message, Pointer::root()));
        }
        let built = match self.format {
            Format::Json => tree::build(json::Events::new(&self.text), report),
            #[cfg(feature = "yaml")]
            Format::Yaml => tree::build(yaml::Events::new(&self.text), report),
        };
        built.map_err(|problem| report.push(*problem)).ok()
    }
}

/// The events of a text.
pub(crate) fn events(text: &str, format: Format) -> Box<dyn Iterator<Item = event::Step<'_>> + '_> {
    match format {
        Format::Json => Box::new(json::Events::new(text)),
        #[cfg(feature = "yaml")]
        Format::Yaml => Box::new(yaml::Events::new(text)),
    }
}

/// The places that tell where a diagnostic is: that of what it is about, and that of the field it names.
fn wanted(diagnostic: &Diagnostic) -> [Option<Pointer>; 2] {
    if diagnostic.code == Code::INVALID_JSON {
        return [None, None];
    }
    let place = diagnostic.inner.as_ref().unwrap_or(&diagnostic.location);
    [Some(place.clone()), diagnostic.field.as_ref().map(|field| diagnostic.location.key(field))]
}
