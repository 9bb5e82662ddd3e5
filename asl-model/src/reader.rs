//! [`Fields`]: a cursor over an object of the definition that remembers what it was asked for.

use std::collections::HashMap;
use std::sync::LazyLock;

use asl_value::{Array, Object, Pointer, Segment, Text, Value};

use crate::limits::Bounds;
use crate::report::Report;
use crate::vocabulary::{self, Belongs};
use crate::{Code, Diagnostic, Field, PathField, QueryLanguage};

/// What the readers of nested parts share.
pub(crate) struct Reading {
    pub(crate) report: Report,
    /// The query language of the definition, which its states have unless they say otherwise.
    pub(crate) machine_language: QueryLanguage,
    /// The state that is being read.
    pub(crate) state: Pointer,
    /// Machines around the one that is being read.
    pub(crate) nesting: usize,
}

/// Which query language's fields an object may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Only(QueryLanguage),
    /// Observed: a state that illegally goes back to JSONPath is not blamed for the fields it has then.
    Either,
}

impl Dialect {
    pub(crate) fn has_paths(self) -> bool {
        self != Dialect::Only(QueryLanguage::JsonAta)
    }

    pub(crate) fn has_queries(self) -> bool {
        self != Dialect::Only(QueryLanguage::JsonPath)
    }
}

/// Reads one object. Everything wrong is reported; the answer is then `None`.
///
/// [`finish`](Fields::finish) reports the members that nobody asked for.
pub(crate) struct Fields<'a, 'r> {
    object: &'a Object,
    pub(crate) place: Pointer,
    pub(crate) dialect: Dialect,
    asked: Vec<&'static str>,
    start: usize,
    pub(crate) reading: &'r mut Reading,
}

impl<'a, 'r> Fields<'a, 'r> {
    /// A cursor over `value`, which must be an object.
    pub(crate) fn open(
        value: &'a Value,
        place: Pointer,
        dialect: Dialect,
        reading: &'r mut Reading,
    ) -> Option<Fields<'a, 'r>> {
        let Value::Object(object) = value else {
            reading.report.error(Code::WRONG_TYPE, expected("[OBJECT]"), place);
            return None;
        };
        let start = reading.report.len();
        Some(Fields { object, place, dialect, asked: Vec::new(), start, reading })
    }

    /// The member `name`. A member of the other query language is reported and not answered.
    pub(crate) fn get(&mut self, name: &'static str) -> Option<&'a Value> {
        self.asked.push(name);
        let value = self.object.get(name)?;
        let (Dialect::Only(language), Belongs::To(owner)) = (self.dialect, vocabulary::belongs(name)) else {
            return Some(value);
        };
        if language == owner {
            return Some(value);
        }
        let message = format!(
            "The QueryLanguage is set to '{language}', but field '{name}' is only supported for the '{owner}' QueryLanguage"
        );
        let diagnostic =
            Diagnostic::error(Code::WRONG_QUERY_LANGUAGE, message, self.place.clone()).field(name);
        let diagnostic = match vocabulary::counterpart(name) {
            Some(other) => diagnostic.help(format!("the {language} field is `{other}`")),
            None => diagnostic,
        };
        self.reading.report.push(diagnostic);
        None
    }

    /// Whether the member is there, in whatever query language.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Those of `names` that are there.
    pub(crate) fn present(&self, names: &[&'static str]) -> Vec<&'static str> {
        names.iter().copied().filter(|name| self.has(name)).collect()
    }

    /// Reports those of `names` that are not there; `false` if any.
    pub(crate) fn require(&mut self, names: &[&'static str]) -> bool {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !self.has(name)).collect();
        if missing.is_empty() {
            return true;
        }
        self.error(Code::MISSING_FIELD, format!("These fields are required: [{}]", missing.join(", ")));
        false
    }

    /// Reports it if more than one of `names` is there; `false` if so. A field of the other query language is reported
    /// as that.
    pub(crate) fn at_most_one(&mut self, names: &[&'static str]) -> bool {
        let belongs = |name: &&str| match (vocabulary::belongs(name), self.dialect) {
            (Belongs::To(owner), Dialect::Only(language)) => owner == language,
            _ => true,
        };
        let Some(second) = self.present(names).into_iter().filter(belongs).nth(1) else { return true };
        let message = format!("There should only be one of the following fields: [{}]", names.join(", "));
        let diagnostic = Diagnostic::error(Code::EXCLUSIVE_FIELDS, message, self.place.clone());
        self.reading.report.push(diagnostic.field(second));
        false
    }

    /// Reports it if not exactly one of `names` is there; `false` if so.
    pub(crate) fn exactly_one(&mut self, names: &[&'static str]) -> bool {
        if self.present(names).is_empty() {
            let names = names.join(", ");
            let message = format!("This object should have only one of the following fields: [{names}]");
            self.error(Code::EXCLUSIVE_FIELDS, message);
            return false;
        }
        self.at_most_one(names)
    }

    /// A problem of the object itself.
    pub(crate) fn error(&mut self, code: Code, message: impl Into<String>) {
        self.reading.report.error(code, message, self.place.clone());
    }

    /// A problem of the member `name`.
    pub(crate) fn error_at(&mut self, name: &str, code: Code, message: impl Into<String>) {
        self.reading.report.error(code, message, self.place.key(name));
    }

    /// Notes that something of the document is missing from the model.
    pub(crate) fn lose(&mut self) {
        self.reading.report.lose();
    }

    /// Notes that a way out of the state that is being read is missing from the model.
    pub(crate) fn lose_way(&mut self) {
        self.reading.report.lose_way(&self.reading.state);
    }

    fn wrong_type<T>(&mut self, name: &str, wanted: &str) -> Option<T> {
        self.error_at(name, Code::WRONG_TYPE, expected(wanted));
        self.lose();
        None
    }

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
        let help = vocabulary::nearest(&text, words.iter().map(|(word, _)| *word));
        let diagnostic = Diagnostic::error(Code::NOT_ALLOWED_VALUE, message, self.place.key(name));
        self.reading.report.push(match help {
            Some(word) => diagnostic.help(format!("did you mean `{word}`?")),
            None => diagnostic,
        });
        self.lose();
        None
    }

    /// `"$.path"` or `null`
    pub(crate) fn path(&mut self, name: &'static str) -> Option<PathField> {
        match self.get(name)? {
            Value::Null => Some(PathField::Null),
            Value::String(path) => Some(PathField::Path(path.clone())),
            _ => self.wrong_type(name, "[STRING]"),
        }
    }

    /// An integer. Whether it is within its bounds is checked later, unless the model could not hold it.
    pub(crate) fn whole(&mut self, name: &'static str, bounds: &Bounds) -> Option<u64> {
        let value = self.get(name)?;
        self.as_whole(name, value, bounds)
    }

    fn as_whole(&mut self, name: &str, value: &Value, bounds: &Bounds) -> Option<u64> {
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

    fn as_number(&mut self, name: &str, value: &Value) -> Option<f64> {
        match value.as_f64() {
            Some(number) => Some(number),
            // UNRECORDED: how AWS names an integer that no 64 bits hold.
            None => self.wrong_type(name, "[NUMBER]"),
        }
    }

    /// `name`, its JSONPath twin `path`, or a JSONata string.
    pub(crate) fn query<T>(
        &mut self,
        name: &'static str,
        path: &'static str,
        literal: impl FnOnce(&mut Self, &'a Value) -> Option<T>,
    ) -> Option<Field<T>> {
        self.at_most_one(&[name, path]);
        let path = self.computed(path);
        let Some(value) = self.get(name) else { return path };
        match value {
            Value::String(text) if self.dialect.has_queries() && is_query(text) => {
                Some(Field::Query(text.clone()))
            }
            value => literal(self, value).map(Field::Literal),
        }
    }

    /// The text of a `…Path` field.
    fn computed<T>(&mut self, name: &'static str) -> Option<Field<T>> {
        let text = self.text(name)?;
        if is_query(&text) {
            // Whether other texts are paths is for the query language to say.
            self.error_at(name, Code::EXPRESSION, "Value must be a valid JSONPath.");
            self.lose();
            return None;
        }
        Some(Field::Query(text))
    }

    /// An integer, given or computed.
    pub(crate) fn quantity(
        &mut self,
        name: &'static str,
        path: &'static str,
        bounds: &Bounds,
    ) -> Option<Field<u64>> {
        self.query(name, path, |fields, value| fields.as_whole(name, value, bounds))
    }

    /// A number, given or computed.
    pub(crate) fn fraction(&mut self, name: &'static str, path: &'static str) -> Option<Field<f64>> {
        self.query(name, path, |fields, value| fields.as_number(name, value))
    }

    /// A string, given or computed.
    pub(crate) fn words(&mut self, name: &'static str, path: &'static str) -> Option<Field<Text>> {
        self.query(name, path, |fields, value| match value {
            Value::String(text) => Some(text.clone()),
            _ => fields.wrong_type(name, "[STRING]"),
        })
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

    /// Reads each item of the array `name`, an object; `None` for one that cannot be read.
    pub(crate) fn each<T>(
        &mut self,
        name: &'static str,
        items: &'a Array,
        mut read: impl FnMut(&mut Fields<'a, '_>) -> Option<T>,
    ) -> Vec<Option<T>> {
        let place = self.place.key(name);
        let mut all = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let part = self.inner(item, place.index(index), &mut read);
            if part.is_none() {
                self.lose_way();
            }
            all.push(part);
        }
        all
    }

    /// Reads the member `name`, an object.
    pub(crate) fn child<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'a, '_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(name)?;
        let part = self.inner(value, self.place.key(name), read);
        if part.is_none() {
            self.lose();
        }
        part
    }

    /// Reads an object somewhere inside this one.
    pub(crate) fn inner<T>(
        &mut self,
        value: &'a Value,
        place: Pointer,
        read: impl FnOnce(&mut Fields<'a, '_>) -> Option<T>,
    ) -> Option<T> {
        let mut fields = Fields::open(value, place, self.dialect, self.reading)?;
        let part = read(&mut fields);
        fields.finish();
        part
    }

    /// The members nobody has asked for yet.
    pub(crate) fn unasked(&self) -> impl Iterator<Item = &'a Text> + '_ {
        self.object.keys().filter(|name| !self.asked.contains(&name.as_str()))
    }

    /// Gives the object up: nothing more is reported of its members.
    pub(crate) fn pass_over(&mut self) {
        self.object = &EMPTY;
    }

    /// Reports the members that nobody asked for and puts what was found in this object in the order of the source.
    pub(crate) fn finish(self) {
        let unasked: Vec<&Text> = self.unasked().collect();
        for name in unasked {
            // UNRECORDED: what AWS says of a field that it knows nowhere; here what it says of one in the wrong case and of
            // one that belongs elsewhere.
            let code = match vocabulary::is_known(name) {
                true => Code::FIELD_NOT_SUPPORTED,
                false => Code::UNKNOWN_FIELD,
            };
            let message = format!("Field '{name}' is not supported");
            let diagnostic = Diagnostic::error(code, message, self.place.clone());
            let near = if self.reading.report.has_room() {
                vocabulary::nearest(name, self.asked.iter().copied())
            } else {
                None
            };
            let diagnostic = diagnostic.field(name);
            self.reading.report.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
                None => diagnostic,
            });
        }
        let found = self.reading.report.since(self.start);
        if found.len() > 1 {
            let order: HashMap<&str, usize> =
                self.object.keys().enumerate().map(|(place, name)| (name.as_str(), place + 1)).collect();
            let depth = self.place.segments().len();
            // What is about the object itself, a missing field, comes first.
            found.sort_by_key(|diagnostic| {
                if diagnostic.code == Code::LIMIT {
                    return usize::MAX;
                }
                let name = match diagnostic.location.segments().get(depth) {
                    Some(Segment::Key(name)) => Some(name),
                    _ => diagnostic.field.as_ref(),
                };
                name.and_then(|name| order.get(name.as_str())).copied().unwrap_or(0)
            });
        }
    }
}

static EMPTY: LazyLock<Object> = LazyLock::new(Object::new);

/// AWS's text for a value of the wrong type.
/// UNRECORDED: the names of types other than `[STRING]` and `Integer`.
pub(crate) fn expected(wanted: &str) -> String {
    format!("Expected value of type {wanted}")
}

/// Whether a string is a JSONata expression: it starts with `{%` and ends with `%}`, nothing around.
pub(crate) fn is_query(text: &str) -> bool {
    text.len() >= 4 && text.starts_with("{%") && text.ends_with("%}")
}
