//! `cargo xtask jsonata PATH`: the suites of JSONata through `asl-jsonata`, a value of ours as input and output.
//!
//! `official.jsonl` is the suite of jsonata-js, run without the rules of AWS, and its cases of 2.1's operators once more
//! with them. `states.jsonl` has expressions of state machines and the answers of jsonata.js 2.0.6.

use std::path::Path;

use asl_jsonata::{Evaluated, Query, StateExpression};
use asl_query::{Env, FixedHost, Host, Scope};
use asl_value::{Object, Timestamp, Value};

use crate::Result;

/// Cases of the official suite that differ, and why. This list may only become shorter.
const OFFICIAL: &[(&str, &str)] = &[
    ("function-encodeUrl/case002.json", HALF_PAIR),
    ("function-encodeUrlComponent/case002.json", HALF_PAIR),
    ("range-operator/case021.json", MEMORY),
    ("range-operator/case024.json", MEMORY),
    ("tail-recursion/case002.json", "its error is the suite runner's, which bounds the depth"),
];
const HALF_PAIR: &str = "no text of ours holds half of a surrogate pair";
const MEMORY: &str = "ten million items are beyond the limit on memory";

/// Expressions of `states.jsonl` that differ, and why. This list may only become shorter.
const STATES: &[(&str, &str)] = &[
    ("$string($states.input.big)", DIGITS),
    ("$string($states.input)", DIGITS),
    ("$states.input ~> |items|{'v':v*2},['t']|", DIGITS),
    ("1/0", NOT_FINITE),
    ("-1/0", NOT_FINITE),
    ("0/0", NOT_FINITE),
    ("5 % 0", NOT_FINITE),
    ("$base64encode($states.input.uni)", LATIN_1),
    ("$base64decode('w6k=')", LATIN_1),
    ("$eval('1+1')", "AWS has no $eval"),
    ("$", NO_ROOT),
    ("$$", NO_ROOT),
    ("foo", NO_ROOT),
];
const DIGITS: &str = "2.0.6 prints integers with 15 digits";
const NOT_FINITE: &str = "AWS hands it over as a string, JSON as null";
const LATIN_1: &str = "2.0.6 knows Base64 of Latin-1 alone, Java that of UTF-8";
const NO_ROOT: &str = "AWS has no input document, so it is refused before it runs";

pub(crate) fn run(folder: &str) -> Result<()> {
    let folder = Path::new(folder);
    let official = lines(&folder.join("official.jsonl"))?;
    report("official", official.iter().map(official_case), OFFICIAL)?;
    let newer = official.iter().filter(|case| NEWER.iter().any(|group| text(case, "id").starts_with(group)));
    report("operators that are newer than AWS, refused", newer.map(refused), &[])?;
    let states = lines(&folder.join("states.jsonl"))?;
    let (bindings, cases) = states.split_first().ok_or("states.jsonl is empty")?;
    let bindings = bindings.get("bindings").and_then(|bindings| bindings.get("states"));
    let bindings = bindings.ok_or("states.jsonl binds no $states")?;
    report("states", cases.iter().map(|case| states_case(case, bindings)), STATES)
}

/// The groups of cases for `??` and `?:`.
const NEWER: [&str; 2] = ["coalescing-operator/", "default-operator/"];

/// The cases. An unpaired surrogate, which our strings cannot hold, becomes the replacement character.
fn lines(path: &Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let parse =
        |line: &str| Value::parse(line).or_else(|_| Value::parse(&line.replace("\\ud800", "\\ufffd")));
    Ok(text.lines().map(parse).collect::<std::result::Result<_, _>>()?)
}

/// The result of a case: its name, and the difference, if any.
type Ended = (String, Option<String>);

/// Prints every case that differs. Fails if one differs unexpectedly, or agrees unexpectedly.
fn report(name: &str, cases: impl Iterator<Item = Ended>, known: &[(&str, &str)]) -> Result<()> {
    let (mut equal, mut all, mut surprises) = (0, 0, 0);
    for (case, difference) in cases {
        all += 1;
        let reason = known.iter().find(|(known, _)| *known == case).map(|(_, reason)| *reason);
        match (difference, reason) {
            (None, None) => equal += 1,
            (Some(difference), Some(reason)) => println!("{case}: {reason}\n{difference}"),
            (Some(difference), None) => {
                surprises += 1;
                println!("{case}\n{difference}");
            }
            (None, Some(_)) => {
                surprises += 1;
                println!("{case}: no longer differs");
            }
        }
    }
    println!("{name}: {equal} of {all} equal, {} known to differ\n", known.len());
    if surprises == 0 { Ok(()) } else { Err(format!("{name}: {surprises} surprises").into()) }
}

fn text<'a>(case: &'a Value, name: &str) -> &'a str {
    case.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn official_case(case: &Value) -> Ended {
    let expression = text(case, "expr");
    let variables = case.get("bindings").and_then(Value::as_object).cloned().unwrap_or_default();
    let answer = match Query::parse(expression) {
        Ok(query) => query
            .eval(case.get("data"), &variables, &FixedHost)
            .map_err(|failure| (failure.code().to_owned(), failure.to_string())),
        Err(error) => Err((error.code().to_owned(), error.to_string())),
    };
    let null = Value::Null;
    let expect = case.get("expect").unwrap_or(&null);
    let unordered = case.get("unordered").is_some();
    let is_equal = match (text(expect, "kind"), &answer) {
        ("value", Ok(Some(value))) => equal(value, expect.get("value").unwrap_or(&null), unordered),
        ("undefined", Ok(None)) => true,
        ("error", Err((code, _))) => code == text(expect, "code") || is_limit(code, text(expect, "code")),
        _ => false,
    };
    let shown = match answer {
        Ok(Some(value)) => value.to_json(),
        Ok(None) => "undefined".to_owned(),
        Err((_, error)) => error,
    };
    let difference = (!is_equal).then(|| difference(expression, &expect.to_json(), &shown));
    (text(case, "id").to_owned(), difference)
}

/// For limits, AWS has texts instead of JSONata's codes.
fn is_limit(code: &str, expected: &str) -> bool {
    code.is_empty() && ["D1011", "D1012", "D2014", "D2015", "D2016", "U1001"].contains(&expected)
}

fn refused(case: &Value) -> Ended {
    let expression = text(case, "expr");
    let difference = match StateExpression::parse(expression) {
        Err(error) if error.code() == "S0211" => None,
        Err(error) => Some(difference(expression, "S0211", &error.to_string())),
        Ok(_) => Some(difference(expression, "S0211", "accepted")),
    };
    (text(case, "id").to_owned(), difference)
}

fn states_case(case: &Value, states: &Value) -> Ended {
    let expression = text(case, "expr");
    let (scope, null) = (Scope::default(), Value::Null);
    let env = Env::new(states.get("input").unwrap_or(&null), &scope, &Year2000)
        .with_context(states.get("context").unwrap_or(&null));
    let answer = match StateExpression::parse(expression) {
        Ok(program) => program.eval(&env).map_err(|failure| (failure.code().to_owned(), failure.to_string())),
        Err(error) => Err((error.code().to_owned(), error.to_string())),
    };
    let expect = case.get("jsonata_2_0_6").unwrap_or(&null);
    let is_equal = match (text(expect, "s"), &answer) {
        ("val", Ok(Evaluated::Value(value))) => equal(value, expect.get("v").unwrap_or(&null), false),
        ("undef", Ok(Evaluated::Undefined)) => true,
        ("err", Err((code, message))) => {
            code == text(expect, "code") && *message == format!("{code}: {}", text(expect, "m"))
        }
        _ => false,
    };
    let shown = match answer {
        Ok(Evaluated::Value(value)) => value.to_json(),
        Ok(outcome) => format!("{outcome:?}"),
        Err((_, error)) => error,
    };
    (expression.to_owned(), (!is_equal).then(|| difference(expression, &expect.to_json(), &shown)))
}

struct Year2000;

impl Host for Year2000 {
    fn now(&self) -> Timestamp {
        Timestamp::from_epoch_millis(946_684_800_000)
    }
    fn random_u64(&self) -> u64 {
        0
    }
}

fn difference(expression: &str, expected: &str, found: &str) -> String {
    let short = |text: &str| text.chars().take(160).collect::<String>().replace('\n', " ");
    format!("    {}\n    expected {}\n    found    {}", short(expression), short(expected), short(found))
}

/// Compares numbers as doubles.
fn equal(a: &Value, b: &Value, unordered: bool) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) if unordered => {
            a.len() == b.len() && a.iter().all(|item| b.iter().any(|other| equal(item, other, true)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b, false))
        }
        (Value::Object(a), Value::Object(b)) => {
            let same =
                |name: &str, a: &Value, b: &Object| b.get(name).is_some_and(|b| equal(a, b, unordered));
            a.len() == b.len() && a.iter().all(|(name, value)| same(name, value, b))
        }
        (a, b) => a == b,
    }
}
