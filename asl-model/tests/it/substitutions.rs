//! The sources of values for each `${Name}`, and names without a value.

use std::io;
use std::path::Path;

use asl_model::{Code, Excerpt, Source, Substitutions};

fn pairs(substitutions: &Substitutions) -> Vec<(&str, &str)> {
    substitutions.names().filter_map(|name| Some((name, substitutions.get(name)?))).collect()
}

#[track_caller]
fn check_read(text: &Source, expected: Result<&[(&str, &str)], &str>) {
    let read = Substitutions::read(text);
    let found = read.as_ref().map(pairs).map_err(|problem| problem.message.as_str());
    assert_eq!(found, expected.map(<[_]>::to_vec));
}

#[test]
fn files_have_the_shapes_of_cloudformation() {
    let read = &[("Table", "orders"), ("Wait", "5")];
    for text in [
        r#"{"Table": "orders", "Wait": 5}"#,
        r#"{"Parameters": {"Table": "orders", "Wait": "5"}}"#,
        r#"[{"ParameterKey": "Table", "ParameterValue": "orders"}, {"ParameterKey": "Wait", "ParameterValue": "5"}]"#,
    ] {
        check_read(&Source::json(text), Ok(read));
    }
    check_read(
        &Source::json(r#"{"Parameters": "p", "On": true}"#),
        Ok(&[("On", "true"), ("Parameters", "p")]),
    );
    check_read(&Source::json("{}"), Ok(&[]));
    check_read(&Source::json("[]"), Ok(&[]));
    check_read(&Source::json(r#"{"A": null}"#), Err("expected a string for `A`, found null"));
    check_read(&Source::json(r#"{"A": ["a"]}"#), Err("expected a string for `A`, found array"));
    check_read(&Source::json("5"), Err("expected an object of names and their values, found number"));
    let expected = "expected items such as {\"ParameterKey\": \"Table\", \"ParameterValue\": \"orders\"}";
    check_read(&Source::json(r#"["Table=orders"]"#), Err(expected));
    check_read(&Source::json(""), Err("Definition must be a valid JSON object"));
}

#[cfg(feature = "yaml")]
#[test]
fn files_may_be_yaml() {
    check_read(&Source::yaml("Table: orders\nWait: 5\n"), Ok(&[("Table", "orders"), ("Wait", "5")]));
}

#[track_caller]
fn check_variables(variables: &[(&str, &str)], expected: Result<&[(&str, &str)], &str>) {
    let read = Substitutions::from_variables(variables.iter().copied());
    let found = read.as_ref().map(pairs).map_err(|problem| problem.message.as_str());
    assert_eq!(found, expected.map(<[_]>::to_vec));
}

#[test]
fn variables_have_values() {
    check_variables(
        &[("PATH", "/bin"), ("ASL_SUBSTITUTE_A", "1"), ("ASL_SUBSTITUTE_B", "")],
        Ok(&[("A", "1"), ("B", "")]),
    );
    let several = ("ASL_SUBSTITUTIONS", r#"{"A": "2", "F.Arn": "arn"}"#);
    for variables in [[several, ("ASL_SUBSTITUTE_A", "1")], [("ASL_SUBSTITUTE_A", "1"), several]] {
        check_variables(&variables, Ok(&[("A", "1"), ("F.Arn", "arn")]));
    }
    check_variables(&[("ASL_SUBSTITUTIONS", "")], Ok(&[]));
    let problem = "ASL_SUBSTITUTIONS: expected a string for `A`, found object";
    check_variables(&[("ASL_SUBSTITUTIONS", r#"{"A": {}}"#)], Err(problem));
}

#[track_caller]
fn check_beside(definition: &str, files: &[(&str, &str)], expected: Result<&[(&str, &str)], &str>) {
    let read = |path: &Path| {
        let found = files.iter().find(|(name, _)| path == Path::new(name));
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
    };
    let read = Substitutions::beside(Path::new(definition), read);
    let found = read.as_ref().map(pairs).map_err(|problem| problem.message.as_str());
    assert_eq!(found, expected.map(<[_]>::to_vec));
}

#[test]
fn a_file_lies_beside_the_definition() {
    let file = &[("a/orders.substitutions.json", r#"{"A": 1}"#)];
    for definition in ["a/orders.asl.json", "a/orders.json", "a/orders.asl.yaml", "a/orders"] {
        check_beside(definition, file, Ok(&[("A", "1")]));
    }
    check_beside("a/bills.asl.json", file, Ok(&[]));
    check_beside("orders.asl.json", file, Ok(&[]));
    check_beside("a/..", file, Ok(&[]));
    let problem = "`o.substitutions.json`: expected a string for `A`, found null";
    check_beside("o.asl.json", &[("o.substitutions.json", r#"{"A": null}"#)], Err(problem));
    #[cfg(feature = "yaml")]
    check_beside("o.asl.json", &[("o.substitutions.yaml", "A: 1")], Ok(&[("A", "1")]));
}

/// Checks what is reported about a text; errors are marked with an exclamation mark.
#[track_caller]
fn check_left(source: Source, given: &[(&str, &str)], expected: &[(&str, &str)]) {
    let file = source.text().to_owned();
    let (excerpt, _) = Excerpt::of(source).substituted(&given.iter().copied().collect());
    let (excerpt, left) = excerpt.unsubstituted();
    let found: Vec<(String, String)> = left
        .iter()
        .map(|found| {
            assert_eq!(found.code, Code::PLACEHOLDER);
            let mark = if found.is_error() { "!" } else { "" };
            (format!("{mark}{}", &file[excerpt.find(found).unwrap()]), found.location.location())
        })
        .collect();
    let found: Vec<(&str, &str)> =
        found.iter().map(|(text, place)| (text.as_str(), place.as_str())).collect();
    assert_eq!(found, expected, "{file}");
}

#[test]
fn names_without_a_value_are_told() {
    let check = |text: &str, given: &[(&str, &str)], expected: &[(&str, &str)]| {
        check_left(Source::json(text), given, expected);
    };
    check(r#"{"a": "x ${A} ${B.Arn}"}"#, &[], &[("${A}", "/a"), ("${B.Arn}", "/a")]);
    check(r#"{"a": ["${A}", "${B}"]}"#, &[("A", "1")], &[("${B}", "/a[1]")]);
    check(r#"{"a": {"${A}": 1}}"#, &[], &[("\"${A}\"", "/a")]);
    check(r#"{"a": "\"${A}\""}"#, &[], &[("${A}", "/a")]);
    check(r#"{"a": ${A}, "b": [${B}, 1]}"#, &[], &[("!${A}", "/a"), ("!${B}", "/b[0]")]);
    check(r#"{"a": ${A}, "b": "${B}"}"#, &[("A", "5")], &[("${B}", "/b")]);
    // The content of a value is text.
    check(r#"{"a": "echo ${HOME}", "b": ${B}}"#, &[("HOME", "${HOME}"), ("B", "\"${C}\"")], &[]);
    // A text that is not a name is left unchanged.
    for text in ["${", "${}", "${1}", "${A:-b}", "${A b}", "${' & $a & '}", "${!A}", "$A", "{A}", "${A"] {
        check(&format!(r#"{{"a": "{text}"}}"#), &[], &[]);
    }
    check(r#"{"a": "{% '${A}' & '${' & $b & '}' %}"}"#, &[], &[("${A}", "/a")]);
    check(r#"{"a": "${AWS::Region}"}"#, &[], &[("${AWS::Region}", "/a")]);
}

#[cfg(feature = "yaml")]
#[test]
fn names_in_yaml() {
    let text = "# ${Comment}\na: ${A}\nb: |\n  echo ${B}\nc: '${C}'\n";
    check_left(Source::yaml(text), &[], &[("${A}", "/a"), ("echo ${B}\n", "/b"), ("${C}", "/c")]);
}

#[test]
fn hostile_texts() {
    for (item, count) in [("\"${A}\"", 100_000), ("${A}", 100_000), ("\"${A}${A}${A}\"", 50_000)] {
        let text = format!("[{}]", vec![item; count].join(","));
        let (_, left) = Excerpt::of(Source::json(text)).unsubstituted();
        assert_eq!(left.len(), 1000, "{item}");
    }
    let long = format!("{{\"a\": \"{}\"}}", "${A}".repeat(100_000));
    assert_eq!(Excerpt::of(Source::json(long)).unsubstituted().1.len(), 100);
    for text in [
        "${A",
        "\"${A",
        "${A}\"${B}",
        "${A}${B}",
        "\\${A}",
        "{${A}: ${B}}",
        "[${A}",
        "\u{1F69A}${A}\u{1F69A}",
        "$${A}",
    ] {
        let (excerpt, left) = Excerpt::of(Source::json(text)).unsubstituted();
        assert!(left.len() <= 2, "{text}");
        for found in excerpt.find_all(&left).into_iter().flatten() {
            assert!(text.get(found).is_some(), "{text}");
        }
    }
}
