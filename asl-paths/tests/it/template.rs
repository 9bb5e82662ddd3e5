//! Payload templates: what is an expression in them, and what is said of those that fail.

use asl_paths::JsonPath;
use asl_query::{EvalErrorKind, Expected, Host, Language, StateWork, SyntaxError, Template};
use asl_value::{Timestamp, Value};

use crate::setting::{Setting, told, with_field};

fn compile(template: &str) -> Result<Template, Vec<SyntaxError>> {
    with_field("Parameters", Expected::Any, |field| {
        JsonPath.template(&Value::parse(template).unwrap(), field)
    })
}

#[track_caller]
fn check(template: &str, input: &str, expect: &str) {
    let setting = Setting::new(input);
    assert_eq!(told(compile(template).unwrap().eval(&setting.env())), expect, "{template}");
}

#[test]
fn only_names_that_end_so_are_evaluated() {
    let literal =
        r#"{"a":"$.x","b":"$$","c":"$v","d":"States.UUID()","e":"{% 1 %}","f":["$.x"],"$.g":1,".$x":"$.x"}"#;
    check(literal, "{}", literal);
    assert!(compile(literal).unwrap().as_const().is_some());
    check(
        r#"["$.x", {"y.$": "$.x"}, [[{"z.$": "$$.Map.Item.Index"}]]]"#,
        r#"{"x": 7}"#,
        r#"["$.x",{"y":7},[[{"z":3}]]]"#,
    );
    check(r#"{"x.$": "$", "y": {".$": "$n"}}"#, "{}", r#"{"x":{},"y":{"":5}}"#);
    check(r#"{"x.$.$": "$n"}"#, "{}", r#"{"x.$":5}"#);
    check(
        r#"{"all.$": "$.list[*].n", "one.$": "$.list[0].n", "both.$": "$.list[0]['n','m']"}"#,
        r#"{"list": [{"n": 1, "m": 2}, {"n": 3}]}"#,
        r#"{"all":[1,3],"one":1,"both":{"n":1,"m":2}}"#,
    );
    check(
        r#"{"v.$": "$v.a[1]", "f.$": "States.Format($tpl, $.x)"}"#,
        r#"{"x": null}"#,
        r#"{"v":2,"f":"<null>"}"#,
    );
    check("7", "{}", "7");
}

/// Observed: an index that the array does not have is null as a member of a template, if nothing follows it.
#[test]
fn indices_beyond_the_end() {
    let input = r#"{"rows": [1, 2], "none": [], "deep": {"list": [[1]]}}"#;
    for (path, expect) in [
        ("$.rows[1]", "2"),
        ("$.rows[2]", "null"),
        ("$.rows[100]", "null"),
        ("$.rows[-1]", "null"),
        ("$.rows[(@.length-1)]", "2"),
        ("$.rows[(@.length-3)]", "null"),
        ("$.none[0]", "null"),
        ("$['deep']['list'][0][7]", "null"),
        ("$.deep.list[3]", "null"),
        ("$v.a[9]", "null"),
        // What may lead to many values is a list, without what is not there.
        ("$.rows[5:9]", "[]"),
        ("$..list[*][4]", "[]"),
    ] {
        check(&format!(r#"{{"x.$": "{path}"}}"#), input, &format!(r#"{{"x":{expect}}}"#));
        check(
            &format!(r#"[{{"a": {{"x.$": "{path}"}}}}]"#),
            input,
            &format!(r#"[{{"a":{{"x":{expect}}}}}]"#),
        );
    }
    let shown = r#"{"rows":[1,2],"none":[],"deep":{"list":[[1]]}}"#;
    for path in ["$.rows[2].x", "$.deep.list[1][0]", "$.rows[2][0]", "$.nope[0]", "$.rows.x"] {
        check(
            &format!(r#"{{"x.$": "{path}"}}"#),
            input,
            &format!(
                "States.Runtime: The JSONPath '{path}' specified for the field 'x.$' could not be found in the input \
                 '{shown}'"
            ),
        );
    }
    for (call, reason) in [
        (
            "States.Array($.rows[2])",
            format!(
                "The JsonPath argument for the field '$.rows[2]' could not be found in the input '{shown}'"
            ),
        ),
        (
            "States.Array(1, States.Format('{}', $.none[0]))",
            format!(
                "The JsonPath argument for the field '$.none[0]' could not be found in the input '{shown}'"
            ),
        ),
        (
            "States.JsonToString($v.a[9])",
            r#"The JsonPath argument for the field '$v.a[9]' could not be found in the input '{"a":[1,2]}'"#
                .to_owned(),
        ),
    ] {
        check(
            &format!(r#"{{"x.$": "{call}"}}"#),
            input,
            &format!("States.Runtime: The function '{call}' had the following error: {reason}"),
        );
    }
}

#[test]
fn failures() {
    check(
        r#"{"deep": [{"value.$": "$.no_such_jsonpath"}]}"#,
        r#"{"a": [1, 2]}"#,
        "States.Runtime: The JSONPath '$.no_such_jsonpath' specified for the field 'value.$' could not be found in the \
         input '{\"a\":[1,2]}'",
    );
    check(
        r#"{"value.$": "$$.Execution.Input.no_such_jsonpath"}"#,
        "{}",
        "States.Runtime: The JSONPath '$$.Execution.Input.no_such_jsonpath' specified for the field 'value.$' could not \
         be found in the input '{\"Execution\":{\"Input\":{\"x\":1}},\"Map\":{\"Item\":{\"Index\":3}}}'",
    );
    check(
        r#"{"x.$": "$v.b"}"#,
        "{}",
        "States.Runtime: The JSONPath '$v.b' specified for the field 'x.$' could not be found in the input '{\"a\":[1,2]}'",
    );
    check(
        r#"{"x.$": "$unassigned"}"#,
        "{}",
        "States.Runtime: The JSONPath '$unassigned' specified for the field 'x.$' could not be found in the input '{}'",
    );
    check(
        r#"{"x.$": "$.a[0]"}"#,
        r#"{"a": "s"}"#,
        "States.Runtime: Invalid path '$.a[0]' : Filter: [0] can only be applied to arrays. Current context is: s",
    );
    check(
        r#"{"x.$": "$.a"}"#,
        "null",
        "States.Runtime: Unable to apply Path transformation to null or empty input.",
    );
    check(r#"{"x.$": "$n"}"#, "null", r#"{"x":5}"#);
}

#[test]
fn what_does_not_compile() {
    let invalid = |field| {
        format!(
            "The value for the field '{field}' must be a valid JSONPath or a valid intrinsic function call at /States/S/Parameters"
        )
    };
    for value in [
        "x",
        "",
        " $.x",
        "$.",
        "$[",
        "$1",
        "States.Nope()",
        "States.Format('\\\\n')",
        "States.UUID() ",
        "UUID()",
    ] {
        let errors = compile(&format!(r#"{{"a": {{"parsed.$": "{value}"}}}}"#)).unwrap_err();
        assert_eq!(errors[0].to_string(), invalid("parsed.$"), "{value}");
    }
    for (value, kind) in
        [("[]", "ARRAY"), ("{}", "OBJECT"), ("1", "NUMBER"), ("true", "BOOLEAN"), ("null", "NULL")]
    {
        let errors = compile(&format!(r#"{{"arrayField.$": {value}}}"#)).unwrap_err();
        let message =
            "The value for the field 'arrayField.$' must be a STRING that contains a JSONPath but was an";
        assert_eq!(errors[0].to_string(), format!("{message} {kind} at /States/S/Parameters"));
    }
    let errors = compile(r#"{"a.$": "x", "b": [{"c.$": "$.d e"}], "f": 1, "f.$": "$"}"#).unwrap_err();
    let told = errors.into_iter().map(|error| {
        let place = error.inner.unwrap().location();
        (place, error.range, error.help.unwrap())
    });
    let told: Vec<_> = told.collect();
    let told: Vec<_> =
        told.iter().map(|(place, range, help)| (place.as_str(), range.clone(), help.as_str())).collect();
    assert_eq!(
        told,
        [
            ("/States/S/Parameters/a.$", 0..1, "there is no intrinsic function `x`"),
            ("/States/S/Parameters/b[0]/c.$", 3..4, "write names with spaces in brackets: `['a b']`"),
            ("/States/S/Parameters/f.$", 0..0, "both would give the member `f`"),
        ]
    );
}

/// A host that allows only small values.
struct Narrow;

impl Host for Narrow {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }
    fn random_u64(&self) -> u64 {
        0
    }
    fn memory_bytes(&self) -> Option<u64> {
        Some(340)
    }
}

/// A host whose time is over.
struct Late;

impl Host for Late {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }
    fn random_u64(&self) -> u64 {
        0
    }
    fn must_stop(&self) -> bool {
        true
    }
}

#[test]
fn calls_on_large_arguments_end_with_their_host() {
    for (length, expect) in [(100, r#"{"a":["#), (200_000, "was interrupted")] {
        let setting = Setting::new(&format!(r#"{{"a": "{}"}}"#, "x".repeat(length)));
        let template = compile(r#"{"a.$": "States.StringSplit($.a, 'x')"}"#).unwrap();
        let found = told(template.eval(&setting.env().with_host(&Late)));
        assert!(found.contains(expect), "{length}: {}", &found[..found.len().min(200)]);
    }
}

#[test]
fn long_reads_end_with_their_host() {
    for (items, expect) in [(100, r#"{"a":[]}"#), (10_000, "The evaluation was interrupted")] {
        let setting = Setting::new(&format!("{{\"l\": [{}]}}", vec!["1"; items].join(",")));
        for path in ["$.l[?(@ == 2)]", "$..[?(@.x)]", "$.l[?(@ == 2 || @ == 3)]"] {
            let template = compile(&format!(r#"{{"a.$": "{path}"}}"#)).unwrap();
            let found = told(template.eval(&setting.env().with_host(&Late)));
            assert!(found.contains(expect), "{items} {path}: {}", &found[..found.len().min(200)]);
        }
    }
}

/// Each is small, and is not asked about on its own.
#[test]
fn many_small_expressions_end_together() {
    let items = vec![r#"{"a": "x"}"#; 50].join(",");
    let setting = Setting::new(&format!("{{\"l\": [{items}], \"t\": \"{}\"}}", "x".repeat(100)));
    for expression in [
        "$.l[?(@.a == 'y')]",
        "$..b",
        "$.l[*].a",
        "States.ArrayLength($.l)",
        "States.Hash($.t, 'MD5')",
        "States.StringSplit($.t, 'y')",
    ] {
        let fields: Vec<String> = (0..1_000).map(|n| format!(r#""f{n}.$": "{expression}""#)).collect();
        let template = compile(&format!("{{{}}}", fields.join(","))).unwrap();
        let (work, late) = (StateWork::new(), setting.env().with_host(&Late));
        assert!(template.eval(&late).is_ok(), "{expression}: each on its own");
        let found = told(template.eval(&late.with_work(&work)));
        assert!(found.contains("The evaluation was interrupted"), "{expression}");
    }
}

#[test]
fn the_work_of_a_state_is_bounded() {
    let items: Vec<String> = (0..30_000).map(|n| n.to_string()).collect();
    let setting = Setting::new(&format!("{{\"l\": [{}]}}", items.join(",")));
    for (fields, is_allowed) in [(400, true), (800, false)] {
        let fields: Vec<String> =
            (0..fields).map(|n| format!(r#""f{n}.$": "States.ArrayLength($.l)""#)).collect();
        let template = compile(&format!("{{{}}}", fields.join(","))).unwrap();
        let work = StateWork::new();
        let env = setting.env().with_work(&work);
        let found = template.eval(&env);
        assert_eq!(found.is_ok(), is_allowed, "{:?}", found.err());
        if let Err(error) = found {
            let text = "The paths, rules and intrinsic functions of the state take more than 30000000 steps.";
            assert_eq!((error.kind(), error.message()), (EvalErrorKind::Runtime, text));
            // For the next item of a Map.
            assert!(template.eval(&env).is_err());
            work.renew();
            assert_eq!(env.spend(StateWork::MOST_STEPS), Ok(()));
        }
    }
}

#[test]
fn what_grows_too_large_is_not_built_to_its_end() {
    let input = format!(r#"{{"a": "{}"}}"#, "x".repeat(100));
    let check = |template: &str, expect: &str| {
        let setting = Setting::new(&input);
        let found = compile(template).unwrap().eval(&setting.env().with_host(&Narrow));
        assert!(told(found).starts_with(expect), "{template}");
    };
    let template =
        "States.DataLimitExceeded: A template takes more than 340 bytes of memory before it is complete.";
    check(r#"{"a.$": "$.a", "b.$": "$.a"}"#, r#"{"a":"xxx"#);
    // The path behind it is not looked for any more.
    check(r#"{"a.$": "$.a", "b.$": "$.a", "c.$": "$.a", "d.$": "$.missing"}"#, template);
    check(r#"[{"a.$": "$.a"}, {"a.$": "$.a"}, {"a.$": "$.a"}]"#, template);
    check(r#"{"a.$": "States.Format('{}{}', $.a, $.a)"}"#, r#"{"a":"xxx"#);
    check(
        r#"{"a.$": "States.Format('{}{}{}', $.a, $.a, $.a)"}"#,
        "States.DataLimitExceeded: The result of States.Format is too large.",
    );
    check(
        r#"{"a.$": "States.ArrayLength(States.Array($.a, $.a, $.a, $.a))"}"#,
        "States.DataLimitExceeded: The result of States.Array is too large.",
    );
}
