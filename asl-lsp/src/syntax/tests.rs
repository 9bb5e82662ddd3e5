//! The trees of complete documents have the values that the validator's parsers read.

use std::fs;
use std::path::{Path, PathBuf};

use asl_model::{Format, Source};

use super::{Quoting, parse};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir()
            && !name.starts_with('.')
            && !["target", "node_modules", "dist"].contains(&name.as_str())
        {
            files(&path, found);
        } else if [".json", ".yaml", ".yml"].iter().any(|end| name.ends_with(end))
            && fs::metadata(&path).unwrap().len() < 200_000
        {
            found.push(path);
        }
    }
}

/// Every JSON and YAML file of the repository that is valid and has no aliases.
#[test]
fn agree_with_the_strict_parsers() {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut found);
    let (mut json, mut yaml) = (0, 0);
    for path in found {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let format = Format::of(&path);
        let (Some(value), problems) = Source::new(text.as_str(), format).document() else { continue };
        if !problems.is_empty() || text.contains("<<:") || text.contains(": *") {
            continue;
        }
        let tree = parse(&text, format);
        assert_eq!(tree.root().and_then(|root| tree.value(root)), Some(value), "{}", path.display());
        assert!(!tree.is_broken, "{}", path.display());
        *(if format == Format::Json { &mut json } else { &mut yaml }) += 1;
    }
    assert!(json > 80 && yaml >= 8, "{json} and {yaml} files");
}

/// The signs in a comment are not those of the header.
#[test]
fn a_comment_behind_the_header_of_a_block() {
    let text = "a: | # no-strip, +1\n  x\n\nb: 1\n";
    let tree = parse(text, Format::Yaml);
    let value = tree.root().and_then(|root| tree.value(root)).map(|value| value.to_json());
    assert_eq!(value.as_deref(), Some(r#"{"a":"x\n","b":1}"#));
}

#[track_caller]
fn check(format: Format, text: &str, expect: &str) {
    let tree = parse(text, format);
    let value = tree.root().and_then(|root| tree.value(root)).map(|value| value.to_json());
    assert_eq!(value.as_deref(), Some(expect), "{text}");
    assert!(tree.is_broken, "{text}");
}

#[test]
fn broken_json_is_read_as_far_as_it_goes() {
    check(Format::Json, r#"{"a": 1, "b": "#, r#"{"a":1}"#);
    check(Format::Json, "{\"a\": \n\"b\": 2}", r#"{"b":2}"#);
    check(Format::Json, "{\"a\": \"un\n\"b\": 2}", r#"{"a":"un","b":2}"#);
    check(Format::Json, r#"{"a": 1 "b": 2}"#, r#"{"a":1,"b":2}"#);
    check(Format::Json, r#"{"a": [1, 2, {"b": 3}"#, r#"{"a":[1,2,{"b":3}]}"#);
    check(Format::Json, r#"{"a": {"b": [1}, "c": 2}"#, r#"{"a":{"b":[1]},"c":2}"#);
    check(Format::Json, "{\n  \"a\": {\n    \"b\": [\n  \"c\": 2\n}", r#"{"a":{"b":[]},"c":2}"#);
    check(
        Format::Json,
        "{\n  \"a\": {\n    \"b\": {\n      \"x\": 1\n  },\n  \"c\": 2\n}",
        r#"{"a":{"b":{"x":1}},"c":2}"#,
    );
    check(Format::Json, r#"{"a": tru, "b": 1}"#, r#"{"b":1}"#);
    check(Format::Json, r#"{"a": 1}} , {"b"#, r#"{"a":1}"#);
}

#[test]
fn broken_yaml_is_read_as_far_as_it_goes() {
    check(Format::Yaml, "a: 1\nb", r#"{"a":1}"#);
    check(Format::Yaml, "a:\n  b: 1\n  c\nd: 2\n", r#"{"a":{"b":1},"d":2}"#);
    check(Format::Yaml, "a: {b: 1, c\nd: 2\n", r#"{"a":{"b":1},"d":2}"#);
    check(Format::Yaml, "a: \"open\nd: 2\n", r#"{"a":"open\n","d":2}"#);
    check(Format::Yaml, "a:\n    b: 1\n  c: 2\nd: 3\n", r#"{"a":{"b":1},"d":3}"#);
}

#[test]
fn comments_after_blocks_are_not_in_them() {
    for text in [
        "Comment: |\n  text\n# next field\nType: Pass",
        "Comment: |+\n  text\n\n# next field\nType: Pass\n",
        "Comment: >-\n  text\n  # more\n # next field\nType: Pass\n",
        "- Comment: |\n    text\n  # next field\n  Type: Pass\n",
    ] {
        let tree = parse(text, Format::Yaml);
        let value = tree.root().and_then(|root| tree.value(root));
        assert_eq!((value, tree.is_broken), (Source::new(text, Format::Yaml).document().0, false), "{text}");
    }
}

#[test]
fn positions_in_texts_are_those_of_the_file() {
    for (format, text, quoting) in [
        (Format::Json, "{\"a\": \"x\\u0041 \\\"y\"}", Quoting::Double),
        (Format::Yaml, "a: 'it''s y'\n", Quoting::Single),
        (Format::Yaml, "a: |\n    one\n\n    two y\n", Quoting::Block),
        (Format::Yaml, "a: plain\n  more y\n", Quoting::Plain),
    ] {
        let tree = parse(text, format);
        let node = tree.get(tree.root().unwrap(), "a").unwrap();
        let scalar = tree.scalar(node).unwrap();
        let offset = scalar.value.find('y').unwrap();
        assert_eq!(
            (scalar.quoting, &text[scalar.written_range(offset..offset + 1)]),
            (quoting, "y"),
            "{text}"
        );
    }
}

#[test]
fn tags_in_brackets_are_not_text() {
    for text in [
        "a: [!Ref A, !GetAtt B.Arn, !Sub \"x\", y!z]",
        "a: {b: !Sub '${x}', !!str c: &n d, e: [!<tag:x,y> f], g: !Join [., [a, b]]}",
        "[!Ref A]",
    ] {
        let tree = parse(text, Format::Yaml);
        let (value, problems) = Source::yaml(text).document();
        assert_eq!(problems.len(), 0, "{problems:?}");
        assert_eq!(tree.root().and_then(|root| tree.value(root)), value, "{text}");
        assert!(!tree.is_broken, "{text}");
    }
}
