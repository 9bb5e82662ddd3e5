//! Parsing and printing JSON.

use asl_value::{Array, Number, Object, Text, Value, json};

use crate::documents::Dice;

/// Checks that parsing `text` and printing the value gives `printed`.
#[track_caller]
fn check(text: &str, printed: &str) {
    let value = Value::parse(text).unwrap();
    assert_eq!(value.to_string(), printed, "{text}");
    assert_eq!(value.encoded_len(), printed.len(), "{text}");
    assert_eq!(Value::parse_slice(text.as_bytes()).unwrap(), value, "{text}");
    assert_eq!(Value::parse(printed).unwrap(), value, "{text}");
}

#[test]
fn prints_what_was_parsed() {
    check(" null ", "null");
    check("[true , false]", "[true,false]");
    check("[]", "[]");
    check("{}", "{}");
    check(r#""""#, r#""""#);
    check(r#"{"z":1,"a":{"z":[],"a":{}},"m":null}"#, r#"{"z":1,"a":{"z":[],"a":{}},"m":null}"#);
    check(r#""\u0041\/\u00e9\n\u0000\u001f""#, "\"A/é\\n\\u0000\\u001f\"");
    check(r#""\ud83d\ude00 \u2028""#, "\"😀 \u{2028}\"");
    check(r#"{"":{"\n":1}}"#, r#"{"":{"\n":1}}"#);
}

#[test]
fn keeps_integers_exactly() {
    check("[0, -0, 1, -1]", "[0,0,1,-1]");
    check("9007199254740993", "9007199254740993");
    check("9223372036854775807", "9223372036854775807");
    check("-9223372036854775808", "-9223372036854775808");
    check("18446744073709551615", "18446744073709551615");
    check("-9223372036854775809", "-9223372036854775809");
    check("18446744073709551616", "18446744073709551616");
    check("123456789012345678901234567890123456789012345", "123456789012345678901234567890123456789012345");
    let long = "9".repeat(1000);
    check(&format!("[{long},-{long}]"), &format!("[{long},-{long}]"));
    refused(&format!("{long}0"), "number out of range at line 1 column 1001");
}

#[test]
fn reads_every_other_number_as_the_nearest_double() {
    check("[1.0, 2.50, -0.0, 1e2]", "[1.0,2.5,-0.0,100.0]");
    check("-9223372036854775809.0", "-9.223372036854776E18");
    check("1.23456789012345678901234567890E29", "1.2345678901234568E29");
    check("123456789012345678901234567890e-15", "1.2345678901234567E14");
    check("[1e-400, 1]", "[0.0,1]");
    check("31.245270191439438", "31.245270191439438");
}

#[test]
fn a_repeated_name_keeps_its_first_place_and_its_last_value() {
    check(r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#);
    check(r#"{"a":1,"\u0061":[2]}"#, r#"{"a":[2]}"#);
    let names =
        |range: std::ops::Range<u32>| range.map(|n| format!(r#""{n}":{n}"#)).collect::<Vec<_>>().join(",");
    check(
        &format!(r#"{{{},"7":"last"}}"#, names(0..40)),
        &format!("{{{}}}", names(0..40)).replace(":7,", r#":"last","#),
    );
}

#[test]
fn keeps_the_order_of_many_members() {
    let text = (0..1000).rev().map(|n| format!(r#""k{n}":{n}"#)).collect::<Vec<_>>().join(",");
    check(&format!("{{{text}}}"), &format!("{{{text}}}"));
}

#[track_caller]
fn refused(text: &str, error: &str) {
    assert_eq!(Value::parse(text).unwrap_err().to_string(), error, "{text}");
}

#[test]
fn says_where_the_text_is_wrong() {
    refused("", "EOF while parsing a value at line 1 column 0");
    refused("[1,\n2,]", "trailing comma at line 2 column 3");
    refused("{} {}", "trailing characters at line 1 column 4");
    refused("01", "invalid number at line 1 column 2");
    refused("[1e999]", "number out of range at line 1 column 6");
    refused("{\"a\":NaN}", "expected value at line 1 column 6");
    refused(r#""\ud800""#, "unexpected end of hex escape at line 1 column 8");
    refused("{a:1}", "key must be a string at line 1 column 2");
    assert!(Value::parse_slice(b"\"\xff\"").is_err());
}

#[test]
fn a_made_up_document_survives_its_text() {
    for seed in 0..3000 {
        let value = Dice::new(seed).value(4);
        let text = value.to_string();
        let again = Value::parse(&text).unwrap();
        assert_eq!(again, value, "seed {seed}");
        assert_eq!(again.to_string(), text, "seed {seed}");
        assert_eq!(again.depth(), value.depth(), "seed {seed}");
        // The text is the same as that of serde_json's tree, except for the order of members, which the tree forgets.
        let other: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(Value::from(other.clone()), value, "seed {seed}");
        assert_eq!(serde_json::Value::from(&value), other, "seed {seed}");
        let pretty = value.to_json_pretty();
        assert_eq!(Value::parse(&pretty).unwrap().to_json(), text, "seed {seed}");
    }
}

#[test]
fn equality_is_by_value() {
    let same = [
        ("1", "1.0"),
        ("0", "-0.0"),
        (r#"{"a":1,"b":[2]}"#, r#"{"b":[2.0],"a":1}"#),
        ("18446744073709551616", "1.8446744073709552e19"),
    ];
    for (a, b) in same {
        assert_eq!(Value::parse(a).unwrap(), Value::parse(b).unwrap(), "{a} {b}");
    }
    let different = [
        ("1", r#""1""#),
        ("null", "false"),
        ("[]", "{}"),
        ("[1,2]", "[2,1]"),
        (r#"{"a":null}"#, "{}"),
        (r#"{"a":1}"#, r#"{"b":1}"#),
        ("9007199254740993", "9007199254740992.0"),
        ("[[1]]", "[[2]]"),
        ("[[]]", "[1]"),
    ];
    for (a, b) in different {
        assert_ne!(Value::parse(a).unwrap(), Value::parse(b).unwrap(), "{a} {b}");
    }
}

#[test]
fn what_json_cannot_say() {
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(Number::from_f64(number).is_none());
        assert_eq!(Value::from(number), Value::Null);
    }
}

#[test]
fn converts_from_rust() {
    let owned = "s".to_owned();
    let value = json!([
        1i32,
        2u32,
        3i64,
        4u64,
        5usize,
        0.5,
        true,
        "s",
        &owned,
        owned.clone(),
        (),
        Some(1),
        None::<bool>,
        vec!["x"],
        Text::from("t"),
        Array::new(),
        Object::new(),
        Number::from(7),
    ]);
    assert_eq!(value.to_string(), r#"[1,2,3,4,5,0.5,true,"s","s","s",null,1,null,["x"],"t",[],{},7]"#);
    assert_eq!((1..4).collect::<Value>(), json!([1, 2, 3]));
    assert_eq!("[1]".parse::<Value>().unwrap(), json!([1]));
}

/// This crate's parser accepts exactly the texts that serde_json accepts: broken and odd ones, and generated ones that
/// are truncated or altered.
#[test]
fn reads_what_serde_json_reads() {
    let agree = |text: &str| {
        let (ours, other) = (Value::parse(text), serde_json::from_str::<serde_json::Value>(text));
        match (&ours, &other) {
            (Ok(ours), Ok(other)) => assert_eq!(*ours, Value::from(other.clone()), "{text}"),
            (Err(ours), Err(other)) => assert_eq!(ours.to_string(), other.to_string(), "{text}"),
            _ => panic!("{text}: {ours:?}, {other:?}"),
        }
        assert_eq!(Value::parse_slice(text.as_bytes()).is_ok(), ours.is_ok(), "{text}");
    };
    for text in [
        "",
        " ",
        "tru",
        "truex",
        "nul",
        "-",
        "+1",
        "1.",
        ".1",
        "1e",
        "1e+",
        "1E-2",
        "-01",
        "00",
        "0x1",
        "1 2",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1,",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":1 \"b\":2}",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u+123\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\ud800x\"",
        "\"\\udc00\"",
        "\"\\ud83d\\ude00\"",
        "\"a\nb\"",
        "\"a\u{1f}b\"",
        "\"a\u{7f}b\"",
        "\"12345678\\n12345678é\"",
        "\"1234567\"",
        "\"12345678\"",
        "\u{feff}1",
        "\u{a0}1",
        "1\u{b}",
        "]",
        "[]]",
        "nullnull",
        "{\"a\":{\"b\":[[],{}]}}",
    ] {
        agree(text);
    }
    for seed in 0..300 {
        let text = Dice::new(seed).value(3).to_string();
        let mut dice = Dice::new(seed + 1000);
        for _ in 0..8 {
            let mut bytes = text.clone().into_bytes();
            let place = (dice.next() as usize) % bytes.len();
            match dice.next() % 3 {
                0 => bytes.truncate(place),
                1 => bytes[place] = b"\"\\{}[]:,0-.eE tn\x01"[(dice.next() % 17) as usize],
                _ => drop(bytes.remove(place)),
            }
            if let Ok(text) = std::str::from_utf8(&bytes) {
                agree(text);
            }
        }
    }
}
