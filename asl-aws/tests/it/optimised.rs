//! Optimised integrations: their requests, results and error names.

use asl_value::{Value, json};

use crate::run::{aws_at, ending, run};
use crate::server::{Answer, Request, Server};

/// Runs a task against a service with this response. Returns how the task ended, without HTTP metadata, and the request.
async fn call(resource: &str, parameters: Value, answer: (&'static str, &str)) -> (Value, Option<Request>) {
    let (head, body) = (answer.0, answer.1.to_owned());
    let server = Server::start(move |_| -> Answer { (head, body.clone()) }).await;
    let mut task = json!({"Resource": resource});
    if let (Value::Object(task), false) = (&mut task, parameters.is_null()) {
        task.insert("Parameters", parameters);
    }
    let (report, _) = run(aws_at(&server.url), task).await;
    (ending(&report), server.requests().pop())
}

/// The output is this, with or without metadata.
#[track_caller]
fn succeeded(found: &Value, expected: &Value, has_metadata: bool) {
    let mut members = found.as_object().unwrap_or_else(|| panic!("{found}")).clone();
    let http = members.remove("SdkHttpMetadata");
    let response = members.remove("SdkResponseMetadata");
    assert_eq!(&Value::Object(members), expected);
    assert_eq!([http.is_some(), response.is_some()], [has_metadata; 2], "{found}");
    if let (Some(http), Some(response)) = (http, response) {
        assert_eq!(http["HttpStatusCode"], json!(200));
        assert_eq!(http["AllHttpHeaders"]["x-amzn-requestid"], json!(["r-1"]));
        assert_eq!(http["HttpHeaders"]["x-amzn-requestid"], json!("r-1"));
        assert_eq!(response, json!({"RequestId": "r-1"}));
    }
}

const OK: &str = "200 OK\r\nx-amzn-requestid: r-1";

#[tokio::test]
async fn results_have_metadata() {
    for (resource, parameters, sent, answered, expected) in [
        (
            "dynamodb:getItem",
            json!({"TableName": "t", "Key": {"id": {"S": "1"}}}),
            json!({"TableName": "t", "Key": {"id": {"S": "1"}}}),
            r#"{"Item":{"id":{"S":"1"}}}"#,
            json!({"Item": {"id": {"S": "1"}}}),
        ),
        (
            "sqs:sendMessage",
            json!({"QueueUrl": "https://q/1/n", "MessageBody": {"n.$": "$.n"}}),
            json!({"QueueUrl": "https://q/1/n", "MessageBody": r#"{"n":1}"#}),
            r#"{"MD5OfMessageBody":"a","MessageId":"b"}"#,
            json!({"MD5OfMessageBody": "a", "MessageId": "b"}),
        ),
        (
            "states:startExecution",
            json!({"StateMachineArn": "arn:aws:states:eu-west-1:1:stateMachine:m", "Input": {"a": 1}}),
            json!({"stateMachineArn": "arn:aws:states:eu-west-1:1:stateMachine:m", "input": r#"{"a":1}"#}),
            r#"{"executionArn":"e","startDate":1700000000.5}"#,
            json!({"ExecutionArn": "e", "StartDate": 1_700_000_000_500_i64}),
        ),
        (
            "glue:startJobRun",
            json!({"JobName": "j"}),
            json!({"JobName": "j"}),
            r#"{"JobRunId":"1"}"#,
            json!({"JobRunId": "1"}),
        ),
        (
            "elasticmapreduce:addStep",
            json!({"ClusterId": "c", "Step": {"Name": "s", "HadoopJarStep": {"Jar": "j"}}}),
            json!({"JobFlowId": "c", "Steps": [{"Name": "s", "HadoopJarStep": {"Jar": "j"}}]}),
            r#"{"StepIds":["s-1"]}"#,
            json!({"StepId": "s-1"}),
        ),
    ] {
        let (found, request) =
            call(&format!("arn:aws:states:::{resource}"), parameters, (OK, answered)).await;
        succeeded(&found, &expected, true);
        assert_eq!(Value::parse(&request.expect("a request").body).expect("JSON"), sent, "{resource}");
    }
}

#[tokio::test]
async fn events_are_put_with_their_origin() {
    let resource = "arn:aws:states:::events:putEvents";
    let parameters =
        json!({"Entries": [{"Source": "s", "DetailType": "d", "Detail": {"a": 1}, "Resources": ["r"]}]});
    let answer = r#"{"Entries":[{"EventId":"1"}],"FailedEntryCount":0}"#;
    let (found, request) = call(resource, parameters.clone(), (OK, answer)).await;
    succeeded(&found, &json!({"Entries": [{"EventId": "1"}], "FailedEntryCount": 0}), false);
    let sent = Value::parse(&request.expect("a request").body).expect("JSON");
    let machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:main";
    let execution = "arn:aws:states:eu-west-1:111122223333:execution:main:run";
    assert_eq!(sent["Entries"][0]["Resources"], json!(["r", machine, execution]));
    assert_eq!(sent["Entries"][0]["Detail"], json!(r#"{"a":1}"#));
    let answer = r#"{"Entries":[{"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."}],"FailedEntryCount":1}"#;
    let (found, _) = call(resource, parameters, (OK, answer)).await;
    assert_eq!(found, json!(["EventBridge.FailedEntry", answer]));
}

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:f";

#[tokio::test]
async fn functions() {
    let invoke = "arn:aws:states:::lambda:invoke";
    let parameters = json!({"FunctionName": "f", "Qualifier": "live", "Payload.$": "$"});
    let head = "200 OK\r\nx-amzn-requestid: r-1\r\nx-amz-executed-version: 7";
    let (found, request) = call(invoke, parameters.clone(), (head, r#"{"a":1}"#)).await;
    succeeded(&found, &json!({"ExecutedVersion": "7", "Payload": {"a": 1}, "StatusCode": 200}), true);
    let request = request.expect("a request");
    assert_eq!(request.line, "POST /2015-03-31/functions/f/invocations?Qualifier=live");
    assert_eq!(request.body, r#"{"n":1}"#);
    // A text is JSON too.
    let (_, request) = call(invoke, json!({"FunctionName": "f", "Payload": "text"}), (OK, "null")).await;
    assert_eq!(request.expect("a request").body, r#""text""#);
    // A `null` payload counts as absent, but `null` members stay.
    for (payload, sent) in [
        (json!({"FunctionName": "f", "Payload": null}), "{}"),
        (json!({"FunctionName": "f"}), "{}"),
        (json!({"FunctionName": "f", "Payload": {"a": null}}), r#"{"a":null}"#),
    ] {
        let (_, request) = call(invoke, payload, (OK, "{}")).await;
        assert_eq!(request.expect("a request").body, sent);
    }

    let (found, request) = call(FUNCTION, Value::Null, (OK, "[2]")).await;
    assert_eq!(found, json!([2]));
    let request = request.expect("a request");
    assert!(request.line.starts_with("POST /2015-03-31/functions/arn%3Aaws%3Alambda"), "{}", request.line);
    assert_eq!(request.body, r#"{"n":1}"#);

    let raised = r#"{"errorMessage":"m","errorType":"CustomError"}"#;
    let head = "200 OK\r\nx-amz-function-error: Unhandled";
    for (resource, parameters) in [(invoke, parameters.clone()), (FUNCTION, Value::Null)] {
        let (found, _) = call(resource, parameters, (head, raised)).await;
        assert_eq!(found, json!(["CustomError", raised]));
    }
}

#[tokio::test]
async fn errors_are_named_as_the_older_sdk_does() {
    for (resource, parameters, (head, body), error, cause) in [
        (
            "lambda:invoke",
            json!({"FunctionName": "f"}),
            (
                "404 Not Found\r\nx-amzn-requestid: r-1\r\nx-amzn-errortype: ResourceNotFoundException",
                r#"{"Type":"User","Message":"Function not found: f:$LATEST"}"#,
            ),
            "Lambda.ResourceNotFoundException",
            "Function not found: f:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: \
             ResourceNotFoundException; Request ID: r-1; Proxy: null)",
        ),
        (
            "dynamodb:putItem",
            json!({"TableName": "t", "Item": {}}),
            (
                "400 Bad Request\r\nx-amzn-requestid: r-1",
                r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"m"}"#,
            ),
            "DynamoDB.AmazonDynamoDBException",
            "m (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: r-1; Proxy: null)",
        ),
        (
            "dynamodb:putItem",
            json!({"TableName": "t", "Item": {}}),
            (
                "400 Bad Request\r\nx-amzn-requestid: r-1",
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"m"}"#,
            ),
            "DynamoDB.ConditionalCheckFailedException",
            "m (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ConditionalCheckFailedException; \
             Request ID: r-1; Proxy: null)",
        ),
        (
            "sqs:sendMessage",
            json!({"QueueUrl": "https://q/1/n"}),
            (
                "400 Bad Request\r\nx-amzn-requestid: r-1\r\nx-amzn-query-error: MissingParameter;Sender",
                r#"{"__type":"com.amazonaws.sqs#MissingRequiredParameterException","message":"m"}"#,
            ),
            "SQS.AmazonSQSException",
            "m (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: r-1; Proxy: null)",
        ),
        (
            "sns:publish",
            json!({"TopicArn": "arn:aws:sns:eu-west-1:1:t", "Message": "m"}),
            (
                "404 Not Found",
                "<ErrorResponse><Error><Type>Sender</Type><Code>NotFound</Code><Message>m</Message></Error>\
                 <RequestId>r-1</RequestId></ErrorResponse>",
            ),
            "SNS.NotFoundException",
            "m (Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: r-1; Proxy: null)",
        ),
        (
            "states:startExecution",
            json!({"StateMachineArn": "arn:aws:states:eu-west-1:1:stateMachine:m"}),
            (
                "400 Bad Request\r\nx-amzn-requestid: r-1",
                r#"{"__type":"com.amazonaws.swf.service.v2.model#StateMachineDoesNotExist","message":"m"}"#,
            ),
            "StepFunctions.StateMachineDoesNotExistException",
            "m (Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: r-1; \
             Proxy: null)",
        ),
        (
            "elasticmapreduce:addStep",
            json!({"ClusterId": "c", "Step": {"Name": "s", "HadoopJarStep": {"Jar": "j"}}}),
            (
                "400 Bad Request\r\nx-amzn-requestid: r-1",
                r#"{"__type":"ValidationException","message":"Cluster id 'c' is not valid."}"#,
            ),
            "EMR.AmazonElasticMapReduceException",
            "Cluster id 'c' is not valid. (Service: AmazonElasticMapReduce; Status Code: 400; \
             Error Code: ValidationException; Request ID: r-1; Proxy: null)",
        ),
        (
            "glue:startJobRun",
            json!({"JobName": "j"}),
            ("400 Bad Request\r\nx-amzn-requestid: r-1", r#"{"__type":"EntityNotFoundException"}"#),
            "Glue.EntityNotFoundException",
            "null (Service: AWSGlue; Status Code: 400; Error Code: EntityNotFoundException; Request ID: r-1; Proxy: null)",
        ),
        (
            "bedrock:invokeModel",
            json!({"ModelId": "m", "Body": {}}),
            (
                "429 Too Many\r\nx-amzn-requestid: r-1\r\nx-amzn-errortype: ThrottlingException",
                r#"{"message":"m"}"#,
            ),
            "Bedrock.ThrottlingException",
            "m (Service: BedrockRuntime, Status Code: 429, Request ID: r-1)",
        ),
        (
            "bedrock:invokeModel",
            json!({"ModelId": "m", "Body": {}}),
            ("400 Bad Request\r\nx-amzn-requestid: r-1\r\nx-amzn-errortype: Odd", "{}"),
            "Bedrock.BedrockRuntimeException",
            "null (Service: BedrockRuntime, Status Code: 400, Request ID: r-1)",
        ),
    ] {
        let (found, _) = call(&format!("arn:aws:states:::{resource}"), parameters, (head, body)).await;
        assert_eq!(found, json!([error, cause]), "{resource}");
    }
}

/// Lambda's response for a function that timed out has no error type.
#[tokio::test]
async fn errors_of_functions_without_a_type_are_unknown() {
    const SENTENCE: &str = "The cause could not be determined because Lambda did not return an error type.";
    let timed_out = r#"{"errorMessage":"2026-01-01T00:00:00.000Z 5b1c Task timed out after 3.00 seconds"}"#;
    let failed = "200 OK\r\nx-amz-function-error: Unhandled";
    for (payload, cause) in [
        (timed_out, format!("{SENTENCE} Returned payload: {timed_out}")),
        (r#"{"errorType":""}"#, format!("{SENTENCE} Returned payload: {{\"errorType\":\"\"}}")),
        ("gone", format!("{SENTENCE} Returned payload: gone")),
        ("", SENTENCE.to_owned()),
    ] {
        for (resource, parameters) in
            [(FUNCTION, json!({})), ("arn:aws:states:::lambda:invoke", json!({"FunctionName": "f"}))]
        {
            let (found, _) = call(resource, parameters, (failed, payload)).await;
            assert_eq!(found, json!(["Lambda.Unknown", cause.as_str()]), "{resource} {payload}");
        }
    }
}

/// A stream with events of these types.
fn stream(events: &[(&str, &str, Value)]) -> Vec<u8> {
    let sum = |bytes: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        sum.sum().to_be_bytes()
    };
    let mut body = Vec::new();
    for (kind, name, payload) in events {
        let mut headers = Vec::new();
        for (header, value) in [(":message-type", *kind), (&format!(":{kind}-type"), *name)] {
            headers.push(header.len() as u8);
            headers.extend(header.as_bytes());
            headers.push(7);
            headers.extend((value.len() as u16).to_be_bytes());
            headers.extend(value.as_bytes());
        }
        let payload = payload.to_json();
        let mut message = ((16 + headers.len() + payload.len()) as u32).to_be_bytes().to_vec();
        message.extend((headers.len() as u32).to_be_bytes());
        message.extend(sum(&message));
        message.extend(headers);
        message.extend(payload.as_bytes());
        message.extend(sum(&message));
        body.extend(message);
    }
    body
}

#[tokio::test]
async fn agents_answer_with_their_last_message() {
    let message = |text: &str, reason: &str| {
        let delta = |delta: Value| json!({"contentBlockIndex": 1, "delta": delta});
        [
            ("event", "messageStart", json!({"role": "assistant"})),
            (
                "event",
                "contentBlockDelta",
                json!({"contentBlockIndex": 0, "delta": {"toolUse": {"input": "{"}}}),
            ),
            ("event", "contentBlockDelta", delta(json!({"text": text}))),
            ("event", "contentBlockDelta", delta(json!({"text": "!"}))),
            ("event", "contentBlockStop", json!({"contentBlockIndex": 1})),
            ("event", "messageStop", json!({"stopReason": reason})),
            (
                "event",
                "metadata",
                json!({"usage": {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7}, "metrics": {"latencyMs": 50}}),
            ),
        ]
    };
    let tool = [
        ("event", "messageStart", json!({"role": "user"})),
        ("event", "contentBlockDelta", json!({"contentBlockIndex": 0, "delta": {"text": "of a tool"}})),
    ];
    let events = [message("Let me see", "tool_use").as_slice(), &tool, &message("Done", "end_turn")].concat();
    let harness = "arn:aws:bedrock-agentcore:eu-west-1:111122223333:harness/h-0123456789";
    let session = "0123456789-0123456789-0123456789-0";
    let task = json!({
        "Resource": "arn:aws:states:::bedrockagentcore:invokeHarness",
        "Parameters": {
            "HarnessArn": harness,
            "RuntimeSessionId": session,
            "Messages": [{"Role": "user", "Content": [{"Text": "Hello"}]}],
            "Model": {"BedrockModelConfig": {"ModelId": "m", "Temperature": 0.5}}
        }
    });
    let server = Server::start_bytes(None, move |_| (OK, stream(&events))).await;
    let (report, _) = run(aws_at(&server.url), task.clone()).await;
    let expected = json!({
        "Output": {"Message": {"Role": "assistant", "Content": [{"Text": "Done!"}]}},
        "StopReason": "end_turn",
        "Usage": {"InputTokens": 6, "OutputTokens": 8, "TotalTokens": 14},
        "Metrics": {"LatencyMs": 100}
    });
    assert_eq!(ending(&report), expected);
    let request = server.requests().pop().expect("a request");
    assert!(
        request.line.starts_with("POST /harnesses/invoke?harnessArn=arn%3Aaws%3Abedrock-agentcore"),
        "{request:?}"
    );
    assert_eq!(request.header("x-amzn-bedrock-agentcore-runtime-session-id"), Some(session));
    let sent = json!({
        "messages": [{"role": "user", "content": [{"text": "Hello"}]}],
        "model": {"bedrockModelConfig": {"modelId": "m", "temperature": 0.5}}
    });
    assert_eq!(Value::parse(&request.body).expect("JSON"), sent);

    for (answer, expected) in [
        (
            (OK, stream(&[("exception", "runtimeClientError", json!({"message": "m"}))])),
            ["BedrockAgentCore.RuntimeClientErrorException", "m"],
        ),
        (
            (
                "429 Too Many\r\nx-amzn-requestid: r-1\r\nx-amzn-errortype: ThrottlingException",
                b"{}".to_vec(),
            ),
            [
                "BedrockAgentCore.ThrottlingException",
                "null (Service: BedrockAgentCore, Status Code: 429, Request ID: r-1)",
            ],
        ),
        (
            (OK, b"no stream".to_vec()),
            ["BedrockAgentCore.SdkClientException", "the response is not a stream of events"],
        ),
    ] {
        let server = Server::start_bytes(None, move |_| answer.clone()).await;
        let (report, _) = run(aws_at(&server.url), task.clone()).await;
        assert_eq!(ending(&report), json!([expected[0], expected[1]]));
    }
}

#[tokio::test]
async fn unknown_parameters_are_refused_before_the_task_is_scheduled() {
    let parameters = json!({"TableName": "t", "Table": "t", "Key": {}});
    let (found, request) = call("arn:aws:states:::dynamodb:getItem", parameters, (OK, "{}")).await;
    assert!(request.is_none());
    assert_eq!(found[0], json!("States.Runtime"));
    assert!(
        found[1].as_str().unwrap().contains(r#"[The field "Table" is not supported by Step Functions]"#),
        "{found}"
    );
}

/// Messages go to the endpoint of SQS, whatever the host in the URL of the queue: nothing is signed for any other.
#[tokio::test]
async fn the_host_of_a_queue_is_sent_nothing() {
    let server = Server::start(|_| -> Answer { (OK, "{}".to_owned()) }).await;
    let other = Server::start(|_| -> Answer { (OK, "{}".to_owned()) }).await;
    let refused = |host: &str, problem: &str| {
        json!(["SQS.SdkClientException", format!("Unable to execute HTTP request: {host}: {problem}")])
    };
    let no_queue = "`QueueUrl` names no queue, and its host is not that of SQS";
    let host = other.url.trim_start_matches("http://");
    for (url, expected) in [
        (other.url.clone(), Some(refused(host, no_queue))),
        (format!("{}/", other.url), Some(refused(host, no_queue))),
        ("http://no-such-queue".to_owned(), Some(refused("no-such-queue", "Name or service not known"))),
        ("https://no-queue.invalid".to_owned(), Some(refused("no-queue.invalid", no_queue))),
        ("http://localhost".to_owned(), Some(refused("localhost", no_queue))),
        (
            "http://sqs.amazonaws.com.evil.invalid".to_owned(),
            Some(refused("sqs.amazonaws.com.evil.invalid", no_queue)),
        ),
        (format!("{}/1/q", other.url), None),
        (format!("{}/1/q", server.url), None),
        (server.url.clone(), None),
        ("https://sqs.us-east-1.amazonaws.com".to_owned(), None),
        ("http://user@no-queue.invalid".to_owned(), None),
    ] {
        let task = json!({
            "Resource": "arn:aws:states:::sqs:sendMessage",
            "Parameters": {"QueueUrl": url.as_str(), "MessageBody": "m"}
        });
        let before = server.requests().len();
        let (report, _) = run(aws_at(&server.url), task).await;
        let requests = server.requests();
        let sent =
            requests.get(before).map(|request| Value::parse(&request.body).unwrap()["QueueUrl"].clone());
        match expected {
            Some(failure) => assert_eq!((ending(&report), sent), (failure, None), "{url}"),
            None => assert_eq!(sent, Some(url.as_str().into()), "{url}"),
        }
    }
    assert!(other.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn who_does_not_answer_in_time_has_timed_out() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    for (resource, parameters) in [
        (FUNCTION, json!({})),
        ("arn:aws:states:::lambda:invoke", json!({"FunctionName": "f"})),
        ("arn:aws:states:::aws-sdk:sqs:listQueues", json!({})),
        ("arn:aws:states:::apigateway:invoke", json!({"ApiEndpoint": (&url), "Method": "GET"})),
        ("arn:aws:states:::http:invoke", json!({"ApiEndpoint": (&url), "Method": "GET"})),
    ] {
        let task = json!({"Resource": resource, "Parameters": parameters, "TimeoutSeconds": 1});
        let (report, history) = run(aws_at(&url), task).await;
        assert_eq!(ending(&report), json!(["States.Timeout", null]), "{resource}");
        let events = history.as_array().into_iter().flatten();
        let ended =
            events.filter(|event| event["type"].as_str().is_some_and(|kind| kind.ends_with("TimedOut")));
        assert_eq!(ended.count(), 1, "{resource}: {history}");
    }
}

#[tokio::test]
async fn models_are_invoked() {
    let parameters = json!({"ModelId": "m", "Body": {"prompt": "p"}, "ContentType": "application/json"});
    let head = "200 OK\r\ncontent-type: application/json";
    let (found, request) =
        call("arn:aws:states:::bedrock:invokeModel", parameters, (head, r#"{"text":"t"}"#)).await;
    assert_eq!(found, json!({"Body": {"text": "t"}, "ContentType": "application/json"}));
    let request = request.expect("a request");
    assert_eq!((request.line.as_str(), request.body.as_str()), ("POST /model/m/invoke", r#"{"prompt":"p"}"#));
}
