//! Random damage to the corpus: nothing panics, and what is still a machine is the same after it is written and read.

use asl_model::{Source, parse, parse_value};

use crate::corpus::CORPUS;

/// A small random generator (xorshift), so that every run is the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

const PIECES: &[&str] = &[
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "null",
    "true",
    "1e9",
    "-",
    "\"Next\"",
    "\"End\": true,",
    "\"Type\": \"Map\",",
    "\"{% x %}\"",
    "\"$.a\"",
    "\\u00",
    "é",
    "\n",
    "&a ",
    "*a",
    "<<: ",
    "- ",
    "? ",
    "!!str ",
    "|\n  ",
    "'",
    "#",
    "%",
];

fn mutate(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let until = (at + random.below(30)).min(bytes.len());
        match random.below(4) {
            0 => drop(bytes.drain(at..until)),
            1 => drop(bytes.splice(at..at, PIECES[random.below(PIECES.len())].bytes())),
            2 => {
                let copied = bytes[at..until].to_vec();
                let target = random.below(bytes.len() + 1);
                drop(bytes.splice(target..target, copied));
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = byte.wrapping_add(1 + random.below(255) as u8);
                }
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn check(source: &Source) {
    let parsed = parse(source);
    assert!(parsed.machine.is_some() || !parsed.is_ok(), "{}", source.text());
    for diagnostic in &parsed.diagnostics {
        if let Some(span) = source.find(diagnostic) {
            assert!(source.text().get(span.clone()).is_some(), "{span:?} {diagnostic} {}", source.text());
        }
    }
    if let Some(machine) = parsed.machine {
        let again = parse_value(&machine.to_value());
        assert_eq!(again.machine, Some(machine), "{}", source.text());
    }
}

#[test]
fn damaged_json() {
    let mut random = Random(0x5eed);
    for round in 0..20_000 {
        let (_, text) = CORPUS[round % CORPUS.len()];
        check(&Source::json(mutate(text, &mut random)));
    }
}

#[cfg(feature = "yaml")]
#[test]
fn damaged_yaml() {
    let mut random = Random(0x5eed);
    for round in 0..5_000 {
        // JSON is YAML as well.
        let text = match round % 3 {
            0 => crate::yaml::EXAMPLE,
            _ => CORPUS[round % CORPUS.len()].1,
        };
        check(&Source::yaml(mutate(text, &mut random)));
    }
}
