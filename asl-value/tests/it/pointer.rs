//! Pointers to values in a document.

use asl_value::{Pointer, Segment, Value, json};

#[track_caller]
fn check(place: &Pointer, printed: &str, location: &str, found: Option<Value>) {
    let document = json!({"States": {"a/b~c": {"Choices": [{"Next": "X"}, 5]}}, "": 0, "0": "zero"});
    assert_eq!(place.to_string(), printed);
    assert_eq!(place.location(), location);
    assert_eq!(document.pointer(place), found.as_ref());
}

#[test]
fn leads_and_prints() {
    let root = Pointer::root();
    let choices = root.key("States").key("a/b~c").key("Choices");
    let document = json!({"States": {"a/b~c": {"Choices": [{"Next": "X"}, 5]}}, "": 0, "0": "zero"});
    check(&root, "", "/", Some(document));
    check(&choices, "/States/a~1b~0c/Choices", "/States/a/b~c/Choices", Some(json!([{"Next": "X"}, 5])));
    check(
        &choices.index(0).key("Next"),
        "/States/a~1b~0c/Choices/0/Next",
        "/States/a/b~c/Choices[0]/Next",
        Some(json!("X")),
    );
    check(&choices.index(2), "/States/a~1b~0c/Choices/2", "/States/a/b~c/Choices[2]", None);
    check(&choices.key("0"), "/States/a~1b~0c/Choices/0", "/States/a/b~c/Choices/0", None);
    check(&root.key(""), "/", "/", Some(json!(0)));
    check(&root.index(0), "/0", "[0]", None);
    check(&root.key("0"), "/0", "/0", Some(json!("zero")));
    check(&root.key("States").key("a/b~c").index(0), "/States/a~1b~0c/0", "/States/a/b~c[0]", None);
    check(&root.key("").key("x"), "//x", "//x", None);
}

#[test]
fn walks_back() {
    let mut place = Pointer::root().key("a").index(1);
    assert_eq!(place.parent(), Some(Pointer::root().key("a")));
    assert_eq!(Pointer::root().parent(), None);
    assert_eq!(place.pop(), Some(Segment::Index(1)));
    place.push(Segment::Key("b".into()));
    assert_eq!(place.to_string(), "/a/b");
    assert_eq!(place.segments().iter().cloned().collect::<Pointer>(), place);
}
