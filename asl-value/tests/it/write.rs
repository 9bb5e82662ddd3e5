//! Cloning shares a document; writing copies the spine.

use asl_value::{Object, Text, Value, json};

fn order() -> Value {
    json!({"order": {"id": "o-1", "lines": [{"sku": "a"}, {"sku": "b"}]}, "other": [1, 2, 3]})
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        other => panic!("no object: {other}"),
    }
}

#[test]
fn a_clone_is_the_same_document() {
    let value = order();
    let clone = value.clone();
    assert!(clone.same(&value));
    assert!(clone["order"]["lines"].same(&value["order"]["lines"]));
    assert!(!order().same(&value));
    assert_eq!(order(), value);
}

#[test]
fn same_is_identity() {
    let text = Value::from(Text::from("x"));
    let cases = [
        (json!(null), json!(null), true),
        (json!(1), json!(1.0), false),
        (json!(1.0), json!(1.0), true),
        (json!(0.0), json!(-0.0), false),
        (json!(1), json!(2), false),
        (json!(true), json!(true), true),
        (text.clone(), text, true),
        (json!("x"), json!("x"), false),
        (json!([]), json!([]), false),
        (json!({}), json!({}), false),
        (json!(null), json!(false), false),
    ];
    for (a, b, expect) in cases {
        assert_eq!(a.same(&b), expect, "{a} {b}");
        assert!(a.same(&a.clone()), "{a}");
    }
}

#[test]
fn a_write_leaves_the_clone_alone_and_shares_the_rest() {
    let before = order();
    let mut after = object(before.clone());
    after.insert("result", json!(42));
    assert_eq!(before, order());
    assert_eq!(after.get("result"), Some(&json!(42)));
    for name in ["order", "other"] {
        assert!(after.get(name).is_some_and(|value| value.same(&before[name])), "{name}");
    }
}

#[test]
fn a_write_to_an_unshared_document_is_in_place() {
    let mut document = object(order());
    let list_before = document.get("other").and_then(Value::as_array).map(|list| list.as_ptr());
    // The list is taken out, changed and put back, so it has one owner all along.
    let Some(Value::Array(mut list)) = document.take("other") else { panic!("no list") };
    assert_eq!(list.set(0, json!(9)), Ok(json!(1)));
    document.insert("other", list.into());
    assert_eq!(document.get("other"), Some(&json!([9, 2, 3])));
    assert_eq!(document.get("other").and_then(Value::as_array).map(|list| list.as_ptr()), list_before);
    assert_eq!(document.keys().map(Text::as_str).collect::<Vec<_>>(), ["order", "other"]);
}

#[test]
fn a_refused_write_copies_nothing() {
    let before = object(order());
    let mut after = before.clone();
    assert_eq!((after.take("absent"), after.remove("absent")), (None, None));
    assert!(after.same(&before));
    let list = json!([1]);
    let mut copy = list.as_array().cloned().unwrap();
    assert_eq!(copy.set(1, json!(2)), Err(json!(2)));
    assert_eq!(copy.take(1), None);
    assert!(copy.same(list.as_array().unwrap()));
}

#[test]
fn into_parts_shares_the_values() {
    let value = order();
    let members = object(value.clone()).into_members();
    assert!(members.iter().all(|(name, member)| member.same(&value[name.as_str()])));
    let kept = value["other"].clone();
    let Value::Array(list) = kept.clone() else { panic!("no list") };
    assert_eq!(list.into_vec(), [json!(1), json!(2), json!(3)]);
    assert_eq!(kept, json!([1, 2, 3]));
}

#[test]
fn absent_places_read_as_null() {
    let value = order();
    assert_eq!(value["absent"]["deeper"][7], Value::Null);
    assert_eq!(value.get("absent"), None);
    assert_eq!((value["other"].at(2), value["other"].at(3)), (Some(&json!(3)), None));
}

#[test]
fn from_distinct_tolerates_a_repeated_name() {
    for members in [2, 40] {
        let members = (0..members).map(|n| (Text::from("same"), json!(n))).collect();
        let object = Object::from_distinct(members);
        assert!(object.get("same").is_some());
    }
}
