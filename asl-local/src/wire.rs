//! awsJson1_0: requests read member by member, with AWS's texts about what does not fit.

use std::fmt::Display;
use std::ops::RangeInclusive;

use asl_value::{Array, Object, Value};

use crate::error::ApiError;

/// Characters of a value that an error repeats.
const LONGEST_SHOWN: usize = 4096;

/// The members of a request. Each reader notes what is wrong; [`Fields::check`] tells it all at once, as AWS does.
pub(crate) struct Fields<'a> {
    body: &'a Object,
    /// Of the structure around: `mock.`
    place: String,
    violations: Vec<String>,
    mistyped: Option<ApiError>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(body: &'a Object) -> Fields<'a> {
        Fields { body, place: String::new(), violations: Vec::new(), mistyped: None }
    }

    /// The members of a structure in the request.
    pub(crate) fn structure<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'a>) -> T,
    ) -> Option<T> {
        let body = self.object(name)?;
        let place = format!("{}{name}.", self.place);
        let mut inside = Fields { body, place, violations: Vec::new(), mistyped: None };
        let read = read(&mut inside);
        self.violations.append(&mut inside.violations);
        self.mistyped = self.mistyped.take().or(inside.mistyped);
        Some(read)
    }

    /// Refuses the request if a member that was read does not fit.
    pub(crate) fn check(&mut self) -> Result<(), ApiError> {
        if let Some(error) = self.mistyped.take() {
            return Err(error);
        }
        match self.violations.len() {
            0 => Ok(()),
            count => {
                let errors = if count == 1 { "error" } else { "errors" };
                let list = self.violations.join("; ");
                Err(ApiError::validation(format!("{count} validation {errors} detected: {list}")))
            }
        }
    }

    /// A text that must be there; empty if it is not, which [`Fields::check`] reports.
    pub(crate) fn required(&mut self, name: &'static str, length: RangeInclusive<usize>) -> &'a str {
        self.need(name);
        self.text(name, length).unwrap_or_default()
    }

    /// A member must be there, of whatever kind.
    pub(crate) fn need(&mut self, name: &'static str) {
        if self.body.get(name).is_none_or(Value::is_null) {
            self.violate(&Value::Null, name, "Member must not be null");
        }
    }

    /// An ARN that must be there.
    pub(crate) fn arn(&mut self, name: &'static str) -> &'a str {
        self.required(name, 1..=256)
    }

    /// A text of so many characters.
    pub(crate) fn text(&mut self, name: &'static str, length: RangeInclusive<usize>) -> Option<&'a str> {
        let text = self.typed(name, "String", Value::as_str)?;
        let count = text.chars().count();
        if count < *length.start() {
            let rule = format!("Member must have length greater than or equal to {}", length.start());
            self.violate(text, name, &rule);
        }
        if count > *length.end() {
            let rule = format!("Member must have length less than or equal to {}", length.end());
            self.violate(text, name, &rule);
        }
        Some(text)
    }

    /// One of these words.
    pub(crate) fn word(&mut self, name: &'static str, words: &[&str]) -> Option<&'a str> {
        let text = self.typed(name, "String", Value::as_str)?;
        if !words.contains(&text) {
            let rule = format!("Member must satisfy enum value set: [{}]", words.join(", "));
            self.violate(text, name, &rule);
        }
        Some(text)
    }

    /// An integer of this range.
    pub(crate) fn integer(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.typed(name, "Integer", Value::as_i64)?;
        self.bound(number, name, &range);
        Some(number)
    }

    /// A number of this range.
    pub(crate) fn number(&mut self, name: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let number = self.typed(name, "Float", Value::as_f64)?;
        self.bound(number, name, &range);
        Some(number)
    }

    fn bound<N: PartialOrd + Display>(&mut self, number: N, name: &str, range: &RangeInclusive<N>) {
        if number < *range.start() {
            let rule = format!("Member must have value greater than or equal to {}", range.start());
            self.violate(&number, name, &rule);
        }
        if number > *range.end() {
            let rule = format!("Member must have value less than or equal to {}", range.end());
            self.violate(&number, name, &rule);
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.typed(name, "Boolean", Value::as_bool)
    }

    /// An object.
    pub(crate) fn object(&mut self, name: &'static str) -> Option<&'a Object> {
        self.typed(name, "Map", Value::as_object)
    }

    /// A list.
    pub(crate) fn list(&mut self, name: &'static str) -> Option<&'a Array> {
        self.typed(name, "List", Value::as_array)
    }

    fn typed<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.body.get(name).filter(|value| !value.is_null())?;
        let read = read(value);
        if read.is_none() {
            // UNRECORDED: the text about a member of the wrong JSON type.
            let found = value.type_name();
            let message = format!("expected {expected} at '{}{name}', found {found}", self.place);
            self.mistyped.get_or_insert_with(|| ApiError::new("SerializationException", message));
        }
        read
    }

    fn violate(&mut self, value: impl Display, name: &str, rule: &str) {
        let value = value.to_string();
        // UNRECORDED: whether AWS repeats values of any length.
        let shown: String = value.chars().take(LONGEST_SHOWN).collect();
        let value = if value == "null" { value } else { format!("'{shown}'") };
        let place = &self.place;
        self.violations
            .push(format!("Value {value} at '{place}{name}' failed to satisfy constraint: {rule}"));
    }
}

/// An answer without the members that are null: AWS leaves them out.
pub(crate) fn present(answer: Value) -> Value {
    let Value::Object(members) = answer else { return answer };
    let members = members.into_members().into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(members.collect())
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[track_caller]
    fn check(body: Value, expected: Result<(), &str>) {
        let body = body.as_object().expect("an object").clone();
        let mut fields = Fields::new(&body);
        fields.required("name", 1..=4);
        fields.integer("maxResults", 0..=1000);
        fields.word("level", &["ALL", "OFF"]);
        fields.flag("publish");
        fields.structure("mock", |mock| mock.text("result", 0..=2));
        let checked = fields.check();
        assert_eq!(checked.as_ref().map(|_| ()).map_err(ApiError::message), expected);
    }

    #[test]
    fn what_does_not_fit_is_told_in_the_words_of_aws() {
        check(
            json!({"name": "abcd", "maxResults": 1000, "level": "OFF", "publish": true, "more": 1}),
            Ok(()),
        );
        check(json!({"name": "abcd", "maxResults": null}), Ok(()));
        check(
            json!({}),
            Err("1 validation error detected: Value null at 'name' failed to satisfy constraint: \
                 Member must not be null"),
        );
        check(
            json!({"name": "abcde", "maxResults": 1001}),
            Err(
                "2 validation errors detected: Value 'abcde' at 'name' failed to satisfy constraint: Member must \
                 have length less than or equal to 4; Value '1001' at 'maxResults' failed to satisfy constraint: \
                 Member must have value less than or equal to 1000",
            ),
        );
        check(
            json!({"name": "a", "level": "SOME"}),
            Err("1 validation error detected: Value 'SOME' at 'level' failed to satisfy constraint: \
                 Member must satisfy enum value set: [ALL, OFF]"),
        );
        check(
            json!({"name": "a", "mock": {"result": "abc"}}),
            Err("1 validation error detected: Value 'abc' at 'mock.result' failed to satisfy constraint: \
                 Member must have length less than or equal to 2"),
        );
        check(json!({"name": 1}), Err("expected String at 'name', found number"));
        check(json!({"name": "a", "publish": "yes"}), Err("expected Boolean at 'publish', found string"));
    }

    #[test]
    fn nulls_are_left_out() {
        assert_eq!(present(json!({"a": null, "b": 1, "c": {"d": null}})), json!({"b": 1, "c": {"d": null}}));
    }
}
