//! What expressions yield.

use asl_jsonata::{Evaluated, StateExpression};
use asl_query::{Env, FixedHost, Scope};
use asl_value::{Object, Value};

use crate::check;

#[test]
fn references() {
    check("$states.input.a.b[0]", "10");
    check("$states.input.a.b[-1].c", "\"deep\"");
    check("$states.input.a.b[2].c", "\"deep\"");
    check("$states.input.a.b[3]", "Ok(Undefined)");
    check("$states.input.a.b[-4]", "Ok(Undefined)");
    check("$states.input.big", "9007199254740993");
    check("$states.input.none", "null");
    check("$states.input.none.x", "Ok(Undefined)");
    check("$states.input.text.x", "Ok(Undefined)");
    check("$states.input.empty", "[]");
    check("$states.input.`names`[1]", "\"y\"");
    check("$states.input.\"names\"[1]", "\"y\"");
    check("$states.context.Execution.Name", "\"run\"");
    check("$states.result", r#"{"ok":true}"#);
    check("$states.errorOutput.Error", "\"E\"");
    check("$states.nothing", "Ok(Undefined)");
    check("$n", "41");
    check("$flag", "false");
    check("$nothing", "null");
    check("$x.one", "[7]");
    check("$x.one[0]", "7");
    check("$x.nested[0][1]", "2");
    check("$x.nested[1]", "[3]");
    check("$x.list[1].n", "2");
}

/// What looks like a reference, but is more in JSONata: paths map over arrays, single values have a first item.
#[test]
fn references_that_need_the_engine() {
    check("$states.input.mixed.k", "[1,2,3]");
    check("$x.list.n", "[1,2]");
    check("$x.list[0][0].n", "1");
    check("$n[0]", "41");
    check("$n[1]", "Ok(Undefined)");
    check("$x.one[]", "[7]");
    check("$x.list[n = 2].n", "2");
    check("$x.list[n = 2].n[]", "[2]");
    check("$states.input.a.b[0.5]", "10");
    check("$x.list.n[0]", "[1,2]");
    check("($x.list.n)[0]", "1");
    check("$x.nested.$sum($)", "[3,3]");
}

#[test]
fn states_whole() {
    check("$keys($states)", r#"["input","result","errorOutput","context"]"#);
    check("$states.result.ok and $exists($states.context)", "true");
    check("($s := $states; $s.input.n)", "1.5");
    check("$states.*[1].ok", "true");
    check("$states.context", r#"{"Execution":{"Name":"run"},"State":{"Name":"S"}}"#);
}

#[test]
fn numbers() {
    check("1 + 1", "2");
    check("0.1 + 0.2", "0.30000000000000004");
    check("$states.input.big + 0", "9007199254740992");
    check("1e15 * 1000", "1000000000000000000");
    check("1e20", "1.0E20");
    check("1e18", "1000000000000000000");
    check("-9223372036854775808", "-9223372036854775808");
    check("9223372036854775808", "9.223372036854776E18");
    check("[1e-3, 1e-4, 1e7, 12345678.5]", "[0.001,1.0E-4,10000000,1.23456785E7]");
    check("-0", "0");
    check("5 / 2", "2.5");
    check("$number('12.50')", "12.5");
}

/// Numbers that JSONata reads from the input or a variable are the same in a plain reference, in a part of the input that is
/// passed on whole, and in a value that is built from it.
#[test]
fn numbers_that_are_read() {
    let read = [
        ("1", "1"),
        ("1.0", "1"),
        ("-0.0", "0"),
        ("2.50", "2.5"),
        ("1e3", "1000"),
        ("1e21", "1.0E21"),
        ("1e-7", "1.0E-7"),
        ("9223372036854775807", "9223372036854775807"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9.223372036854776E18"),
        ("18446744073709551615", "1.8446744073709552E19"),
        ("-9223372036854775809", "-9223372036854775808"),
        ("100000000000000000000", "1.0E20"),
    ];
    for (written, read) in read {
        let input =
            Value::parse(&format!(r#"{{"n": {written}, "deep": {{"list": [{written}, 1]}}}}"#)).unwrap();
        let scope = Scope::from([("v", input.clone())].into_iter().collect::<Object>());
        let env = Env::new(&input, &scope, &FixedHost).with_result(&input);
        let deep = format!(r#"{{"list":[{read},1]}}"#);
        for (expression, expect) in [
            ("$states.input.n", read.to_owned()),
            ("$states.input", format!(r#"{{"n":{read},"deep":{deep}}}"#)),
            ("$states.result.deep", deep.clone()),
            ("$v.deep.list[0]", read.to_owned()),
            ("($v.deep)", deep.clone()),
            ("[$v.deep, 1]", format!("[{deep},1]")),
            ("{'a': $v.deep}", format!(r#"{{"a":{deep}}}"#)),
        ] {
            let value = StateExpression::parse(expression).unwrap().eval(&env);
            assert_eq!(
                value,
                Ok(Evaluated::Value(Value::parse(&expect).unwrap())),
                "{expression} of {written}"
            );
            let Ok(Evaluated::Value(value)) = value else { unreachable!() };
            assert_eq!(value.to_json(), expect, "{expression} of {written}");
        }
    }
}

/// Integers stay exact while 64 bits hold them, as long as nothing is computed with them.
#[test]
fn long_integers() {
    let big = "9007199254740993";
    check("$states.input.big", big);
    check("($states.input.big)", big);
    check("{'a': $states.input.big, 'b': [$states.input.big]}", &format!(r#"{{"a":{big},"b":[{big}]}}"#));
    check("($x := $states.input.big; $x)", big);
    check("$string($states.input.big)", &format!("\"{big}\""));
    check("$string([$states.input.big])", &format!("\"[{big}]\""));
    check("'n' & $states.input.big", &format!("\"n{big}\""));
    check("$map([$states.input.big], function($v){ $v })", big);
    check("$sort([$states.input.big, 1])", &format!("[1,{big}]"));
    check("$states.input.{'k': big}.k", big);
    check("$merge([{'k': $states.input.big}])", &format!(r#"{{"k":{big}}}"#));
    check("$number($states.input.big)", big);
    check("-$states.input.big", &format!("-{big}"));
    check("$lookup($states.input, 'big')", big);
    check("$type($states.input.big)", "\"number\"");
    check("$exists($states.input.big) and $boolean($states.input.big)", "true");
    check("[$states.input.big][$ = 9007199254740992]", big);
    check("$states.input.big > 9007199254740990", "true");
    check("$states.input.big = $states.input.big", "true");
    check("$states.input.big + 0", "9007199254740992");
    check("$distinct([$states.input.big, $states.input.big])", &format!("[{big}]"));
    check("$partition([$states.input.big], 1)", &format!("[[{big}]]"));
    check("$states.input ~> |$|{'seen': true}| ~> $lookup('big')", big);
    for integer in ["9007199254740993", "-9007199254740993", "9223372036854775807", "-9223372036854775808"] {
        check(&format!("$parse('{integer}')"), integer);
        check(&format!("$parse('[{{\"a\": {integer}}}]')[0].a"), integer);
        check(&format!("$string($parse('{integer}'))"), &format!("\"{integer}\""));
        check(&format!("$string($parse('[{integer}]'))"), &format!("\"[{integer}]\""));
        check(&format!("$parse($string($parse('{integer}')))"), integer);
    }
    check("$parse('9223372036854775808')", "9.223372036854776E18");
    check("$parse('[1.0, 1e3, 1.5, -0]')", "[1,1000,1.5,0]");
    check("$parse('1e21')", "1.0E21");
}

/// Observed: what JSON cannot say is a string, wherever it lands.
#[test]
fn not_finite() {
    check("1/0", "\"Infinity\"");
    check("-1/0", "\"-Infinity\"");
    check("0/0", "\"NaN\"");
    check("1e308*10", "\"Infinity\"");
    check("[1/0, {'a': 0/0}]", r#"["Infinity",{"a":"NaN"}]"#);
    check("$parseInteger('abc', '0')", "\"NaN\"");
    check("$sum([1e308, 1e308])", "\"Infinity\"");
    check("$map([1, 0], function($v){ 1 / $v })", r#"[1,"Infinity"]"#);
    check("1/0 > 1", "true");
    check("0/0 = 0/0", "false");
    check("1/0 + 1", r#"Err("D1001: Number out of range: null")"#);
    check("0/0 + 1", r#"Err("T2001: The left side of the \"+\" operator must evaluate to a number")"#);
    check("$string(1/0)", r#"Err("D3001: Attempting to invoke string function on Infinity or NaN")"#);
    check("$partition([1], 1/0)", "Ok(Undefined)");
}

#[test]
fn variables_and_functions() {
    check("$count", "7");
    check("$count + $length($trim)", "17");
    check("$sum([$count, 1])", "8");
    check("($f := function($count){ $count + $n }; $f(1))", "42");
    check("$n ~> $string()", "\"41\"");
    check("$map([1, 2], function($v, $i){ $v + $i + $n })", "[42,44]");
    check("$reduce($x.list.n, function($a, $b){ $a + $b })", "3");
    check("$states.input.mixed[$type($) = 'object'].k", "[1,2,3]");
    check("$x ~> |list[n = 1]|{'n': 9}|", r#"{"list":[{"n":9},{"n":2}],"one":[7],"nested":[[1,2],[3]]}"#);
    check("$states.input.(a & text)", r#""{\"b\":[10,20,{\"c\":\"deep\"}]}hi""#);
    check("$x.list^(>n).n", "[2,1]");
    check("$x.list{$string(n): $count}", r#"{"1":7,"2":7}"#);
    check("$x.list#$i[$i = 1].n", "2");
    check("$x.list@$l.($l.n)", "[1,2]");
    check("$x.list.%.one", "[7,7]");
}

#[test]
fn nothing_and_functions() {
    check("$nope", "Ok(Undefined)");
    check("$states.input.nope.nope", "Ok(Undefined)");
    check("function($x){ $x }", "Ok(Function)");
    check("$sum", "Ok(Function)");
    check("$partition", "Ok(Function)");
    check("$partition([function(){1}], 1)[1]", "Ok(Undefined)");
    check("($partition([1], 1); $random)", "Ok(Function)");
    check("$fn := function($x){$x}", "Ok(Function)");
    check("[$nope, 1]", "[1]");
    check("{'a': $nope, 'b': null}", r#"{"b":null}"#);
    check(
        "$states.input.names[. = 'z']",
        r#"Err("S0211: The symbol \".\" cannot be used as a unary operator")"#,
    );
    check("$states.input.names[$ = 'z']", "Ok(Undefined)");
    check("/* nothing */ 1 /* here */", "1");
}

/// In parentheses it is not a plain reference, so the engine reads it and must give the same value.
#[test]
fn references_are_what_the_engine_says() {
    let roots = [
        "$states.input",
        "$states.context",
        "$states.nope",
        "$x",
        "$n",
        "$flag",
        "$nothing",
        "$nope",
        "$count",
    ];
    let steps = [
        "", ".a", ".b", ".list", ".one", ".nested", ".mixed", ".n", ".none", ".empty", "[0]", "[1]", "[-1]",
        "[7]",
    ];
    let mut compared = 0;
    for root in roots {
        for first in steps {
            for second in steps {
                for third in steps {
                    let text = format!("{root}{first}{second}{third}");
                    assert_eq!(super::eval(&text), super::eval(&format!("({text})")), "{text}");
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 9 * 14 * 14 * 14);
}
