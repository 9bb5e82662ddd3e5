//! Folders and templates, SARIF, annotations.

use std::path::PathBuf;

use asl_value::{Value, json};

use crate::support::{Ran, asl, command, echo, file, machine, scratch};

const TEMPLATES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/data/templates");

/// `asl` in the folder of templates.
#[track_caller]
fn in_templates(args: &[&str]) -> Ran {
    let output = command(args).current_dir(TEMPLATES).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A new folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = scratch(name);
    let _ = std::fs::remove_dir_all(&folder);
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// The files in which something is found, each with its state machine and its line.
fn places(ran: &Ran) -> Vec<String> {
    let found = ran.json();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let places = found["diagnostics"].as_array().unwrap().iter().map(|found| {
        let (file, machine, line) = (text(&found["file"]), text(&found["machine"]), &found["line"]);
        format!("{} {file} {machine} {line}", text(&found["code"]))
    });
    places.collect()
}

#[test]
fn templates() {
    let ran = in_templates(&["validate", "template.yaml", "--format", "json"]);
    let expected = [
        "ASL0019 template.yaml Greeter 13",
        "ASL0021 template.yaml Greeter 8",
        "ASL0038 machines/jobs.asl.json Jobs 9",
        "ASL0027 machines/jobs.asl.json Jobs 7",
    ];
    assert_eq!((ran.code, places(&ran)), (Some(2), expected.map(str::to_owned).to_vec()), "{}", ran.stderr);
    let ran = in_templates(&["validate", "template.yaml"]);
    let expected = "template.yaml (Greeter): invalid, 2 errors\n\
        machines/jobs.asl.json (Jobs): invalid, 1 error, 1 warning\n\
        template.yaml (Stored): not checked, its definition is not in a local file\n\
        2 definitions, 2 invalid, 3 errors, 1 warning, 1 not checked\n";
    assert_eq!(ran.stdout, expected, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("13 |             Next: Bye\n   |                   ^^^\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn folders() {
    let other = r#"{"StartAt": "A", "States": {}}"#;
    let bad = machine(r#""Type":"Pass","Retry":[]"#);
    let root = folder(
        "walk",
        &[
            ("b.asl.json", &bad),
            ("a.json", &bad),
            ("package.json", "{\"States\": 1"),
            ("list.json", "[1]"),
            ("c.asl.yaml", "StartAt: 5\n"),
            ("d.yml", "on: push\n"),
            ("e.yaml", "StartAt: A\nStates: []\n"),
            ("inner/deep/f.asl.json", &echo()),
            ("target/g.asl.json", &bad),
            ("node_modules/h.asl.json", &bad),
            (".hidden/i.asl.json", &bad),
            ("readme.md", other),
        ],
    );
    let path = root.to_str().unwrap();
    let ran = asl(&["validate", path, "--format", "json"], "");
    let expected = [
        "ASL0009 a.json",
        "ASL0009 b.asl.json",
        "ASL0005 c.asl.yaml",
        "ASL0006 c.asl.yaml",
        "ASL0006 e.yaml",
    ];
    let found: Vec<String> = places(&ran)
        .iter()
        .map(|place| place.replace(&format!("{path}/"), "").split(" - ").next().unwrap().to_owned())
        .collect();
    assert_eq!((ran.code, found), (Some(2), expected.map(str::to_owned).to_vec()), "{}", ran.stderr);
    let ran = asl(&["validate", path], "");
    assert!(ran.stdout.ends_with("5 definitions, 4 invalid, 5 errors\n"), "{}", ran.stdout);
    let nothing = folder("walk-nothing", &[("package.json", "{}")]);
    let ran = asl(&["validate", nothing.to_str().unwrap()], "");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(64), "error: there is no definition in the folder\n"));
    // The template decides how the file is read. On its own, the file is not valid JSON.
    let ran = in_templates(&["validate", ".", "--format", "json"]);
    assert_eq!((ran.code, places(&ran).len()), (Some(2), 4), "{}", ran.stdout);
}

#[test]
fn named_files_that_are_no_definition() {
    let empty = file("empty.template.yaml", "Resources:\n  T: {Type: AWS::DynamoDB::Table}\n");
    let ran = asl(&["validate", &empty], "");
    assert_eq!((ran.code, ran.stdout), (Some(0), format!("{empty}: no state machine in this template\n")));
    let broken = file("broken.template.yaml", "Resources:\n  M: {Type: AWS::Serverless::StateMachine\n");
    let ran = asl(&["validate", &broken, "--format", "json"], "");
    assert_eq!((ran.code, ran.json()["diagnostics"][0]["code"].as_str()), (Some(2), Some("ASL0001")));
    let missing = file(
        "missing.template.yaml",
        "Resources: {M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: no/such.asl.json}}}",
    );
    let ran = asl(&["validate", &missing], "");
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("cannot read the definition") && ran.stderr.contains("no/such.asl.json"));
}

#[test]
fn warnings_can_be_denied() {
    let warned = file("warned.asl.json", machine(r#""Type":"Pass","Result":"$.x""#));
    for (args, code) in [(&[][..], 0), (&["--deny", "warnings"], 2)] {
        assert_eq!(asl(&[&["validate", &warned], args].concat(), "").code, Some(code));
    }
    let fine = file("fine.asl.json", echo());
    assert_eq!(asl(&["validate", &fine, "--deny", "warnings"], "").code, Some(0));
}

#[test]
fn annotations() {
    let ran = in_templates(&["validate", "template.yaml", "--format", "github"]);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "::error file=template.yaml,line=13,col=19,endLine=13,endColumn=22,title=ASL0019::Missing 'Next' target: Bye%0A\
         at /States/Greet/Next"
    );
    assert!(lines[2].starts_with("::warning file=machines/jobs.asl.json,line=9,col=32,"), "{}", lines[2]);
    assert!(
        lines[2].ends_with("%0Aat /States/Job/ResultSelector%0Aname it `id.$` to have the value evaluated")
    );
    assert_eq!(lines.len(), 5);
    // GitHub names files from the root of the repository.
    let walked = in_templates(&["validate", ".", "--format", "github"]);
    assert!(walked.stdout.contains("file=template.yaml,line=13,"), "{}", walked.stdout);
    assert!(!walked.stdout.contains("file=./"), "{}", walked.stdout);
    let odd = file("50%, a:b.asl.json", machine(r#""Type":"Pass","Next":"100%""#));
    let ran = asl(&["validate", &odd, "--format", "github"], "");
    assert!(ran.stdout.contains("50%25%2C a%3Ab.asl.json,line=1,"), "{}", ran.stdout);
    assert_eq!(ran.code, Some(2));
}

#[test]
fn sarif_logs() {
    let ran = in_templates(&["validate", "template.yaml", "--format", "sarif"]);
    let log = ran.json();
    let run = &log["runs"][0];
    let ids: Vec<&str> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(
        (log["version"].as_str(), ids),
        (Some("2.1.0"), vec!["ASL0019", "ASL0021", "ASL0027", "ASL0038"])
    );
    let expected = json!({
        "ruleId": "ASL0019",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "Missing 'Next' target: Bye"},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": "template.yaml"},
                "region": {"startLine": 13, "startColumn": 19, "endLine": 13, "endColumn": 22}
            },
            "logicalLocations": [{"fullyQualifiedName": "/States/Greet/Next"}]
        }]
    });
    assert_eq!(run["results"][0], expected);
    let odd = file("a b ü.asl.json", "{");
    let log = asl(&["validate", &odd, "--format", "sarif"], "").json();
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(
        uri.as_str().unwrap().starts_with("file:///")
            && uri.as_str().unwrap().ends_with("/a%20b%20%C3%BC.asl.json")
    );
    let clean = asl(&["validate", "hello.asl.json", "--format", "sarif"], "").json();
    assert_eq!(clean["runs"][0]["results"], json!([]));
}

/// Services and actions that there are not: AWS refuses them, here they are warned of.
#[cfg(feature = "aws")]
#[test]
fn unknown_sdk_integrations_are_warned_of() {
    for (resource, help) in [
        (
            "stepfunctions:startExecution",
            Some("there is no SDK integration of `stepfunctions`; did you mean `sfn`?"),
        ),
        ("s3:ListBuckets", Some("the service `s3` has no action `ListBuckets`; did you mean `listBuckets`?")),
        ("s3:noSuchThing", Some("the service `s3` has no action `noSuchThing`")),
        (
            "logs:createLogStream",
            Some("there is no SDK integration of `logs`; did you mean `cloudwatchlogs`?"),
        ),
        ("dynamobd:getItem", Some("there is no SDK integration of `dynamobd`; did you mean `dynamodb`?")),
        ("qldb:createLedger", Some("AWS has ended the service `qldb`, or its SDK integration")),
        ("sts:assumeRole", Some("Step Functions does not offer the action `assumeRole` of `sts`")),
        ("sfn:startSyncExecution", None),
        ("${Service}:getItem", None),
    ] {
        let arn = format!("arn:aws:states:::aws-sdk:{resource}");
        let inner =
            format!(r#"{{"StartAt":"T","States":{{"T":{{"Type":"Task","Resource":"{arn}","End":true}}}}}}"#);
        let parallel = format!(r#""Type":"Parallel","Branches":[{inner}]"#);
        let definition = crate::support::file("sdk-unknown.asl.json", crate::support::machine(&parallel));
        let ran = crate::support::asl(&["validate", &definition], "");
        assert_eq!(ran.code, Some(0), "{resource}: {ran:?}");
        let text = format!("{}{}", ran.stdout, ran.stderr);
        let refused = format!("The resource provided {arn} is not recognized.");
        match help {
            Some(help) => assert!(
                text.contains(&refused) && text.contains(&format!("help: {help}\n")),
                "{resource}: {text}"
            ),
            None => assert!(!text.contains("is not recognized"), "{resource}: {text}"),
        }
    }
}
