//! Policies: the needs of each task, as lines of `actions on resources [if conditions]`.

use asl_aws::{Policy, PolicyOptions, policy};
use asl_model::{Source, parse};
use asl_value::{Value, json};

fn of(definition: &Value) -> Policy {
    let parsed = parse(&Source::json(definition.to_json()));
    let machine = parsed.machine.unwrap_or_else(|| panic!("{:?}", parsed.diagnostics));
    let options = PolicyOptions {
        region: "eu-west-1".into(),
        account: "111122223333".into(),
        machine: "main".into(),
        ..PolicyOptions::default()
    };
    policy(&machine, &options)
}

fn texts(value: &Value) -> String {
    let list = value.as_array().expect("a list");
    list.iter().map(|text| text.as_str().expect("a text")).collect::<Vec<_>>().join(" ")
}

fn lines(policy: &Policy) -> Vec<String> {
    let statements = policy.document["Statement"].as_array().expect("statements");
    let line = |statement: &Value| {
        let condition =
            statement.get("Condition").map(|condition| format!(" if {condition}")).unwrap_or_default();
        let line = format!("{} on {}{condition}", texts(&statement["Action"]), texts(&statement["Resource"]));
        line.replace("arn:aws:", "").replace("eu-west-1:111122223333", "@")
    };
    statements.iter().map(line).collect()
}

#[track_caller]
fn check(task: Value, expected: &[&str]) {
    let Value::Object(mut state) = task else { panic!("a state is an object") };
    if !state.contains_key("Type") {
        state.insert("Type", "Task".into());
    }
    state.insert("End", true.into());
    let definition = json!({"StartAt": "X", "States": {"X": Value::Object(state)}});
    assert_eq!(lines(&of(&definition)), expected, "{definition}");
}

fn task(resource: &str, parameters: Value) -> Value {
    json!({"Resource": format!("arn:aws:states:::{resource}"), "Parameters": parameters})
}

#[test]
fn resources_come_from_parameters() {
    let table = |table: Value| task("dynamodb:putItem", table);
    check(table(json!({"TableName": "t", "Item.$": "$"})), &["dynamodb:PutItem on dynamodb:@:table/t"]);
    let elsewhere = "arn:aws:dynamodb:us-east-1:999900001111:table/t";
    check(
        table(json!({"TableName": elsewhere})),
        &["dynamodb:PutItem on dynamodb:us-east-1:999900001111:table/t"],
    );
    check(table(json!({"TableName.$": "$.t"})), &["dynamodb:PutItem on dynamodb:@:table/*"]);
    check(
        json!({"Resource": "arn:aws:states:::dynamodb:putItem", "QueryLanguage": "JSONata",
               "Arguments": {"TableName": "{% $states.input.t %}"}}),
        &["dynamodb:PutItem on dynamodb:@:table/*"],
    );
    check(
        task("bedrockagentcore:invokeHarness", json!({"HarnessArn.$": "$.harness"})),
        &[
            "bedrock-agentcore:InvokeAgentRuntime bedrock-agentcore:InvokeHarness on bedrock-agentcore:@:harness/*",
        ],
    );
    let queue =
        json!({"QueueUrl": "https://sqs.us-east-2.amazonaws.com/999900001111/q.fifo", "MessageBody": "m"});
    check(task("sqs:sendMessage", queue), &["sqs:SendMessage on sqs:us-east-2:999900001111:q.fifo"]);
    let entries = json!({"Entries": [{"Source": "s"}, {"EventBusName": "b"}, {"EventBusName.$": "$.b"}]});
    check(
        task("events:putEvents", entries),
        &[
            "events:PutEvents on events:@:event-bus/b events:@:event-bus/default",
            "events:PutEvents on events:@:event-bus/*",
        ],
    );
    let function = json!({"FunctionName": "f", "Payload.$": "$"});
    check(task("lambda:invoke", function), &["lambda:InvokeFunction on lambda:@:function:f"]);
    let alias = json!({"FunctionName": "f", "Qualifier": "live"});
    check(task("lambda:invoke", alias), &["lambda:InvokeFunction on lambda:@:function:f:live"]);
    check(
        json!({"Resource": "arn:aws:lambda:us-east-1:1:function:f:2"}),
        &["lambda:InvokeFunction on lambda:us-east-1:1:function:f:2"],
    );
    check(task("sns:publish", json!({"PhoneNumber": "+1", "Message": "m"})), &["sns:Publish on *"]);
    let api =
        json!({"ApiEndpoint": "abc.execute-api.eu-west-1.amazonaws.com", "Method": "GET", "Path": "/pets"});
    check(task("apigateway:invoke", api), &["execute-api:Invoke on execute-api:@:abc/*/GET/pets"]);
    let model = json!({"ModelId": "m.v1:0", "Input": {"S3Uri": "s3://in/a.json"}});
    check(
        task("bedrock:invokeModel", model),
        &[
            "bedrock:InvokeModel on bedrock:eu-west-1::foundation-model/m.v1:0",
            "s3:GetObject on s3:::in/a.json",
        ],
    );
}

#[test]
fn jobs_are_watched_and_stopped() {
    let rule = |name: &str| {
        format!(
            "events:DescribeRule events:PutRule events:PutTargets on events:@:rule/StepFunctionsGetEvent{name}Rule"
        )
    };
    check(
        task(
            "states:startExecution.sync:2",
            json!({"StateMachineArn": "arn:aws:states:us-east-1:1:stateMachine:m"}),
        ),
        &[
            &rule("sForStepFunctionsExecution"),
            "states:DescribeExecution states:StopExecution on states:us-east-1:1:execution:m:*",
            "states:StartExecution on states:us-east-1:1:stateMachine:m",
        ],
    );
    check(
        task(
            "ecs:runTask.sync",
            json!({"TaskDefinition": "t", "Overrides": {
            "TaskRoleArn": "arn:aws:iam::1:role/t", "ExecutionRoleArn": "arn:aws:iam::1:role/e"}}),
        ),
        &[
            "ecs:DescribeTasks ecs:StopTask on ecs:@:task/*",
            "ecs:RunTask on ecs:@:task-definition/t:*",
            &rule("sForECSTask"),
            r#"iam:PassRole on iam::1:role/e iam::1:role/t if {"StringEquals":{"iam:PassedToService":"ecs-tasks.amazonaws.com"}}"#,
        ],
    );
    check(
        task("glue:startJobRun.sync", json!({"JobName": "j"})),
        &["glue:BatchStopJobRun glue:GetJobRun glue:GetJobRuns glue:StartJobRun on glue:@:job/j"],
    );
    check(task("glue:startJobRun", json!({"JobName": "j"})), &["glue:StartJobRun on glue:@:job/j"]);
    check(
        task("batch:submitJob.sync", json!({"JobName": "j", "JobQueue": "q", "JobDefinition.$": "$.d"})),
        &[
            "batch:DescribeJobs batch:TerminateJob on *",
            "batch:SubmitJob on batch:@:job-queue/q",
            "batch:SubmitJob on batch:@:job-definition/*",
            &rule("sForBatchJobs"),
        ],
    );
}

#[test]
fn http_tasks_are_held_to_their_endpoint() {
    let parameters = json!({"ApiEndpoint": "https://x.com/a", "Method": "GET",
                            "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:111122223333:connection/c/1"}});
    check(
        task("http:invoke", parameters),
        &[
            "events:RetrieveConnectionCredentials on events:@:connection/c/1",
            "secretsmanager:DescribeSecret secretsmanager:GetSecretValue on secretsmanager:@:secret:events!connection/*",
            "states:InvokeHTTPEndpoint on states:@:stateMachine:main if {\"StringEquals\":{\"states:HTTPMethod\":\"GET\"},\
             \"StringLike\":{\"states:HTTPEndpoint\":\"https://x.com/a\"}}",
        ],
    );
}

#[test]
fn distributed_maps_run_their_own_machine() {
    check(
        json!({
            "Type": "Map",
            "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "in"}},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}
            },
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out", "Prefix": "p"}}
        }),
        &[
            "s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject on s3:::out/p*",
            "s3:ListBucket on s3:::in",
            "states:DescribeExecution states:RedriveExecution states:StopExecution on states:@:execution:main:*",
            "states:StartExecution on states:@:stateMachine:main",
        ],
    );
}

/// A function runs the children of its distributed Maps itself, or by invocations, and starts no executions.
#[test]
fn distributed_maps_of_a_function_invoke_a_function() {
    let definition = json!({"StartAt": "X", "States": {"X": {
        "Type": "Map", "End": true,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}
        },
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "out"}}
    }}});
    let machine = parse(&Source::json(definition.to_json())).machine.unwrap();
    const WRITES: &str =
        "s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject on s3:::out/*";
    const KEEPS: &str = "s3:GetObject s3:PutObject on s3:::data/kept/*";
    for (map_function, map_checkpoints, expected) in [
        (
            Some("work"),
            None,
            vec!["lambda:InvokeFunction on lambda:@:function:work lambda:@:function:work:*", WRITES],
        ),
        (
            Some("self"),
            None,
            vec!["lambda:InvokeFunction on lambda:@:function:main lambda:@:function:main:*", WRITES],
        ),
        (Some("work:live"), None, vec!["lambda:InvokeFunction on lambda:@:function:work:live", WRITES]),
        (
            Some("arn:aws:lambda:us-east-1:1:function:w"),
            Some("s3://data/kept/"),
            vec![
                "lambda:InvokeFunction on lambda:us-east-1:1:function:w lambda:us-east-1:1:function:w:*",
                KEEPS,
                WRITES,
            ],
        ),
        (
            Some("arn:aws:lambda:us-east-1:1:function:w:3"),
            None,
            vec!["lambda:InvokeFunction on lambda:us-east-1:1:function:w:3", WRITES],
        ),
        (None, Some("s3://data/kept"), vec![KEEPS, WRITES]),
        (None, Some("s3://data"), vec!["s3:GetObject s3:PutObject on s3:::data/*", WRITES]),
    ] {
        let options = PolicyOptions {
            region: "eu-west-1".into(),
            account: "111122223333".into(),
            machine: "main".into(),
            map_function: map_function.map(str::to_owned),
            map_checkpoints: map_checkpoints.map(str::to_owned),
            ..PolicyOptions::default()
        };
        let mut found = lines(&policy(&machine, &options));
        found.sort();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(found, expected, "{map_function:?} {map_checkpoints:?}");
    }
    // A machine without distributed Maps needs neither.
    let pass = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let machine = parse(&Source::json(pass.to_json())).machine.unwrap();
    let options = PolicyOptions { map_function: Some("work".into()), ..PolicyOptions::default() };
    assert_eq!(policy(&machine, &options).document["Statement"][0]["Sid"], json!("NoTasks"));
}

#[test]
fn sdk_tasks() {
    let query = json!({"TableName": "t"});
    check(task("aws-sdk:dynamodb:query", query), &["dynamodb:Query on dynamodb:@:table/t"]);
    let object = json!({"Bucket": "b", "Key": "k/x.json"});
    check(task("aws-sdk:s3:getObject", object.clone()), &["s3:GetObject on s3:::b/k/x.json"]);
    check(task("aws-sdk:s3:headObject", object), &["s3:GetObject on s3:::b/k/x.json"]);
    check(task("aws-sdk:s3:listObjectsV2", json!({"Bucket": "b"})), &["s3:ListBucket on s3:::b"]);
    let secret = json!({"SecretId": "db"});
    check(
        task("aws-sdk:secretsmanager:getSecretValue", secret),
        &["secretsmanager:GetSecretValue on secretsmanager:@:secret:db-??????"],
    );
    check(
        task("aws-sdk:ssm:getParameter", json!({"Name": "/a/b"})),
        &["ssm:GetParameter on ssm:@:parameter/a/b"],
    );
    check(task("aws-sdk:ec2:describeInstances", json!({})), &["ec2:DescribeInstances on *"]);
    check(
        task("aws-sdk:cloudwatchlogs:putLogEvents", json!({"LogGroupName": "/g", "LogStreamName": "s"})),
        &["logs:PutLogEvents on logs:@:log-group:/g:log-stream:s"],
    );
    let machine = json!({"StateMachineArn": "arn:aws:states:eu-west-1:1:stateMachine:m"});
    check(
        task("aws-sdk:sfn:startSyncExecution", machine),
        &["states:StartSyncExecution on states:eu-west-1:1:stateMachine:m"],
    );
}

/// Actions whose name differs from the operation's, resources that depend on parameters, roles and secrets.
#[test]
fn sdk_tasks_need_what_iam_knows() {
    let role = "arn:aws:iam::111122223333:role/r";
    for (action, parameters, expected) in [
        ("apigateway:getRestApis", json!({}), vec!["apigateway:GET on apigateway:eu-west-1::/restapis"]),
        (
            "apigateway:createStage",
            json!({"RestApiId": "a1", "StageName": "s", "DeploymentId": "d"}),
            vec!["apigateway:POST on apigateway:eu-west-1::/restapis/a1/stages"],
        ),
        ("apigatewayv2:getApis", json!({}), vec!["apigateway:GET on apigateway:eu-west-1::/apis"]),
        (
            "apigatewayv2:deleteApi",
            json!({"ApiId": "a"}),
            vec!["apigateway:DELETE on apigateway:eu-west-1::/apis/a"],
        ),
        (
            "apigatewaymanagementapi:postToConnection",
            json!({"ConnectionId": "c", "Data": "d"}),
            vec!["execute-api:ManageConnections on execute-api:@:*/*/POST/@connections/c"],
        ),
        (
            "dynamodb:executeStatement",
            json!({"Statement": "SELECT * FROM \"t\" WHERE id = 'a'"}),
            vec!["dynamodb:PartiQLSelect on dynamodb:@:table/t"],
        ),
        (
            "dynamodb:executeStatement",
            json!({"Statement.$": "$.s"}),
            vec![
                "dynamodb:PartiQLDelete dynamodb:PartiQLInsert dynamodb:PartiQLSelect dynamodb:PartiQLUpdate on dynamodb:@:table/*",
            ],
        ),
        (
            "dynamodb:query",
            json!({"TableName": "t", "IndexName": "i"}),
            vec!["dynamodb:Query on dynamodb:@:table/t/index/i"],
        ),
        (
            "dynamodb:scan",
            json!({"TableName": "t", "IndexName.$": "$.i"}),
            vec!["dynamodb:Scan on dynamodb:@:table/t", "dynamodb:Scan on dynamodb:@:table/t/index/*"],
        ),
        (
            "s3:putBucketNotificationConfiguration",
            json!({"Bucket": "b", "NotificationConfiguration": {}}),
            vec!["s3:PutBucketNotification on s3:::b"],
        ),
        ("s3:putBucketPolicy", json!({"Bucket": "b", "Policy": "{}"}), vec!["s3:PutBucketPolicy on s3:::b"]),
        ("s3:getBucketCors", json!({"Bucket": "b"}), vec!["s3:GetBucketCORS on s3:::b"]),
        ("s3:listBuckets", json!({}), vec!["s3:ListAllMyBuckets on *"]),
        (
            "s3:getObject",
            json!({"Bucket": "b", "Key": "k", "VersionId": "1"}),
            vec!["s3:GetObject s3:GetObjectVersion on s3:::b/k"],
        ),
        (
            "location:searchPlaceIndexForText",
            json!({"IndexName": "i", "Text": "t"}),
            vec!["geo:SearchPlaceIndexForText on geo:@:place-index/i"],
        ),
        (
            "pinpoint:sendMessages",
            json!({"ApplicationId": "a", "MessageRequest": {}}),
            vec!["mobiletargeting:SendMessages on mobiletargeting:@:apps/a/messages"],
        ),
        (
            "rdsdata:executeStatement",
            json!({"ResourceArn": "arn:aws:rds:eu-west-1:1:cluster:c", "SecretArn": "arn:aws:secretsmanager:eu-west-1:1:secret:s-1", "Sql": "s"}),
            vec![
                "rds-data:ExecuteStatement on rds:eu-west-1:1:cluster:c",
                "secretsmanager:GetSecretValue on secretsmanager:eu-west-1:1:secret:s-1",
            ],
        ),
        (
            "scheduler:createSchedule",
            json!({"Name": "n", "GroupName": "g", "ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"},
                   "Target": {"Arn": "a", "RoleArn": role}}),
            vec![
                "iam:PassRole on iam::111122223333:role/r",
                "scheduler:CreateSchedule on scheduler:@:schedule/g/n",
            ],
        ),
        (
            "lambda:createFunction",
            json!({"FunctionName": "f", "Role.$": "$.role", "Code": {}}),
            vec!["iam:PassRole on iam::111122223333:role/*", "lambda:CreateFunction on lambda:@:function:f"],
        ),
        (
            "lambda:updateFunctionConfiguration",
            json!({"FunctionName": "f", "Timeout": 3}),
            vec!["lambda:UpdateFunctionConfiguration on lambda:@:function:f"],
        ),
        (
            "eventbridge:putTargets",
            json!({"Rule": "r", "Targets": [{"Id": "1", "Arn": "a", "RoleArn": role}, {"Id": "2", "Arn": "b"}]}),
            vec!["events:PutTargets on events:@:rule/r", "iam:PassRole on iam::111122223333:role/r"],
        ),
        (
            "eventbridge:putRule",
            json!({"Name": "r", "EventBusName": "b"}),
            vec!["events:PutRule on events:@:rule/b/r"],
        ),
        (
            "sqs:sendMessageBatch",
            json!({"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q", "Entries": []}),
            vec!["sqs:SendMessage on sqs:eu-west-1:1:q"],
        ),
        (
            "bedrockruntime:converse",
            json!({"ModelId": "m"}),
            vec!["bedrock:InvokeModel on bedrock:eu-west-1::foundation-model/m"],
        ),
        ("config:describeConfigRules", json!({}), vec!["config:DescribeConfigRules on *"]),
        (
            "budgets:describeBudgets",
            json!({"AccountId": "1"}),
            vec!["budgets:ViewBudget on budgets::111122223333:budget/*"],
        ),
    ] {
        check(task(&format!("aws-sdk:{action}"), parameters), &expected);
    }
}

#[test]
fn another_role_is_assumed() {
    check(
        json!({"Resource": "arn:aws:states:::dynamodb:getItem", "Parameters": {"TableName": "t"},
               "Credentials": {"RoleArn": "arn:aws:iam::1:role/other"}}),
        &["sts:AssumeRole on iam::1:role/other"],
    );
}

#[test]
fn what_cannot_be_known_is_said() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "${FunctionArn}", "Next": "B"},
        "B": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
              "Parameters": {"QueueUrl.$": "$.q", "MessageBody": "m"}, "End": true}
    }});
    let found = of(&definition);
    assert_eq!(lines(&found), ["lambda:InvokeFunction on ${FunctionArn}", "sqs:SendMessage on sqs:@:*"]);
    assert_eq!(found.document["Statement"][1]["Sid"], json!("SqsSendMessageResourceComputed"));
    assert_eq!(
        found.notes,
        [
            "state `A`: `${FunctionArn}` is assumed to be the ARN of a Lambda function",
            "state `B`: `QueueUrl` is not constant, so sqs:SendMessage is allowed on \
             arn:aws:sqs:eu-west-1:111122223333:*",
        ]
    );
}

#[test]
fn a_machine_without_tasks_may_do_nothing() {
    let found = of(&json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}));
    assert_eq!(
        found.document,
        json!({"Version": "2012-10-17",
               "Statement": [{"Sid": "NoTasks", "Effect": "Deny", "Action": "*", "Resource": "*"}]})
    );
}

#[test]
fn logs_and_traces() {
    let machine = parse(&Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#))
        .machine
        .expect("a machine");
    let options = PolicyOptions { logs: true, traces: true, ..PolicyOptions::default() };
    let lines = lines(&policy(&machine, &options));
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("logs:CreateLogDelivery ") && lines[0].ends_with(" on *"), "{lines:?}");
    assert!(lines[1].starts_with("xray:GetSamplingRules ") && lines[1].ends_with(" on *"), "{lines:?}");
}
