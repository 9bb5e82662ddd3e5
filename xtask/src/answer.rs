//! Whether an answer contains what is expected.

use serde_json::Value;

/// Every member that `expect` names must be in the answer; members it does not name (times, ids) may be there too.
/// Where it has an object or an array and the answer a string, the string's JSON text is meant: the body of a response.
pub(crate) fn check(expect: &Value, answer: &Value) -> Result<(), String> {
    compare("", expect, answer)
}

fn compare(place: &str, expect: &Value, answer: &Value) -> Result<(), String> {
    match (expect, answer) {
        (Value::Object(_) | Value::Array(_), Value::String(text)) => {
            let inner: Value = serde_json::from_str(text).map_err(|_| differs(place, expect, answer))?;
            if inner.is_string() {
                Err(differs(place, expect, answer))
            } else {
                compare(place, expect, &inner)
            }
        }
        (Value::Object(expect), Value::Object(answer)) => expect.iter().try_for_each(|(name, expect)| {
            let place = format!("{place}/{name}");
            let found = answer.get(name).ok_or_else(|| format!("nothing at {place}, expected {expect}"))?;
            compare(&place, expect, found)
        }),
        (Value::Array(items), Value::Array(found)) if items.len() == found.len() => {
            let mut pairs = items.iter().zip(found).enumerate();
            pairs.try_for_each(|(index, (expect, found))| compare(&format!("{place}/{index}"), expect, found))
        }
        _ if expect == answer => Ok(()),
        _ => Err(differs(place, expect, answer)),
    }
}

fn differs(place: &str, expect: &Value, found: &Value) -> String {
    format!("expected {expect} at `{place}`, found {found}")
}

#[cfg(test)]
mod tests {

    #[track_caller]
    fn check(expect: &str, answer: &str, problem: Option<&str>) {
        let (expect, answer) = (serde_json::from_str(expect).unwrap(), serde_json::from_str(answer).unwrap());
        assert_eq!(super::check(&expect, &answer).err().as_deref(), problem);
    }

    #[test]
    fn an_answer_may_say_more() {
        check(r#"{"a":1}"#, r#"{"a":1,"time":"now"}"#, None);
        check(r#"{"a":[{"b":1},2]}"#, r#"{"a":[{"b":1,"c":2},2]}"#, None);
        check(r#"{"body":{"a":1}}"#, r#"{"body":"{\"a\":1,\"b\":2}"}"#, None);
        check(r#"{"body":"{\"a\":1}"}"#, r#"{"body":"{\"a\":1}"}"#, None);
        check("null", "null", None);
    }

    #[test]
    fn an_answer_must_not_say_less_or_other() {
        check(r#"{"a":1}"#, r#"{"b":1}"#, Some("nothing at /a, expected 1"));
        check(r#"{"a":{"b":1}}"#, r#"{"a":{"b":2}}"#, Some("expected 1 at `/a/b`, found 2"));
        check("[1]", "[1,2]", Some("expected [1] at ``, found [1,2]"));
        check(
            r#"{"body":{"a":1}}"#,
            r#"{"body":"text"}"#,
            Some(r#"expected {"a":1} at `/body`, found "text""#),
        );
        check("1", r#""1""#, Some(r#"expected 1 at ``, found "1""#));
    }
}
