//! The functions that AWS adds.

use asl_jsonata::{Outcome, Program};
use asl_query::{Env, Scope};
use asl_value::{Object, Value, json};

use crate::{CountingHost, check};

#[test]
fn partition() {
    check("$partition([1, 2, 3], 2)", "[[1,2],[3]]");
    check("$partition([1, 2, 3], 2.9)", "[[1,2],[3]]");
    check("$partition([], 2)", "[]");
    check("$partition($states.input.names, 1)", r#"[["x"],["y"]]"#);
    check("$partition($nope, 1)", "Ok(Undefined)");
    check(
        "$partition([1], 0)",
        r#"Err("D3137: The second argument of partition function must be a positive number")"#,
    );
}

#[test]
fn range() {
    check("$range(0, 10, 2)", "[0,2,4,6,8,10]");
    check("$range(1.9, 3.9, 1)", "[1,2,3]");
    check("$range(3, 1, -1)", "[3,2,1]");
    check("$range(3, 1, 1)", "[]");
    check("$range(1, 2, 0)", r#"Err("D3137: The third argument of range function must not be zero")"#);
    check(
        "$range(0, 1e18, 1)",
        r#"Err("Expression evaluation memory limit exceeded: Check for excessive memory usage")"#,
    );
    check(
        "$range(-1e300, 1e300, 1)",
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
    let program = Program::parse("[$uuid, $hash, $partition([1], 1)[0][0]]").unwrap();
    for (names, expect) in
        [(["uuid", "hash"], "[1,1,1]"), (["uuid", "x"], "[1,null,1]"), (["x", "hash"], "[null,1,1]")]
    {
        let scope = Scope::from(names.into_iter().map(|name| (name, json!(1))).collect::<Object>());
        let (input, context, host) = (Value::Null, Value::Null, CountingHost::default());
        let env =
            Env { input: &input, result: None, error: None, context: &context, scope: &scope, host: &host };
        let Ok(Outcome::Value(value)) = program.eval(&env) else { panic!("no value") };
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
    check("$parse(' 1.50 ')", "1.5");
    check("$parse($nope)", "Ok(Undefined)");
    check(
        "$parse('{')",
        r#"Err("D3137: The argument of parse function must be a JSON text: EOF while parsing an object at line 1 column 1")"#,
    );
    check("$parse(1)", r#"Err("T0410: Argument 1 of function \"parse\" does not match function signature")"#);
}

#[test]
fn time_comes_from_the_host() {
    check("$now()", "\"2025-01-02T03:04:05.000Z\"");
    check("$millis()", "1735787045000");
    check("$shuffle([1, 2, 3]) = $shuffle([1, 2, 3]) in [true, false]", "true");
}
