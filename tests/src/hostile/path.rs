//! JSONPath and Choice rules that compute much from little: deep scans, filters of many conditions, patterns with repetitions,
//! long texts that are compared again and again, many cheap fields.

use asl_value::{Object, Text, Value, json};

use super::Attack;
use crate::fuzz::Random;

/// The length of the texts and arrays of an input, within what AWS takes.
const LENGTHS: [usize; 3] = [100, 4_000, 60_000];

pub(super) fn attack(random: &mut Random) -> Attack {
    let length = of(random, &LENGTHS);
    let state = match random.below(3) {
        0 => rules(random),
        1 => fields(random, path),
        _ => fields(random, split),
    };
    let definition = json!({"StartAt": "A", "States": {"A": state, "Z": {"Type": "Succeed"}}});
    Attack { definition: definition.to_json(), input: input(random, length), ..Attack::default() }
}

fn of<T: Copy>(random: &mut Random, among: &[T]) -> T {
    // INVARIANT: no list here is empty.
    #[allow(clippy::indexing_slicing)]
    among[random.below(among.len())]
}

/// `l` is a list, `t` and `u` are texts, `d` is deep.
fn input(random: &mut Random, length: usize) -> Value {
    let item = |number: usize| match number % 3 {
        0 => Value::from(number),
        1 => json!({"a": number, "b": {"c": "x"}}),
        _ => Value::from("aaaaaaaab"),
    };
    let list: Value = (0..length / 10).map(item).collect();
    let deep = (0..random.below(480)).fold(json!([1]), |deep, _| match random.below(2) {
        0 => json!({"a": deep}),
        _ => Value::from(vec![deep]),
    });
    let letters: String =
        (0..length as u32 / 4).filter_map(|n| char::from_u32(0x4e00 + n % 20_000)).collect();
    json!({"l": list, "t": "a".repeat(length), "u": letters, "d": deep})
}

/// What a definition may have, in bytes.
const MOST_TEXT: usize = 900_000;

/// Many members of `Parameters`.
fn fields(random: &mut Random, field: fn(&mut Random) -> String) -> Value {
    let count = of(random, &[1, 80, 4_000]);
    let (same, alike) = (field(random), random.below(2) == 0);
    let (mut members, mut left) = (Object::new(), MOST_TEXT);
    for number in 0..count {
        let text = if alike { same.clone() } else { field(random) };
        left = left.saturating_sub(text.len() + 20);
        if left == 0 {
            break;
        }
        members.insert(Text::from(format!("f{number}.$")), Value::from(text));
    }
    json!({"Type": "Pass", "Parameters": members, "End": true})
}

fn path(random: &mut Random) -> String {
    let root = of(random, &["$.l", "$", "$.d", "$..l"]);
    match random.below(5) {
        0 => format!("{root}{}", "..*".repeat(1 + random.below(6))),
        1 => format!("{root}{}", "..a".repeat(1 + random.below(12))),
        2 => format!("{root}..[?({})]", conditions(random)),
        3 => format!("{root}[?({})]", conditions(random)),
        _ => format!("{root}[*]..[?({})]{}", condition(random), of(random, &["", "..*", "[0]", ".a"])),
    }
}

fn conditions(random: &mut Random) -> String {
    let condition = condition(random);
    let count = of(random, &[1, 3, 400]).min(1 + MOST_TEXT / 2 / condition.len());
    let sign = of(random, &["||", "&&"]);
    vec![condition; count].join(sign)
}

fn condition(random: &mut Random) -> String {
    match random.below(8) {
        0 => "@.a == 7".to_owned(),
        1 => "@.b.c == 'x'".to_owned(),
        2 => "@ == $.t".to_owned(),
        3 => format!("@ == '{}'", "a".repeat(of(random, &[1, 20_000]))),
        4 => format!("@{}", ".a".repeat(1 + random.below(200))),
        5 => {
            format!("$.t =~ /{}/", of(random, &["(a?){500}b", ".*.*.*=", "((a{9}){9}){9}", "(a|b|ab)*c"]))
        }
        6 => format!("@ =~ /{}/i", of(random, &["(a?){600}b", "a{999}", ".*.*.*=", "[ab]+c"])),
        _ => "@['a','b']".to_owned(),
    }
}

/// Calls of intrinsic functions on long texts.
fn split(random: &mut Random) -> String {
    let [text, other] = [0; 2].map(|_| of(random, &["$.t", "$.u"]));
    let list = of(random, &["$.l", "$.d", "$"]);
    match random.below(5) {
        0 => format!("States.ArrayLength(States.StringSplit({text}, {other}))"),
        1 => format!("States.Hash({text}, 'SHA-512')"),
        2 => format!("States.ArrayContains({list}, {other})"),
        3 => format!("States.ArrayLength(States.ArrayUnique({list}))"),
        _ => format!("States.ArrayLength(States.ArrayPartition({list}, {}))", 1 + random.below(3)),
    }
}

/// A Choice of many rules that do not hold.
fn rules(random: &mut Random) -> Value {
    let count = of(random, &[1, 400, 8_000]);
    let pattern = match random.below(4) {
        0 => "*a*a*a*a*b".to_owned(),
        1 => format!("*{}b", "a".repeat(of(random, &[1, 2_000]))),
        2 => "*".repeat(of(random, &[1, 2_000])) + "b",
        _ => "a*".repeat(40) + "b",
    };
    let test = match random.below(4) {
        0 => json!({"Variable": "$.t", "StringMatches": pattern}),
        1 => json!({"Variable": "$.t", "StringLessThanPath": "$.t"}),
        2 => json!({"Variable": "$.u", "StringEquals": "é"}),
        _ => json!({"Variable": "$.d.a.a.a.a", "IsPresent": false}),
    };
    let Value::Object(mut test) = test else { return Value::Null };
    if random.below(2) == 0 {
        let rule = Value::Object(test);
        let rule = json!({"Not": {"Not": rule}});
        let Value::Object(rule) = json!({"And": [rule.clone(), rule]}) else { return Value::Null };
        test = rule;
    }
    test.insert("Next", Value::from("Z"));
    let bytes = Value::Object(test.clone()).encoded_len();
    let rules: Value = vec![Value::Object(test); count.min(1 + MOST_TEXT / bytes)].into_iter().collect();
    json!({"Type": "Choice", "Choices": rules, "Default": "Z"})
}
