//! Conversions from and into Rust types.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use asl_value::{Array, Object, Pointer, Text, Value, from_value, json, to_value};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Checks that `rust` converts into the value of `text` and back, and that both have the same JSON text.
#[track_caller]
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(rust: T, text: &str) {
    let value = to_value(&rust).unwrap();
    assert_eq!(value.to_string(), text);
    assert_eq!(Value::parse(&serde_json::to_string(&rust).unwrap()).unwrap(), value);
    assert_eq!(from_value::<T>(&value).unwrap(), rust);
    assert_eq!(from_value::<T>(&Value::parse(text).unwrap()).unwrap(), rust);
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
enum Shape {
    Unit,
    New(u8),
    Tuple(u8, String),
    Struct { side: f64 },
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
#[serde(tag = "type", rename_all = "camelCase")]
enum Tagged {
    Circle { radius: u32 },
    Empty,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct UnitStruct;

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Meters(f64);

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Pair(u8, Option<u8>);

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Order {
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    lines: Vec<(String, u32)>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[test]
fn scalars() {
    check(true, "true");
    check((), "null");
    check('☃', "\"☃\"");
    check("x\n".to_owned(), r#""x\n""#);
    check(i8::MIN, "-128");
    check(u16::MAX, "65535");
    check(i64::MIN, "-9223372036854775808");
    check(u64::MAX, "18446744073709551615");
    check(u128::from(u64::MAX), "18446744073709551615");
    check(i128::from(i64::MIN), "-9223372036854775808");
    check(0.1f32, "0.1");
    check(0.1f64, "0.1");
    check(f64::MAX, "1.7976931348623157E308");
    check(u128::MAX, "340282366920938463463374607431768211455");
    check(i128::MIN, "-170141183460469231731687303715884105728");
    check(Some(1), "1");
    check(None::<u8>, "null");
    check(Text::from("t"), "\"t\"");
}

#[test]
fn containers() {
    check(vec![1u8, 2], "[1,2]");
    check((1, "a".to_owned(), [true]), r#"[1,"a",[true]]"#);
    check(BTreeMap::from([("b".to_owned(), 1), ("a".to_owned(), 2)]), r#"{"a":2,"b":1}"#);
    check(BTreeMap::from([(-7i32, 'x')]), r#"{"-7":"x"}"#);
    check(BTreeMap::from([(true, 'x')]), r#"{"true":"x"}"#);
    check(BTreeMap::from([(u128::MAX, 'x')]), r#"{"340282366920938463463374607431768211455":"x"}"#);
    check(HashMap::from([('k', [0u8; 0])]), r#"{"k":[]}"#);
    check((0..50).map(|n| (format!("{n:02}"), n)).collect::<BTreeMap<_, _>>(), &{
        let members = (0..50).map(|n| format!(r#""{n:02}":{n}"#)).collect::<Vec<_>>();
        format!("{{{}}}", members.join(","))
    });
    check(json!({"b": [1, {"a": null}]}), r#"{"b":[1,{"a":null}]}"#);
    check(Object::from_iter([("a", json!(1))]), r#"{"a":1}"#);
    check(Array::from_iter([json!("a")]), r#"["a"]"#);
}

#[test]
fn structs_and_enums() {
    check(UnitStruct, "null");
    check(Meters(2.5), "2.5");
    check(Pair(1, None), "[1,null]");
    check(vec![Shape::Unit, Shape::New(1)], r#"["Unit",{"New":1}]"#);
    check(Shape::Tuple(1, "b".to_owned()), r#"{"Tuple":[1,"b"]}"#);
    check(Shape::Struct { side: 0.5 }, r#"{"Struct":{"side":0.5}}"#);
    check(Tagged::Circle { radius: 3 }, r#"{"type":"circle","radius":3}"#);
    check(Tagged::Empty, r#"{"type":"empty"}"#);
    check(vec![Either::Number(1), Either::Text("x".to_owned())], r#"[1,"x"]"#);
    let order = |note: Option<&str>| Order {
        id: "o".to_owned(),
        note: note.map(str::to_owned),
        lines: vec![("sku".to_owned(), 2)],
        rest: BTreeMap::from([("extra".to_owned(), json!([1.5]))]),
    };
    check(order(None), r#"{"id":"o","lines":[["sku",2]],"extra":[1.5]}"#);
    check(order(Some("n")), r#"{"id":"o","note":"n","lines":[["sku",2]],"extra":[1.5]}"#);
}

/// Checks that `value` converts into `expect`.
#[track_caller]
fn reads<T: DeserializeOwned + PartialEq + Debug>(value: Value, expect: T) {
    assert_eq!(from_value::<T>(&value), Ok(expect), "{value}");
}

#[test]
fn whole_numbers_are_integers_where_those_are_wanted() {
    reads(json!(2.0), 2u32);
    reads(json!(-2.0), -2i8);
    reads(json!(2), 2.0f64);
    reads(json!(1e15), 1_000_000_000_000_000u64);
    reads(json!(2.0), serde_json::json!(2.0));
    reads(json!(2.0), json!(2.0));
    reads(json!(u64::MAX), u64::MAX as f64);
    reads(
        json!({"a": 2.5, "unknown": [1]}),
        BTreeMap::from([("a".to_owned(), json!(2.5)), ("unknown".to_owned(), json!([1]))]),
    );
    reads(json!({"Unit": null}), Shape::Unit);
}

/// Checks that converting `value` into a `T` fails with `error`.
#[track_caller]
fn mismatch<T: DeserializeOwned + Debug>(value: Value, error: &str) {
    assert_eq!(from_value::<T>(&value).unwrap_err().to_string(), error, "{value}");
}

#[test]
fn says_what_was_expected_and_found() {
    mismatch::<u8>(json!("x"), "invalid type: string \"x\", expected u8");
    mismatch::<u8>(json!(300), "invalid value: integer `300`, expected u8");
    mismatch::<u32>(json!(2.5), "invalid type: floating point `2.5`, expected u32");
    mismatch::<(u8,)>(json!([1, 2]), "invalid length 2, expected 1 element in sequence");
    mismatch::<Order>(json!({}), "missing field `id`");
    mismatch::<Shape>(
        json!("Other"),
        "unknown variant `Other`, expected one of `Unit`, `New`, `Tuple`, `Struct`",
    );
    mismatch::<Shape>(json!(1), "expected a variant of Shape, found number");
    mismatch::<Shape>(
        json!({"New": 1, "Unit": null}),
        "expected an object with one member, a variant of Shape",
    );
    mismatch::<Shape>(json!({}), "expected an object with one member, a variant of Shape");
    mismatch::<Object>(json!([]), "expected an object, found array");
    mismatch::<Array>(json!({}), "expected an array, found object");
    mismatch::<Text>(json!(1), "invalid type: integer `1`, expected a string");
}

#[test]
fn says_where_a_value_does_not_fit() {
    mismatch::<Vec<u8>>(json!([1, "x"]), "invalid type: string \"x\", expected u8 at `$[1]`");
    mismatch::<BTreeMap<String, Vec<(u8, u8)>>>(
        json!({"a": [], "it's": [[1, 2], [3]]}),
        r"invalid length 1, expected a tuple of size 2 at `$['it\'s'][1]`",
    );
    mismatch::<BTreeMap<String, Order>>(json!({"a": {}}), "missing field `id` at `$.a`");
    mismatch::<Shape>(json!({"New": "x"}), "invalid type: string \"x\", expected u8 at `$.New`");
    mismatch::<Option<Vec<Option<bool>>>>(
        json!([null, 1]),
        "invalid type: integer `1`, expected a boolean at `$[1]`",
    );
    let error = from_value::<Vec<u8>>(&json!([1, "x"])).unwrap_err();
    assert_eq!(error.place(), Pointer::root().index(1));
}

/// Checks that converting `rust` into a value fails with `error`.
#[track_caller]
fn refused<T: Serialize>(rust: T, error: &str) {
    assert_eq!(to_value(&rust).unwrap_err().to_string(), error);
}

#[test]
fn refuses_what_json_cannot_say() {
    refused(f64::NAN, "JSON has no number `NaN`");
    refused(f32::INFINITY, "JSON has no number `inf`");
    refused(BTreeMap::from([((), 1)]), "a name must be a string");
    refused(BTreeMap::from([(vec![1], 1)]), "a name must be a string");
}

/// A map that writes one name twice, and announces 2^60 members.
struct Repeating;

impl Serialize for Repeating {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(Some(1 << 60))?;
        map.serialize_entry("a", &1)?;
        map.serialize_entry("b", &2)?;
        map.serialize_entry("a", &3)?;
        map.end()
    }
}

#[test]
fn a_repeated_name_replaces() {
    assert_eq!(to_value(&Repeating).unwrap().to_string(), r#"{"a":3,"b":2}"#);
}

#[test]
fn bytes_are_numbers() {
    struct Bytes;
    impl Serialize for Bytes {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&[0, 255])
        }
    }
    assert_eq!(to_value(&Bytes).unwrap(), json!([0, 255]));
}
