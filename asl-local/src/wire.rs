//! awsJson1_0: reads the members of requests, and reports violations in AWS's words.

use std::fmt::Display;
use std::ops::RangeInclusive;

use asl_model::ExecutionType;
use asl_value::{Array, Object, Value, json};

use crate::error::ApiError;

/// The number of characters of a value that an error quotes.
const LONGEST_SHOWN: usize = 4096;

/// The members of a request. Each read collects violations, and [`Fields::check`] reports all of them together, as AWS
/// does.
pub(crate) struct Fields<'a> {
    body: &'a Object,
    /// The path of the enclosing structure: `mock.`
    place: String,
    violations: Vec<String>,
    mistyped: Option<ApiError>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(body: &'a Object) -> Fields<'a> {
        Fields { body, place: String::new(), violations: Vec::new(), mistyped: None }
    }

    /// Reads the members of a structure in the request.
    pub(crate) fn structure<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Fields<'a>) -> T,
    ) -> Option<T> {
        let body = self.object(name)?;
        Some(self.inside(body, format!("{}{name}.", self.place), read))
    }

    /// Reads a list of structures, whose number must be in `length`. `shape` has the names of the structure and its
    /// members, because AWS quotes a list as Java prints it.
    pub(crate) fn structures<T>(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
        shape: (&str, &[&str]),
        mut read: impl FnMut(&mut Fields<'a>) -> T,
    ) -> Option<Vec<T>> {
        let list = self.list(name)?;
        self.length(list.len(), || printed_list(list, shape), name, &length);
        let items = (1..).zip(list.iter()).filter_map(|(number, item)| {
            let place = format!("{}{name}.{number}.member", self.place);
            let Value::Object(body) = item else {
                self.mistype(&place, "Map", item);
                return None;
            };
            Some(self.inside(body, format!("{place}."), &mut read))
        });
        Some(items.collect())
    }

    fn inside<T>(&mut self, body: &'a Object, place: String, read: impl FnOnce(&mut Fields<'a>) -> T) -> T {
        let mut inside = Fields { body, place, violations: Vec::new(), mistyped: None };
        let read = read(&mut inside);
        self.violations.append(&mut inside.violations);
        self.mistyped = self.mistyped.take().or(inside.mistyped);
        read
    }

    /// Rejects the request if a member that was read violates a constraint.
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

    /// Reads a required text. It is empty if the member is missing, which [`Fields::check`] reports.
    pub(crate) fn required(&mut self, name: &'static str, length: RangeInclusive<usize>) -> &'a str {
        self.need(name);
        self.text(name, length).unwrap_or_default()
    }

    /// Requires a member of any type.
    pub(crate) fn need(&mut self, name: &'static str) {
        if self.body.get(name).is_none_or(Value::is_null) {
            self.violate(&Value::Null, name, "Member must not be null");
        }
    }

    /// Reads a required ARN.
    pub(crate) fn arn(&mut self, name: &'static str) -> &'a str {
        self.required(name, 1..=256)
    }

    /// Reads a text whose number of characters must be in `length`.
    pub(crate) fn text(&mut self, name: &'static str, length: RangeInclusive<usize>) -> Option<&'a str> {
        let text = self.typed(name, "String", Value::as_str)?;
        self.length(text.chars().count(), || text, name, &length);
        Some(text)
    }

    fn length<D: Display>(
        &mut self,
        count: usize,
        value: impl Fn() -> D,
        name: &str,
        length: &RangeInclusive<usize>,
    ) {
        if count < *length.start() {
            let rule = format!("Member must have length greater than or equal to {}", length.start());
            self.violate(value(), name, &rule);
        }
        if count > *length.end() {
            let rule = format!("Member must have length less than or equal to {}", length.end());
            self.violate(value(), name, &rule);
        }
    }

    /// Reads a required text that must satisfy `fits`, which implements the regular expression `pattern`.
    pub(crate) fn pattern(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
        fits: impl Fn(&str) -> bool,
        pattern: &str,
    ) -> &'a str {
        let text = self.required(name, length);
        if !text.is_empty() && !fits(text) {
            self.violate(text, name, &format!("Member must satisfy regular expression pattern: {pattern}"));
        }
        text
    }

    /// Reads a list of texts. The number of characters of each must be in `length`.
    pub(crate) fn texts(
        &mut self,
        name: &'static str,
        length: RangeInclusive<usize>,
    ) -> Option<Vec<&'a str>> {
        let list = self.list(name)?;
        let mut texts = Vec::new();
        for (number, item) in (1..).zip(list.iter()) {
            match item.as_str() {
                Some(text) => texts.push(text),
                None => self.mistype(&format!("{}{name}.{number}.member", self.place), "String", item),
            }
        }
        if texts.iter().any(|text| !length.contains(&text.chars().count())) {
            // UNRECORDED: the message about items of a list that are too short or too long. This is that of other services.
            let rule = format!(
                "Member must satisfy constraint: [Member must have length less than or equal to {}, \
                 Member must have length greater than or equal to {}]",
                length.end(),
                length.start()
            );
            self.violate(format_args!("[{}]", texts.join(", ")), name, &rule);
        }
        Some(texts)
    }

    /// Reads a text that must be one of these words.
    pub(crate) fn word(&mut self, name: &'static str, words: &[&str]) -> Option<&'a str> {
        let text = self.typed(name, "String", Value::as_str)?;
        if !words.contains(&text) {
            let rule = format!("Member must satisfy enum value set: [{}]", words.join(", "));
            self.violate(text, name, &rule);
        }
        Some(text)
    }

    /// Reads the `type` of a machine. The default is STANDARD.
    pub(crate) fn machine_type(&mut self) -> ExecutionType {
        let name = self.word("type", &["STANDARD", "EXPRESS"]);
        name.and_then(ExecutionType::from_name).unwrap_or(ExecutionType::Standard)
    }

    /// Reads an integer that must be in this range.
    pub(crate) fn integer(&mut self, name: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let number = self.typed(name, "Integer", Value::as_i64)?;
        self.bound(number, name, &range);
        Some(number)
    }

    /// Reads a number that must be in this range.
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

    /// Reads a Boolean.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.typed(name, "Boolean", Value::as_bool)
    }

    /// Reads an object.
    pub(crate) fn object(&mut self, name: &'static str) -> Option<&'a Object> {
        self.typed(name, "Map", Value::as_object)
    }

    /// Reads a list.
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
            self.mistype(&format!("{}{name}", self.place), expected, value);
        }
        read
    }

    /// UNRECORDED: the message about a member of the wrong JSON type.
    fn mistype(&mut self, place: &str, expected: &str, found: &Value) {
        let message = format!("expected {expected} at '{place}', found {}", found.type_name());
        self.mistyped.get_or_insert_with(|| ApiError::new("SerializationException", message));
    }

    fn violate(&mut self, value: impl Display, name: &str, rule: &str) {
        let value = value.to_string();
        // UNRECORDED: whether AWS shortens long values.
        let shown: String = value.chars().take(LONGEST_SHOWN).collect();
        let value = if value == "null" { value } else { format!("'{shown}'") };
        let place = &self.place;
        self.violations
            .push(format!("Value {value} at '{place}{name}' failed to satisfy constraint: {rule}"));
    }
}

/// `[Tag(key=a, value=b)]`
fn printed_list(list: &Array, (name, members): (&str, &[&str])) -> String {
    let printed = |value: &Value| value.as_str().map_or_else(|| value.to_json(), str::to_owned);
    let member = |item: &Value, name: &&str| {
        format!("{name}={}", item.get(name).map_or_else(|| "null".to_owned(), printed))
    };
    let item = |item: &Value| {
        let members: Vec<String> = members.iter().map(|name| member(item, name)).collect();
        format!("{name}({})", members.join(", "))
    };
    format!("[{}]", list.iter().map(item).collect::<Vec<_>>().join(", "))
}

/// The empty response of an operation that succeeded.
pub(crate) fn done() -> Value {
    json!({})
}

/// Removes the members that are null, which AWS omits.
pub(crate) fn present(answer: Value) -> Value {
    let Value::Object(members) = answer else { return answer };
    let members = members.into_members().into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(members.collect())
}

#[cfg(test)]
mod tests {
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
        fields.structures("tags", 1..=2, ("Tag", &["key", "value"]), |tag| tag.text("key", 1..=3));
        fields.texts("tagKeys", 1..=2);
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
        check(json!({"name": "a", "tags": [{"key": "a", "value": "b"}], "tagKeys": ["ab"]}), Ok(()));
        check(
            json!({"name": "a", "tags": [{"key": "abc"}, {"key": ""}]}),
            Err(
                "1 validation error detected: Value '' at 'tags.2.member.key' failed to satisfy constraint: \
                 Member must have length greater than or equal to 1",
            ),
        );
        check(
            json!({"name": "a", "tags": [{"key": "a", "value": 1}, {"key": "b"}, {}]}),
            Err(
                "1 validation error detected: Value '[Tag(key=a, value=1), Tag(key=b, value=null), Tag(key=null, \
                 value=null)]' at 'tags' failed to satisfy constraint: \
                 Member must have length less than or equal to 2",
            ),
        );
        check(
            json!({"name": "a", "tagKeys": ["a", "abc"]}),
            Err(
                "1 validation error detected: Value '[a, abc]' at 'tagKeys' failed to satisfy constraint: Member \
                 must satisfy constraint: [Member must have length less than or equal to 2, Member must have \
                 length greater than or equal to 1]",
            ),
        );
        check(json!({"name": "a", "tags": [1]}), Err("expected Map at 'tags.1.member', found number"));
        check(json!({"name": 1}), Err("expected String at 'name', found number"));
        check(json!({"name": "a", "publish": "yes"}), Err("expected Boolean at 'publish', found string"));
    }

    #[test]
    fn nulls_are_left_out() {
        assert_eq!(present(json!({"a": null, "b": 1, "c": {"d": null}})), json!({"b": 1, "c": {"d": null}}));
    }
}
