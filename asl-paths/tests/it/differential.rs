//! Random paths in random documents, read here and by Jayway JsonPath 2.0.0, which is what AWS evaluates: the same value, or
//! the same error with the same message.
//!
//! `cargo xtask jsonpath-differential` gets Jayway from Debian and runs many. Without `ASL_JAYWAY_CLASSPATH`, the class path of
//! a Java program that uses it, there is nothing to compare with.

mod paths;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use asl_value::{Value, json};

use crate::oracle::answer;
use paths::Random;

/// Why answers may differ.
type Deviation = (&'static str, fn(&Case) -> bool);

/// The differences that are known. The number of cases of each is printed.
const DEVIATIONS: &[Deviation] = &[
    ("Jayway reads no document that is null; AWS has a text of its own for it", |case| {
        text(&case.theirs, "msg") == "root can not be null"
    }),
    ("a root behind other steps, which is refused here: `$.a.$`", |case| {
        text(&case.ours, "msg").ends_with("InvalidPathException: Root not allowed in path")
    }),
    ("a text that is no path, refused for another of its problems, or in other words of Java's", |case| {
        [&case.ours, &case.theirs]
            .iter()
            .all(|answer| answer.get("definite").is_none() && text(answer, "err") == "InvalidPathException")
    }),
    ("the path `.`, which Jayway compiles and cannot read", |case| case.path == "."),
    ("a pattern without its second slash, which fails here with words of our own", |case| {
        text(&case.theirs, "err") == "ClassCastException"
            && text(&case.ours, "msg").starts_with("=~ needs a pattern")
    }),
];

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer.get(name).and_then(Value::as_str).unwrap_or_default()
}

struct Case {
    path: String,
    ours: Value,
    theirs: Value,
}

/// A process that reads paths with Jayway.
struct Jayway {
    process: Child,
    asked: ChildStdin,
    told: BufReader<ChildStdout>,
}

impl Jayway {
    fn start(class_path: &str) -> Jayway {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/differential/Jayway.java");
        let mut java = Command::new("java");
        java.args(["-cp", class_path, program]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = java.spawn().unwrap();
        let (asked, told) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Jayway { process, asked, told: BufReader::new(told) }
    }

    fn answer(&mut self, path: &str, document: &Value) -> Value {
        writeln!(self.asked, "{}", json!([path, document.clone()])).unwrap();
        let mut answer = String::new();
        self.told.read_line(&mut answer).unwrap();
        Value::parse(&answer).unwrap()
    }
}

impl Drop for Jayway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The first seed, and how many.
fn seeds() -> (u64, u64) {
    let chosen = std::env::var("ASL_JAYWAY_SEEDS").ok();
    let chosen = chosen.as_deref().and_then(|chosen| chosen.split_once('+'));
    chosen.and_then(|(first, count)| Some((first.parse().ok()?, count.parse().ok()?))).unwrap_or((1, 2_000))
}

#[test]
#[allow(clippy::print_stdout, reason = "the figures, and what is found")]
fn random_paths_agree_with_jayway() {
    let Ok(class_path) = std::env::var("ASL_JAYWAY_CLASSPATH") else { return };
    let mut jayway = Jayway::start(&class_path);
    let (first, count) = seeds();
    let (mut equals, mut values, mut known, mut finds) = (0, 0, BTreeMap::<&str, u64>::new(), Vec::new());
    for seed in first..first + count {
        let mut random = Random(seed);
        let (document, path) = (random.document(4), random.path());
        let (ours, theirs) = (answer(&path, &document), jayway.answer(&path, &document));
        if ours == theirs {
            equals += 1;
            values += u64::from(ours.get("value").is_some());
            continue;
        }
        let case = Case { path, ours, theirs };
        match DEVIATIONS.iter().find(|(_, is_it)| is_it(&case)) {
            Some((reason, _)) => *known.entry(reason).or_default() += 1,
            None => {
                let Case { path, ours, theirs } = &case;
                println!(
                    "seed {seed}: {path}\n    document {document}\n    found    {ours}\n    expected {theirs}"
                );
                finds.push(seed);
            }
        }
    }
    println!(
        "{count} paths, {equals} equal, {values} of them values, known differences {known:?}, {} finds",
        finds.len()
    );
    assert!(finds.is_empty(), "{finds:?}");
}
