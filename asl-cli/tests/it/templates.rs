//! Machines of SAM, CloudFormation and CDK templates, as arguments of the commands.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use asl_value::{Value, json};

use crate::serve::{Served, call};
use crate::support::{asl, command, scratch};

const SAM: &str = "\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: test}
Resources:
  Charge:
    Type: AWS::Serverless::Function
  Table: {Type: AWS::DynamoDB::Table}
  Orders:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: orders
      DefinitionUri: orders.asl.json
      DefinitionSubstitutions: {ChargeArn: !GetAtt Charge.Arn, Table: !Ref Table, Seconds: 5}
  Quick:
    Type: AWS::Serverless::StateMachine
    Properties:
      Type: EXPRESS
      Definition:
        StartAt: Where
        States:
          Where: {Type: Pass, Result: {stage: !Ref Stage, parent: !Ref Orders, express: true}, End: true}
  Stored:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: s3://bucket/key
";

const ORDERS: &str = r#"{"StartAt": "Wait", "States": {
    "Wait": {"Type": "Wait", "Seconds": ${Seconds}, "Next": "Charge"},
    "Charge": {"Type": "Task", "Resource": "${ChargeArn}", "Parameters": {"table": "${Table}"}, "End": true}}}"#;

/// What CDK writes: the definition as a joined text, and a hash in each logical id.
fn cdk() -> Value {
    let definition = json!({"Fn::Join": ["", [
        r#"{"StartAt":"Charge","States":{"Charge":{"Type":"Task","Resource":"arn:"#, {"Ref": "AWS::Partition"},
        r#":states:::lambda:invoke","Parameters":{"FunctionName":""#, {"Fn::GetAtt": ["Charge1A2B", "Arn"]}, r#""},"End":true}}}"#
    ]]});
    json!({"Resources": {
        "Charge1A2B": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "charge"}},
        "Orders9F8E": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": definition}}
    }})
}

/// A folder with a SAM template, and one with the output of CDK.
fn projects(name: &str) -> (PathBuf, PathBuf) {
    let (sam, cdk_out) = (scratch(name), scratch(name).join("cdk.out"));
    let _ = std::fs::remove_dir_all(&sam);
    std::fs::create_dir_all(&cdk_out).unwrap();
    std::fs::write(sam.join("template.yaml"), SAM).unwrap();
    std::fs::create_dir_all(sam.join("machines")).unwrap();
    std::fs::write(sam.join("orders.asl.json"), ORDERS).unwrap();
    std::fs::write(cdk_out.join("Shop.template.json"), cdk().to_json()).unwrap();
    std::fs::write(cdk_out.join("manifest.json"), "{}").unwrap();
    (sam, cdk_out)
}

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:Charge";

#[test]
fn a_machine_of_a_template_runs() {
    let (sam, cdk) = projects("templates-run");
    let mocks = |state: &str| {
        let mocks = json!({"StateMachines": {"m": {"TestCases": {"c": {state: "r"}}}},
            "MockedResponses": {"r": {"0": {"Return": {"Payload": 7}}}}});
        crate::support::file(&format!("templates-{state}.mocks.json"), mocks.to_json())
    };
    let path = |folder: &PathBuf, rest: &str| format!("{}{rest}", folder.display());
    let mocks = format!("{}#m/c", mocks("Charge"));
    for definition in [
        path(&sam, "/template.yaml#Orders"),
        path(&cdk, ""),
        path(&cdk, "#Orders"),
        path(&cdk, "/Shop.template.json"),
    ] {
        let ran = asl(&["run", &definition, "--mocks", &mocks, "--format", "json"], "");
        assert_eq!(ran.json()["output"], json!({"Payload": 7}), "{definition} {ran:?}");
    }
    // The type is that of the template.
    let ran = asl(&["run", &path(&sam, "/template.yaml#Quick"), "--format", "json"], "");
    let parent = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
    assert_eq!(ran.json()["output"], json!({"stage": "test", "parent": parent, "express": true}));
    // What a template leaves open has a value of the arguments instead.
    let ran = asl(
        &[
            "run",
            &path(&sam, "/template.yaml#Orders"),
            "--substitute",
            "ChargeArn=arn:aws:states:::sns:publish",
        ],
        "",
    );
    assert!(ran.stderr.contains("nothing answers `arn:aws:states:::sns:publish`"), "{ran:?}");
}

#[test]
fn other_commands_take_machines_of_templates() {
    let (sam, cdk) = projects("templates-others");
    let orders = format!("{}/template.yaml#Orders", sam.display());
    let ran =
        asl(&["test-state", &orders, "--state", "Charge", "--mock-result", "{}", "--format", "json"], "");
    assert_eq!(ran.json()["inspectionData"]["afterParameters"], json!(r#"{"table":"Table"}"#), "{ran:?}");
    let ran = asl(&["graph", &orders, "--format", "mermaid"], "");
    assert!(ran.stdout.contains("Charge"), "{ran:?}");
    if cfg!(feature = "aws") {
        for (machine, function) in [(orders, "Charge"), (format!("{}#Orders", cdk.display()), "charge")] {
            let ran = asl(&["policy", &machine, "--account", "111122223333"], "");
            assert!(
                ran.stdout.contains(&format!("arn:aws:lambda:*:111122223333:function:{function}")),
                "{ran:?}"
            );
        }
    }
}

#[track_caller]
fn check(arguments: &[&str], stderr: &str) {
    let ran = asl(arguments, "");
    assert_eq!(ran.code, Some(64), "{arguments:?} {ran:?}");
    assert!(ran.stderr.contains(stderr), "{arguments:?}: expected {stderr:?} in {}", ran.stderr);
}

#[test]
fn machines_that_cannot_be_selected() {
    let (sam, _) = projects("templates-refused");
    let (folder, empty) = (sam.to_str().unwrap(), sam.join("machines"));
    let template = format!("{folder}/template.yaml");
    check(
        &["run", &template],
        &format!("has several state machines; name one: `{template}#Orders`, `{template}#Quick`"),
    );
    check(&["run", &format!("{template}#Nope")], "there is no state machine `Nope` in");
    check(&["run", &format!("{template}#Stored")], "its definition is not in a local file");
    check(&["run", "."], "`.` has several state machines; name one: `./hello.asl.json`, ");
    check(
        &["serve", empty.to_str().unwrap()],
        "no *.asl.json, no *.asl.yaml and no template with a state machine in `",
    );
}

#[test]
fn the_machines_of_a_template_are_served() {
    let (sam, _) = projects("templates-serve");
    let template = format!("{}/template.yaml", sam.display());
    let mut server = Served(command(&["serve", "--port", "0", "--virtual-time", &template]).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let arn = |name: &str| format!("arn:aws:states:us-east-1:123456789012:stateMachine:{name}");
    assert_eq!(lines.next(), Some(format!("created {}", arn("orders"))));
    assert_eq!(lines.next(), Some(format!("created {}", arn("Quick"))));
    let listening = lines.next().unwrap();
    let address = listening.strip_prefix("listening on http://").unwrap();
    let answer =
        call(address, "DescribeStateMachine", &format!(r#"{{"stateMachineArn":"{}"}}"#, arn("orders")));
    assert!(answer.contains(ARN), "{answer}");
    let answer = call(address, "StartSyncExecution", &format!(r#"{{"stateMachineArn":"{}"}}"#, arn("Quick")));
    assert!(answer.contains("SUCCEEDED"), "{answer}");
}
