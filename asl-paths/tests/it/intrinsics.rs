//! Every intrinsic function: its examples, its refusals and the texts of both.

use asl_paths::{FUNCTIONS, Intrinsic};
use asl_value::Value;

use crate::setting::{Setting, told};

#[track_caller]
fn eval(call: &str, input: &str) -> String {
    let setting = Setting::new(input);
    told(Intrinsic::parse(call).unwrap_or_else(|error| panic!("{call}: {error}")).eval(&setting.env()))
}

#[track_caller]
fn check(call: &str, input: &str, expect: &str) {
    assert_eq!(eval(call, input), expect, "{call}");
}

/// `reason` is what follows the words all functions share.
#[track_caller]
fn fails(call: &str, input: &str, reason: &str) {
    let expect = format!(
        "States.Runtime: There was an error while evaluating the intrinsic function: {call}. {reason}"
    );
    check(call, input, &expect);
}

#[test]
fn examples_hold() {
    assert_eq!(FUNCTIONS.len(), 18);
    for function in FUNCTIONS {
        assert!(!function.examples.is_empty(), "{}", function.name);
        for (call, result) in function.examples {
            assert!(call.starts_with(function.name), "{call}");
            check(call, "{}", result);
        }
    }
}

#[test]
fn arguments_come_from_everywhere() {
    check(
        "States.Array($.a[0], $$.Execution.Input.x, $n, $v.a[1], 'it\\'s', -1.5e1, true, null)",
        r#"{"a": ["x"]}"#,
        r#"["x",1,5,2,"it's",-15.0,true,null]"#,
    );
    check("States.Array( $.a , $['b,c)'] )", r#"{"a": 1, "b,c)": 2}"#, "[1,2]");
    check(
        "States.Array($.items[?(@.n > 1 && @.s != 'x)')].n, 7)",
        r#"{"items": [{"n": 2, "s": "y"}]}"#,
        "[[2],7]",
    );
    check("States.Array($.a.length(), 1)", r#"{"a": {"length()": 3}}"#, "[3,1]");
    check("States.Format($tpl, 1)", "{}", r#""<1>""#);
    check("States.Array('line\nbreak', 'é\"')", "{}", r#"["line\nbreak","é\""]"#);
    check("States.Array(1, 2, 3, 4, 5, 6)", "{}", "[1,2,3,4,5,6]");
    check("States.ArrayLength(States.Array(States.Array(1), States.ArrayRange(1, 3, 1)))", "{}", "2");
}

#[test]
fn paths_without_a_value_fail_the_whole_call() {
    check(
        "States.Hash($.missing, 'SHA-256')",
        "{}",
        "States.Runtime: The function 'States.Hash($.missing, 'SHA-256')' had the following error: The JsonPath argument \
         for the field '$.missing' could not be found in the input '{}'",
    );
    check(
        "States.Array(1,  States.Hash($$.Nope, 'MD5'))",
        "{}",
        "States.Runtime: The function 'States.Array(1,  States.Hash($$.Nope, 'MD5'))' had the following error: The \
         JsonPath argument for the field '$.Nope' could not be found in the input '{}'",
    );
    check(
        "States.Array($.a[0])",
        r#"{"a": 1}"#,
        "States.Runtime: The function 'States.Array($.a[0])' had the following error: Filter: [0] can only be applied to \
         arrays. Current context is: 1",
    );
}

#[test]
fn format() {
    check("States.Format('{}, {}, {}, {}', 1, true, null, 'x')", "{}", r#""1, true, null, x""#);
    check("States.Format('{}', $)", r#"{"Arg1": 1, "Arg2": []}"#, r#""{Arg1=1, Arg2=[]}""#);
    check("States.Format('{}', $)", r#"[1.0, "x", null, 1e10]"#, r#""[1.0, x, null, 1.0E10]""#);
    check(r"States.Format('a\\b \{\} {}', 1)", "{}", r#""a\\b {} 1""#);
    check("States.Format('plain')", "{}", r#""plain""#);
    fails(
        "States.Format('Hello {', $.a)",
        r#"{"a": 1}"#,
        "Invalid template in States.Format: matching '}' not found for '{'.",
    );
    fails(
        "States.Format('Hello {{}}', 1)",
        "{}",
        "Invalid template in States.Format: matching '}' not found for '{'.",
    );
    fails("States.Format('}')", "{}", "Invalid template in States.Format: matching '{' not found for '}'.");
    let mismatch =
        "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.";
    fails("States.Format('{}')", "{}", mismatch);
    fails("States.Format('{}', 1, 2)", "{}", mismatch);
    fails("States.Format(1)", "{}", "Invalid arguments in States.Format");
    fails("States.Format()", "{}", "Invalid arguments in States.Format");
}

#[test]
fn json() {
    let source =
        "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: ";
    let refused = |text: &str, reason: &str| {
        let input = Value::from(vec![text]).to_string();
        fails(
            "States.StringToJson($[0])",
            &input,
            &format!(
                "Cannot convert String to Json in States.StringToJson, caused by: {}",
                reason.replace("@", source)
            ),
        );
    };
    refused(
        "{bad",
        "Unexpected character ('b' (code 98)): was expecting double-quote to start field name\n at @2]",
    );
    refused(
        "{\"a\":1",
        "Unexpected end-of-input: expected close marker for Object (start marker at @1])\n at @7]",
    );
    refused(
        "undefined",
        "Unrecognized token 'undefined': was expecting (JSON String, Number, Array, Object or token \
        'null', 'true' or 'false')\n at @10]",
    );
    refused(
        "[1 2]",
        "Unexpected character ('2' (code 50)): was expecting comma to separate Array entries\n at @4]",
    );
    refused(
        "{\"a\":[1,{\"b\":2}",
        "Unexpected end-of-input: expected close marker for Array (start marker at @6])\n at @16]",
    );
    refused("{\"a\"", "Unexpected end-of-input within/between Object entries\n at @5]");
    refused("{\"a", "Unexpected end-of-input in field name\n at @4]");
    refused("\"abc", "Unexpected end-of-input: was expecting closing quote for a string value\n at @5]");
    refused(
        "{\"a\" 1}",
        "Unexpected character ('1' (code 49)): was expecting a colon to separate field name and value\n at @6]",
    );
    refused("1e999", "number out of range at line 1 column 5");
    check("States.StringToJson($)", r#"" ""#, "null");
    check("States.StringToJson($)", r#""[1, {\"a\": \"é\"}]""#, r#"[1,{"a":"é"}]"#);
    check(r#"States.StringToJson('"s"')"#, "{}", r#""s""#);
    for call in ["States.StringToJson(1)", "States.StringToJson()", "States.StringToJson('1', '2')"] {
        fails(call, "{}", "Invalid arguments in States.StringToJson");
    }
    check(
        "States.JsonToString($)",
        r#"{"b": [1, 2.50, "x"], "a": null}"#,
        r#""{\"b\":[1,2.5,\"x\"],\"a\":null}""#,
    );
    fails("States.JsonToString()", "{}", "Invalid arguments in States.JsonToString");

    check(
        "States.JsonMerge($.a, $.b, false)",
        r#"{"a": {"x": 1, "y": {"p": 1}}, "b": {"z": 3, "y": {"q": 2}}}"#,
        r#"{"x":1,"y":{"q":2},"z":3}"#,
    );
    check("States.JsonMerge($, $, 'no')", r#"{"a": 1}"#, r#"{"a":1}"#);
    for call in ["States.JsonMerge($, $, true)", "States.JsonMerge($, 1, false)", "States.JsonMerge($, $)"] {
        fails(call, "{}", "Invalid arguments in States.JsonMerge");
    }
}

#[test]
fn arrays() {
    let refused = |call: &str, input| {
        let name = call.split('(').next().unwrap();
        fails(call, input, &format!("Invalid arguments in {name}"));
    };
    check("States.ArrayPartition($, 4)", "[1,2,3,4,5,6,7,8,9]", "[[1,2,3,4],[5,6,7,8],[9]]");
    check("States.ArrayPartition($, 1e309)", "[1,2]", "[[1,2]]");
    for size in ["0", "0.6", "-1", "'2'", "null"] {
        refused(&format!("States.ArrayPartition($, {size})"), "[1]");
    }
    refused("States.ArrayPartition($, 1)", "{}");
    refused("States.ArrayPartition($)", "[1]");

    check("States.ArrayContains($.a, $.b)", r#"{"a": [{"x": 1, "y": 2}], "b": {"x": 1, "y": 2}}"#, "true");
    check("States.ArrayContains($.a, $.b)", r#"{"a": [{"x": 1, "y": 2}], "b": {"y": 2, "x": 1}}"#, "false");
    check("States.ArrayContains($, '9007199254740991')", "[9007199254740991]", "true");
    check("States.ArrayContains($, null)", "[1, null]", "true");
    check("States.ArrayContains($, 1)", "[1.0]", "false");
    refused("States.ArrayContains(1, 1)", "{}");
    refused("States.ArrayContains($)", "[]");

    check("States.ArrayRange(1.9, 3.9, 1.9)", "{}", "[1,2,3]");
    check("States.ArrayRange(5, 1, -2)", "{}", "[5,3,1]");
    check("States.ArrayRange(1, 5, -1)", "{}", "[]");
    check("States.ArrayLength(States.ArrayRange(1, 1000, 1))", "{}", "1000");
    for call in ["(1, 1001, 1)", "(1, 5, 0)", "(1, 5, 0.49)", "('1', 5, 1)", "(1, 5)", "(-1e309, 1e309, 1)"] {
        refused(&format!("States.ArrayRange{call}"), "{}");
    }

    check("States.ArrayGetItem($, 0.9)", r#"["a"]"#, r#""a""#);
    for index in ["-1", "2", "'0'", "true", "1e309"] {
        refused(&format!("States.ArrayGetItem($, {index})"), "[1, 2]");
    }
    refused("States.ArrayGetItem($, 0)", "{}");
    for input in ["{}", "1", "null"] {
        refused("States.ArrayLength($)", input);
        refused("States.ArrayUnique($)", input);
    }
    refused("States.ArrayLength()", "[]");
}

/// `new ArrayList(new HashSet(list))` of what Jackson reads, run on Java 17.
const UNIQUE: &[(&str, &str)] = &[
    (r#"[3,1,2,3,1]"#, r#"[1,2,3]"#),
    (r#"["b","a","c","a"]"#, r#"["a","b","c"]"#),
    (r#"[100,17,33,1,16,0]"#, r#"[16,0,17,33,1,100]"#),
    (r#"[null,0,false,"",[],{}]"#, r#"[null,0,"",{},[],false]"#),
    (r#"[1,1.5,"1"]"#, r#"[1,"1",1.5]"#),
    (
        r#"[9007199254740993,2147483648,-1,-2147483649,18446744073709551615]"#,
        r#"[2147483648,-1,-2147483649,9007199254740993,18446744073709551615]"#,
    ),
    (r#"[{"a":1,"b":2},{"b":2,"a":1},{"a":2}]"#, r#"[{"a":1,"b":2},{"a":2}]"#),
    (r#"["AaAa","BBBB","AaBB","BBAa","x"]"#, r#"["x","AaAa","BBBB","AaBB","BBAa"]"#),
    (
        r#"["o-1","o-2","o-3","o-10","o-11","o-12","o-13","o-14","o-15","o-16","o-17","o-18","o-19"]"#,
        r#"["o-12","o-11","o-10","o-16","o-15","o-1","o-14","o-13","o-3","o-2","o-19","o-18","o-17"]"#,
    ),
    (r#"["été","😀","日本","z"]"#, r#"["😀","z","日本","été"]"#),
    (r#"[[1,[2,{"x":null}]],[1,[2,{"x":null}]],[2]]"#, r#"[[2],[1,[2,{"x":null}]]]"#),
    (
        r#"["w44",78044,"w34","w29",39534,13712,88911,"w22",50738,38279,"w44",77051,0.5,37400,49811,78073,"w51",16492,"w6",23234,78047,"w55","w9","w12",5245,70170,"w52",11565,57157,"w45",82829,38.125,13.125,43.375,"w12",49720,49.5,94221,"w38"]"#,
        r#"[23234,38.125,57157,43.375,38279,49.5,82829,94221,88911,13712,"w51",49811,"w52","w55",37400,"w34","w12",70170,78044,"w38",78047,"w6",0.5,"w9",13.125,16492,11565,39534,50738,"w44","w22",78073,49720,"w45",77051,5245,"w29"]"#,
    ),
];

#[test]
fn unique_items_are_ordered_as_by_java() {
    for (input, expect) in UNIQUE {
        check("States.ArrayUnique($)", input, expect);
    }
}

#[test]
fn encodings_and_hashes() {
    let long = Value::from("x".repeat(10_001)).to_string();
    let longest = Value::from("é".repeat(10_000)).to_string();
    check("States.Base64Encode($)", r#""Żółw""#, r#""xbvDs8WCdw==""#);
    assert_eq!(eval("States.Base64Encode($)", &longest).len(), 26_668 + 2);
    check("States.Base64Decode($)", r#""abc""#, r#""i�""#);
    check("States.Base64Decode($)", r#""!!!YW!!!Jj""#, r#""abc""#);
    check("States.Base64Decode($)", r#""_-8=""#, r#""��""#);
    check("States.Hash($, 'MD5')", r#""input data""#, r#""812f45842bc6d66ee14572ce20db8e86""#);
    check(
        "States.Hash($, 'SHA-256')",
        r#""input data""#,
        r#""b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3""#,
    );
    check("States.Hash(1, 'SHA-1')", "{}", r#""356a192b7913b04c54574d18c28d46e6395428ab""#);
    check("States.Hash($, 'MD5')", r#"{"a": 1}"#, r#""bb6cb5c68df4652941caf652a366f2d8""#);
    assert_eq!(eval("States.Hash($, 'SHA-384')", r#""""#).len(), 96 + 2);
    assert_eq!(eval("States.Hash($, 'SHA-512')", &longest).len(), 128 + 2);
    for algorithm in ["sha-256", "SHA256", "MD-5", ""] {
        fails(&format!("States.Hash('x', '{algorithm}')"), "{}", "Invalid arguments in States.Hash");
    }
    fails("States.Hash('x')", "{}", "Invalid arguments in States.Hash");
    fails("States.Hash('x', 1)", "{}", "Invalid arguments in States.Hash");
    fails("States.Hash($, 'MD5')", &long, "Invalid arguments in States.Hash");
    for name in ["States.Base64Encode", "States.Base64Decode"] {
        fails(&format!("{name}($)"), &long, &format!("Invalid arguments in {name}"));
        fails(&format!("{name}(1)"), "{}", &format!("Invalid arguments in {name}"));
        fails(&format!("{name}()"), "{}", &format!("Invalid arguments in {name}"));
    }
}

#[test]
fn math() {
    for (left, right, sum) in [
        ("1", "2", "3"),
        ("-1.5", "0", "-1"),
        ("-2.5", "0", "-2"),
        ("2.5", "0", "3"),
        ("0.5", "-0.5", "1"),
        ("-2147483648", "0", "-2147483648"),
        ("2147483647.4", "0", "2147483647"),
    ] {
        check(&format!("States.MathAdd({left}, {right})"), "{}", sum);
    }
    for call in [
        "(1)",
        "(1, 2, 3)",
        "('1', 1)",
        "(true, 1)",
        "(null, 1)",
        "(2147483647, 1)",
        "(2147483648, -1)",
        "(1e309, 1)",
    ] {
        fails(&format!("States.MathAdd{call}"), "{}", "Invalid arguments in States.MathAdd");
    }
    // `s + new java.util.Random(seed).nextInt(e - s)`, run on Java 17.
    check("States.MathRandom(0, 16, 5)", "{}", "11");
    check("States.MathRandom(0, 1073741825, 3)", "{}", "152454210");
    check("States.MathRandom(-5, 5, 99)", "{}", "2");
    check("States.MathRandom(1, 10)", "{}", "1");
    for call in [
        "(1)",
        "(2, 1)",
        "(1, 1)",
        "(1.4, 1.6)",
        "('1', 2)",
        "(1, 2, 'x')",
        "(1, 2, 3, 4)",
        "(0, 2147483648)",
    ] {
        fails(&format!("States.MathRandom{call}"), "{}", "Invalid arguments in States.MathRandom");
    }
}

#[test]
fn strings_and_uuids() {
    check(
        "States.StringSplit('This.is+a,test=string', '.+,=')",
        "{}",
        r#"["This","is","a","test","string"]"#,
    );
    check("States.StringSplit('', ',')", "{}", "[]");
    check("States.StringSplit('a😀b', '😀')", "{}", r#"["a","b"]"#);
    for call in ["('a')", "(1, ',')", "('a', 1)", "('a', ',', ',')"] {
        fails(&format!("States.StringSplit{call}"), "{}", "Invalid arguments in States.StringSplit");
    }
    check("States.UUID( )", "{}", r#""00000000-0000-4000-8000-000000000000""#);
    check("States.UUID(1, 'x')", "{}", r#""00000000-0000-4000-8000-000000000000""#);
}

#[test]
fn what_would_be_endless_is_refused() {
    // Forty doublings: a terabyte of text in a kilobyte of memory.
    let doubled = (0..40).fold(Value::from("x"), |value, _| Value::from(vec![value.clone(), value]));
    let setting = Setting::new("{}");
    let env = setting.env().with_input(&doubled);
    for call in ["Format('{}', $)", "JsonToString($)", "ArrayUnique($)", "ArrayContains($, 1)"] {
        let error = Intrinsic::parse(&format!("States.{call}")).unwrap().eval(&env).unwrap_err();
        assert_eq!(error.kind().error_name(), "States.DataLimitExceeded", "{call}");
    }
    let error = Intrinsic::parse("States.MathAdd($.x, 1)").unwrap().eval(&env).unwrap_err();
    assert!(error.message().ends_with("could not be found in the input '…'"), "{error}");
}

#[test]
fn what_nests_too_deep_is_refused() {
    let deep = (0..500).fold(Value::from(1), |value, _| Value::from(vec![value]));
    let setting = Setting::new("{}");
    let env = setting.env().with_input(&deep);
    let error = Intrinsic::parse("States.JsonToString(States.Array($))").unwrap().eval(&env).unwrap_err();
    assert_eq!(error.kind().error_name(), "States.DataLimitExceeded");
}

#[test]
fn what_is_no_call_is_refused_where_it_is_wrong() {
    let nested = |depth: usize| format!("{}1{}", "States.Array(".repeat(depth), ")".repeat(depth));
    assert!(Intrinsic::parse(&nested(10)).is_ok());
    for (call, at, help) in [
        ("States.Nope()", 0..11, "there is no intrinsic function `States.Nope`"),
        (
            "states.format('')",
            0..13,
            "there is no intrinsic function `states.format`; did you mean `States.Format`?",
        ),
        ("States.Array", 12..12, "expected `(`, found the end of the text"),
        ("States.Array(", 13..13, "expected an argument"),
        ("States.Array(1", 14..14, "expected `,` or `)`, found the end of the text"),
        ("States.Array(1 2)", 15..16, "expected `,` or `)`, found `2`"),
        ("States.Array(1,)", 15..16, "expected an argument"),
        ("States.Array(,1)", 13..14, "expected an argument"),
        ("States.Array([1])", 13..14, "expected an argument"),
        ("States.Array({})", 13..14, "expected an argument"),
        ("States.Array(\"a\")", 13..14, "expected an argument"),
        ("States.Array(1) ", 15..16, "expected the end of the field"),
        ("States.Array(1).x", 15..17, "expected the end of the field"),
        ("States.Array('a", 13..15, "the string is not closed"),
        ("States.Array('a\\n')", 15..17, "only `\\'`"),
        ("States.Array('a\\\"')", 15..17, "only `\\'`"),
        ("States.Array('a\\", 15..16, "only `\\'`"),
        ("States.Array(01)", 13..15, "`01` is not a JSON number"),
        ("States.Array(1e)", 13..15, "`1e` is not a JSON number"),
        ("States.Array(truex)", 13..18, "there is no intrinsic function `truex`"),
        ("States.Array($.a b)", 16..17, "write names with spaces in brackets"),
        ("States.Array($.)", 14..15, "expected a name after `.`"),
        ("", 0..0, "expected a path (`$…`) or a function (`States.…`), found the end of the text"),
        (&nested(11), 142..143, "at most 10 calls may be nested"),
    ] {
        let error = Intrinsic::parse(call).unwrap_err();
        assert_eq!(error.position(), at, "{call}");
        assert!(error.help().unwrap().starts_with(help), "{call}: {error}");
    }
}
