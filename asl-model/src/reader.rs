//! [`Fields`]: a cursor over an object of the definition that remembers which members were read.

use std::collections::HashMap;
use std::sync::LazyLock;

use asl_value::{Array, Object, Pointer, Segment, Text, Value};

use crate::report::Report;
use crate::spelling::nearest;
use crate::vocabulary::{self, Belongs};
use crate::{Code, Diagnostic, QueryLanguage};

mod computed;
mod values;

/// The state that the readers of all nested parts share.
pub(crate) struct Reading {
    pub(crate) report: Report,
    /// The query language of the definition, which is the default of its states.
    pub(crate) machine_language: QueryLanguage,
    /// The state that is being read.
    pub(crate) state: Pointer,
    /// The number of machines around the one that is being read.
    pub(crate) nesting: usize,
}

/// The query language whose fields an object may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Only(QueryLanguage),
    /// Observed: AWS does not report the fields of a state that illegally returns to JSONPath.
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

/// Reads the members of one object. A method that cannot read a member reports the problem and returns `None`.
///
/// [`finish`](Fields::finish) reports the members that were not read.
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

    /// The member `name`. A member of the other query language is reported and not returned.
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

    /// Whether the member exists, whichever query language it belongs to.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.object.contains_key(name)
    }

    /// Those of `names` that exist.
    pub(crate) fn present(&self, names: &[&'static str]) -> Vec<&'static str> {
        names.iter().copied().filter(|name| self.has(name)).collect()
    }

    /// Reports those of `names` that are missing; `false` if there are any.
    pub(crate) fn require(&mut self, names: &[&'static str]) -> bool {
        let missing: Vec<&str> = names.iter().copied().filter(|name| !self.has(name)).collect();
        if missing.is_empty() {
            return true;
        }
        self.error(Code::MISSING_FIELD, format!("These fields are required: [{}]", missing.join(", ")));
        false
    }

    /// Reports a problem and returns `false` if more than one of `names` exists. Fields of the other query language,
    /// which are reported as such, do not count.
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

    /// Reports a problem and returns `false` unless exactly one of `names` exists.
    pub(crate) fn exactly_one(&mut self, names: &[&'static str]) -> bool {
        if self.present(names).is_empty() {
            let names = names.join(", ");
            let message = format!("This object should have only one of the following fields: [{names}]");
            self.error(Code::EXCLUSIVE_FIELDS, message);
            return false;
        }
        self.at_most_one(names)
    }

    /// Reports a problem of the object itself.
    pub(crate) fn error(&mut self, code: Code, message: impl Into<String>) {
        self.reading.report.error(code, message, self.place.clone());
    }

    /// Reports a problem of the member `name`.
    pub(crate) fn error_at(&mut self, name: &str, code: Code, message: impl Into<String>) {
        self.reading.report.error(code, message, self.place.key(name));
    }

    /// Notes that a part of the document is missing from the model.
    pub(crate) fn lose(&mut self) {
        self.reading.report.lose();
    }

    /// Notes that a transition out of the current state is missing from the model.
    pub(crate) fn lose_transition(&mut self) {
        self.reading.report.lose_transition(&self.reading.state);
    }

    fn wrong_type<T>(&mut self, name: &str, wanted: &str) -> Option<T> {
        self.error_at(name, Code::WRONG_TYPE, expected(wanted));
        self.lose();
        None
    }

    /// Reads each item of the array `name`, which must be an object; `None` for an item that cannot be read.
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
                self.lose_transition();
            }
            all.push(part);
        }
        all
    }

    /// Reads the member `name`, which must be an object.
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

    /// Reads an object that is somewhere inside this one.
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

    /// The members that have not been read yet.
    pub(crate) fn unasked(&self) -> impl Iterator<Item = &'a Text> + '_ {
        self.object.keys().filter(|name| !self.asked.contains(&name.as_str()))
    }

    /// Gives up on the object: no further problems of its members are reported.
    pub(crate) fn pass_over(&mut self) {
        self.object = &EMPTY;
    }

    /// Reports the members that were not read, and sorts the problems of this object by the order of the text.
    pub(crate) fn finish(self) {
        let unasked: Vec<&Text> = self.unasked().collect();
        for name in unasked {
            // UNRECORDED: AWS's text for a field that no object has. This is the text for a field in the wrong case and
            // for one that belongs elsewhere.
            let code = match vocabulary::is_known(name) {
                true => Code::FIELD_NOT_SUPPORTED,
                false => Code::UNKNOWN_FIELD,
            };
            let message = format!("Field '{name}' is not supported");
            let diagnostic = Diagnostic::error(code, message, self.place.clone());
            let has_room = self.reading.report.has_room();
            let near = has_room.then(|| nearest(name, self.asked.iter().copied())).flatten();
            self.reading.report.push(diagnostic.field(name).did_you_mean(near));
        }
        let found = self.reading.report.since(self.start);
        if found.len() > 1 {
            let order: HashMap<&str, usize> =
                self.object.keys().enumerate().map(|(place, name)| (name.as_str(), place + 1)).collect();
            let depth = self.place.segments().len();
            // Problems of the object itself, such as a missing field, come first.
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
