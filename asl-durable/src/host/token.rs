//! Puts the id of a callback where the arguments of a task have its token.
//!
//! DEVIATION: the engine draws `$$.Task.Token` before the service makes the callback, so `TaskScheduled` shows the drawn
//! token. What is sent has the id of the callback.

use asl_value::{Object, Text, Value};

/// The arguments with `id` in place of `token`, wherever it occurs in a text. In a URL it is percent-encoded, because an
/// id may have characters that a token has not: `+`, `/`, `=`.
pub(super) fn replaced(arguments: &Value, token: &str, id: &str) -> Value {
    match arguments {
        Value::String(text) if text.contains(token) => in_text(text, token, id).into(),
        Value::Array(items) => items.iter().map(|item| replaced(item, token, id)).collect(),
        Value::Object(members) => {
            let mut object = Object::new();
            for (name, value) in members.iter() {
                object.insert(name.clone(), replaced(value, token, id));
            }
            object.into()
        }
        other => other.clone(),
    }
}

fn in_text(text: &str, token: &str, id: &str) -> Text {
    let mut parts = text.split(token);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let word = written.rsplit(|letter: char| letter.is_whitespace() || "\"'<>".contains(letter)).next();
        match word.is_some_and(|word| word.contains("://")) {
            true => written.push_str(&encoded(id)),
            false => written.push_str(id),
        }
        written.push_str(part);
    }
    written.into()
}

fn encoded(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    id.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arguments: &str, expect: &str) {
        let arguments = Value::parse(arguments).unwrap();
        assert_eq!(replaced(&arguments, "f00d", "a+b=").to_string(), expect);
    }

    #[test]
    fn ids_stand_where_tokens_were() {
        check(r#"{"token":"f00d","n":[1,"x f00d y"]}"#, r#"{"token":"a+b=","n":[1,"x a+b= y"]}"#);
        check(r#""https://x/approve?token=f00d&ok=1""#, r#""https://x/approve?token=a%2Bb%3D&ok=1""#);
        check(r#""Token f00d, or https://x?f00d""#, r#""Token a+b=, or https://x?a%2Bb%3D""#);
        check(r#""{\"token\":\"f00d\"}""#, r#""{\"token\":\"a+b=\"}""#);
    }
}
