//! What JSONata says of an expression that fails.

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(super::eval(text), Err(expect.to_owned()), "{text}");
}

#[test]
fn code_and_message() {
    check("$eval('1+1')", "T1006: Attempted to invoke a non-function");
    check("1 + 'a'", "T2002: The right side of the \"+\" operator must evaluate to a number");
    check("$nope()", "T1006: Attempted to invoke a non-function");
    check("$randomSeeded(1)", "T1006: Attempted to invoke a non-function");
    check("$eval('1')", "T1006: Attempted to invoke a non-function");
    check("not($flag)", "T1005: Attempted to invoke a non-function. Did you mean $not?");
    check("$uppercase(1)", "T0410: Argument 1 of function \"uppercase\" does not match function signature");
    check(
        "$n > 'x'",
        "T2009: The values 41 and \"x\" either side of operator \">\" must be of the same data type",
    );
    check("$number('x')", "D3030: Unable to cast value to a number: \"x\"");
    check("$sqrt(-4)", "D3060: The sqrt function cannot be applied to a negative number: -4");
    check(
        "$formatBase(10, 99)",
        "D3100: The radix of the formatBase function must be between 2 and 36.  It was given 99",
    );
    check("$states.input.", "S0207: Unexpected end of expression");
    check("[1, 2", "S0203: Expected \"]\" before end of expression");
    check("", "S0207: Unexpected end of expression");
}
