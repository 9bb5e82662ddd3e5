//! Reference paths: reading, writing in place or by copy, refusals.

use asl_paths::ReferencePath;
use asl_value::{Value, json};

use crate::setting::told;

#[track_caller]
fn put(path: &str, document: &str, expect: &str) {
    let document = Value::parse(document).unwrap();
    assert_eq!(told(ReferencePath::parse(path).unwrap().put(document, json!({"r": 1}))), expect, "{path}");
}

#[test]
fn puts() {
    put("$", r#"{"a": 1}"#, r#"{"r":1}"#);
    put("$.new", r#"{"a": 1}"#, r#"{"a":1,"new":{"r":1}}"#);
    put("$.a", r#"{"a": {"x": 1}, "b": 2}"#, r#"{"a":{"r":1},"b":2}"#);
    put("$.a.b.c", r#"{"z": 0}"#, r#"{"z":0,"a":{"b":{"c":{"r":1}}}}"#);
    put("$['a b'].c", r#"{"a b": {"d": 1}}"#, r#"{"a b":{"d":1,"c":{"r":1}}}"#);
    put("$[1].payload", r#"[{"a": 1}, {"b": 2}]"#, r#"[{"a":1},{"b":2,"payload":{"r":1}}]"#);
    put("$.array[0]", r#"{"array": [1, 2]}"#, r#"{"array":[{"r":1},2]}"#);
    let conflict = |step: &str, input: &str| {
        format!(r#"States.ReferencePathConflict: Unable to apply step "{step}" to input {input}"#)
    };
    put("$.x", r#""text""#, &conflict("x", r#""text""#));
    put("$.x", "[1]", &conflict("x", "[1]"));
    put("$.a.b", r#"{"a": null}"#, &conflict("b", "null"));
    put("$.a.b.c", r#"{"a": {"b": 7}}"#, &conflict("c", "7"));
    put("$.a[1]", r#"{"a": [0]}"#, &conflict("[1]", "[0]"));
    put("$.a[0]", r#"{"b": 1}"#, &conflict("[0]", "null"));
    put("$[0]", r#"{"b": 1}"#, &conflict("[0]", r#"{"b":1}"#));
}

#[test]
fn gets() {
    let document = json!({"a": {"b": [1, {"c": 2}]}});
    let get = |path: &str| told(ReferencePath::parse(path).unwrap().get(&document).cloned());
    assert_eq!(get("$.a.b[1]['c']"), "2");
    assert_eq!(
        get("$.a.b[9]"),
        r#"States.ReferencePathConflict: Unable to apply step "[9]" to input [1,{"c":2}]"#
    );
    assert_eq!(
        get("$.objects.x"),
        r#"States.ReferencePathConflict: Unable to apply step "objects" to input {"a":{"b":[1,{"c":2}]}}"#
    );
}

#[test]
fn copies_only_the_way_and_only_if_it_is_shared() {
    let path = ReferencePath::parse("$.a.b").unwrap();
    let document = json!({"a": {"b": 1, "kept": {"x": [1]}}, "other": {"y": [2]}});
    let written = path.put(document.clone(), json!(2)).unwrap();
    assert_eq!(document["a"]["b"], json!(1));
    assert!(written["other"].same(&document["other"]));
    assert!(written["a"]["kept"].same(&document["a"]["kept"]));

    let kept = written["a"]["kept"].clone();
    let again = path.put(written, json!(3)).unwrap();
    assert!(again["a"]["kept"].same(&kept));
}

#[test]
fn what_would_nest_too_deep_is_refused() {
    let deep = (0..400).fold(json!(1), |value, _| Value::from(vec![value]));
    let path = ReferencePath::parse(&format!("${}", ".a".repeat(200))).unwrap();
    let error = path.put(json!({}), deep).unwrap_err();
    assert_eq!(error.kind().error_name(), "States.DataLimitExceeded");
}

#[test]
fn what_leads_to_several_places_is_refused() {
    for path in ["$", "$.a", "$.a-b.c_d", "$['a'][0]['b c']", "$.['a']", "$$.Map.Item", "$var.x[0]", "$.été"]
    {
        assert_eq!(ReferencePath::parse(path).unwrap().to_string(), path);
    }
    let bracket = "'[' must be followed by ' or '['";
    for (path, message, at) in [
        ("", "Reference path didn't start with '$'", 0..0),
        ("a.b", "Reference path didn't start with '$'", 0..3),
        ("$.a[*]", bracket, 3..6),
        ("$.a[?(@.b)]", bracket, 3..11),
        ("$.a[0,1]", bracket, 3..8),
        ("$.a[0:1]", bracket, 3..8),
        ("$.a[-1]", bracket, 3..7),
        ("$.a[(@.length-1)]", bracket, 3..17),
        ("$.a[\"b\"]", bracket, 3..8),
        ("$.a[", bracket, 3..4),
        ("$.a[1", bracket, 3..5),
        ("$.a[99999999999]", bracket, 3..16),
        ("$.a['b", "''' is not closed", 3..6),
        ("$.a['b','c']", "''' must be followed by ']'", 3..12),
        ("$.*", "'.' must be followed by a name", 1..3),
        ("$..a", "'.' must be followed by a name", 1..3),
        ("$.a.", "'.' must be followed by a name", 3..4),
        ("$.a b", "'.' or '[' expected", 3..4),
        ("$ .a", "'$' must be followed by '.' or '['", 1..2),
        ("$1.a", "'$' must be followed by '.' or '['", 1..2),
    ] {
        let error = ReferencePath::parse(path).unwrap_err();
        assert_eq!((error.message(), error.position()), (message, at), "{path}");
    }
}
