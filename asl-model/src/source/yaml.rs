//! YAML as events: anchors and merge keys, and the scalars of the core schema of YAML 1.2.

use std::borrow::Cow;
use std::ops::Range;

use asl_value::{MAX_DEPTH, Number, Pointer, Value};
use granit_parser::{ErrorKind, Event as Yaml, Parser, ScalarStyle, Span, StrInput, Tag, options};

use super::event::{At, Event, Step};
use crate::{Code, Diagnostic};

/// The events of the first document of a YAML text.
///
/// The parser accepts what parsers of YAML 1.1 accept, including CloudFormation's: inside brackets, lines need no
/// indentation, although YAML 1.2 requires it.
pub(crate) struct YamlEvents<'t> {
    parser: Parser<'t, StrInput<'t>>,
    open: Vec<Nesting>,
    /// The local tag of the last value.
    tag: Option<String>,
    state: Progress,
}

/// A container that has begun. For an object: whether the next scalar is a key.
enum Nesting {
    Array,
    Object { at_key: bool },
}

/// The progress through the events.
enum Progress {
    Running,
    /// The first document has ended.
    Told,
    Over,
}

impl<'t> YamlEvents<'t> {
    pub(crate) fn new(text: &'t str) -> YamlEvents<'t> {
        // One level more than is allowed, because the parser reads ahead. `convert` reports most documents that are too
        // deep.
        let limit = MAX_DEPTH as usize + 1;
        let options = options! { flow_nesting_limit: limit, block_nesting_limit: limit };
        YamlEvents {
            parser: Parser::new_from_str_with_options(text, options),
            open: Vec::new(),
            tag: None,
            state: Progress::Running,
        }
    }

    /// The local tag of the last value, without its `!`.
    pub(crate) fn take_tag(&mut self) -> Option<String> {
        self.tag.take()
    }

    fn problem(&mut self, code: Code, message: impl Into<String>, range: Range<usize>) -> Option<Step<'t>> {
        self.state = Progress::Over;
        let problem = Diagnostic::error(code, message, Pointer::root());
        Some(Err(Box::new(if code == Code::INVALID_JSON { problem.range(range) } else { problem })))
    }

    fn too_deep(&mut self, range: Range<usize>) -> Option<Step<'t>> {
        self.problem(Code::TOO_DEEP, format!("nested deeper than {MAX_DEPTH} levels"), range)
    }

    fn step(&mut self) -> Option<Step<'t>> {
        loop {
            let (event, span) = match self.parser.next_event()? {
                Ok(event) => event,
                Err(error) if *error.kind() == ErrorKind::RecursionLimitExceeded => {
                    return self.too_deep(at(error.marker().byte_offset()));
                }
                Err(error) => {
                    let (line, column) = (error.marker().line(), error.marker().col() + 1);
                    let message = format!("{}\n at line {line}, column {column}", error.info());
                    return self.problem(Code::INVALID_JSON, message, at(error.marker().byte_offset()));
                }
            };
            let span = range(&span);
            let (event, anchor) = match event {
                Yaml::StreamStart | Yaml::DocumentStart(..) => continue,
                Yaml::StreamEnd => return None,
                Yaml::DocumentEnd => {
                    self.state = Progress::Told;
                    return None;
                }
                Yaml::Alias(anchor) => (Event::Alias(anchor), 0),
                Yaml::Scalar(text, style, anchor, tag) => {
                    self.tag = tag.as_deref().and_then(local);
                    let event = if self.at_key() {
                        key(text, style)
                    } else {
                        match scalar(&text, style, tag.as_deref()) {
                            Some(value) => Event::Scalar(value),
                            None => {
                                let message = format!("JSON cannot represent the value `{text}`");
                                return self.problem(Code::INVALID_JSON, message, span);
                            }
                        }
                    };
                    (event, anchor)
                }
                Yaml::SequenceStart(_, anchor, tag) => {
                    self.tag = tag.as_deref().and_then(local);
                    (Event::Array, anchor)
                }
                Yaml::MappingStart(_, anchor, tag) => {
                    self.tag = tag.as_deref().and_then(local);
                    (Event::Object, anchor)
                }
                Yaml::SequenceEnd | Yaml::MappingEnd => {
                    self.open.pop();
                    return Some(Ok(At { event: Event::End, span, anchor: 0 }));
                }
                // Comments and other events that are requested from the parser.
                _ => continue,
            };
            return self.convert(event, span, anchor);
        }
    }

    fn convert(&mut self, event: Event<'t>, span: Range<usize>, anchor: usize) -> Option<Step<'t>> {
        let is_key = matches!(event, Event::Key(_) | Event::Merge);
        if self.at_key() && !is_key {
            return self.problem(Code::INVALID_JSON, "a key must be a string", span);
        }
        if let Some(Nesting::Object { at_key }) = self.open.last_mut() {
            *at_key = !is_key;
        }
        let opened = match event {
            Event::Array => Nesting::Array,
            Event::Object => Nesting::Object { at_key: true },
            _ => return Some(Ok(At { event, span, anchor })),
        };
        if self.open.len() >= MAX_DEPTH as usize {
            return self.too_deep(span);
        }
        self.open.push(opened);
        Some(Ok(At { event, span, anchor }))
    }

    fn at_key(&self) -> bool {
        matches!(self.open.last(), Some(Nesting::Object { at_key: true }))
    }
}

impl<'t> Iterator for YamlEvents<'t> {
    type Item = Step<'t>;

    fn next(&mut self) -> Option<Step<'t>> {
        match self.state {
            Progress::Running => self.step(),
            Progress::Told | Progress::Over => None,
        }
    }
}

/// The bytes of a value with its tag. The parser knows them for every text in memory.
fn range(span: &Span) -> Range<usize> {
    let value = span.byte_range().unwrap_or(0..0);
    let tag = span.tag_span().and_then(|tag| tag.byte_range());
    tag.map_or(value.start, |tag| tag.start)..value.end
}

fn at(byte: Option<usize>) -> Range<usize> {
    let byte = byte.unwrap_or(0);
    byte..byte
}

/// `Sub` of `!Sub`.
fn local(tag: &Tag) -> Option<String> {
    (tag.handle() == "!" && !tag.suffix().is_empty()).then(|| tag.suffix().to_owned())
}

fn key(text: Cow<'_, str>, style: ScalarStyle) -> Event<'_> {
    if style == ScalarStyle::Plain && text == "<<" { Event::Merge } else { Event::Key(text) }
}

/// The value of a scalar; `None` for a number that JSON cannot represent.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Option<Value> {
    let is_string = match tag {
        Some(tag) if tag.is_yaml_core_schema() => tag.suffix() == "str",
        // A CloudFormation function such as `!Sub text` is text here.
        Some(_) => true,
        None => false,
    };
    if is_string || style != ScalarStyle::Plain {
        return Some(Value::from(text));
    }
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" | "+.inf" | "-.inf" | "-.Inf" | "-.INF" => {
            return None;
        }
        _ => match number(text) {
            Some(number) => Value::Number(number?),
            None => Value::from(text),
        },
    })
}

/// A number of the core schema. `None` for a text that is not a number, `Some(None)` for a number that JSON cannot
/// represent.
fn number(text: &str) -> Option<Option<Number>> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) =
            text.strip_prefix(prefix).filter(|digits| digits.chars().all(|c| c.is_digit(radix)))
        {
            return (!digits.is_empty()).then(|| u64::from_str_radix(digits, radix).ok().map(Number::from));
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let all_digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let shaped = all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && all_digits(exponent));
    if !shaped {
        return None;
    }
    if exponent.is_some() || mantissa.contains('.') {
        return Some(text.parse().ok().and_then(Number::from_f64));
    }
    // JSON has no leading zeros.
    let digits = unsigned.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    let sign = if text.starts_with('-') { "-" } else { "" };
    Some(format!("{sign}{digits}").parse().ok())
}
