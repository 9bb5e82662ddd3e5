//! `asl test`: reports, coverage, exit codes, and `--watch`.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use asl_value::Value;

use crate::support::{asl, command, scratch};

const MACHINE: &str = r#"{
  "StartAt": "Size",
  "States": {
    "Size": {
      "Type": "Choice",
      "Choices": [{ "Variable": "$.n", "NumericGreaterThan": 5, "Next": "Large" }],
      "Default": "Small"
    },
    "Large": { "Type": "Pass", "Result": "large", "End": true },
    "Small": { "Type": "Pass", "Result": "small", "End": true }
  }
}
"#;

const CASES: &str = "cases:
  - name: six is large
    input: {n: 6}
    expect: {output: large}
  - name: five is <small> & \"so\"
    input: {n: 5}
    expect: {output: tiny, path: [Size, Large]}
";

/// A folder of this name with a machine and these cases.
fn folder(name: &str, cases: &str) -> PathBuf {
    let folder = scratch(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("size.asl.json"), MACHINE).unwrap();
    std::fs::write(folder.join("size.test.yaml"), cases).unwrap();
    folder
}

#[track_caller]
fn check(name: &str, cases: &str, args: &[&str], code: i32, expected: &[&str]) {
    let folder = folder(name, cases);
    let ran = asl(&[&["test", folder.to_str().unwrap()], args].concat(), "");
    assert_eq!(ran.code, Some(code), "{ran:?}");
    for part in expected {
        assert!(
            ran.stdout.contains(part) || ran.stderr.contains(part),
            "{part:?} in {}\n{}",
            ran.stdout,
            ran.stderr
        );
    }
}

#[test]
fn failures_show_a_difference_and_the_path() {
    let expected = [
        "size.test.yaml:5: five is <small> & \"so\"",
        "  output\n    at $\n      - \"tiny\"\n      + \"small\"\n",
        "  path\n        Size\n      - Large\n      + Small\n",
        "Small (Pass)",
        "1 of 2 cases passed",
    ];
    check("test-human", CASES, &[], 1, &expected);
    check("test-filter", CASES, &["--filter", "six"], 0, &["1 of 1 case passed"]);
    check("test-no-filter", CASES, &["--filter", "seven"], 64, &["no case has `seven`"]);
}

#[test]
fn programs_read_the_results() {
    let junit = [
        "<testsuites tests=\"2\" failures=\"1\" errors=\"0\"",
        "<testcase name=\"five is &lt;small&gt; &amp; &quot;so&quot;\" classname=\"size\"",
        "<failure message=\"unexpected: output, path\">",
    ];
    check("test-junit", CASES, &["--format", "junit"], 1, &junit);
    let tap = ["TAP version 14\n1..2\nok 1 - ", "not ok 2 - ", "  message: \"unexpected: output, path\""];
    check("test-tap", CASES, &["--format", "tap"], 1, &tap);
    let github = ["size.test.yaml,line=7,col=14,title=five is <small> & \"so\"::output%0A"];
    check("test-github", CASES, &["--format", "github"], 1, &github);
    let folder = folder("test-json", CASES);
    let found = asl(&["test", folder.to_str().unwrap(), "--format", "json"], "").json();
    assert_eq!((found["passed"].as_i64(), found["failed"].as_i64()), (Some(1), Some(1)));
    let failed = &found["files"][0]["cases"][1];
    let mismatch = &failed["mismatches"][0];
    assert_eq!((mismatch["what"].as_str(), mismatch["line"].as_i64()), (Some("output"), Some(7)));
    assert_eq!(failed["path"][1].as_str().map(str::trim_start), Some("0.000s  Small (Pass)"));
}

#[test]
fn cases_are_listed_and_chosen_by_line() {
    let files = folder("test-lines", CASES);
    let file = files.join("size.test.yaml").display().to_string();
    let listed = asl(&["test", &file, "--list"], "").stdout;
    assert_eq!(listed, format!("{file}:2: six is large\n{file}:5: five is <small> & \"so\"\n"));
    let list = asl(&["test", &file, "--list", "--format", "json"], "").json();
    let found = &list["files"][0];
    assert_eq!((found["machine"].as_str(), found["cases"][1]["line"].as_i64()), (Some("size"), Some(5)));
    assert!(found["definition"].as_str().is_some_and(|path| path.ends_with("size.asl.json")));
    let ran = |lines: &[&str]| {
        let arguments: Vec<String> = lines.iter().map(|line| format!("{file}{line}")).collect();
        let arguments = arguments.iter().map(String::as_str);
        asl(&["test"].into_iter().chain(arguments).collect::<Vec<_>>(), "")
    };
    for (lines, code, expected) in [
        (&[":2"][..], 0, "1 of 1 case passed"),
        (&[":4"], 0, "1 of 1 case passed"),
        (&[":7"], 1, "0 of 1 case passed"),
        (&[":4", ":99"], 1, "1 of 2 cases passed"),
        (&[":4", ""], 1, "1 of 2 cases passed"),
        (&[":1"], 64, "no case at line 1 of"),
    ] {
        let ran = ran(lines);
        assert_eq!(ran.code, Some(code), "{lines:?} {ran:?}");
        assert!(ran.stdout.contains(expected) || ran.stderr.contains(expected), "{lines:?} {ran:?}");
    }
}

#[test]
fn bad_files_are_named() {
    let bad = "cases:\n  - name: a\n    expects: {}\n";
    let expected = ["size.test.yaml:3:5: unknown field `expects` at `/cases[0]`; did you mean `expect`?"];
    check("test-bad", bad, &[], 2, &expected);
    check("test-bad-junit", bad, &["--format", "junit"], 2, &["<error message=\"bad test file\">"]);
    check(
        "test-bad-github",
        bad,
        &["--format", "github"],
        2,
        &["line=3,col=5,title=bad test file::unknown field"],
    );
    let empty = scratch("test-empty");
    std::fs::create_dir_all(&empty).unwrap();
    assert_eq!(asl(&["test", empty.to_str().unwrap()], "").code, Some(64));
}

#[test]
fn coverage_is_exact() {
    let table = [
        "states       2 of 3",
        "transitions  1 of 2",
        "rules        1 of 1",
        "mismatches   0 of 1",
        "line 6: rule 0 of Size does not match",
        "line 7: Size → Small by default",
        "line 10: Small",
        "the cases reach 57.1 %, less than 90 %",
    ];
    check("test-coverage", CASES, &["--filter", "six", "--coverage", "--min", "90"], 1, &table);
    check("test-enough", CASES, &["--filter", "six", "--min", "57"], 0, &[]);

    let folder = folder("test-coverage-files", CASES);
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (lcov, cobertura, json) = (file("lcov.info"), file("cobertura.xml"), file("coverage.json"));
    let path = folder.to_str().unwrap();
    let outputs = ["--lcov", &lcov, "--cobertura", &cobertura, "--coverage-json", &json];
    let ran = asl(&[&["test", path, "--filter", "six"], &outputs[..]].concat(), "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    for line in
        ["FN:4,Size", "FNDA:0,Small", "FNH:2", "BRDA:6,0,1,0", "DA:4,1", "DA:9,1", "DA:10,0", "LF:5", "LH:2"]
    {
        assert!(read(&lcov).lines().any(|found| found == line), "{line} in {}", read(&lcov));
    }
    let line = "<line number=\"6\" hits=\"0\" branch=\"true\" condition-coverage=\"66% (2/3)\"/>";
    assert!(read(&cobertura).contains(line), "{}", read(&cobertura));
    assert_eq!(
        Value::parse(&read(&json)).unwrap()["definitions"][0]["kinds"]["states"]["reached"].as_i64(),
        Some(2)
    );
    let drawn = asl(&["graph", &file("size.asl.json"), "--coverage", &json, "--format", "mermaid"], "");
    assert!(drawn.stdout.contains("not reached") && drawn.stdout.contains("3 of 5 reached"), "{drawn:?}");
    assert_eq!(
        asl(&["graph", &file("size.asl.json"), "--coverage", &file("size.asl.json")], "").code,
        Some(64)
    );
}

/// The report has the same coverage as the JSON, with a drawing, and the executions of failed cases.
#[test]
fn a_report_shows_coverage_and_failed_cases() {
    let folder = folder("test-report", CASES);
    let file = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (html, json) = (file("report.html"), file("coverage.json"));
    let ran = asl(&["test", folder.to_str().unwrap(), "--report", &html, "--coverage-json", &json], "");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let html = std::fs::read_to_string(&html).unwrap();
    assert!(html.contains("default-src 'none'; script-src 'sha256-"));
    let (_, data) = html.split_once(r#"<script type="application/json" id="asl-report">"#).unwrap();
    let data = Value::parse(data.split_once("</script>").unwrap().0).unwrap();
    let coverage = Value::parse(&std::fs::read_to_string(&json).unwrap()).unwrap();
    for member in ["machine", "path", "percent", "kinds", "items"] {
        assert_eq!(data["coverage"][0][member], coverage["definitions"][0][member], "{member}");
    }
    let edges = data["coverage"][0]["layout"]["edges"].as_array().unwrap();
    let leads = |item: &&Value| item["to"].as_str().is_some();
    let transitions: Vec<&Value> =
        data["coverage"][0]["items"].as_array().unwrap().iter().filter(leads).collect();
    assert_eq!(transitions.len(), 2);
    for item in transitions {
        let is_drawn = |edge: &Value| edge["from"] == item["state"] && edge["to"] == item["to"];
        assert!(edges.iter().any(is_drawn), "{item}");
    }
    let execution = &data["head"]["execution"];
    assert_eq!(execution["status"].as_str(), Some("SUCCEEDED"), "the case expected something else");
    assert!(data["events"].as_array().unwrap().len() > 3);
}

#[test]
fn watched_files_run_again() {
    let folder = folder("test-watch", CASES);
    let mut child = command(&["test", folder.to_str().unwrap(), "--watch"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    // A file that is being written may be seen incomplete.
    let mut wait_for = |summary: &str| assert!(lines.any(|line| line.starts_with(summary)));
    wait_for("1 of 2 cases passed");
    let changed = MACHINE.replace("\"small\"", "\"tiny\"").replace(": 5,", ": 4,");
    std::fs::write(folder.join("size.asl.json"), changed).unwrap();
    wait_for("1 of 2 cases passed");
    let passing = CASES.replace("tiny, path: [Size, Large]", "large");
    std::fs::write(folder.join("size.test.yaml"), passing).unwrap();
    wait_for("2 of 2 cases passed");
    child.kill().unwrap();
    child.wait().unwrap();
}
