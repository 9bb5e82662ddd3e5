//! Hostile input: nothing panics, overflows the stack or takes long.

use std::time::Duration;

use asl_model::{Code, Format, Pointer, Source, Value, parse, parse_value};
use asl_value::MAX_DEPTH;
use cpu_time::ThreadTime;

/// Parses on a thread with a small stack and locates every diagnostic.
#[track_caller]
fn survive(text: String, expect: &[Code]) {
    let (codes, spent) = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            let began = ThreadTime::now();
            let source = Source::json(text);
            let parsed = parse(&source);
            for diagnostic in parsed.diagnostics.iter().take(20) {
                if let Some(span) = source.find(diagnostic) {
                    assert!(source.text().get(span.clone()).is_some(), "{span:?}");
                    source.line_col(span.end);
                }
                diagnostic.to_string();
            }
            let mut codes: Vec<Code> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
            codes.dedup();
            (codes, began.elapsed())
        })
        .unwrap()
        .join()
        .unwrap();
    assert_eq!(codes, expect);
    // CPU time, which other processes do not use up. Generous, for a debug build; the quadratic would take minutes.
    assert!(spent < Duration::from_secs(30), "{spent:?}");
}

#[test]
fn deep_nesting() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        survive(open.repeat(100_000), &[Code::TOO_DEEP]);
    }
    survive(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)), &[Code::TOO_DEEP]);
    let place: Pointer = std::iter::repeat_n(asl_model::Segment::Index(0), 100_000).collect();
    assert_eq!(Source::json("[".repeat(100_000)).span(&place), None);
    // The deepest document that is allowed.
    let template = format!("{}1{}", "[".repeat(MAX_DEPTH as usize - 3), "]".repeat(MAX_DEPTH as usize - 3));
    survive(
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": {template}, "End": true}}}}}}"#
        ),
        &[],
    );
    let levels = MAX_DEPTH as usize - 6;
    let nots = format!(
        "{}{}{}",
        r#"{"Not": "#.repeat(levels),
        r#"{"Variable": "$.a", "IsNull": true}"#,
        "}".repeat(levels)
    );
    let rule = format!(r#"{{"Not": {nots}, "Next": "D"}}"#);
    survive(
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Choice", "Choices": [{rule}]}}, "D": {{"Type": "Succeed"}}}}}}"#
        ),
        &[],
    );
}

#[test]
fn machines_inside_machines() {
    let nested = |levels: usize| {
        let open = r#""StartAt": "#;
        let mut text = format!(r#"{open}"S", "States": {{"S": {{"Type": "Succeed"}}}}"#);
        for level in 0..levels {
            let name = format!("M{level}");
            text = match level % 2 {
                0 => format!(
                    r#"{open}"{name}", "States": {{"{name}": {{"Type": "Map", "End": true, "ItemProcessor": {{{text}}}}}}}"#
                ),
                _ => format!(
                    r#"{open}"{name}", "States": {{"{name}": {{"Type": "Parallel", "End": true, "Branches": [{{{text}}}]}}}}"#
                ),
            };
        }
        format!("{{{text}}}")
    };
    survive(nested(50), &[]);
    survive(nested(51), &[Code::TOO_DEEP]);
    survive(nested(110), &[Code::TOO_DEEP]);
}

#[test]
fn wide_documents() {
    let many =
        |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let states = |states: String| format!(r#"{{"StartAt": "S0", "States": {{{states}}}}}"#);
    // Twenty thousand states, each leading to the next.
    let chain = many(20_000, &|n| format!(r#""S{n}": {{"Type": "Pass", "Next": "S{}"}}"#, n + 1));
    survive(states(format!(r#"{chain}, "S20000": {{"Type": "Succeed"}}"#)), &[]);
    survive(format!("{{}}{}", " ".repeat(1_048_576)), &[Code::LIMIT, Code::MISSING_FIELD]);
    // None of the targets exists.
    let dangling = many(20_000, &|n| format!(r#""S{n}": {{"Type": "Pass", "Next": "X{n}"}}"#));
    survive(states(dangling), &[Code::MISSING_TARGET, Code::LIMIT]);
    let unreachable = many(20_000, &|n| format!(r#""S{n}": {{"Type": "Succeed"}}"#));
    survive(states(unreachable), &[Code::UNREACHABLE, Code::LIMIT]);
    let unknown = many(50_000, &|n| format!(r#""Resourc{n}": 1"#));
    survive(format!("{{{unknown}}}"), &[Code::MISSING_FIELD, Code::UNKNOWN_FIELD, Code::LIMIT]);
    let repeated = many(100_000, &|_| r#""a": 1"#.to_owned());
    survive(
        format!("{{{repeated}}}"),
        &[Code::DUPLICATE_KEY, Code::MISSING_FIELD, Code::UNKNOWN_FIELD, Code::LIMIT],
    );
    let rules = many(30_000, &|_| r#"{"Next": 1}"#.to_owned());
    let choice = states(format!(r#""S0": {{"Type": "Choice", "Choices": [{rules}]}}"#));
    assert_eq!(parse(&Source::json(choice)).diagnostics.len(), 1000);
    // A long name is in the location of each problem.
    let rules = many(1000, &|_| "1".to_owned());
    let long = format!(r#""{}": {{"Type": "Choice", "Choices": [{rules}]}}"#, "x".repeat(500_000));
    let printed: usize =
        parse(&Source::json(states(long))).diagnostics.iter().map(|found| found.to_string().len()).sum();
    assert!(printed < 10_000_000, "{printed}");
}

#[test]
fn odd_scalars() {
    survive("1".repeat(500_000), &[Code::INVALID_JSON]);
    survive("1".repeat(300), &[Code::NOT_AN_OBJECT]);
    survive(format!("1e{}", "9".repeat(100_000)), &[Code::INVALID_JSON]);
    survive(format!("\"{}\"", "\\u0041".repeat(100_000)), &[Code::NOT_AN_OBJECT]);
    survive(format!("\"{}", "é".repeat(100_000)), &[Code::INVALID_JSON]);
    survive("x".repeat(1_000_000), &[Code::INVALID_JSON]);
    for text in [
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\u12\"",
        "\"\\u+123\"",
        "-",
        "1.",
        "tru",
        "\u{0}",
        "é",
        "{}{}",
    ] {
        survive(text.to_owned(), &[Code::INVALID_JSON]);
    }
    survive("\"\\ud83d\\ude9a\"".to_owned(), &[Code::NOT_AN_OBJECT]);
    let huge = r#"{"StartAt": "A", "TimeoutSeconds": 123456789012345678901234567890, "States": {"A": {"Type": "Succeed"}}}"#;
    survive(huge.to_owned(), &[Code::OUT_OF_RANGE]);
}

#[test]
fn bytes_that_are_no_text() {
    let error = Source::from_bytes(b"{\"a\": \"\xff\"}", Format::Json).unwrap_err();
    assert_eq!((error.code, error.range.clone()), (Code::INVALID_JSON, Some(7..8)));
    assert_eq!(Source::from_bytes(b"\xef\xbb\xbf{}", Format::Json).unwrap().text(), "{}");
}

#[test]
fn values_made_in_rust() {
    let mut deep = Value::Null;
    for _ in 0..100_000 {
        deep = Value::Array(vec![deep].into());
    }
    let parsed = parse_value(&deep);
    assert_eq!(parsed.diagnostics[0].code, Code::TOO_DEEP);
    assert_eq!(parsed.machine, None);
}

/// Every type of value in every place of every definition of the corpus is reported or accepted, and can be written.
#[test]
fn wrong_types_everywhere() {
    let replacements =
        ["null", "true", "-1", "1.5", "1e300", r#""""#, r#""{% x %}""#, "[]", "[[]]", "{}", r#"{"a": 1}"#];
    let replacements = replacements.map(|text| Value::parse(text).unwrap());
    for (name, text) in crate::corpus::CORPUS {
        let value = Value::parse(text).unwrap();
        let mut places = Vec::new();
        collect(&value, &Pointer::root(), &mut places);
        for place in places {
            for replacement in &replacements {
                let parsed = parse_value(&replace(&value, place.segments(), replacement));
                assert!(parsed.machine.is_some() || !parsed.is_ok(), "{name} {place} {replacement}");
                if let Some(machine) = parsed.machine {
                    let again = parse_value(&machine.to_value());
                    assert_eq!(again.machine, Some(machine), "{name} {place} {replacement}");
                }
            }
        }
    }
}

fn collect(value: &Value, place: &Pointer, places: &mut Vec<Pointer>) {
    places.push(place.clone());
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| collect(value, &place.key(name), places))
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| collect(value, &place.index(index), places));
        }
        _ => {}
    }
}

fn replace(value: &Value, place: &[asl_model::Segment], replacement: &Value) -> Value {
    use asl_model::Segment;
    let Some((step, rest)) = place.split_first() else { return replacement.clone() };
    match (value, step) {
        (Value::Object(object), Segment::Key(name)) => {
            let mut object = object.clone();
            object.insert(name, replace(&value[name.as_str()], rest, replacement));
            Value::Object(object)
        }
        (Value::Array(items), Segment::Index(index)) => {
            let mut items = items.clone();
            items.set(*index, replace(&value[*index], rest, replacement)).unwrap();
            Value::Array(items)
        }
        _ => unreachable!(),
    }
}
