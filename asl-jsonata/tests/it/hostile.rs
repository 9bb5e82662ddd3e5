//! Expressions that mean harm: each ends as an error in about a second, on a small stack.

use std::time::{Duration, Instant};

/// Evaluates on the stack of a thread; an error must contain `expect`, `""` means that any end will do.
#[track_caller]
fn check(text: &str, expect: &str) {
    let begun = Instant::now();
    let owned = text.to_owned();
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || super::eval(&owned));
    let shown: String = match thread.unwrap().join().unwrap() {
        Ok(outcome) => format!("{outcome:?}").chars().take(80).collect(),
        Err(error) => error,
    };
    let name: String = text.chars().take(60).collect();
    assert!(shown.contains(expect), "{name}: {shown}");
    // Other tests run beside this one, unoptimised.
    assert!(begun.elapsed() < Duration::from_secs(10), "{name}: {:?}", begun.elapsed());
}

const DEPTH: &str = "Stack overflow error: Check for non-terminating recursive function.";
const TIME: &str = "Expression evaluation timeout: Check for infinite loop";
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
    check(&doubling("'abcdefgh'", "$v & $v"), MEMORY);
    check(&doubling("[1]", "$append($v, $v)"), MEMORY);
    check(&doubling("[1]", "[$v, $v]"), MEMORY);
    check(&doubling("$x", "[[$v], [$v]]"), MEMORY);
    check(&doubling("{'a': 1}", "{'a': $v, 'b': $v}"), MEMORY);
    check(&doubling("[1]", "$string([$v, $v])"), MEMORY);
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
