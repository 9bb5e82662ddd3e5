//! The functions that AWS adds.

use asl_jsonata::{Evaluated, StateExpression};
use asl_query::{Env, Scope};
use asl_value::{Object, Value, json};

use crate::hostile::TIME;
use crate::{CountingHost, check, eval};

/// Checks an expression with one of the largest arrays. On a busy machine its second runs out first, which does not refuse
/// the array.
#[track_caller]
fn check_large(text: &str, expect: &str) {
    let found = eval(text).map(|evaluated| match evaluated {
        Evaluated::Value(value) => value.to_json(),
        other => format!("{other:?}"),
    });
    match found {
        Err(error) => assert_eq!(error, TIME, "{text}"),
        Ok(found) => assert_eq!(found, expect, "{text}"),
    }
}

#[test]
fn partition() {
    check("$partition([1, 2, 3], 2)", "[[1,2],[3]]");
    check("$partition([1, 2, 3], 2.9)", "[[1,2],[3]]");
    check("$partition([1, 2, 3], 3)", "[[1,2,3]]");
    check("$partition([1, 2, 3], 1e300)", "[[1,2,3]]");
    check("$partition($states.input.names, 1)", r#"[["x"],["y"]]"#);
    check("$partition(1, 2)", "[[1]]");
    check("$partition([null], 1)", "[[null]]");
    check("$partition([1, 2, 3])", "[[1,2,3]]");
    check("$partition([1, 2, 3], $nope)", "[[1,2,3]]");
    for nothing in ["[], 2", "[]", "[1], 0", "[1], -0", "[1], 0.9", "[1], -0.5", "[], 0", "$nope, 1", "$nope"]
    {
        check(&format!("$partition({nothing})"), "Ok(Undefined)");
    }
    for negative in ["-1", "-1.5", "-1e300"] {
        check(
            &format!("$partition([1], {negative})"),
            r#"Err("D3137: Second argument must be zero or greater")"#,
        );
    }
    check(
        "$partition(null, 1)",
        r#"Err("T0412: Argument 1 of function \"partition\" must be an array of \"values\"")"#,
    );
    check("[$partition([], 2), $partition([1], 1)]", "[[1]]");
}

#[test]
fn range() {
    check("$range(0, 10, 2)", "[0,2,4,6,8,10]");
    check("$range(1.9, 3.9, 1)", "[1,2,3]");
    check("$range(-1.7, 1.7, 1)", "[-1,0,1]");
    check("$range(3, 1, -1)", "[3,2,1]");
    check("$range(3, 1, -1.5)", "[3,2,1]");
    check("$range(3, 0, -2.9)", "[3,1]");
    check("$range(3, 3, 1)", "3");
    check("$range(3, 3, -1)", "3");
    check("$range(3, 4, 7)", "3");
    check("[$range(3, 3, 1)]", "[3]");
    check("{'a': $range(3, 3, 1), 'b': $range(3, 4, 1)}", r#"{"a":3,"b":[3,4]}"#);
    for nothing in
        ["3, 1, 1", "1, 3, -1", "1, 2, 0", "1, 2, 0.9", "1, 2, -0.9", "3, 3, 0", "1, 3", "1, 3, $nope"]
    {
        check(&format!("$range({nothing})"), "Ok(Undefined)");
    }
    check_large("$range(1, 360145, 1)[-1]", "360145");
    check_large("$range(360145, 1, -1)[0]", "360145");
    for large in ["1, 360146, 1", "0, 360145, 1", "360146, 1, -1", "0, 1e18, 1", "-1e300, 1e300, 1"] {
        check(
            &format!("$range({large})"),
            r#"Err("Expression evaluation memory limit exceeded: Check for excessive memory usage")"#,
        );
    }
    // The operator has a bound of its own.
    check_large("[1..873782][-1]", "873782");
    check(
        "[1..873783]",
        r#"Err("Expression evaluation memory limit exceeded: Check for excessive memory usage")"#,
    );
}

#[test]
fn hash() {
    check("$hash('', 'MD5')", "\"d41d8cd98f00b204e9800998ecf8427e\"");
    check("$hash('input data', 'SHA-1')", "\"aaff4a450a104cd177d28d18d74485e8cae074b7\"");
    check("$substring($hash('abc', 'SHA-256'), 0, 16)", "\"ba7816bf8f01cfea\"");
    check("$substring($hash('abc', 'SHA-384'), 0, 16)", "\"cb00753f45a35e8b\"");
    check("$substring($hash('abc', 'SHA-512'), 0, 16)", "\"ddaf35a193617aba\"");
    check("$hash($nope, 'MD5')", "Ok(Undefined)");
    check("$hash('a')", "Ok(Undefined)");
    check("$hash('a', $nope)", "Ok(Undefined)");
    check(
        "$hash(1, 'MD5')",
        r#"Err("T0410: Argument 1 of function \"hash\" does not match function signature")"#,
    );
    check(
        "$hash('a', 'sha-1')",
        r#"Err("D3137: The second argument of hash function must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512")"#,
    );
}

/// Variables that are named as functions of AWS hide them, one by one.
#[test]
fn variables_hide_functions() {
    let program = StateExpression::parse("[$uuid, $hash, $partition([1], 1)[0][0]]").unwrap();
    for (names, expect) in
        [(["uuid", "hash"], "[1,1,1]"), (["uuid", "x"], "[1,null,1]"), (["x", "hash"], "[null,1,1]")]
    {
        let scope = Scope::from(names.into_iter().map(|name| (name, json!(1))).collect::<Object>());
        let (input, context, host) = (Value::Null, Value::Null, CountingHost::default());
        let env = Env::new(&input, &scope, &host).with_context(&context);
        let Ok(Evaluated::Value(value)) = program.eval(&env) else { panic!("no value") };
        assert_eq!(value.to_json(), expect, "{names:?}");
    }
}

#[test]
fn random() {
    check("$random(42) = $random(42)", "true");
    check("$random(42) = $random(43)", "false");
    // The first double of java.util.Random(42).
    check("$random(42)", "0.7275636800328681");
    check("$random(42.9)", "0.7275636800328681");
    check("$map([1..50], function($i){ $random() })[$ < 0 or $ >= 1]", "Ok(Undefined)");
    check("$random() != $random()", "true");
    check("$map([1..3], $random)", "[0.7308781907032909,0.7311469360199058,0.731057369148862]");
}

#[test]
fn uuid() {
    check("$match($uuid(), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/).index", "0");
    check("$substring($uuid(), 14, 1)", "\"4\"");
    check("$uuid() = $uuid()", "false");
}

#[test]
fn parse() {
    check(r#"$parse('{"a": [1, null, "x"]}').a[2]"#, "\"x\"");
    check("$parse('[]')", "[]");
    check("$parse('{}')", "{}");
    check("$parse(' 1.50 ')", "1.5");
    check("$parse($nope)", "Ok(Undefined)");
    check("$parse()", "Ok(Undefined)");
    for bad in [
        "",
        "{",
        "x",
        "[1,]",
        "{\"a\":1}}",
        "1 2",
        "'",
        "{\"a\": 1, \"a\": 2}",
        "[{\"b\": {\"a\": 1, \"a\": 1}}]",
        "1e999",
    ] {
        let text = serde_json::to_string(bad).unwrap();
        let failure = super::eval(&format!("$parse({text})")).unwrap_err();
        assert!(failure.starts_with("D3137: Invalid JSON: "), "{failure}");
    }
    check(
        r#"$parse('{"a": 1, "a": 1}')"#,
        r#"Err("D3137: Invalid JSON: the key \"a\" is there twice at line 1 column 12")"#,
    );
    check("$parse(1)", r#"Err("T0410: Argument 1 of function \"parse\" does not match function signature")"#);
}

/// As `java.util.Base64`: text in UTF-8, all of the padding or none.
#[test]
fn base64() {
    for (text, encoded) in [
        ("", ""),
        ("a", "YQ=="),
        ("hello", "aGVsbG8="),
        ("é", "w6k="),
        ("ÿ", "w78="),
        ("€🦀", "4oKs8J+mgA=="),
    ] {
        check(&format!("$base64encode('{text}')"), &format!("\"{encoded}\""));
        check(&format!("$base64decode('{encoded}')"), &format!("\"{text}\""));
    }
    check("$base64decode('YQ')", "\"a\"");
    check("$base64decode('YR==')", "\"a\"");
    check("$base64decode('/+8=')", "\"\u{fffd}\u{fffd}\"");
    check("$states.input.text.$base64encode()", "\"aGk=\"");
    check("'aGk=' ~> $base64decode", "\"hi\"");
    check("$map(['aGk=', 'YQ=='], $base64decode)", r#"["hi","a"]"#);
    check("$base64encode($nope)", "Ok(Undefined)");
    check("$base64decode($nope)", "Ok(Undefined)");
    for bad in ["!", "YQ=", "Y", "YQ==YQ==", "=", "YQ===", " YQ==", "Y Q==", "-_8=", "é", "YQ\\n"] {
        check(&format!("$base64decode('{bad}')"), r#"Err("internal error")"#);
    }
}

#[test]
fn time_comes_from_the_host() {
    check("$now()", "\"2025-01-02T03:04:05.000Z\"");
    check("$millis()", "1735787045000");
    check("$shuffle([1, 2, 3]) = $shuffle([1, 2, 3]) in [true, false]", "true");
}
