//! No text makes a parser panic or run for long, and no path that parses makes the evaluation do so.

use asl_paths::{Intrinsic, Path, ReferencePath};
use asl_value::Value;

use crate::setting::Setting;

/// A linear congruential generator: the same texts in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

const ALPHABET: &str = "$.[]'()?@*,: -0129abq=!<>&|~/\\\"é😀{}";

fn mutated(chance: &mut Chance, seed: &str) -> String {
    let mut chars: Vec<char> = seed.chars().collect();
    for _ in 0..=chance.below(3) {
        let at = chance.below(chars.len() + 1);
        match chance.below(3) {
            0 => chars.insert(at, ALPHABET.chars().nth(chance.below(ALPHABET.chars().count())).unwrap()),
            1 if at < chars.len() => drop(chars.remove(at)),
            _ => {
                let tail: Vec<char> = chars[at..].to_vec();
                chars.extend(tail);
            }
        }
        chars.truncate(400);
    }
    chars.into_iter().collect()
}

#[test]
fn fifty_thousand_mutations() {
    let cases = Value::parse(include_str!("data/cases.json")).unwrap();
    let setting = Setting::new(&cases["doc"].to_string());
    let env = setting.env();
    let mut seeds: Vec<String> =
        cases["paths"].as_array().unwrap().iter().map(|path| path.as_str().unwrap().to_owned()).collect();
    for function in asl_paths::FUNCTIONS {
        seeds.extend(function.examples.iter().map(|(call, _)| (*call).to_owned()));
    }
    let mut chance = Chance(2015);
    let mut parsed = 0;
    for _ in 0..50_000 {
        let seed = chance.below(seeds.len());
        let text = mutated(&mut chance, &seeds[seed]);
        for path in [Path::parse(&text), Path::parse_jayway(&text)].into_iter().flatten() {
            parsed += 1;
            let _ = path.read(&env);
        }
        if let Ok(path) = ReferencePath::parse(&text) {
            let _ = path.get(env.input);
            let _ = path.put(env.input.clone(), Value::Null);
        }
        if let Ok(call) = Intrinsic::parse(&text) {
            parsed += 1;
            let _ = call.eval(&env);
        }
        if let Err(error) = Path::parse(&text) {
            assert!(text.get(error.position()).is_some(), "{text}: {error:?}");
        }
        if let Err(error) = Intrinsic::parse(&text) {
            assert!(text.get(error.position()).is_some(), "{text}: {error:?}");
        }
        if let Err(error) = ReferencePath::parse(&text) {
            assert!(text.get(error.position()).is_some(), "{text}: {error:?}");
        }
    }
    assert!(parsed > 10_000, "{parsed}");
}

#[test]
fn long_texts() {
    for unit in ["[", "[?(", "(", "..", ".a", "$", "'", "States.Array(", "['a',", "&&", "{"] {
        let text = format!("${}", unit.repeat(100_000));
        let _ = (
            Path::parse(&text),
            Path::parse_jayway(&text),
            ReferencePath::parse(&text),
            Intrinsic::parse(&text),
        );
        let text = unit.repeat(100_000);
        let _ = (
            Path::parse(&text),
            Path::parse_jayway(&text),
            ReferencePath::parse(&text),
            Intrinsic::parse(&text),
        );
    }
}
