//! Regular expressions with JavaScript semantics, backed by `regress` (see ADR 0002).
//!
//! A regex literal evaluates to a function. Applied to a string it returns a match object
//! `{match, start, end, groups, next}` (or undefined), where `start`/`end` are UTF-16 offsets
//! and `next()` continues the global search, exactly like the closure jsonata-js creates.
//! Matches run through the evaluator, so its timeout and cancellation token stop them (ADR 0009).

use std::rc::Rc;

use crate::error::{Error, Result};
use crate::eval::Evaluator;
use crate::meter;
use crate::text::Str;
use crate::value::{Function, Items, Map, Value};

/// A compiled regular expression literal.
pub(crate) struct Regex {
    pub re: regress::Regex,
    pub pattern: String,
}

/// The longest pattern, in bytes. What it is compiled to takes some hundred times its length.
pub(crate) const MAX_PATTERN: usize = 1 << 16;

impl Regex {
    /// Compiles `/pattern/flags`. Flags are `i` and `m`; matching is always global, as in
    /// jsonata-js.
    pub fn new(pattern: &str, flags: &str) -> Result<Regex> {
        if pattern.len() > MAX_PATTERN {
            return Err(crate::value::string_too_long(MAX_PATTERN));
        }
        let re = regress::Regex::with_flags(pattern, flags).map_err(|e| {
            // jsonata-js surfaces the JavaScript SyntaxError; jlens reports it as a regex
            // syntax error.
            Error::new("S0302")
                .with("value", pattern)
                .with("message", e.to_string())
        })?;
        Ok(Regex {
            re,
            pattern: pattern.to_owned(),
        })
    }
}

/// A place in a text: in bytes, and in UTF-16 code units. The units are counted on from a place
/// known before, so that the matches of a text are found in one pass over it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Place {
    pub byte: usize,
    pub unit: usize,
}

impl Place {
    /// The place `unit` code units into the text (its end, if it has fewer).
    pub fn at_unit(text: &str, unit: usize) -> Place {
        Place::default().on_to_unit(text, unit)
    }

    /// The place `unit` code units into the text, at or after this one.
    pub fn on_to_unit(self, text: &str, unit: usize) -> Place {
        let mut place = self;
        for c in text[self.byte..].chars() {
            if place.unit >= unit {
                break;
            }
            place.byte += c.len_utf8();
            place.unit += c.len_utf16();
        }
        place
    }

    /// The place `byte` bytes into the text, which is at or after this one.
    fn on_to_byte(self, text: &str, byte: usize) -> Result<Place> {
        let between = &text[self.byte..byte];
        meter::spend_text(between.len())?;
        Ok(Place {
            byte,
            unit: self.unit + between.encode_utf16().count(),
        })
    }
}

/// Finds the first match at or after a place.
pub(crate) fn exec<'a>(
    ev: &Evaluator<'_, 'a>,
    re: &Rc<Regex>,
    text: &Str,
    from: Place,
) -> Result<Value<'a>> {
    if from.byte > text.len() {
        return Ok(Value::Undefined);
    }
    let Some(m) = ev.find_regex(&re.re, text, from.byte)? else {
        return Ok(Value::Undefined);
    };
    let range = m.range();
    let (start, end) = if range.start < from.byte {
        // A match cannot begin before the place it is searched from.
        (from, from)
    } else {
        let start = from.on_to_byte(text, range.start)?;
        (start, start.on_to_byte(text, range.end)?)
    };
    let mut groups = Items::new();
    for group in &m.captures {
        groups.push(match group {
            Some(r) => {
                meter::spend_text(r.len())?;
                Value::string(&text[r.clone()])
            }
            None => Value::Undefined,
        })?;
    }
    let mut obj = Map::default();
    obj.insert("match".into(), Value::string(&text[range.clone()]));
    obj.insert("start".into(), Value::Number(start.unit as f64));
    obj.insert("end".into(), Value::Number(end.unit as f64));
    obj.insert("groups".into(), groups.finish(0));
    obj.insert(
        "next".into(),
        Value::function(Function::RegexNext {
            re: re.clone(),
            text: text.clone(),
            last: end,
        }),
    );
    Ok(Value::object(obj))
}

/// The `next()` of a match object: the following match, or undefined at the end. A regex that
/// matches the empty string would never progress, so that raises D1004.
pub(crate) fn next<'a>(
    ev: &Evaluator<'_, 'a>,
    re: &Rc<Regex>,
    text: &Str,
    last: Place,
) -> Result<Value<'a>> {
    if last.byte >= text.len() {
        return Ok(Value::Undefined);
    }
    let result = exec(ev, re, text, last)?;
    if let Value::Object(o) = &result
        && o.borrow().get("match").and_then(Value::as_str) == Some("")
    {
        return Err(Error::new("D1004").with("value", re.pattern.as_str()));
    }
    Ok(result)
}
