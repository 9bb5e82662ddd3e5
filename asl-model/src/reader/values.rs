//! Reads members by the types of their values.

use asl_value::{Array, Text, Value};

use super::{Fields, expected};
use crate::limits::Bounds;
use crate::spelling::nearest;
use crate::{Code, Diagnostic, PathField, QueryLanguage};

impl<'a> Fields<'a, '_> {
    /// Any JSON.
    pub(crate) fn any(&mut self, name: &'static str) -> Option<Value> {
        self.get(name).cloned()
    }

    /// `Assign`: an object.
    pub(crate) fn assign(&mut self) -> Option<Value> {
        let value = self.any("Assign")?;
        if value.as_object().is_none() {
            self.error_at("Assign", Code::WRONG_TYPE, expected("[OBJECT]"));
        }
        Some(value)
    }

    /// `"text"`
    pub(crate) fn text(&mut self, name: &'static str) -> Option<Text> {
        match self.get(name)? {
            Value::String(text) => Some(text.clone()),
            _ => self.wrong_type(name, "[STRING]"),
        }
    }

    /// `"text"`, for people.
    pub(crate) fn string(&mut self, name: &'static str) -> Option<String> {
        self.text(name).map(String::from)
    }

    /// `true`
    pub(crate) fn boolean(&mut self, name: &'static str) -> Option<bool> {
        match self.get(name)? {
            Value::Bool(flag) => Some(*flag),
            _ => self.wrong_type(name, "[BOOLEAN]"),
        }
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(name)?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *text == **word) {
            return Some(*meaning);
        }
        let allowed = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let message = format!("Value should be one of the following: [{allowed}]");
        let near = nearest(&text, words.iter().map(|(word, _)| *word));
        let diagnostic = Diagnostic::error(Code::NOT_ALLOWED_VALUE, message, self.place.key(name));
        self.reading.report.push(diagnostic.did_you_mean(near));
        self.lose();
        None
    }

    /// `QueryLanguage`
    pub(crate) fn query_language(&mut self) -> Option<QueryLanguage> {
        let language = self.word("QueryLanguage", &QueryLanguage::NAMES);
        // Observed: any value but `JSONPath` counts as JSONata for the fields of the states.
        language.or_else(|| self.has("QueryLanguage").then_some(QueryLanguage::JsonAta))
    }

    /// `"$.path"` or `null`
    pub(crate) fn path(&mut self, name: &'static str) -> Option<PathField> {
        match self.get(name)? {
            Value::Null => Some(PathField::Null),
            Value::String(path) => Some(PathField::Path(path.clone())),
            _ => self.wrong_type(name, "[STRING]"),
        }
    }

    /// An integer. Its bounds are checked later, unless the model cannot represent it.
    pub(crate) fn whole(&mut self, name: &'static str, bounds: &Bounds) -> Option<u64> {
        let value = self.get(name)?;
        self.as_whole(name, value, bounds)
    }

    pub(super) fn as_whole(&mut self, name: &str, value: &Value, bounds: &Bounds) -> Option<u64> {
        let Some(number) = value.as_number() else { return self.wrong_type(name, "Integer") };
        if let Some(whole) = number.as_u64() {
            return Some(whole);
        }
        if number.as_f64().fract() != 0.0 {
            return self.wrong_type(name, "Integer");
        }
        let message = bounds.message(number.as_f64()).unwrap_or_else(|| expected("Integer"));
        self.error_at(name, Code::OUT_OF_RANGE, message);
        self.lose();
        None
    }

    /// A number, fractional or not.
    pub(crate) fn number(&mut self, name: &'static str) -> Option<f64> {
        let value = self.get(name)?;
        self.as_number(name, value)
    }

    pub(super) fn as_number(&mut self, name: &str, value: &Value) -> Option<f64> {
        match value.as_f64() {
            Some(number) => Some(number),
            // UNRECORDED: how AWS reports an integer of more than 64 bits.
            None => self.wrong_type(name, "[NUMBER]"),
        }
    }

    /// An array.
    pub(crate) fn list(&mut self, name: &'static str) -> Option<&'a Array> {
        match self.get(name)? {
            Value::Array(items) => Some(items),
            _ => self.wrong_type(name, "[ARRAY]"),
        }
    }

    /// An array that must not be empty.
    pub(crate) fn filled_list(&mut self, name: &'static str) -> Option<&'a Array> {
        let items = self.list(name)?;
        if items.is_empty() {
            self.error_at(name, Code::EMPTY, "Value cannot be empty");
            self.lose();
        }
        Some(items)
    }

    /// An array of strings.
    pub(crate) fn texts(&mut self, name: &'static str) -> Option<Vec<Text>> {
        let items = self.list(name)?;
        let mut texts = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match item {
                Value::String(text) => texts.push(text.clone()),
                _ => {
                    let place = self.place.key(name).index(index);
                    self.reading.report.error(Code::WRONG_TYPE, expected("[STRING]"), place);
                    self.lose();
                }
            }
        }
        Some(texts)
    }
}
