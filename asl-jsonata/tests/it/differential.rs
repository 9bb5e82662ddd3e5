//! Random expressions over random inputs, evaluated here and by jsonata.js: the same value, or the same code of an error.
//!
//! `cargo xtask jsonata-differential` installs jsonata.js, of the version whose language this is, and runs many. Without
//! `ASL_JSONATA_JS`, the folder of that package's `node_modules`, there is nothing to compare with.

mod expressions;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use asl_jsonata::Query;
use asl_query::FixedHost;
use asl_value::{Object, Value, json};

use expressions::{REGEXES, Random};

/// Why answers may differ.
type Deviation = (&'static str, fn(&Case) -> bool);

/// The differences that are known. The number of cases of each is printed.
const DEVIATIONS: &[Deviation] = &[
    ("a function or a number that JSON cannot say", |case| case.theirs.get("odd").is_some()),
    ("a limit on time, depth or memory", |case| {
        case.ours == json!({"error": ""}) || code(&case.theirs) == "U1001"
    }),
    ("an exception inside of jsonata.js that is no error of JSONata", |case| {
        code(&case.theirs).contains("Error")
    }),
    (
        "jsonata.js loses the regular expressions on the left of `?:` and `??`, which it copies as JSON",
        |case| ["?:", "??"].iter().any(|operator| has_pattern_before(&case.expression, operator)),
    ),
    ("jsonata.js does not bind the index of a path in a filter after a sort", |case| {
        let after = |text: &str, from: usize| Some(from + case.expression.get(from..)?.find(text)?);
        after("#$i", 0).and_then(|at| after("^(", at)).and_then(|at| after("[", at)).is_some()
    }),
    ("jsonata.js rounds to NaN where the shifted number overflows", |case| {
        case.expression.contains("$round(") && case.expression.contains(", 1e3)")
    }),
    ("jsonata.js loses digits where a picture has separators in front of all of them", |case| {
        case.expression.contains("$formatInteger(") && case.expression.contains("\"#,##0.00\")")
    }),
    ("jsonata.js replaces with the text `undefined` if there is no replacement", |case| {
        let theirs = case.theirs.to_json();
        case.expression.contains("$replace(") && theirs.replace("undefined", "") == case.ours.to_json()
    }),
];

/// Whether the left side of an operator has a regular expression. Operators are in parentheses of their own.
fn has_pattern_before(expression: &str, operator: &str) -> bool {
    expression.match_indices(operator).any(|(place, _)| {
        let mut open = 0;
        let left = expression[..place].rfind(|char| {
            open += i32::from(char == '(') - i32::from(char == ')');
            open > 0
        });
        REGEXES.iter().any(|pattern| expression[left.unwrap_or_default()..place].contains(pattern))
    })
}

struct Case {
    expression: String,
    input: Value,
    ours: Value,
    theirs: Value,
}

fn code(answer: &Value) -> &str {
    answer.get("error").and_then(Value::as_str).unwrap_or_default()
}

fn answer(expression: &str, input: &Value) -> Value {
    let evaluated = match Query::parse(expression) {
        Ok(query) => {
            query.eval(Some(input), &Object::new(), &FixedHost).map_err(|failure| failure.code().to_owned())
        }
        Err(error) => Err(error.code().to_owned()),
    };
    match evaluated {
        Ok(Some(value)) => json!({"value": value}),
        Ok(None) => json!({"undefined": true}),
        Err(code) => json!({"error": code}),
    }
}

/// Compares numbers as doubles, to the digits that sums in another order keep.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let (a, b) = (a.as_f64(), b.as_f64());
            a == b || (a - b).abs() <= 1e-12 * a.abs().max(b.abs())
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b)))
        }
        (a, b) => a == b,
    }
}

/// The first seed, and how many.
fn seeds() -> (u64, u64) {
    let chosen = std::env::var("ASL_JSONATA_SEEDS").ok();
    let chosen = chosen.as_deref().and_then(|chosen| chosen.split_once('+'));
    chosen.and_then(|(first, count)| Some((first.parse().ok()?, count.parse().ok()?))).unwrap_or((1, 2_000))
}

/// A process that evaluates with jsonata.js.
struct Node {
    process: Child,
    asked: ChildStdin,
    answers: Receiver<String>,
}

/// How long it may take for one expression.
const PATIENCE: Duration = Duration::from_secs(10);

impl Node {
    fn start(modules: &str) -> Node {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/differential/evaluate.cjs");
        let mut node = Command::new("node");
        node.arg(script).env("NODE_PATH", modules).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = node.spawn().unwrap();
        let (asked, lines) =
            (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()).lines());
        let (told, answers) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| told.send(line)));
        Node { process, asked, answers }
    }

    /// The answer, unless it takes too long.
    fn evaluate(&mut self, expression: &str, input: &Value) -> Option<String> {
        writeln!(self.asked, "{}", json!([expression, input.clone()])).unwrap();
        self.answers.recv_timeout(PATIENCE).ok()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "the figures, and what is found")]
fn random_expressions_agree_with_jsonata_js() {
    let Ok(modules) = std::env::var("ASL_JSONATA_JS") else { return };
    let mut node = Node::start(&modules);
    let (first, count) = seeds();
    let (mut equals, mut errors, mut known, mut finds) = (0, 0, BTreeMap::<&str, u64>::new(), Vec::new());
    for seed in first..first + count {
        let mut random = Random(seed);
        let (input, expression) = (random.input(3), random.expression(3));
        let Some(theirs) = node.evaluate(&expression, &input) else {
            node = Node::start(&modules);
            *known.entry("jsonata.js does not come to an end").or_default() += 1;
            continue;
        };
        // Half of a pair is not in our texts.
        let Ok(theirs) = Value::parse(&theirs) else { continue };
        let ours = answer(&expression, &input);
        if equal(&ours, &theirs) {
            equals += 1;
            errors += u64::from(!code(&ours).is_empty());
            continue;
        }
        let case = Case { expression, input, ours, theirs };
        match DEVIATIONS.iter().find(|(_, is_it)| is_it(&case)) {
            Some((reason, _)) => *known.entry(reason).or_default() += 1,
            None => {
                let Case { expression, input, ours, theirs } = &case;
                println!(
                    "seed {seed}: {expression}\n    input    {input}\n    found    {ours}\n    expected {theirs}"
                );
                finds.push(seed);
            }
        }
    }
    println!(
        "{count} expressions, {equals} equal, {errors} of them errors, known differences {known:?}, {} finds",
        finds.len()
    );
    assert!(finds.is_empty(), "{finds:?}");
}
