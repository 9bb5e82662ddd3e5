//! Expressions that mean harm: each ends as an error in about a second, on a small stack.

use std::time::Duration;

use cpu_time::ThreadTime;

/// Evaluates on the stack of a thread; an error must contain `expect`, `""` means that any end will do.
#[track_caller]
fn check(text: &str, expect: &str) {
    let owned = text.to_owned();
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let begun = ThreadTime::now();
        (super::eval(&owned), begun.elapsed())
    });
    let (end, spent) = thread.unwrap().join().unwrap();
    let shown: String = match end {
        Ok(outcome) => format!("{outcome:?}").chars().take(80).collect(),
        Err(error) => error,
    };
    let name: String = text.chars().take(60).collect();
    assert!(shown.contains(expect), "{name}: {shown}");
    assert!(spent < Duration::from_secs(10), "{name}: {spent:?}");
}

const DEPTH: &str = "Stack overflow error: Check for non-terminating recursive function.";
pub(crate) const TIME: &str = "Expression evaluation timeout: Check for infinite loop";
/// Of time or of memory: which is first depends on the machine.
const LIMIT: &str = "Expression evaluation ";
const MEMORY: &str = "Expression evaluation memory limit exceeded: Check for excessive memory usage";

#[test]
fn endless_recursion() {
    check("($f := function($n){ $n + $f($n + 1) }; $f(0))", DEPTH);
    check("($f := function($n){ [$f($n)] }; $f(0))", DEPTH);
    check("($f := function(){ $g() + 1 }; $g := function(){ $f() + 1 }; $f())", DEPTH);
    check("($f := function($n){ $f($n + 1) }; $f(0))", TIME);
}

#[test]
fn endless_work() {
    check("$sum($map([1..800000], function($i){ $sum($map([1..800000], function($j){ $i * $j })) }))", TIME);
    check("($f := function($n){ $n <= 1 ? 1 : $f($n - 1) + $f($n - 2) }; $f(60))", DEPTH);
    check("$match($pad('', 60, 'a') & 'b', /(a+)+$/)", TIME);
    check("$replace($pad('', 5000, 'a'), /(.*)(.*)(.*)(.*)x/, '')", TIME);
}

#[test]
fn doubling() {
    let doubling = |first: &str, twice: &str| {
        let steps = (0..40).map(|_| format!("$v := {twice}; ")).collect::<String>();
        format!("($v := {first}; {steps}$v)")
    };
    check(&doubling("'abcdefgh'", "$v & $v"), LIMIT);
    check(&doubling("[1]", "$append($v, $v)"), LIMIT);
    check(&doubling("[1]", "[$v, $v]"), LIMIT);
    check(&doubling("$x", "[[$v], [$v]]"), LIMIT);
    check(&doubling("{'a': 1}", "{'a': $v, 'b': $v}"), LIMIT);
    check(&doubling("[1]", "$string([$v, $v])"), LIMIT);
    check("[1..10000000]", MEMORY);
    check("$count([1..1e7])", MEMORY);
    check("$pad('', 1e12, 'x')", "");
    check("$join($map([1..100000], function($i){ $pad('', 10000, 'x') }))", "");
}

#[test]
fn deep_nesting() {
    let nested = |open: &str, middle: &str, close: &str, depth: usize| {
        format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
    };
    for (open, middle, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{'a':", "1", "}"),
        ("-", "1", ""),
        ("$f(", "1", ")"),
        ("$x[", "1", "]"),
        ("function($a){", "1", "}"),
        ("1+", "1", ""),
        ("$x.", "a", ""),
        ("true ? ", "1", " : 2"),
        ("$a := ", "1", ""),
        ("$x ~> ", "$sum", ""),
        ("$x{'a':", "1", "}"),
        ("|$x|{'a':", "1", "}|"),
    ] {
        check(&nested(open, middle, close, 20_000), "");
        check(&open.repeat(50_000), "");
    }
    let deep = "($f := function($n, $v){ $n = 0 ? $v : $f($n - 1, {'a': $v}) }; $f(3000, 1))";
    check(deep, MEMORY);
}

/// Recorded on AWS: expressions of five shapes are evaluated to a depth of about a hundred.
#[test]
fn depth() {
    let sum = |terms: usize| vec!["1"; terms].join("+");
    let array = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    check(&sum(100), "Value(100)");
    check(&sum(101), DEPTH);
    check(&array(99), "Value");
    check(&array(100), DEPTH);
}

/// Values that share what is in them stand for 2^40 leaves: nothing writes them out, compares them or walks them whole.
#[test]
fn shared_values() {
    let shared = |build: &str| {
        format!("$f := function($s, $n){{ $n = 0 ? $s : $f({build}, $n - 1) }}; $v := $f(1, 40)")
    };
    let objects = shared("{'a': $s, 'b': $s}");
    let arrays = shared("[[$s], [$s]]");
    let empty = "$f := function($s, $n){ $n = 0 ? $s : $f([[$s], [$s]], $n - 1) }; $v := $f([], 40)";
    for build in [&objects, &arrays, empty] {
        for (what, expect) in [
            ("1 + $v", "T2002"),
            ("-$v", "D1002"),
            ("$v < 1", "T2010"),
            ("[1..$v]", "T2004"),
            ("$error($v)", "T0410"),
            ("$number($v)", ""),
            ("$error($string($v))", LIMIT),
            ("$v & ''", LIMIT),
            ("$string($v, true)", LIMIT),
            ("$hash($v, 'MD5')", ""),
            ("$partition([$v], 1)", ""),
            ("$v ~> |a|{'z': 1}|", ""),
            ("$v = $f(1, 40)", ""),
            ("$distinct([$v, $f(1, 40)])", ""),
            ("$v in [$v, 1]", ""),
            ("$boolean($v)", ""),
            ("$keys($v)", ""),
            ("$spread($v)", ""),
            ("$v.a.b", ""),
            ("$v.*", ""),
            ("$v.**", ""),
            ("$v.**.%", ""),
            ("$v{$string(a): $}", ""),
            ("$v", LIMIT),
        ] {
            check(&format!("({build}; {what})"), expect);
        }
    }
}

/// Each takes a time, or room, that is not bounded by the length of what it is given.
#[test]
fn functions_that_take_long() {
    let long = "$t := $pad('', 240000, ' ')";
    check(&format!("({long}; $replace($t, ' ', $t))"), LIMIT);
    check(&format!("({long}; $replace($t, / /, $t))"), LIMIT);
    check(&format!("({long}; $replace($t, / /, '$0$0'))"), "");
    check(&format!("({long}; $split($t, / /))"), "");
    check("$exists($split($pad('', 1000000, 'x'), ''))", LIMIT);
    check("$exists($distinct([1..800000]))", "");
    check("$exists($keys([1..50000].{$string($): 1}))", "");
    check("$exists([1..5000]^(>$string($)))", "true");
    check("$map([1..1000], function($i){ [1..800000] })", LIMIT);
    check("$exists($map([1..100000], function($i){ function(){ [$i] } }))", "");
    check("[1..800000].{'a': [$], 'b': [$]}", LIMIT);
    check("($x := [1..2000]; $x@$a.$x@$b.{'a': $a, 'b': $b})", "");
    check("($s := $pad('', 5000000, 'x'); $t := $s & ''; $map([1..100000], function($i){ $s = $t }))", "");
    check("($s := $pad('', 5000000, 'x'); $t := $s & ''; $s in $map([1..100000], function($i){ $t }))", "");
    check("$formatNumber(1.5, '0.' & $pad('', 65536, '0')) ~> $length", "65538");
    check("$formatNumber(1.5, $pad('', 200000, '0,0')) ~> $length", "");
    check("$formatNumber(1.5, '#.' & $pad('', 200000, '0,0')) ~> $length", "");
    check("$formatInteger(1, $pad('', 6000000, '0')) ~> $length", LIMIT);
    check("$fromMillis(1, '[Y,6000000]') ~> $length", LIMIT);
    check("$toMillis('x', $pad('', 200000, '[Yw]'))", LIMIT);
    check("$parseInteger($pad('', 6000000, 'one '), 'w')", "");
    check("$parse('[' & $join($map([1..800000], function($i){ '{}' }), ',') & ']') ~> $exists", "");
    let many = vec!["s?"; 40].join("");
    let given = vec!["'a'"; 39].join(",");
    check(&format!("(function($a)<{many}n:x>{{ 1 }})({given}, true)"), "T0410");
}

/// The regular expressions go back: time and the places to go back to are limited.
#[test]
fn regular_expressions() {
    let text = "$t := $pad('', 240000, 'a')";
    for pattern in [
        "/a*b/",
        "/(?:a|b)*c/",
        "/((((((a))))))*b/",
        "/a{60000}b/",
        "/(a*)\\1b/",
        "/(?=a*b)(?=a*c)a/",
        "/(?<!a*)b/",
        "/^(a+)+$b/",
    ] {
        check(&format!("({text}; $contains($t, {pattern}))"), "");
    }
    check(&format!("$contains('a', /{}/)", "(".repeat(5_000) + &")".repeat(5_000)), "");
    check(&format!("$contains('a', /{}/)", "a|".repeat(50_000)), LIMIT);
}

/// Functions that hold functions that hold functions are dropped on a small stack.
#[test]
fn chains_of_functions() {
    let chain = |next: &str| {
        format!("($f := function($s, $n){{ $n = 0 ? $s : $f({next}, $n - 1) }}; $type($f($sum, 50000)))")
    };
    check(&chain("function(){ $s }"), "");
    check(&chain("$append($s, ?)"), "");
    check(&chain("[function(){ $s }]"), "");
    check(&chain("$s.(function(){ 1 })"), "");
}
