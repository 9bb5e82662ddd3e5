//! [`Verbatim`]: a document together with its original text.

use asl_value::Value;

/// A document and the JSON text from which it was parsed.
pub(crate) struct Verbatim<'a> {
    pub(crate) value: &'a Value,
    pub(crate) text: &'a str,
}

/// An array or an object whose end has not been reached.
struct Open<'a> {
    /// The offset of its start.
    start: usize,
    value: Option<&'a Value>,
    /// The value of the last key. Items are identified by `number`.
    key: Option<&'a Value>,
    number: usize,
}

impl<'a> Verbatim<'a> {
    /// The text of the document, or of an array or object in it, if `part` is the same value (not merely an equal one).
    pub(crate) fn text_of(&self, part: &Value) -> Option<&'a str> {
        if part.same(self.value) {
            return Some(self.text);
        }
        let is_empty = match part {
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => true,
        };
        if is_empty { None } else { self.find(part) }
    }

    /// Scans the text in parallel with the value. The text is valid JSON because the value was parsed from it. The last of
    /// several members with the same name is the one in the value, so the last match is the right one.
    fn find(&self, part: &Value) -> Option<&'a str> {
        let mut open: Vec<Open<'a>> = Vec::new();
        let mut found = None;
        let mut bytes = self.text.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'"' => {
                    let end = end_of_string(&mut bytes)?;
                    if let Some(Open { value: Some(Value::Object(members)), key: key @ None, .. }) =
                        open.last_mut()
                    {
                        let name = Value::parse(self.text.get(at..=end)?).ok()?;
                        *key = members.get(name.as_str()?);
                    }
                }
                b'[' | b'{' => {
                    let value = match open.last() {
                        None => Some(self.value),
                        Some(Open { value: Some(Value::Array(items)), number, .. }) => items.get(*number),
                        Some(around) => around.key,
                    };
                    open.push(Open { start: at, value, key: None, number: 0 });
                }
                b']' | b'}' => {
                    let Open { start, value, .. } = open.pop()?;
                    if value.is_some_and(|value| value.same(part)) {
                        found = self.text.get(start..=at);
                    }
                }
                b',' => {
                    let around = open.last_mut()?;
                    around.number += 1;
                    around.key = None;
                }
                _ => {}
            }
        }
        found
    }
}

/// Whether the text has no duplicate keys, so that every member of the text is in the value.
pub(crate) fn is_whole(text: &str, value: &Value) -> bool {
    let mut bytes = text.bytes().enumerate();
    let mut colons = 0;
    while let Some((_, byte)) = bytes.next() {
        match byte {
            b'"' if end_of_string(&mut bytes).is_none() => return false,
            b':' => colons += 1,
            _ => {}
        }
    }
    colons == members(value)
}

/// The number of members of all objects. The recursion is bounded by the maximum depth of documents.
fn members(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(members).sum(),
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        _ => 0,
    }
}

/// The offset of the closing quote of a string whose opening quote was read.
fn end_of_string(bytes: &mut impl Iterator<Item = (usize, u8)>) -> Option<usize> {
    loop {
        match bytes.next()? {
            (_, b'\\') => {
                bytes.next()?;
            }
            (end, b'"') => return Some(end),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_there_twice() {
        for (text, expect) in [
            ("{}", true),
            (r#"{"a": 1, "b": [{"a": ":"}, {"a": 2}]}"#, true),
            (r#"{"a:b": "\"c\":", "d": {}}"#, true),
            (r#"{"a": 1, "a": 1}"#, false),
            (r#"{"a": 1, "\u0061": 1}"#, false),
            (r#"[{"x": {"a": [], "b": 0, "a": {}}}]"#, false),
            ("[1, 2]", true),
            ("\":\"", true),
        ] {
            assert_eq!(is_whole(text, &Value::parse(text).expect("JSON")), expect, "{text}");
        }
    }

    /// `path` leads to the part by keys and indices.
    #[track_caller]
    fn check(text: &str, path: &[&str], expected: Option<&str>) {
        let value = Value::parse(text).expect("JSON");
        let step = |value: &Value, step: &&str| match step.parse::<usize>() {
            Ok(number) => value[number].clone(),
            Err(_) => value[*step].clone(),
        };
        let part = path.iter().fold(value.clone(), |value, name| step(&value, name));
        let found = Verbatim { value: &value, text }.text_of(&part);
        assert_eq!(found, expected, "{text} {path:?}");
    }

    #[test]
    fn parts_keep_their_text() {
        let nested = r#" {"a": [ 1, {"b" : [2,  3]} ], "c,": "]}\"", "\u0064": { "e": 1 }} "#;
        for (text, path, expected) in [
            (nested, &[][..], Some(nested)),
            (nested, &["a"], Some(r#"[ 1, {"b" : [2,  3]} ]"#)),
            (nested, &["a", "1"], Some(r#"{"b" : [2,  3]}"#)),
            (nested, &["a", "1", "b"], Some("[2,  3]")),
            (nested, &["d"], Some(r#"{ "e": 1 }"#)),
            (nested, &["c,"], None),
            (r#"{"a": [1, 1], "a": [ 2 ]}"#, &["a"], Some("[ 2 ]")),
            ("[[1 ], [ 1]]", &["1"], Some("[ 1]")),
            ("[[ ], 1]", &["0"], None),
            (" 7 ", &[], Some(" 7 ")),
        ] {
            check(text, path, expected);
        }
    }

    #[test]
    fn what_is_only_equal_is_no_part() {
        let value = Value::parse("{\"a\": [ 1 ]}").expect("JSON");
        let other = Value::parse("[1]").expect("JSON");
        assert_eq!(Verbatim { value: &value, text: "{\"a\": [ 1 ]}" }.text_of(&other), None);
    }
}
