//! Bad test files: errors with places, never a panic.

use asl_test::TestFile;

use crate::support::{Folder, ORDERS, read};

/// The problems of a file.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = read(text).expect_err("problems");
    let found: Vec<String> = found.problems().iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn misspelt_fields_are_named() {
    check(
        "csaes: 1\ncase: []",
        &[
            "1:1: unknown field `csaes` at `/`",
            "1:1: expected a field `cases` at `/`",
            "2:1: unknown field `case` at `/`; did you mean `cases`?",
        ],
    );
    check(
        "cases:\n  - name: a\n    expects: {}\n",
        &["3:5: unknown field `expects` at `/cases[0]`; did you mean `expect`?"],
    );
    check(
        "cases:\n  - name: a\n    expect: {ouput: 1}\n",
        &["3:14: unknown field `ouput` at `/cases[0]/expect`; did you mean `output`?"],
    );
    check(
        "mocks: {Price: {retrun: 1}}\ncases: []\n",
        &[
            "1:9: expected either `return` or `throw` at `/mocks/Price`",
            "1:17: unknown field `retrun` at `/mocks/Price`; did you mean `return`?",
        ],
    );
}

#[test]
fn names_must_be_those_of_the_machine() {
    check(
        "mocks: {Prise: {return: 1}}\ncases: []\n",
        &["1:9: the machine has no task `Prise`; did you mean `Price`?"],
    );
    check("mocks: {Wait: {return: 1}}\ncases: []\n", &["1:9: `Wait` is not a Task state"]);
    check(
        "cases: [{name: a, expect: {path: [Price, Sise, Left], visits: {Lft: 1}, calls: {price2: 1}}}]\n",
        &[
            "1:42: the machine has no state `Sise`; did you mean `Size`?",
            "1:48: the machine has no state `Left`; a path has only the states outside of branches and iterations",
            "1:64: the machine has no state `Lft`; did you mean `Left`?",
            "1:81: the machine has no task `price2`; did you mean `Price`?",
        ],
    );
}

#[test]
fn values_are_checked() {
    check("[]", &["1:1: expected an object at `/`, found array"]);
    check("", &["1:1: the text is empty"]);
    check("cases: {}", &["1:8: expected an array at `/cases`, found object"]);
    check("cases: [{}]", &["1:9: expected a field `name` at `/cases[0]`"]);
    check("cases: [{name: a}, {name: a}]", &["1:27: there is another case `a`"]);
    check(
        "type: EXPRES\ncases: []",
        &["1:7: expected `STANDARD` or `EXPRESS` at `/type`; did you mean `EXPRESS`?"],
    );
    check(
        "cases: [{name: a, seed: -1, time: now, input: 1, inputFile: x}]",
        &[
            "1:25: expected a whole number from 0 at `/cases[0]/seed`, found number",
            "1:35: expected a time such as 2026-01-31T12:00:00Z at `/cases[0]/time`",
            "1:50: expected only one of `input` and `inputFile` at `/cases[0]`",
        ],
    );
    check(
        "cases: [{name: a, expect: {status: DONE, durationSeconds: -1}}]",
        &[
            "1:36: expected one of SUCCEEDED, FAILED, TIMED_OUT, ABORTED at `/cases[0]/expect/status`",
            "1:59: expected a number of seconds from 0 at `/cases[0]/expect/durationSeconds`, found number",
        ],
    );
    check(
        "cases: [{name: a, expect: {error: E, output: 1}}]",
        &["1:38: an execution that does not succeed has no `output`, at `/cases[0]/expect/output`"],
    );
    check("mocks: {Price: []}\ncases: []", &["1:16: expected at least one answer at `/mocks/Price`"]);
    let found = read("cases: [{name: a, inputFile: no/such.json}]").unwrap_err().problems()[0].to_string();
    assert!(found.starts_with("1:30: cannot read `") && found.contains("no/such.json`: "), "{found}");
}

/// A test file may come from a stranger, and what it names is printed.
#[test]
fn files_are_those_of_the_checkout() {
    let check = |text: &str, is_refused: bool| {
        let folder = Folder::new().with("orders.asl.json", ORDERS).with("in.json", "{}");
        let text = text.replace("INNER", folder.path("in.json").to_str().unwrap());
        std::fs::create_dir_all(folder.path("tests/.git")).unwrap();
        let inner = folder.with("tests/in.json", "{}").with("tests/orders.asl.json", ORDERS);
        std::fs::create_dir(inner.path("tests/deep")).unwrap();
        let inner = inner.with("tests/deep/orders.test.yaml", &text);
        #[cfg(unix)]
        std::os::unix::fs::symlink(inner.path("in.json"), inner.path("tests/link.json")).unwrap();
        let read = TestFile::read(&inner.path("tests/deep/orders.test.yaml"));
        let problems = read.map_or_else(|error| error.to_string(), |_| String::new());
        assert_eq!(problems.contains("it leads out of the folder"), is_refused, "{text}: {problems}");
        assert_eq!(problems.is_empty(), !is_refused, "{text}: {problems}");
    };
    let machine = "machine: ../orders.asl.json";
    check(&format!("{machine}\ncases: [{{name: a, inputFile: ../in.json}}]"), false);
    check("machine: ../../orders.asl.json\ncases: []", true);
    check(&format!("{machine}\nwith: [{{machine: ../../orders.asl.json}}]\ncases: []"), true);
    for name in ["../../in.json", "INNER", "/"] {
        for field in ["inputFile", "mockFile", "record"] {
            check(&format!("{machine}\ncases: [{{name: a, {field}: {name}}}]"), true);
        }
    }
    #[cfg(unix)]
    check(&format!("{machine}\ncases: [{{name: a, inputFile: ../link.json}}]"), true);
}

#[test]
fn expressions_are_compiled() {
    let found = read("cases: [{name: a, expect: {that: [true, 'a b']}}]").unwrap_err();
    assert_eq!(
        found.problems()[0].to_string(),
        "1:35: expected a string at `/cases[0]/expect/that[0]`, found boolean"
    );
    let found = read("cases: [{name: a, expect: {that: ['$x(']}}]").unwrap_err();
    assert!(found.problems()[0].to_string().starts_with("1:35: "), "{found}");
}

/// Every prefix of a test file, and what a hostile one may contain.
#[test]
fn nothing_panics() {
    let whole = "machine: orders.asl.json\nmocks: {Price: [{return: {a: 1}, times: always}, {throw: {error: E}}]}\ncases:\n  \
        - name: a\n    input: {x: [1]}\n    expect: {path: [Price], that: ['$output.a = 1'], durationSeconds: {atMost: 3}}\n";
    for end in 0..whole.len() {
        let _ = read(&whole[..end]);
    }
    for hostile in [
        "a: &a [*a]",
        "cases: !!binary x",
        &format!("cases: {}", "[".repeat(100_000)),
        &format!("{}: 1", "x".repeat(1_000_000)),
        "cases: [{name: a, expect: {durationSeconds: 1e308}}]",
        "cases: [{name: a, expect: {history: ../x}}]",
        "machine: /dev/zero\ncases: []",
        "machine: ''\ncases: []",
        "a: &a {b: 1}\nc: &c [*a,*a,*a,*a,*a,*a]\nd: &d [*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e]",
        "\u{0}",
    ] {
        let _ = read(hostile);
    }
    let text = "cases: [{name: a, expect: {history: ../x}}]\nmocks: {Price: {throw: E}}";
    let file = read(text).unwrap();
    let result = file.run(0, true).unwrap();
    assert!(result.mismatches.iter().any(|found| found.lines[0].contains("must be a path into the folder")));
}
