//! JSONata expressions that grow: small values are doubled, nested and repeated, then passed to everything that reads values.

use std::time::Duration;

use asl_value::{Value, json};

use super::Attack;
use crate::fuzz::Random;

mod words;

use words::{ATOMS, GROWTH, NUMBERS, PICTURES, REGEXES, TEXTS, USES};

/// How deeply expressions are nested.
const DEPTH: usize = 3;

/// A machine of one state whose output is a hostile expression.
pub(super) fn attack(random: &mut Random) -> Attack {
    let expression = match random.below(40) {
        0 => nested(random),
        _ => grown(random),
    };
    let state = json!({"Type": "Pass", "Output": format!("{{% {expression} %}}"), "End": true});
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}});
    // An evaluation may take a second. Most cases get less, so that more of them fit into a run.
    let deadline = (random.below(20) > 0).then(|| Duration::from_millis(60 + random.below(200) as u64));
    Attack { definition: definition.to_string(), input: input(random), deadline, ..Attack::default() }
}

fn input(random: &mut Random) -> Value {
    let items = [1, 30, 1000, 20_000].get(random.below(4)).copied().unwrap_or(1);
    let numbers: Value = (0..items).map(Value::from).collect();
    let records: Value = (0..items / 10).map(|n| json!({"id": n, "name": format!("n{n}")})).collect();
    let text = random.choose(TEXTS).copied().unwrap_or_default().repeat(items);
    json!({"numbers": numbers, "records": records, "text": text})
}

/// A few variables, each built from the previous ones, and an expression that reads the last one.
fn grown(random: &mut Random) -> String {
    let mut text = "(".to_owned();
    let steps = 1 + random.below(5);
    for step in 0..steps {
        let made = match step {
            0 => term(random, 1, DEPTH),
            _ => filled(random, GROWTH, step, 1),
        };
        text.push_str(&format!("$v{step} := {made}; "));
    }
    text.push_str(&filled(random, USES, steps, DEPTH));
    text.push(')');
    text
}

/// Fills the holes of a template: `V` is a variable, `E` a term, `N` a number, `T` a string, `R` a regular expression, `P` a
/// picture.
fn filled(random: &mut Random, forms: &[&str], variables: usize, depth: usize) -> String {
    let form = random.choose(forms).copied().unwrap_or_default();
    let mut text = String::new();
    let mut chars = form.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '§' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('V') => text.push_str(&variable(random, variables)),
            Some('E') => text.push_str(&term(random, variables, depth.saturating_sub(1))),
            Some('N') => text.push_str(random.choose(NUMBERS).copied().unwrap_or("1")),
            Some('T') => text.push_str(&quoted(random.choose(TEXTS).copied().unwrap_or_default())),
            Some('R') => text.push_str(random.choose(REGEXES).copied().unwrap_or("/a/")),
            Some('P') => text.push_str(&picture(random)),
            _ => {}
        }
    }
    text
}

fn variable(random: &mut Random, variables: usize) -> String {
    // Mostly the last one, which has grown the most.
    let last = variables.saturating_sub(1);
    let chosen = if random.below(4) > 0 { last } else { random.below(variables) };
    format!("$v{chosen}")
}

fn term(random: &mut Random, variables: usize, depth: usize) -> String {
    match (depth, random.below(6)) {
        (1.., 0 | 1) => filled(random, USES, variables, depth - 1),
        (1.., 2) => filled(random, GROWTH, variables, depth - 1),
        _ => filled(random, ATOMS, variables, 0),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_json()
}

/// A picture, usually a repeated part.
fn picture(random: &mut Random) -> String {
    let part = random.choose(PICTURES).copied().unwrap_or_default();
    match random.below(3) {
        0 => quoted(part),
        1 => quoted(&part.repeat(1 + random.below(300))),
        _ => {
            let width = random.choose(NUMBERS).copied().unwrap_or("1");
            format!("{} & $pad('', {width}, {})", quoted(part), quoted(part))
        }
    }
}

/// Nested brackets, or something similar.
fn nested(random: &mut Random) -> String {
    const FORMS: &[(&str, &str, &str)] = &[
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{'a':", "1", "}"),
        ("-", "1", ""),
        ("$f(", "1", ")"),
        ("$x[", "1", "]"),
        ("function($a){", "1", "}"),
        ("1+", "1", ""),
        ("$x.", "a", ""),
        ("$x.%.", "a", ""),
        ("$x@$y.", "a", ""),
        ("true ? ", "1", " : 2"),
        ("$a := ", "1", ""),
        ("$x ~> ", "$sum", ""),
        ("$x^(", "1", ")"),
        ("$not(", "1", ")"),
        ("$match('a', /", "(", "/)"),
        ("$x{'a':", "1", "}"),
    ];
    let (open, middle, close) = random.choose(FORMS).copied().unwrap_or_default();
    let depth = [50, 99, 101, 1_000, 20_000].get(random.below(5)).copied().unwrap_or(1);
    let closed = if random.below(4) > 0 { depth } else { random.below(depth) };
    format!("{}{middle}{}", open.repeat(depth), close.repeat(closed))
}
