//! How functions show numbers.

use asl_paths::Intrinsic;
use asl_query::{Env, FixedHost, Scope};
use asl_value::Value;

#[track_caller]
fn shown(call: &str, expect: &str) {
    let (input, context, scope) = (Value::Null, Value::Null, Scope::default());
    let env = Env::new(&input, &scope, &FixedHost).with_context(&context);
    assert_eq!(Intrinsic::parse(call).unwrap().eval(&env).unwrap().to_json(), expect, "{call}");
}

/// Numbers keep the form they were written in, and doubles have Java's, wherever a function shows them.
#[test]
fn numbers_as_they_are_shown() {
    for (written, text) in [
        ("0", "0"),
        ("-0", "0"),
        ("0.0", "0.0"),
        ("1.50", "1.5"),
        ("1e3", "1000.0"),
        ("1e7", "1.0E7"),
        ("1789180622.0", "1.789180622E9"),
        ("1e21", "1.0E21"),
        ("1E-7", "1.0E-7"),
        ("9007199254740993", "9007199254740993"),
        ("9223372036854775808", "9223372036854775808"),
        ("-123456789012345678901234567890", "-123456789012345678901234567890"),
    ] {
        let quoted = format!("\"{text}\"");
        shown(&format!("States.Array({written})"), &format!("[{text}]"));
        shown(&format!("States.JsonToString({written})"), &quoted);
        shown(&format!("States.JsonToString(States.Array({written}))"), &format!("\"[{text}]\""));
        shown(&format!("States.StringToJson('{written}')"), text);
        shown(&format!("States.StringToJson('[{written}]')"), &format!("[{text}]"));
        shown(&format!("States.Format('{{}}', {written})"), &quoted);
        shown(&format!("States.Format('{{}}', States.Array({written}))"), &format!("\"[{text}]\""));
        shown(&format!("States.ArrayGetItem(States.Array({written}), 0)"), text);
        shown(&format!("States.ArrayUnique(States.Array({written}, {written}))"), &format!("[{text}]"));
        shown(&format!("States.ArrayContains(States.Array({written}), {written})"), "true");
        shown(&format!("States.ArrayPartition(States.Array({written}), 1)"), &format!("[[{text}]]"));
    }
}
