//! Output for people: golden files, rewritten with `UPDATE_EXPECT=1`.

use crate::support::asl;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/");

#[track_caller]
fn check(name: &str, args: &[&str], code: i32) {
    let ran = asl(args, "");
    let found =
        format!("{}\n--- stdout\n{}--- stderr\n{}", args.join(" "), ran.stdout, without_times(&ran.stderr));
    let found = found.replace(DATA, "");
    assert_eq!(ran.code, Some(code), "{found}");
    let path = format!("{DATA}{name}.txt");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(
        found,
        std::fs::read_to_string(&path).unwrap_or_default(),
        "UPDATE_EXPECT=1 writes {name}.txt anew"
    );
}

/// Between waits real time goes by, a little: times are shown in whole minutes.
fn without_times(text: &str) -> String {
    let line = |line: &str| match line.split_at_checked(10) {
        Some((time, rest))
            if time.ends_with('s') && time.trim_start().starts_with(|c: char| c.is_ascii_digit()) =>
        {
            let minutes = time.split_once('m').map_or("0", |(minutes, _)| minutes.trim_start());
            format!("{minutes:>9}m{rest}\n")
        }
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn paths() {
    check("hello", &["run", "hello.asl.json", "--input", r#"{"name":"World"}"#], 0);
    check("hello_failed", &["run", "hello.asl.json"], 1);
    check("no_mocks", &["run", "orders.asl.json"], 1);
    for (case, code) in [("Happy", 0), ("Busy", 0), ("Declined", 0), ("Lost", 1)] {
        let name = format!("orders_{}", case.to_lowercase());
        let mocks = format!("orders.mocks.json#{case}");
        check(&name, &["run", "orders.asl.json", "--mocks", &mocks, "--input", r#"{"items":[1,2]}"#], code);
    }
    let nested = format!("{DATA}nested.asl.json");
    let mocks = format!("{DATA}nested.mocks.json");
    check("nested", &["run", &nested, "--mocks", &mocks, "--input", "[[1,2],[3]]"], 0);
}

#[test]
fn diagnostics() {
    check("valid", &["validate", "hello.asl.json", "orders.asl.json"], 0);
    for (name, code) in
        [("bad.asl.json", 2), ("bad.asl.yaml", 2), ("syntax.asl.json", 2), ("warning.asl.json", 0)]
    {
        let path = format!("{DATA}{name}");
        check(&name.replace('.', "_"), &["validate", &path], code);
    }
    let warning = format!("{DATA}warning.asl.json");
    check("warning_run", &["run", &warning, "--substitute", "Unused=1"], 0);
}

#[cfg(feature = "aws")]
#[test]
fn policies() {
    let definition = format!("{DATA}notify.asl.json");
    check("policy", &["policy", &definition, "--account", "111122223333", "--region", "eu-west-1"], 0);
}
