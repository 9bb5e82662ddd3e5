//! Places in a text, and substitutions.

use asl_model::{Excerpt, Pointer, Source, Substitutions, parse};

#[track_caller]
fn check_span(text: &str, place: Pointer, value: Option<&str>, key: Option<&str>) {
    let source = Source::json(text);
    assert_eq!(source.span(&place).map(|span| &text[span]), value);
    assert_eq!(source.key_span(&place).map(|span| &text[span]), key);
}

#[test]
fn spans() {
    let text = r#" {"a": [1, {"b\u00e9/": "x"}, []], "c" : {"d": null}, "c": {"d": true}} "#;
    let root = Pointer::root();
    check_span(text, root.clone(), Some(text.trim()), None);
    check_span(text, root.key("a"), Some(r#"[1, {"b\u00e9/": "x"}, []]"#), Some(r#""a""#));
    check_span(text, root.key("a").index(0), Some("1"), None);
    check_span(text, root.key("a").index(1).key("bé/"), Some(r#""x""#), Some(r#""b\u00e9/""#));
    check_span(text, root.key("a").index(2), Some("[]"), None);
    check_span(text, root.key("a").index(3), None, None);
    // The last of two members counts, as in the value.
    check_span(text, root.key("c").key("d"), Some("true"), Some(r#""d""#));
    check_span(text, root.key("a").key("b"), None, None);
    check_span(text, root.key("c").index(0), None, None);
    check_span("not json", root.key("a"), None, None);
    check_span(r#"{"a": {"b": 1"#, root.key("a").key("b"), Some("1"), Some(r#""b""#));
}

#[track_caller]
fn check_found(definition: &str, expect: &[&str]) {
    let source = Source::json(definition);
    let found: Vec<&str> = parse(&source)
        .diagnostics
        .iter()
        .map(|diagnostic| &definition[source.find(diagnostic).unwrap()])
        .collect();
    assert_eq!(found, expect);
}

#[test]
fn diagnostics_are_found() {
    check_found(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Retry": [], "Rtry": 1, "Next": "B"}}}"#,
        &[r#""Retry""#, r#""Rtry""#, r#""B""#, "{"],
    );
    check_found(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}"#, &[r#""A""#]);
    check_found(r#"{"StartAt": "A"}"#, &["{"]);
    check_found(r#"{"StartAt": "A", nonsense}"#, &["n"]);
    check_found("nonsense", &["nonsense"]);
}

/// A diagnostic's range counts the bytes of the string's value; the text has escapes.
#[test]
fn parts_of_strings() {
    let text = r#"{"a": "x\"\u00e9\ud83d\ude9a$.y"}"#;
    let source = Source::json(text);
    let value = "x\"é🚚$.y";
    let at = |part: &str| {
        let start = value.find(part).unwrap();
        let problem = asl_model::Diagnostic::error(asl_model::Code::EXPRESSION, "", Pointer::root().key("a"));
        &text[source.find(&problem.range(start..start + part.len())).unwrap()]
    };
    assert_eq!(at("$.y"), "$.y");
    assert_eq!(at("é"), r"\u00e9");
    assert_eq!(at("\"é🚚"), r#"\"\u00e9\ud83d\ude9a"#);
    assert_eq!(at("x"), "x");
}

#[test]
fn lines_and_columns() {
    let source = Source::json("ab\ncé🚚d\n");
    let at = |offset| {
        let place = source.line_col(offset);
        (place.line, place.column)
    };
    assert_eq!(
        [at(0), at(2), at(3), at(10), at(11), at(12), at(99)],
        [(1, 1), (1, 3), (2, 1), (2, 4), (2, 5), (3, 1), (3, 1)]
    );
}

#[track_caller]
fn check_substituted(text: &str, expect: &str, unused: &[&str]) {
    let substitutions = [("A", "x"), ("Quote", "a\"b\\"), ("Number", "5"), ("Nested", "${A}")];
    let substitutions = Substitutions::from_iter(substitutions);
    let (excerpt, warnings) = Excerpt::of(Source::json(text)).substituted(&substitutions);
    assert_eq!(excerpt.source().text(), expect);
    let found: Vec<String> = warnings.into_iter().map(|warning| warning.message).collect();
    let unused: Vec<String> = unused
        .iter()
        .map(|name| format!("the substitution `{name}` occurs nowhere in the definition"))
        .collect();
    assert_eq!(found, unused);
}

#[test]
fn substitutions() {
    check_substituted(r#"["${A}${A}", ${Number}]"#, r#"["xx", 5]"#, &["Nested", "Quote"]);
    check_substituted(r#"["\"${Quote}"]"#, r#"["\"a\"b\\"]"#, &["A", "Nested", "Number"]);
    check_substituted(
        r#"["${Nested}", "${Other}", "${", "$${A}", "${}"]"#,
        r#"["${A}", "${Other}", "${", "$x", "${}"]"#,
        &["Number", "Quote"],
    );
    check_substituted("", "", &["A", "Nested", "Number", "Quote"]);
}

#[test]
fn places_of_many_diagnostics() {
    let text = "{\"ü\": 1,\n \"list\": [\"🚚\",\n  {\"a\": \"b\"}], \"z\": {}}";
    let excerpt = Excerpt::of(Source::json(text));
    let root = Pointer::root;
    let expected = [
        (root().key("z"), Some([3, 16, 3, 19])),
        (root().key("list").index(0), Some([2, 11, 2, 14])),
        (root().key("ü"), Some([1, 7, 1, 8])),
        (root().key("list").index(1).key("a"), Some([3, 9, 3, 12])),
        (root().key("ü"), Some([1, 7, 1, 8])),
    ];
    let found: Vec<_> = expected
        .iter()
        .map(|(place, _)| asl_model::Diagnostic::error(asl_model::Code::EXPRESSION, "", place.clone()))
        .collect();
    let places = excerpt.places(&found).into_iter().map(|place| {
        place.map(|place| [place.start.line, place.start.column, place.end.line, place.end.column])
    });
    let places: Vec<_> = expected.iter().map(|(place, _)| place.clone()).zip(places).collect();
    assert_eq!(places, expected);
    let no_json = asl_model::Diagnostic::error(asl_model::Code::INVALID_JSON, "", root());
    assert_eq!(excerpt.places(&[no_json]), [None]);
}
