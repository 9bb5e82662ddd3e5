//! Numbers, order and depth with `arbitrary_precision`, `preserve_order` and `raw_value` on.

use asl_value::{MAX_DEPTH, Value, from_value, json, to_value};
use serde_json::value::RawValue;

#[test]
fn the_features_are_on() {
    assert_eq!(serde_json::from_str::<serde_json::Value>("1.50").unwrap().to_string(), "1.50");
    assert_eq!(serde_json::json!({"b": 1, "a": 2}).to_string(), r#"{"b":1,"a":2}"#);
}

/// Parsing `text`, on every way into a value, gives what prints as `printed`.
#[track_caller]
fn check(text: &str, printed: &str) {
    let value = Value::parse(text).unwrap();
    assert_eq!(value.to_string(), printed, "{text}");
    assert_eq!(value.encoded_len(), printed.len(), "{text}");

    let other: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(Value::from(other.clone()), value, "From: {text}");
    assert_eq!(serde_json::from_value::<Value>(other.clone()).unwrap(), value, "from_value: {text}");
    assert_eq!(to_value(&other).unwrap(), value, "to_value: {text}");

    // Out of a value as well; serde_json writes doubles in a form of its own.
    let same = |text: String| assert_eq!(Value::parse(&text).unwrap().to_string(), printed, "{text}");
    same(from_value::<serde_json::Value>(&value).unwrap().to_string());
    same(serde_json::Value::from(&value).to_string());
    same(serde_json::to_string(&value).unwrap());
}

#[test]
fn numbers() {
    check("0", "0");
    check("-1", "-1");
    check("9223372036854775807", "9223372036854775807");
    check("18446744073709551615", "18446744073709551615");
    check("18446744073709551616", "18446744073709551616");
    check("1.0", "1.0");
    check("-0.0", "-0.0");
    check("1e3", "1000.0");
    check("2.50", "2.5");
    check("0.1", "0.1");
    check("1E-7", "1.0E-7");
    check("31.245270191439438", "31.245270191439438");
    check("1.8446744073709551616e19", "1.8446744073709552E19");
    check(r#"[{"n":[1.5,{"m":2e0}]}]"#, r#"[{"n":[1.5,{"m":2.0}]}]"#);
}

#[test]
fn a_number_out_of_range_is_an_error() {
    for text in ["1e999", "[-1e999]", r#"{"a":1e999}"#] {
        assert!(Value::parse(text).is_err(), "{text}");
        let other: serde_json::Value = serde_json::from_str(text).unwrap();
        assert!(to_value(&other).is_err(), "{text}");
    }
}

#[test]
fn order_of_members() {
    check(r#"{"z":1,"a":{"y":2,"b":3}}"#, r#"{"z":1,"a":{"y":2,"b":3}}"#);
}

#[test]
fn a_number_is_not_a_level() {
    let levels = MAX_DEPTH as usize;
    for number in ["1", "1.5", "[]"] {
        let text = "[".repeat(levels - 1) + number + &"]".repeat(levels - 1);
        assert_eq!(Value::parse(&text).unwrap().to_string(), text);
    }
    let text = "[".repeat(levels) + "1.5" + &"]".repeat(levels);
    assert_eq!(Value::parse(&text).unwrap().to_string(), text);
}

#[test]
fn names_like_those_serde_json_uses_inside() {
    for name in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
        for value in [r#""x""#, "1", "[]", "null"] {
            let text = format!(r#"{{{name:?}:{value},"b":1}}"#);
            // An error or a value, never a panic; with another name first always a value.
            let _ = Value::parse(&text);
            let text = format!(r#"{{"b":1,{name:?}:{value}}}"#);
            assert_eq!(Value::parse(&text).unwrap().to_string(), text);
        }
    }
}

#[test]
fn unparsed_text_both_ways() {
    let raw = RawValue::from_string(r#"{"a": [1.50]}"#.to_owned()).unwrap();
    assert_eq!(to_value(&raw).unwrap(), json!({"a": [1.5]}));
    assert_eq!(from_value::<Box<RawValue>>(&json!({"a": [1.5]})).unwrap().get(), r#"{"a":[1.5]}"#);

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Envelope {
        body: Box<RawValue>,
        count: serde_json::Number,
    }
    let value = json!({"body": {"b": 1, "a": 2}, "count": 2.5});
    let envelope: Envelope = from_value(&value).unwrap();
    assert_eq!((envelope.body.get(), envelope.count.to_string().as_str()), (r#"{"b":1,"a":2}"#, "2.5"));
    assert_eq!(to_value(&envelope).unwrap(), value);
}
