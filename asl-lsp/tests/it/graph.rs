//! The drawing of what the editor has open.

use serde_json::json;

use crate::support::open;

#[test]
fn of_half_typed_text() {
    let mut opened = open(
        "a.asl.json",
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "Sec"#,
    );
    let svg = opened.ask("asl/graph", json!({}))["svg"].as_str().unwrap().to_owned();
    assert!(svg.starts_with("<svg") && svg.contains(">A<") && svg.contains(">B<"), "{svg}");
    let refused = open("a.asl.json", "{").try_ask("asl/graph", json!({}));
    assert_eq!(refused.unwrap_err(), "the definition has no states that can be drawn yet");
    assert_eq!(
        open("a.json", "{}").try_ask("asl/graph", json!({})).unwrap_err(),
        "there is no definition in this file"
    );
}
