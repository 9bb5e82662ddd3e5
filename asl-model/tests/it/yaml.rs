//! Definitions in YAML.

use asl_model::{Code, Pointer, Source, Value, parse};

pub(crate) const EXAMPLE: &str = r#"# An order.
Comment: "over
  two lines"
StartAt: Charge
x-retry: &retry
  ErrorEquals: [States.Timeout, 'It''s']
  MaxAttempts: 2
States:
  Charge:
    Type: Task
    Resource: arn:aws:states:::lambda:invoke
    TimeoutSeconds: 0x1e
    Retry:
      - *retry
      - <<: *retry
        ErrorEquals: [Busy]
    Parameters: {a: 1.5, b: true, c: ~, "d": [x, "${A}", .5]}
    Next: Done
  Done: {Type: Succeed}
"#;

#[test]
fn a_definition() {
    let parsed = parse(&Source::yaml(EXAMPLE));
    let messages: Vec<&str> =
        parsed.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(messages, ["Field 'x-retry' is not supported"]);
    let expect = r#"{"Comment": "over two lines", "StartAt": "Charge", "States": {"Charge": {"Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 30,
        "Parameters": {"a": 1.5, "b": true, "c": null, "d": ["x", "${A}", 0.5]},
        "Retry": [{"ErrorEquals": ["States.Timeout", "It's"], "MaxAttempts": 2},
                  {"ErrorEquals": ["Busy"], "MaxAttempts": 2}],
        "Next": "Done"}, "Done": {"Type": "Succeed"}}}"#;
    assert_eq!(parsed.machine.unwrap().to_value(), Value::parse(expect).unwrap());
}

#[track_caller]
fn check_scalar(yaml: &str, json: &str) {
    let text = format!("StartAt: A\nStates: {{A: {{Type: Pass, Result: {yaml}, End: true}}}}");
    let parsed = parse(&Source::yaml(text));
    assert_eq!(parsed.diagnostics, []);
    let result = parsed.machine.unwrap().to_value()["States"]["A"]["Result"].clone();
    assert_eq!(result.to_string(), json);
}

#[test]
fn scalars_of_the_core_schema() {
    for (yaml, json) in [
        ("null", "null"),
        ("Null", "null"),
        ("nul", r#""nul""#),
        ("True", "true"),
        ("yes", r#""yes""#),
        ("on", r#""on""#),
        ("12", "12"),
        ("+12", "12"),
        ("-12", "-12"),
        ("012", "12"),
        ("0o14", "12"),
        ("0xC", "12"),
        ("12e3", "12000.0"),
        ("00", "0"),
        ("-0", "0"),
        ("-007", "-7"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1.5", "1.5"),
        ("1.", "1.0"),
        ("-.5e-1", "-0.05"),
        (".", r#"".""#),
        ("1e", r#""1e""#),
        ("0x", r#""0x""#),
        ("1_000", r#""1_000""#),
        ("12:30", r#""12:30""#),
        ("18446744073709551615", "18446744073709551615"),
        ("\"12\"", r#""12""#),
        ("'12'", r#""12""#),
        ("!!str 12", r#""12""#),
        ("!Sub x", r#""x""#),
        ("2026-01-01", r#""2026-01-01""#),
    ] {
        check_scalar(yaml, json);
    }
}

/// Inside brackets, lines need no indentation: PyYAML, SnakeYAML and CloudFormation accept this.
#[test]
fn brackets_that_close_far_left() {
    for (yaml, json) in [
        ("- A: [\n    x\n  ]\n  B: 1", r#"[{"A":["x"],"B":1}]"#),
        ("- A: {\n    x: y\n  }\n  B: 1", r#"[{"A":{"x":"y"},"B":1}]"#),
        ("- A: [\n x,\ny\n]\n  B: 1", r#"[{"A":["x","y"],"B":1}]"#),
        ("- A:\n    - B: [\n1,\n{c:\n2}\n]\n      D: [{\n}]", r#"[{"A":[{"B":[1,{"c":2}],"D":[{}]}]}]"#),
        ("- A: [\n  'x\n  y', \"p\nq\", r\n  s\n  ]\n  B: 1", r#"[{"A":["x y","p q","r s"],"B":1}]"#),
        ("- [\n  a\n]\n- b", r#"[["a"],"b"]"#),
        ("A: [\n  # ]\n  x # ]\n]\nB: 1", r#"{"A":["x"],"B":1}"#),
    ] {
        let indented = yaml.replace('\n', "\n      ");
        let text = format!(
            "StartAt: A\nStates:\n  A:\n    Type: Pass\n    Result:\n      {indented}\n    End: true\n"
        );
        let source = Source::yaml(text.as_str());
        let parsed = parse(&source);
        assert_eq!(parsed.diagnostics, [], "{text}");
        let result = parsed.machine.unwrap().to_value()["States"]["A"]["Result"].clone();
        assert_eq!(result.to_string(), json);
        // The text that follows has the right place.
        let end = Pointer::root().key("States").key("A").key("End");
        assert_eq!(source.span(&end).map(|span| text[span].trim_end().to_owned()).as_deref(), Some("true"));
    }
}

/// The same in a whole definition, where an editor shows a problem after such a list.
#[test]
fn places_behind_brackets() {
    let text = "StartAt: A\nStates:\n  A:\n    Type: Task\n    Resource: arn:aws:states:::lambda:invoke\n    Retry:\n      - ErrorEquals: [\n          \"é\"\n      ]\n        MaxAttempts: x\n    End: true\n";
    let source = Source::yaml(text);
    let found: Vec<&str> = parse(&source)
        .diagnostics
        .iter()
        .map(|diagnostic| text[source.find(diagnostic).unwrap()].trim_end())
        .collect();
    assert_eq!(found, ["x"]);
}

#[track_caller]
fn check_refused(text: &str, code: Code, message: &str) {
    let source = Source::yaml(text);
    let parsed = parse(&source);
    let found: Vec<(Code, &str)> =
        parsed.diagnostics.iter().map(|found| (found.code, found.message.as_str())).collect();
    assert_eq!(found, [(code, message)]);
    assert_eq!(parsed.machine, None);
}

#[test]
fn what_is_refused() {
    let too_deep = format!("nested deeper than {} levels", asl_value::MAX_DEPTH);
    check_refused("a: .inf", Code::INVALID_JSON, "JSON cannot represent the value `.inf`");
    check_refused("[a]: 1", Code::INVALID_JSON, "a key must be a string");
    check_refused("", Code::NOT_AN_OBJECT, "Definition must be a valid JSON object");
    check_refused("# nothing", Code::NOT_AN_OBJECT, "Definition must be a valid JSON object");
    check_refused("- a", Code::NOT_AN_OBJECT, "Definition must be a valid JSON object");
    check_refused(&"[".repeat(100_000), Code::TOO_DEEP, &too_deep);
    check_refused(&"{a: ".repeat(100_000), Code::TOO_DEEP, &too_deep);
    check_refused(&"- ".repeat(100_000), Code::TOO_DEEP, &too_deep);
    let mut laughs = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned();
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        laughs.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    check_refused(&laughs, Code::LIMIT, "aliases expand to more than 1048576 bytes");
    let mut deep = "a0: &a0 []\n".to_owned();
    for level in 1..600 {
        deep.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    check_refused(&deep, Code::TOO_DEEP, &too_deep);
}

#[test]
fn syntax_errors_have_a_place() {
    let source = Source::yaml("StartAt: A\nStates: {é: [}\n");
    let parsed = parse(&source);
    let [problem] = parsed.diagnostics.as_slice() else { panic!("{:?}", parsed.diagnostics) };
    assert_eq!(problem.code, Code::INVALID_JSON);
    assert_eq!(source.line_col(source.find(problem).unwrap().start).line, 2);
}

#[test]
fn repeated_keys() {
    let parsed = parse(&Source::yaml("StartAt: B\nStartAt: A\nStates: {A: {Type: Succeed}}"));
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(
        parsed.diagnostics[0].to_string(),
        "ASL0004: the key `StartAt` is repeated; the last one counts at /StartAt"
    );
    assert_eq!(parsed.machine.unwrap().start_at.as_str(), "A");
}

#[track_caller]
fn check_span(place: Pointer, expect: Option<&str>) {
    assert_eq!(Source::yaml(EXAMPLE).span(&place).map(|span| EXAMPLE[span].trim_end()), expect);
}

#[test]
fn spans() {
    let charge = Pointer::root().key("States").key("Charge");
    check_span(Pointer::root().key("StartAt"), Some("Charge"));
    check_span(charge.key("Resource"), Some("arn:aws:states:::lambda:invoke"));
    check_span(charge.key("Retry").index(0), Some("*retry"));
    check_span(charge.key("Retry").index(1).key("ErrorEquals"), Some("[Busy]"));
    check_span(charge.key("Parameters").key("d").index(1), Some("\"${A}\""));
    check_span(Pointer::root().key("States").key("Done"), Some("{Type: Succeed}"));
    check_span(charge.key("Nothing"), None);
}

#[test]
fn diagnostics_are_found() {
    let text = "# é\nStartAt: A\nStates:\n  A:\n    Type: Pass\n    Next: Nowhere\n    Retry: []\n";
    let source = Source::yaml(text);
    let found: Vec<&str> = parse(&source)
        .diagnostics
        .iter()
        .map(|diagnostic| text[source.find(diagnostic).unwrap()].trim_end())
        .collect();
    assert_eq!(found, ["Retry", "Nowhere", "S"]);
}

#[test]
fn parts_of_strings() {
    let text = "a: x $.y\nb: 'é $.y'\nc: \"é $.y\"\nd: \"\\xe9 $.y\"\n";
    let source = Source::yaml(text);
    let at = |key: &str, value: &str| {
        let start = value.find("$.y").unwrap();
        let problem = asl_model::Diagnostic::error(Code::EXPRESSION, "", Pointer::root().key(key));
        &text[source.find(&problem.range(start..start + 3)).unwrap()]
    };
    assert_eq!(at("a", "x $.y"), "$.y");
    assert_eq!(at("b", "é $.y"), "$.y");
    assert_eq!(at("c", "é $.y"), "$.y");
    // A string with escapes is shown as a whole.
    assert_eq!(at("d", "é $.y"), "\"\\xe9 $.y\"");
}
