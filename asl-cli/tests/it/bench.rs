//! `asl bench`.

use asl_value::json;

use crate::support::{asl, file, machine};

fn orders() -> String {
    let task = |name: &str, next: &str| {
        let arn = format!("arn:aws:lambda:us-east-1:123456789012:function:{name}");
        format!(r#"{{"Type":"Task","Resource":"{arn}",{next}}}"#)
    };
    let catch = r#""Catch":[{"ErrorEquals":["Broken"],"ResultPath":"$.caught","Next":"C"}],"End":true"#;
    let states = [
        format!(r#""A":{}"#, task("echo", r#""Next":"B""#)),
        format!(r#""B":{}"#, task("fail", catch)),
        format!(r#""C":{}"#, task("echo", r#""End":true"#)),
    ];
    format!(r#"{{"StartAt":"A","States":{{{}}}}}"#, states.join(","))
}

#[test]
fn figures() {
    let definition = file("bench.asl.json", orders());
    let input = file("bench.input.json", r#"{"error": "Broken", "cause": "by hand"}"#);
    let expected =
        r#"{"caught": {"Cause": "by hand", "Error": "Broken"}, "cause": "by hand", "error": "Broken"}"#;
    let expected = file("bench.expect.json", expected);
    let args = ["bench", &definition, "--input", &input, "--mock-tasks", "echo", "--expect", &expected];
    for more in [&["--repeat", "150", "--json"][..], &["--repeat", "150", "--json", "--history"]] {
        let ran = asl(&[&args, more].concat(), "");
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let figures = ran.json();
        assert_eq!(figures["ok"], json!(true));
        assert_eq!((figures["executions"].as_i64(), figures["transitions"].as_i64()), (Some(150), Some(3)));
        assert!(figures["wall_s"].as_f64().is_some_and(|wall| wall > 0.0), "{figures}");
        if cfg!(target_os = "linux") {
            assert!(figures["cpu_s"].as_f64().is_some_and(|cpu| cpu > 0.0), "{figures}");
            assert!(figures["rss_mb"].as_f64().is_some_and(|rss| rss > 0.5), "{figures}");
        }
    }
    let ran = asl(&args, "");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.starts_with("1 executions of 3 transitions in "), "{}", ran.stdout);
}

#[track_caller]
fn check_failure(args: &[&str], definition: String, expected: &str) {
    let args = [&["bench", "-"], args].concat();
    let ran = asl(&args, &definition);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert_eq!(ran.stderr, format!("error: {expected}\n"));
    let ran = asl(&[&args[..], &["--json"]].concat(), &definition);
    assert_eq!((ran.code, ran.json()), (Some(1), json!({"ok": false, "error": expected})));
}

#[test]
fn failures() {
    let other = file("bench.other.json", "2");
    let pass = machine(r#""Type":"Pass","Result":3"#);
    check_failure(&["--expect", &other], pass, "expected another output, found 3");
    let fail = r#"{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}}"#.to_owned();
    let outcome = r#"{"status":"FAILED","error":"E","cause":null,"transitions":1}"#;
    check_failure(&["--repeat", "3"], fail, outcome);
    let invalid = asl(&["bench", "-", "--json"], "{}");
    assert_eq!(invalid.code, Some(2));
    assert_eq!(invalid.json()["diagnostics"][0]["code"], json!("ASL0005"));
}
