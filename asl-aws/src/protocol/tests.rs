//! Requests and responses of each protocol.

use asl_value::{Array, Object, Value, json};

use super::*;
use crate::arguments::{self, Rules};
use crate::table::{Services, Shape, names};

fn built(service: &str, action: &str, parameters: &Value) -> Result<Request, String> {
    let service = Services::default().get(service).unwrap();
    let operation = service.operation(action).unwrap();
    let checked = match operation.input {
        Some(input) => arguments::check(&Member::root(&service, input), parameters, Rules::default()),
        None => arguments::Checked { value: Value::Null, problems: Vec::new() },
    };
    assert_eq!(checked.problems, [""; 0]);
    request(&service, &operation, &checked.value)
}

/// `METHOD host-prefix path?query`, some headers, and the body.
#[track_caller]
fn check(action: (&str, &str), parameters: Value, line: &str, headers: &[(&str, &str)], body: &str) {
    let request = built(action.0, action.1, &parameters).unwrap();
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    assert_eq!(format!("{} {}{}{query}", request.method, request.host_prefix, request.path), line);
    for (name, value) in headers {
        assert_eq!(request.header(name), Some(*value), "{name}");
    }
    assert_eq!(String::from_utf8_lossy(&request.body), body);
}

#[test]
fn json() {
    check(
        ("dynamodb", "putItem"),
        json!({"TableName": "t", "Item": {"id": {"S": "1"}, "raw": {"B": "hé"}}}),
        "POST /",
        &[("x-amz-target", "DynamoDB_20120810.PutItem"), ("content-type", "application/x-amz-json-1.0")],
        r#"{"TableName":"t","Item":{"id":{"S":"1"},"raw":{"B":"aMOp"}}}"#,
    );
    check(
        ("cloudwatchlogs", "describeLogGroups"),
        json!({"LogGroupNamePrefix": "a"}),
        "POST /",
        &[
            ("x-amz-target", "Logs_20140328.DescribeLogGroups"),
            ("content-type", "application/x-amz-json-1.1"),
        ],
        r#"{"logGroupNamePrefix":"a"}"#,
    );
    check(
        ("eventbridge", "putEvents"),
        json!({"Entries": [{"Time": "2026-01-01T00:00:00.5Z", "Detail": {"a": 1}}]}),
        "POST /",
        &[],
        r#"{"Entries":[{"Time":1.7672256005E9,"Detail":"{\"a\":1}"}]}"#,
    );
}

#[test]
fn rest_json() {
    check(
        ("lambda", "invoke"),
        json!({"FunctionName": "arn:aws:lambda:::f/../x", "Qualifier": "a b", "InvocationType": "Event", "Payload": {"a": [1]}}),
        "POST /2015-03-31/functions/arn%3Aaws%3Alambda%3A%3A%3Af%2F..%2Fx/invocations?Qualifier=a%20b",
        &[("x-amz-invocation-type", "Event"), ("content-type", "application/octet-stream")],
        r#"{"a":[1]}"#,
    );
    check(
        ("apigateway", "createRestApi"),
        json!({"Name": "n", "Tags": {"k": "v"}}),
        "POST /restapis",
        &[("content-type", "application/json")],
        r#"{"name":"n","tags":{"k":"v"}}"#,
    );
    check(("lambda", "listTags"), json!({"Resource": "arn:x"}), "GET /2017-03-31/tags/arn%3Ax", &[], "");
    check(
        ("sfn", "startSyncExecution"),
        json!({"StateMachineArn": "a"}),
        "POST sync-/",
        &[],
        r#"{"stateMachineArn":"a"}"#,
    );
}

#[test]
fn rest_xml() {
    check(
        ("s3", "putObject"),
        json!({"Bucket": "b", "Key": "a/ü b", "Body": "text", "ContentType": "text/plain", "Metadata": {"Owner": "me"}}),
        "PUT /b/a/%C3%BC%20b",
        &[("content-type", "text/plain"), ("x-amz-meta-owner", "me")],
        "text",
    );
    check(
        ("s3", "putObject"),
        json!({"Bucket": "b", "Key": "k", "Body": {"a": 1}}),
        "PUT /b/k",
        &[("content-type", "text/plain; charset=UTF-8")],
        r#"{"a":1}"#,
    );
    check(
        ("s3", "createBucket"),
        json!({"Bucket": "b", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}),
        "PUT /b",
        &[("content-type", "application/xml")],
        "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>",
    );
    check(
        ("s3", "deleteObjects"),
        json!({"Bucket": "b", "Delete": {"Objects": [{"Key": "<1>"}, {"Key": "2"}], "Quiet": true}}),
        "POST /b?delete",
        &[],
        "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>&lt;1&gt;</Key></Object>\
         <Object><Key>2</Key></Object><Quiet>true</Quiet></Delete>",
    );
    check(
        ("s3", "listObjectsV2"),
        json!({"Bucket": "b", "MaxKeys": 3, "Prefix": "x&y"}),
        "GET /b?list-type=2&max-keys=3&prefix=x%26y",
        &[],
        "",
    );
}

#[test]
fn forms() {
    check(
        ("sns", "publish"),
        json!({"TopicArn": "t", "Message": {"a": 1}, "MessageAttributes": {"k": {"DataType": "String", "StringValue": "v"}}}),
        "POST /",
        &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
        "Action=Publish&Version=2010-03-31&TopicArn=t&Message=%7B%22a%22%3A1%7D\
         &MessageAttributes.entry.1.Name=k&MessageAttributes.entry.1.Value.DataType=String\
         &MessageAttributes.entry.1.Value.StringValue=v",
    );
    check(
        ("iam", "tagRole"),
        json!({"RoleName": "r", "Tags": [{"Key": "a", "Value": "b"}]}),
        "POST /",
        &[],
        "Action=TagRole&Version=2010-05-08&RoleName=r&Tags.member.1.Key=a&Tags.member.1.Value=b",
    );
    check(
        ("ec2", "describeInstances"),
        json!({"InstanceIds": ["i-1", "i-2"], "Filters": [{"Name": "n", "Values": ["v"]}]}),
        "POST /",
        &[],
        "Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-1&InstanceId.2=i-2\
         &Filter.1.Name=n&Filter.1.Value.1=v",
    );
}

#[test]
fn nothing_leaves_its_place() {
    let refused = |service, action, parameters: Value| built(service, action, &parameters).unwrap_err();
    let object = |key: &str, value: &str| json!({"Bucket": "b", "Key": "k", (key): value});
    assert_eq!(
        refused("s3", "putObject", object("ContentType", "a\r\nx-evil: 1")),
        "the field 'ContentType' has control characters, which a header cannot have"
    );
    assert!(
        refused("s3", "putObject", json!({"Bucket": "b", "Key": "k", "Metadata": {"a\nb": "1"}}))
            .contains("a header cannot have")
    );
    assert!(refused("s3", "putObject", json!({"Bucket": "..", "Key": "k"})).contains("must not be `..`"));
    assert!(refused("s3", "getObject", json!({"Bucket": "", "Key": "k"})).contains("must not be empty"));
    let account = |id: &str| built("s3control", "listJobs", &json!({"AccountId": id}));
    assert_eq!(account("123456789012").unwrap().host_prefix, "123456789012.");
    for id in ["evil.com/", "a.b", "", "-a", &"a".repeat(64)] {
        assert!(account(id).unwrap_err().contains("part of the host"), "{id}");
    }
    let path = built("lambda", "getFunction", &json!({"FunctionName": "a/b?c#d%2e"})).unwrap().path;
    assert_eq!(path, "/2015-03-31/functions/a%2Fb%3Fc%23d%252e");
}

/// A value of a shape, with all its members down to a depth.
fn some(member: &Member<'_>, depth: u32) -> Value {
    match member.shape() {
        Shape::Structure(structure) if depth > 0 => {
            let members = structure.members().map(|member| (spelled_name(&member), some(&member, depth - 1)));
            Value::Object(members.collect::<Object>())
        }
        Shape::List(item, _) if depth > 0 => {
            Value::Array([some(&item, depth - 1)].into_iter().collect::<Array>())
        }
        Shape::Map { value, .. } if depth > 0 => {
            Value::Object([("k", some(&value, depth - 1))].into_iter().collect())
        }
        Shape::Structure(_) | Shape::Map { .. } => Value::Object(Object::new()),
        Shape::List(..) => Value::Array(Array::new()),
        Shape::Text { choices, .. } => choices.iter().next().unwrap_or("a-1").into(),
        Shape::Blob(_) => "blob".into(),
        Shape::Boolean => true.into(),
        Shape::Integer(_) => 7.into(),
        Shape::Float(_) => 0.5.into(),
        Shape::Timestamp => "2026-01-01T00:00:00Z".into(),
        Shape::Document => json!({"any": [1]}),
    }
}

fn spelled_name(member: &Member<'_>) -> String {
    crate::naming::spelled(member.name, Names::Sdk)
}

/// Every operation accepts a request with all its members, except at the deepest level, where something required is missing.
#[test]
fn every_operation_makes_a_request() {
    let mut made = 0;
    for name in names() {
        let service = Services::default().get(name).unwrap();
        for operation in service.operations() {
            let input = operation.input.map(|input| Member::root(&service, input));
            let parameters = input.map_or(Value::Null, |input| some(&input, 4));
            let checked = input.map(|input| arguments::check(&input, &parameters, Rules::default()));
            let mut problems = checked.iter().flat_map(|checked| &checked.problems);
            let odd = problems.find(|problem| !problem.ends_with("is required but was missing"));
            assert_eq!(odd, None, "{name}:{}", operation.name);
            let value = checked.map(|checked| checked.value).unwrap_or_default();
            match request(&service, &operation, &value) {
                Ok(request) => {
                    made += 1;
                    let uri: Result<hyper::Uri, _> =
                        format!("https://{}host{}?{}", request.host_prefix, request.path, request.query)
                            .parse();
                    assert!(uri.is_ok(), "{name}:{}: {request:?}", operation.name);
                }
                Err(problem) => assert!(problem.contains("CBOR"), "{name}:{}: {problem}", operation.name),
            }
        }
    }
    assert!(made > 19_000, "{made}");
}

#[track_caller]
fn check_output(action: (&str, &str), headers: &[(&str, &str)], body: &str, expect: Value) {
    let service = Services::default().get(action.0).unwrap();
    let operation = service.operation(action.1).unwrap();
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let answer = HttpAnswer { status: 200, headers, body: body.into(), ..HttpAnswer::default() };
    assert_eq!(output(&service, &operation, &answer, Names::Sdk).unwrap().to_json(), expect.to_json());
}

#[test]
fn outputs() {
    check_output(
        ("sfn", "startExecution"),
        &[],
        r#"{"executionArn":"arn","startDate":1767225600.123,"new":1}"#,
        json!({"ExecutionArn": "arn", "StartDate": "2026-01-01T00:00:00.123Z"}),
    );
    check_output(("sqs", "deleteMessage"), &[], "", json!({}));
    check_output(
        ("secretsmanager", "listSecrets"),
        &[],
        r#"{"SecretList":[],"NextToken":null}"#,
        json!({"SecretList": []}),
    );
    check_output(
        ("lambda", "invoke"),
        &[("x-amz-executed-version", "$LATEST"), ("x-amz-function-error", "Unhandled")],
        r#"{"a":1}"#,
        json!({"StatusCode": 200, "FunctionError": "Unhandled", "ExecutedVersion": "$LATEST", "Payload": "{\"a\":1}"}),
    );
    check_output(
        ("s3", "getObject"),
        &[("content-length", "2"), ("etag", "\"e\""), ("last-modified", "Thu, 01 Jan 2026 00:00:00 GMT")],
        "hi",
        json!({"LastModified": "2026-01-01T00:00:00Z", "ContentLength": 2, "ETag": "\"e\"", "Metadata": {}, "Body": "hi"}),
    );
    check_output(
        ("s3", "listObjectsV2"),
        &[],
        "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>b</Name>\
         <IsTruncated>false</IsTruncated><Contents><Key>a&amp;b</Key><Size>3</Size></Contents>\
         <Contents><Key>c</Key></Contents></ListBucketResult>",
        json!({"IsTruncated": false, "Contents": [{"Key": "a&b", "Size": 3}, {"Key": "c"}], "Name": "b"}),
    );
    check_output(
        ("s3", "getBucketLocation"),
        &[],
        "<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>",
        json!({"LocationConstraint": "eu-west-1"}),
    );
    check_output(
        ("iam", "getRole"),
        &[],
        "<GetRoleResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><GetRoleResult><Role><RoleName>r</RoleName>\
         <CreateDate>2026-01-01T00:00:00Z</CreateDate><Tags><member><Key>k</Key><Value/></member></Tags></Role>\
         </GetRoleResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetRoleResponse>",
        json!({"Role": {"RoleName": "r", "CreateDate": "2026-01-01T00:00:00Z", "Tags": [{"Key": "k", "Value": ""}]}}),
    );
    check_output(
        ("ec2", "describeVpcs"),
        &[],
        "<DescribeVpcsResponse><requestId>1</requestId><vpcSet><item><vpcId>v</vpcId><isDefault>true</isDefault></item>\
         </vpcSet></DescribeVpcsResponse>",
        json!({"Vpcs": [{"IsDefault": true, "VpcId": "v"}]}),
    );
}

#[test]
fn bytes_that_are_no_text_become_base64() {
    check_output(
        ("kms", "encrypt"),
        &[],
        r#"{"CiphertextBlob":"/wA=","KeyId":"k"}"#,
        json!({"CiphertextBlob": "/wA=", "KeyId": "k"}),
    );
    check_output(("kms", "decrypt"), &[], r#"{"Plaintext":"aGk="}"#, json!({"Plaintext": "hi"}));
}

#[track_caller]
fn check_error(service: &str, headers: &[(&str, &str)], body: &str, expect: [&str; 3]) {
    let service = Services::default().get(service).unwrap();
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let answer = HttpAnswer { status: 400, headers, body: body.into(), ..HttpAnswer::default() };
    let error = error(&service, &answer);
    assert_eq!([error.code.as_str(), &error.message, &error.request_id.unwrap_or_default()], expect);
}

#[test]
fn errors() {
    check_error(
        "dynamodb",
        &[("x-amzn-requestid", "r")],
        r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"}"#,
        ["ResourceNotFoundException", "m", "r"],
    );
    check_error(
        "sqs",
        &[("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")],
        r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"m"}"#,
        ["AWS.SimpleQueueService.NonExistentQueue", "m", ""],
    );
    check_error(
        "dynamodb",
        &[("x-amzn-errortype", "com.amazon.coral.validate#ValidationException"), ("x-amzn-query-error", "")],
        r#"{"message":"m"}"#,
        ["ValidationException", "m", ""],
    );
    check_error(
        "lambda",
        &[("x-amzn-errortype", "ResourceNotFoundException:http://internal/")],
        r#"{"Message":"m"}"#,
        ["ResourceNotFoundException", "m", ""],
    );
    check_error(
        "iam",
        &[],
        "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        ["NoSuchEntity", "m", "r"],
    );
    check_error(
        "ec2",
        &[],
        "<Response><Errors><Error><Code>C</Code><Message>m</Message></Error></Errors><RequestID>r</RequestID></Response>",
        ["C", "m", "r"],
    );
    check_error(
        "s3",
        &[("x-amz-request-id", "r")],
        "<Error><Code>NoSuchKey</Code><Message>m</Message><HostId>h</HostId></Error>",
        ["NoSuchKey", "m", "r"],
    );
    check_error("s3", &[], "<html>no", ["", "", ""]);
    check_error("sqs", &[], "<html>no", ["", "", ""]);
}
