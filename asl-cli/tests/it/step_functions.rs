//! Tasks of `aws-sdk:sfn` in `asl serve`, which is that service itself.

use std::io::{BufRead, BufReader};

use asl_value::{Value, json};

use crate::serve::{Served, call};
use crate::support::command;

const STATES: &str = "arn:aws:states:us-east-1:123456789012";

struct Server {
    address: String,
    _served: Served,
}

impl Server {
    fn start() -> Server {
        let mut served = Served(command(&["serve", "--port", "0", "--virtual-time"]).spawn().unwrap());
        let mut lines = BufReader::new(served.0.stdout.take().unwrap()).lines();
        let listening = lines.next().unwrap().unwrap();
        let address = listening.strip_prefix("listening on http://").unwrap().to_owned();
        Server { address, _served: served }
    }

    fn call(&self, action: &str, body: Value) -> Value {
        Value::parse(&call(&self.address, action, &body.to_json())).unwrap()
    }

    fn create(&self, name: &str, kind: &str, state: Value) {
        let definition =
            json!({"QueryLanguage": "JSONata", "StartAt": "S", "States": {"S": state}}).to_json();
        let role = "arn:aws:iam::123456789012:role/r";
        let created = self.call(
            "CreateStateMachine",
            json!({"name": name, "type": kind, "definition": definition, "roleArn": role}),
        );
        assert!(created["stateMachineArn"].as_str().is_some(), "{created}");
    }

    /// Runs one task of this action; its output without what differs between runs, or its error and cause.
    fn task(&self, name: &str, action: &str, arguments: Value) -> String {
        let task = json!({
            "Type": "Task", "End": true,
            "Resource": format!("arn:aws:states:::aws-sdk:sfn:{action}"), "Arguments": arguments
        });
        self.create(name, "EXPRESS", task);
        let machine = format!("{STATES}:stateMachine:{name}");
        let ended = self.call("StartSyncExecution", json!({"stateMachineArn": machine}));
        match ended["output"].as_str() {
            Some(output) => without_chance(&Value::parse(output).unwrap()).to_json(),
            None => {
                let cause = ended["cause"].as_str().unwrap_or_default();
                let cause = cause.split(", Request ID: ").next().unwrap_or_default();
                format!("{}: {cause}", ended["error"].as_str().unwrap_or_default())
            }
        }
    }
}

/// Times as `<date>`, tokens as `<token>`, ARNs of EXPRESS executions without their last part.
fn without_chance(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| match value.as_str() {
                Some(text) if name.ends_with("Date") || name == "Timestamp" => {
                    assert!(text.ends_with('Z') && text.contains('T'), "{name}: {text}");
                    (name.clone(), "<date>".into())
                }
                Some(_) if name == "NextToken" => (name.clone(), "<token>".into()),
                // The last part is chosen by chance.
                Some(text) if text.contains(":express:") => {
                    (name.clone(), text.rsplit_once(':').map_or("", |(arn, _)| arn).into())
                }
                _ => (name.clone(), without_chance(value)),
            })
            .collect::<asl_value::Object>()
            .into(),
        Value::Array(items) => items.iter().map(without_chance).collect(),
        other => other.clone(),
    }
}

/// One server, one row a call: the rows build on each other.
#[test]
fn the_api_calls_itself() {
    let server = Server::start();
    server.create("echo", "STANDARD", json!({"Type": "Pass", "End": true}));
    server.create("sync", "EXPRESS", json!({"Type": "Pass", "End": true}));
    server.create("long", "STANDARD", json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken",
        "Arguments": {"StateMachineArn": format!("{STATES}:stateMachine:echo"), "Input": {"token": "{% $states.context.Task.Token %}"}},
        "TimeoutSeconds": 3600, "End": true}));
    let (echo, sync) = (format!("{STATES}:stateMachine:echo"), format!("{STATES}:stateMachine:sync"));
    let long = format!("{STATES}:stateMachine:long");
    let execution = format!("{STATES}:execution:echo:one");
    let missing = format!("{STATES}:execution:echo:none");
    let rows = [
        (
            "startExecution",
            json!({"StateMachineArn": (&echo), "Name": "one", "Input": {"a": [1]}}),
            format!(r#"{{"ExecutionArn":"{execution}","StartDate":"<date>"}}"#),
        ),
        (
            "describeExecution",
            json!({"ExecutionArn": (&execution)}),
            format!(
                r#"{{"ExecutionArn":"{execution}","StateMachineArn":"{echo}","Name":"one","Status":"SUCCEEDED","StartDate":"<date>","StopDate":"<date>","Input":"{{\"a\":[1]}}","InputDetails":{{"Included":true}},"Output":"{{\"a\":[1]}}","OutputDetails":{{"Included":true}},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven"}}"#
            ),
        ),
        (
            "startSyncExecution",
            json!({"StateMachineArn": (&sync), "Name": "two", "Input": "[1]"}),
            format!(
                r#"{{"ExecutionArn":"{STATES}:express:sync:two","StateMachineArn":"{sync}","Name":"two","StartDate":"<date>","StopDate":"<date>","Status":"SUCCEEDED","Input":"[1]","InputDetails":{{"Included":true}},"Output":"[1]","OutputDetails":{{"Included":true}},"BillingDetails":{{"BilledMemoryUsedInMB":64,"BilledDurationInMilliseconds":100}}}}"#
            ),
        ),
        (
            "listExecutions",
            json!({"StateMachineArn": (&echo), "StatusFilter": "SUCCEEDED"}),
            format!(
                r#"{{"Executions":[{{"ExecutionArn":"{execution}","StateMachineArn":"{echo}","Name":"one","Status":"SUCCEEDED","StartDate":"<date>","StopDate":"<date>","RedriveCount":0}}]}}"#
            ),
        ),
        (
            "describeExecution",
            json!({"ExecutionArn": (&missing)}),
            format!(
                "Sfn.ExecutionDoesNotExistException: Execution Does Not Exist: '{missing}' (Service: Sfn, Status Code: 400"
            ),
        ),
        (
            "startExecution",
            json!({"StateMachineArn": (&echo), "Name": "one", "Input": {"a": 2}}),
            format!(
                "Sfn.ExecutionAlreadyExistsException: Execution Already Exists: '{execution}' (Service: Sfn, Status Code: 400"
            ),
        ),
        (
            "startSyncExecution",
            json!({"StateMachineArn": (&echo)}),
            "Sfn.StateMachineTypeNotSupportedException: This operation is not supported by this type of state machine \
             (Service: Sfn, Status Code: 400"
                .to_owned(),
        ),
        (
            "startExecution",
            json!({"StateMachineArn": (&echo), "Nane": "x"}),
            format!(
                r#"States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). The Parameters '{{"StateMachineArn":"{echo}","Nane":"x"}}' could not be used to start the Task: [The field "Nane" is not supported by Step Functions]"#
            ),
        ),
        (
            "sendTaskSuccess",
            json!({"TaskToken": "x", "Output": "no JSON"}),
            "Sfn.InvalidTokenException: Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400".to_owned(),
        ),
        (
            "sendTaskHeartbeat",
            json!({"TaskToken": "x"}),
            "Sfn.InvalidTokenException: Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400".to_owned(),
        ),
        (
            "describeStateMachine",
            json!({"StateMachineArn": "orders"}),
            "Sfn.InvalidArnException: Invalid Arn: 'Invalid ARN prefix: orders' (Service: Sfn, Status Code: 400"
                .to_owned(),
        ),
        (
            "getExecutionHistory",
            json!({"ExecutionArn": (&execution), "MaxResults": 1}),
            r#"{"Events":[{"Timestamp":"<date>","Type":"ExecutionStarted","Id":1,"PreviousEventId":0,"ExecutionStartedEventDetails":{"Input":"{\"a\":[1]}","InputDetails":{"Truncated":false},"RoleArn":"arn:aws:iam::123456789012:role/r"}}],"NextToken":"<token>"}"#
                .to_owned(),
        ),
        (
            "createActivity",
            json!({"Name": "a"}),
            format!(r#"{{"ActivityArn":"{STATES}:activity:a","CreationDate":"<date>"}}"#),
        ),
        (
            "startExecution",
            json!({"StateMachineArn": (&long), "Name": "waits"}),
            format!(r#"{{"ExecutionArn":"{STATES}:execution:long:waits","StartDate":"<date>"}}"#),
        ),
        (
            "stopExecution",
            json!({"ExecutionArn": format!("{STATES}:execution:long:waits"), "Error": "E"}),
            r#"{"StopDate":"<date>"}"#.to_owned(),
        ),
    ];
    let mut wrong = Vec::new();
    for (number, (action, arguments, expected)) in rows.into_iter().enumerate() {
        let found = server.task(&format!("t{number}"), action, arguments);
        if found != expected {
            wrong.push(format!("{number} {action}: expected {expected}\n  found {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A callback whose token the machine hands back itself: a branch waits, another sends.
#[test]
fn a_token_is_handed_back_by_a_task() {
    let server = Server::start();
    server.create("keep", "STANDARD", json!({"Type": "Pass", "End": true}));
    let keep = format!("{STATES}:stateMachine:keep");
    let waiting = json!({"StartAt": "Wait", "States": {"Wait": {"Type": "Task", "End": true,
        "Resource": "arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken",
        "Arguments": {"StateMachineArn": (&keep), "Name": "holder", "Input": {"token": "{% $states.context.Task.Token %}"}}}}});
    let held = "{% $parse($states.result.Input).token %}";
    let sending = json!({"StartAt": "Read", "States": {
        "Read": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sfn:describeExecution",
            "Arguments": {"ExecutionArn": format!("{STATES}:execution:keep:holder")}, "Output": {"token": held},
            "Retry": [{"ErrorEquals": ["Sfn.ExecutionDoesNotExistException"], "IntervalSeconds": 1}], "Next": "Send"},
        "Send": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sfn:sendTaskSuccess", "End": true,
            "Arguments": {"TaskToken": "{% $states.input.token %}", "Output": {"sent": true}}}}});
    let both = json!({"Type": "Parallel", "End": true, "Branches": [waiting, sending]});
    server.create("both", "STANDARD", both);
    let request = json!({"stateMachineArn": format!("{STATES}:stateMachine:both"), "name": "x"});
    let arn = server.call("StartExecution", request)["executionArn"].clone();
    let output = loop {
        let described = server.call("DescribeExecution", json!({"executionArn": (&arn)}));
        if described["status"] != json!("RUNNING") {
            break described["output"].clone();
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    assert_eq!(output, json!(r#"[{"sent":true},{}]"#));
}

#[test]
fn sdk_integrations_that_there_are_not_are_refused() {
    let server = Server::start();
    for resource in ["stepfunctions:startExecution", "s3:ListBuckets", "qldb:createLedger", "sts:assumeRole"]
    {
        let arn = format!("arn:aws:states:::aws-sdk:{resource}");
        let states = json!({"S": {"Type": "Task", "Resource": (&arn), "End": true}});
        let definition = json!({"StartAt": "S", "States": states}).to_json();
        let role = "arn:aws:iam::123456789012:role/r";
        let refused = server.call(
            "CreateStateMachine",
            json!({"name": "unknown", "definition": (&definition), "roleArn": role}),
        );
        let message = format!(
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided {arn} is not recognized. The \
             value is not a valid resource ARN, or the resource is not available in this region. at /States/S/Resource'"
        );
        assert_eq!(refused["message"], json!(message));
        let validated = server.call("ValidateStateMachineDefinition", json!({"definition": definition}));
        assert_eq!(validated["result"], json!("FAIL"), "{resource}");
    }
}
