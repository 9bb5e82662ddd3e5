//! The process: how it serves invocations, and why it may not start.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use asl_engine::Engine;
use asl_lambda::{Adapter, Config, serve};
use asl_value::{Value, json};

use crate::machine::{echo, fail, program, task, tasks, wait};
use crate::runtime_api::{Function, Report};

/// A definition in a file of its own.
pub(crate) fn file(text: &str) -> String {
    static FILES: AtomicU32 = AtomicU32::new(0);
    let name = format!("definition-{}.asl.json", FILES.fetch_add(1, Ordering::Relaxed));
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    // The file may exist from an earlier run.
    let _ = std::fs::remove_file(beside(path.to_str().unwrap()));
    path.to_str().unwrap().to_owned()
}

/// The file with the values of a definition.
fn beside(definition: &str) -> String {
    definition.replace(".asl.json", ".substitutions.json")
}

/// The program, with the region that Lambda sets.
pub(crate) fn bootstrap() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bootstrap"));
    command.env("AWS_REGION", "eu-west-1").env_remove("AWS_DEFAULT_REGION");
    command
}

fn bootstrap_of(definition: &Value) -> Function {
    Function::start(&mut bootstrap(), &[("ASL_DEFINITION", &file(&definition.to_json()))])
}

/// The function with its own task. Another test runs this one as a process.
#[test]
fn a_function_of_its_own() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let engine = Engine::builder().tasks(tasks()).build();
    runtime
        .block_on(serve(Adapter::new(program(&task("panic")), engine, Config::default()).unwrap()))
        .unwrap();
}

#[test]
fn a_panic_fails_its_invocation_and_no_other() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "process::a_function_of_its_own", "--nocapture"]);
    let mut function = Function::start(&mut command, &[]);
    for round in 0..3 {
        let (error, cause) = function.invoke(&json!({"panic": "boom"})).error();
        assert_eq!(
            (error.as_str(), cause.as_str()),
            ("States.TaskFailed", "the task in state `Work` panicked: boom")
        );
        assert_eq!(function.invoke(&json!({"round": round})).response(), json!({"round": round}));
    }
}

#[test]
fn the_bootstrap_serves_a_definition() {
    let mut function = bootstrap_of(&echo());
    assert_eq!(function.invoke(&json!({"n": 1})).response(), json!({"n": 1}));
    let event = json!({
        "version": "2.0", "requestContext": {"http": {"method": "GET", "path": "/"}}, "body": "[1]",
        "headers": {}, "isBase64Encoded": false
    });
    assert_eq!(function.invoke(&event).response()["body"], json!("[1]"));
    let event = json!({"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}});
    assert_eq!(function.invoke(&event).response(), event);
}

#[test]
fn the_log_has_the_records_of_failed_executions() {
    let mut function = bootstrap_of(&fail());
    function.invoke(&json!({"Error": "E", "Cause": "c"})).error();
    let log = function.log();
    let found: Vec<_> =
        log.iter().map(|line| (&line["type"], &line["requestId"], &line["xrayTraceId"])).collect();
    let [request, trace] = [json!("request-1"), json!("1-5759e988-bd862e3fe1be46a994272793")];
    let [entered, failed] = [json!("FailStateEntered"), json!("ExecutionFailed")];
    assert_eq!(found, [(&entered, &request, &trace), (&failed, &request, &trace)]);
}

#[test]
fn a_folder_of_definitions_is_one_function() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("definitions");
    std::fs::create_dir_all(&folder).unwrap();
    let start = json!({"StartAt": "Start", "States": {"Start": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "OutputPath": "$.Output",
        "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:1:stateMachine:echo", "Input.$": "$"}, "End": true
    }}});
    std::fs::write(folder.join("start.asl.json"), start.to_json()).unwrap();
    std::fs::write(folder.join("echo.asl.yaml"), "{StartAt: E, States: {E: {Type: Succeed}}}").unwrap();
    std::fs::write(folder.join("event.json"), "no definition").unwrap();
    let path = folder.to_str().unwrap();
    let mut function = Function::start(&mut bootstrap(), &[("ASL_DEFINITION", path), ("ASL_MAIN", "start")]);
    assert_eq!(function.invoke(&json!({"n": 1})).response(), json!({"n": 1}));
    let line = |message: &str| json!({"level": "ERROR", "message": message});
    for (main, message) in [
        ("", "ASL_MAIN: not set, expected one of `echo`, `start`"),
        ("other", "ASL_MAIN: expected one of `echo`, `start`, found `other`"),
    ] {
        let vars = [("ASL_DEFINITION", path), ("ASL_MAIN", main)];
        check_start(&vars, "InvalidConfiguration", message, &[line(message)]);
    }
    std::fs::write(folder.join("echo.asl.yaml"), "{StartAt: E, States: {}}").unwrap();
    check_start(
        &[("ASL_DEFINITION", path), ("ASL_MAIN", "start")],
        "InvalidDefinition",
        "`echo`: Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Value cannot be empty at /States'",
        &[json!({"level": "ERROR", "definition": "echo", "message": "Value cannot be empty"})],
    );
    let file = file(&echo().to_json());
    let message = format!("ASL_MAIN: set, although `{file}` is not a folder");
    let vars = [("ASL_DEFINITION", file.as_str()), ("ASL_MAIN", "echo")];
    check_start(&vars, "InvalidConfiguration", &message, &[line(&message)]);
}

/// Checks the output of an execution, and the log of the start by message and line.
fn substituted(vars: &[(&str, &str)]) -> (Value, Vec<(String, Value)>) {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
      "Result": {"table": "${Table}", "topic": "${Topic.Arn}", "wait": ${Wait}, "home": "${HOME}"}}}}"#;
    let path = file(definition);
    std::fs::write(beside(&path), r#"{"Table": "default", "Topic.Arn": "default", "Wait": 5}"#).unwrap();
    let vars = [&[("ASL_DEFINITION", path.as_str())], vars].concat();
    let mut function = Function::start(&mut bootstrap(), &vars);
    let output = function.invoke(&json!({})).response();
    let lines = function.log_of_start();
    let lines = lines.iter().map(|line| (line["message"].as_str().unwrap().to_owned(), line["line"].clone()));
    (output, lines.collect())
}

#[test]
fn one_definition_serves_all_stages() {
    let left = ("`${HOME}` has no value".to_owned(), json!(2));
    let (output, log) = substituted(&[]);
    assert_eq!(output, json!({"table": "default", "topic": "default", "wait": 5, "home": "${HOME}"}));
    assert_eq!(log, [left]);
    let vars = [
        ("ASL_SUBSTITUTE_Table", "orders"),
        ("ASL_SUBSTITUTE_HOME", "${HOME}"),
        ("ASL_SUBSTITUTE_Tabel", "x"),
        ("ASL_SUBSTITUTIONS", r#"{"Table": "x", "Topic.Arn": "arn"}"#),
    ];
    let (output, log) = substituted(&vars);
    assert_eq!(output, json!({"table": "orders", "topic": "arn", "wait": 5, "home": "${HOME}"}));
    let unused = "the substitution `Tabel` of the environment occurs in no definition".to_owned();
    assert_eq!(log, [(unused, json!(null))]);
}

#[test]
fn a_value_that_is_missing_or_wrong_is_told() {
    let definition =
        file(r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": ${Wait}, "End": true}}}"#);
    check_start(
        &[("ASL_DEFINITION", &definition)],
        "InvalidDefinition",
        "Invalid State Machine Definition: 'ASL0042: `${Wait}` has no value at /States/A/Seconds, \
         SCHEMA_VALIDATION_FAILED: Expected value of type Integer at /States/A/Seconds'",
        &[
            json!({"level": "ERROR", "code": "ASL0042", "message": "`${Wait}` has no value", "line": 1, "column": 62}),
            json!({"level": "ERROR", "location": "/States/A/Seconds"}),
        ],
    );
    std::fs::write(beside(&definition), "[").unwrap();
    let message = format!("ASL_DEFINITION: `{}`: ", beside(&definition));
    let mut function = Function::start(&mut bootstrap(), &[("ASL_DEFINITION", &definition)]);
    let Report::Error { error_type, message: found, .. } = function.report() else { panic!("it starts") };
    assert!(error_type == "InvalidConfiguration" && found.starts_with(&message), "{found}");
}

#[test]
fn a_response_can_come_in_pieces() {
    let large = "x".repeat(1_000_000);
    let definition = file(&echo().to_json());
    let vars = [
        ("ASL_DEFINITION", definition.as_str()),
        ("ASL_INVOKE_MODE", "response-stream"),
        ("ASL_LIMITS", "unlimited"),
    ];
    let mut function = Function::start(&mut bootstrap(), &vars);
    let event = |body: Value| {
        let context =
            json!({"domainName": "a.lambda-url.eu-west-1.on.aws", "http": {"method": "GET", "path": "/"}});
        json!({
            "version": "2.0", "requestContext": context, "body": body.to_json(), "headers": {},
            "isBase64Encoded": false
        })
    };
    let headers = json!({"content-type": "text/plain"});
    let output =
        json!({"statusCode": 201, "headers": headers.clone(), "cookies": ["a=1"], "body": large.clone()});
    let streamed = function.invoke(&event(output)).streamed();
    let prelude = json!({"statusCode": 201, "headers": headers, "cookies": ["a=1"]});
    assert_eq!(streamed, (prelude, large.into_bytes()));
    let output = json!({"statusCode": 200, "body": "//79", "isBase64Encoded": true});
    let (prelude, body) = function.invoke(&event(output)).streamed();
    assert_eq!(
        (&prelude["headers"]["content-type"], body),
        (&json!("application/octet-stream"), vec![255, 254, 253])
    );
    // Triggers other than HTTP are not streamed.
    assert_eq!(function.invoke(&json!({"n": 1})).response(), json!({"n": 1}));
}

#[test]
fn a_function_can_be_restored_from_a_snapshot() {
    let definition = file(&echo().to_json());
    let vars = [("ASL_DEFINITION", definition.as_str()), ("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")];
    let mut function = Function::start(&mut bootstrap(), &vars);
    assert_eq!(function.report(), Report::Restored);
    assert_eq!(function.invoke(&json!({"n": 1})).response(), json!({"n": 1}));
}

#[test]
fn invocations_can_run_side_by_side() {
    let definition = file(&wait().to_json());
    let vars = [("ASL_DEFINITION", definition.as_str()), ("AWS_LAMBDA_MAX_CONCURRENCY", "4")];
    let mut function = Function::start(&mut bootstrap(), &vars);
    let begun = std::time::Instant::now();
    for _ in 0..4 {
        function.send(&json!({"seconds": 1}));
    }
    for _ in 0..4 {
        assert_eq!(function.report().response(), json!({"seconds": 1}));
    }
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[test]
fn an_event_that_cannot_be_an_input_fails_its_invocation() {
    let mut function = bootstrap_of(&echo());
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let (error, message) = function.invoke_text(deep, 600_000).error();
    assert_eq!(error, "InvalidExecutionInput");
    assert!(message.starts_with("Invalid State Machine Execution Input: '"), "{message}");
    assert_eq!(function.invoke(&json!(2)).response(), json!(2));
}

#[test]
fn a_deadline_ends_the_execution() {
    let mut function = bootstrap_of(&wait());
    let late = "the deadline of the execution passed in state `Rest`";
    let report = function.invoke_within(&json!({"seconds": 60}), Duration::from_millis(700));
    assert_eq!(report.error(), ("States.Timeout".to_owned(), late.to_owned()));
    let event = json!({
        "version": "2.0", "requestContext": {"http": {}}, "body": "{\"seconds\": 60}", "isBase64Encoded": false
    });
    let response = function.invoke_within(&event, Duration::from_millis(700)).response();
    assert_eq!(response["statusCode"], json!(504));
    assert_eq!(response["body"], json!(format!(r#"{{"error":"States.Timeout","cause":"{late}"}}"#)));
    // The emulator sends a deadline of 1970.
    let report = function.invoke_text(r#"{"seconds": 0}"#.to_owned(), 600_000);
    assert_eq!(report.response(), json!({"seconds": 0}));
}

/// Checks that the process ends, writes lines with these members to standard error, and reports this init error.
#[track_caller]
fn check_start(vars: &[(&str, &str)], error_type: &str, message: &str, lines: &[Value]) {
    let mut function = Function::start(&mut bootstrap(), vars);
    let report = Report::Error { of: None, error_type: error_type.to_owned(), message: message.to_owned() };
    assert_eq!(function.report(), report);
    let (status, stderr) = function.ended();
    assert_eq!(status.code(), Some(2));
    let found: Vec<Value> = stderr.lines().map(|line| Value::parse(line).unwrap()).collect();
    assert_eq!(found.len(), lines.len(), "{stderr}");
    for (found, line) in found.iter().zip(lines) {
        for (name, value) in line.as_object().unwrap().iter() {
            assert_eq!(found.get(name), Some(value), "{name} of {found}");
        }
    }
}

#[test]
fn a_bad_definition_is_told_with_all_that_is_wrong() {
    let definition = file(
        r#"{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "InputPath": "$.[", "Next": "B"},
    "C": {"Type": "Pass", "Result": "$.x", "End": true}
  }
}"#,
    );
    check_start(
        &[("ASL_DEFINITION", &definition)],
        "InvalidDefinition",
        "Invalid State Machine Definition: \
         'SCHEMA_VALIDATION_FAILED: Invalid path '$.[' at /States/A/InputPath, \
         MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next, \
         MISSING_TRANSITION_TARGET: State \"C\" is not reachable. at /States/C'",
        &[
            json!({
                "level": "WARN", "code": "ASL0040", "aws": "PASS_RESULT_IS_STATIC", "location": "/States/C/Result",
                "line": 5, "column": 37, "help": "`Parameters` is evaluated"
            }),
            json!({
                "level": "ERROR", "code": "ASL0026", "aws": "SCHEMA_VALIDATION_FAILED", "message": "Invalid path '$.['",
                "location": "/States/A/InputPath", "line": 4, "column": 43
            }),
            json!({
                "level": "ERROR", "code": "ASL0019", "aws": "MISSING_TRANSITION_TARGET",
                "message": "Missing 'Next' target: B", "location": "/States/A/Next", "line": 4, "column": 55,
                "help": "did you mean `A`?"
            }),
            json!({
                "level": "ERROR", "code": "ASL0020", "aws": "MISSING_TRANSITION_TARGET",
                "message": "State \"C\" is not reachable.", "location": "/States/C", "line": 5, "column": 5
            }),
        ],
    );
}

#[test]
fn a_bad_configuration_is_told() {
    let line = |message: &str| json!({"level": "ERROR", "message": message});
    let unset = "ASL_DEFINITION: not set, expected the path of a definition";
    check_start(&[], "InvalidConfiguration", unset, &[line(unset)]);
    let absent = "ASL_DEFINITION: `no.asl.json`: No such file or directory (os error 2)";
    for main in ["", "orders"] {
        let vars = [("ASL_DEFINITION", "no.asl.json"), ("ASL_MAIN", main)];
        check_start(&vars, "InvalidConfiguration", absent, &[line(absent)]);
    }
    let [batch, limits] = [
        "ASL_BOTCH: not a variable of this version of asl-lambda",
        "ASL_LIMITS: expected `express` or `unlimited`, found `all`",
    ];
    let vars = [("ASL_LIMITS", "all"), ("ASL_BOTCH", "item")];
    let all = [batch, unset, limits];
    check_start(&vars, "InvalidConfiguration", &all.join("; "), &all.map(line));
}

#[cfg(not(feature = "aws"))]
#[test]
fn a_task_without_a_handler_is_told() {
    let definition = file(&task("price").to_json());
    let resource = "arn:aws:lambda:us-east-1:123456789012:function:price";
    check_start(
        &[("ASL_DEFINITION", &definition)],
        "MissingTaskHandler",
        &format!("no handler for the tasks of: `{resource}`"),
        &[json!({
            "level": "ERROR", "message": format!("no handler for the tasks of resource `{resource}`"),
            "help": "this function is built without the feature `aws`, which calls AWS"
        })],
    );
}

/// Only a function that needs AWS fails, and not because of a missing handler.
#[cfg(feature = "aws")]
#[test]
fn why_aws_cannot_be_called_is_told() {
    let definition = file(&task("price").to_json());
    let resource = "arn:aws:lambda:us-east-1:123456789012:function:price";
    for (name, value, problem) in [
        ("AWS_REGION", "", "`AWS_REGION` is not set"),
        ("AWS_REGION", "EU_west", "expected a region in `AWS_REGION`, found `EU_west`"),
        ("AWS_ENDPOINT_URL", "nowhere", "expected an http(s) URL in `AWS_ENDPOINT_URL`, found `nowhere`"),
    ] {
        let reason = format!("AWS cannot be called: {problem}");
        check_start(
            &[("ASL_DEFINITION", &definition), (name, value)],
            "InvalidConfiguration",
            &format!("{reason} (no handler for the tasks of: `{resource}`)"),
            &[
                json!({"level": "ERROR", "message": reason.clone()}),
                json!({"level": "ERROR", "message": format!("no handler for the tasks of resource `{resource}`")}),
            ],
        );
        let vars = [("ASL_DEFINITION", file(&echo().to_json()))];
        let mut vars: Vec<_> = vars.iter().map(|(name, value)| (*name, value.as_str())).collect();
        vars.push((name, value));
        let mut function = Function::start(&mut bootstrap(), &vars);
        assert_eq!(function.invoke(&json!({"n": 1})).response(), json!({"n": 1}));
        assert_eq!(function.log_of_start(), []);
    }
}

#[cfg(feature = "aws")]
#[test]
fn what_aws_cannot_do_is_told() {
    for (resource, why) in [
        ("arn:aws:states:::nosuch:thing", "AWS has no integration `nosuch:thing`"),
        ("arn:aws:states:::aws-sdk:sqs:sendMesage", "the service `sqs` has no action `sendMesage`"),
        (
            "arn:aws:states:us-east-1:123456789012:activity:approve",
            "an activity is done by workers that poll Step Functions, which is not involved here",
        ),
    ] {
        let call = json!({"StartAt": "A", "States": {"A": {
            "Type": "Task", "Resource": resource, "Parameters": {}, "End": true
        }}});
        let definition = file(&call.to_json());
        let mut function = Function::start(&mut bootstrap(), &[("ASL_DEFINITION", &definition)]);
        let message = format!("the tasks of resource `{resource}` can never work here: {why}");
        let error_type = "MissingTaskHandler".to_owned();
        assert_eq!(function.report(), Report::Error { of: None, error_type, message });
    }
}

/// The `main` of a function with its own task and one of AWS. Another test runs this one as a process.
#[cfg(feature = "aws")]
#[test]
fn a_main_of_its_own() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return;
    }
    let task = |function: &str, end: &str| {
        format!(
            r#"{{"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:{function}", {end}}}"#
        )
    };
    let definition = format!(
        r#"{{"StartAt": "Own", "States": {{"Own": {}, "Aws": {}}}}}"#,
        task("own", r#""Next": "Aws""#),
        task("elsewhere", r#""End": true"#)
    );
    let own = asl_engine::task_fn(|n: i64| async move { Ok::<_, asl_engine::Failure>(n + 1) });
    let tasks = asl_engine::Registry::new().function("own", own);
    asl_lambda::main(asl_model::Source::json(definition), tasks);
}

#[cfg(feature = "aws")]
#[test]
fn aws_does_what_a_function_does_not_do_itself() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "process::a_main_of_its_own", "--nocapture"]);
    command.envs([("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")]);
    let mut function = Function::start(command.env("AWS_REGION", "eu-west-1"), &[]);
    let answer = function.invoke(&json!(1)).response();
    assert!(answer["function"].as_str().unwrap().ends_with("elsewhere"), "{answer}");
    assert_eq!(answer["event"], json!(2));
}

#[cfg(feature = "aws")]
#[test]
fn aws_does_the_tasks_of_its_services() {
    let call = json!({"StartAt": "Call", "States": {"Call": {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.Payload", "End": true,
        "Parameters": {"FunctionName": "price", "Payload.$": "$"}
    }}});
    let keys = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    let mut function = Function::start(bootstrap().envs(keys), &[("ASL_DEFINITION", &file(&call.to_json()))]);
    let answer = function.invoke(&json!({"sku": "mug"})).response();
    // The call belongs to the trace of the invocation.
    let trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0";
    assert_eq!(answer, json!({"function": "price", "event": {"sku": "mug"}, "trace": trace}));
}

/// Lambda sends SIGTERM before it kills the process, but only if there is an extension.
#[cfg(all(unix, feature = "graceful-shutdown"))]
#[test]
fn a_signal_ends_executions_in_order() {
    let definition = file(&wait().to_json());
    let vars = [
        ("ASL_DEFINITION", definition.as_str()),
        ("ASL_LOG_LEVEL", "ALL"),
        ("ASL_METRICS_NAMESPACE", "Orders"),
        ("AWS_LAMBDA_MAX_CONCURRENCY", "3"),
    ];
    let mut function = Function::start(&mut bootstrap(), &vars);
    for _ in 0..3 {
        function.send(&json!({"seconds": 60}));
    }
    let count = |lines: &[Value], name: &str| lines.iter().filter(|line| line["type"] == json!(name)).count();
    while count(&function.lines(), "WaitStateEntered") < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let process = rustix::process::Pid::from_raw(function.id().cast_signed()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    for _ in 0..3 {
        let aborted = ("ExecutionAborted".to_owned(), "the function is being shut down".to_owned());
        assert_eq!(function.report().error(), aborted);
    }
    assert_eq!(function.finish().code(), Some(0));
    let lines = function.lines();
    assert_eq!(count(&lines, "ExecutionAborted"), 3);
    let metrics = lines.iter().filter_map(|line| line["ExecutionsAborted"].as_i64());
    assert_eq!(metrics.sum::<i64>(), 3);
}

#[test]
fn what_lambda_sets_is_needed() {
    for (name, value, message) in [
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "big",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE: expected a number of megabytes",
        ),
        (
            "AWS_LAMBDA_RUNTIME_API",
            "127.0.0.1:1",
            "not set, although Lambda sets it: AWS_LAMBDA_FUNCTION_NAME, ",
        ),
    ] {
        let mut command = bootstrap();
        command.env("ASL_DEFINITION", file(&echo().to_json())).env(name, value);
        if name != "AWS_LAMBDA_RUNTIME_API" {
            command.env("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1");
            command.envs([("AWS_LAMBDA_FUNCTION_NAME", "f"), ("AWS_LAMBDA_FUNCTION_VERSION", "1")]);
        }
        let output = command.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(message), "{stderr}");
    }
}
