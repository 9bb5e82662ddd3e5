//! `asl run`: machines that are given together, and what else answers tasks.

use crate::support::{asl, command, file, machine, scratch};

const STATES: &str = "arn:aws:states:us-east-1:123456789012";

fn folder() -> String {
    let folder = scratch("together");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("echo.asl.json"), machine(r#""Type":"Wait","Seconds":60"#)).unwrap();
    folder.to_str().unwrap().to_owned()
}

/// Runs a task with this resource and these parameters, along with a machine `echo`.
#[track_caller]
fn check(with: &str, resource: &str, parameters: &str, expected: &str) {
    let parameters = parameters.replace("ECHO", &format!("{STATES}:stateMachine:echo"));
    let task = format!(r#""Type":"Task","Resource":"arn:aws:states:::{resource}","Parameters":{parameters}"#);
    let main = file("together-main.asl.json", machine(&task));
    let ran = asl(&["run", &main, with, &folder(), "--format", "json", "--seed", "7"], "");
    assert!(ran.stdout.contains(expected), "{resource}: expected {expected} in {ran:?}");
}

#[test]
fn machines_start_each_other() {
    let status = r#""Status":"SUCCEEDED""#;
    check(
        "--with",
        "states:startExecution.sync:2",
        r#"{"StateMachineArn":"ECHO","Input":{"a":1}}"#,
        r#""Output":{"a":1}"#,
    );
    check("--with", "states:startExecution.sync", r#"{"StateMachineArn":"ECHO"}"#, r#""Output":"{}""#);
    let gone = r#"{"StateMachineArn":"ECHOES"}"#;
    check("--with", "states:startExecution", gone, "StepFunctions.StateMachineDoesNotExistException");
    if cfg!(feature = "aws") {
        check("--with-express", "aws-sdk:sfn:startSyncExecution", r#"{"StateMachineArn":"ECHO"}"#, status);
        let own = r#"{"ExecutionArn.$":"$$.Execution.Id"}"#;
        check("--with", "aws-sdk:sfn:describeExecution", own, r#""Name":"execution","Status":"RUNNING""#);
        let list = r#"{"StateMachineArn.$":"$$.StateMachine.Id"}"#;
        check("--with", "aws-sdk:sfn:listExecutions", list, r#":execution:together-main:execution""#);
    }
    check("--with", "sqs:sendMessage", r#"{"QueueUrl":"q","MessageBody":"m"}"#, "only with `--aws`");
}

#[test]
fn memory_is_bounded_together_as_alone() {
    let processor = r#"{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}"#;
    let map = machine(&format!(r#""Type":"Map","ItemProcessor":{processor}"#));
    let main = file("together-memory.asl.json", map);
    for with in [&[][..], &["--with", &folder()]] {
        for (memory, status) in [("1", "SUCCEEDED"), ("0", "States.DataLimitExceeded")] {
            let args = [&["run", &main, "--input", "[1]", "--format", "json", "--memory", memory], with];
            let ran = asl(&args.concat(), "");
            assert!(ran.stdout.contains(status), "{with:?} {memory} {ran:?}");
        }
    }
}

#[test]
fn what_cannot_be_given_together() {
    let main = file("together-twice.asl.json", machine(r#""Type":"Pass""#));
    let bad = file("together-bad.asl.json", "{}");
    for (args, code, stderr) in [
        (["--with", &main], 0, ""),
        (["--with", &bad], 2, "These fields are required: [States, StartAt]"),
        (["--with", "missing.asl.json"], 2, "cannot read the definition"),
        (["--with", "examples"], 2, "cannot read the definition"),
    ] {
        let ran = asl(&[&["run", &main], &args[..]].concat(), "");
        assert_eq!(ran.code, Some(code), "{args:?} {ran:?}");
        assert!(ran.stderr.contains(stderr), "{args:?} {ran:?}");
    }
    let both = ["run", &main, "--with", "hello.asl.json", "--with-express", "./hello.asl.json"];
    let ran = asl(&both, "");
    assert!(ran.code == Some(64) && ran.stderr.contains("two machines are called `hello`"), "{ran:?}");
}

#[test]
fn what_needs_somebody_outside_is_told_before() {
    let waits = r#""Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"}"#;
    let waits = file("together-token.asl.json", machine(waits));
    let worker = format!(r#""Type":"Task","Resource":"{STATES}:activity:a""#);
    let worker = file("together-activity.asl.json", machine(&worker));
    let mocks = r#"{"StateMachines":{"M":{"TestCases":{"C":{"S":"R"}}}},"MockedResponses":{"R":{"0":{"Return":{}}}}}"#;
    let mocks = file("together-mocks.json", mocks);
    let token = "warning: the task of `S` needs a caller that returns its task token: mock it, or run the machine \
                 with `asl serve`\n";
    for (args, code, expected) in [
        (&[&*waits][..], 1, Some(token)),
        (&[&*worker], 1, Some("warning: the task of `S` needs a worker: mock it, ")),
        (&[&*waits, "--mocks", &mocks], 0, None),
    ] {
        let ran = asl(&[&["run"], args].concat(), "");
        assert_eq!(ran.code, Some(code), "{ran:?}");
        match expected {
            Some(expected) => assert!(ran.stderr.starts_with(expected), "{ran:?}"),
            None => assert!(!ran.stderr.contains("warning"), "{ran:?}"),
        }
    }
}

/// Without `--aws` a service is called where the environment names its endpoint, as by `asl serve`.
#[cfg(feature = "aws")]
#[test]
fn endpoints_of_the_environment_are_called() {
    let send = r#""Type":"Task","Resource":"arn:aws:states:::aws-sdk:sqs:sendMessage","Parameters":{"QueueUrl":"q","MessageBody":"m"}"#;
    let send = file("together-send.asl.json", machine(send));
    for (variable, expected) in [
        ("AWS_ENDPOINT_URL", "Sqs.SdkClientException"),
        ("SQS_ENDPOINT", "Sqs.SdkClientException"),
        ("AWS_ENDPOINT_URL_SNS", "no endpoint is configured for SQS, and AWS itself must not be called"),
        ("UNRELATED", "nothing answers"),
    ] {
        let mut command = command(&["run", &send, "--format", "json"]);
        let output = command.env(variable, "http://127.0.0.1:1").output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(text.contains(expected), "{variable}: {text}");
    }
}
