//! What the optimised integrations accept, by the service table.

use asl_value::{Object, Value, json};

use super::*;
use crate::Config;
use crate::arguments::Rules;
use crate::table::{Member, Shape};

/// Actions of the optimised integrations.
static ACTIONS: &[(&str, &str)] = &[
    ("athena", "startQueryExecution stopQueryExecution getQueryExecution getQueryResults"),
    ("batch", "submitJob"),
    ("bedrock", "invokeModel createModelCustomizationJob"),
    ("bedrockagentcore", "invokeHarness"),
    ("codebuild", "startBuild stopBuild startBuildBatch stopBuildBatch retryBuildBatch batchDeleteBuilds"),
    ("databrew", "startJobRun"),
    ("dynamodb", "getItem putItem updateItem deleteItem"),
    ("ecs", "runTask"),
    (
        "eks",
        "createCluster deleteCluster createNodegroup deleteNodegroup createFargateProfile deleteFargateProfile",
    ),
    ("elasticmapreduce", "createCluster terminateCluster addStep cancelStep setClusterTerminationProtection"),
    ("emr-containers", "createVirtualCluster deleteVirtualCluster startJobRun"),
    (
        "emr-serverless",
        "createApplication startApplication stopApplication deleteApplication startJobRun cancelJobRun",
    ),
    ("events", "putEvents"),
    ("glue", "startJobRun"),
    ("lambda", "invoke"),
    ("mediaconvert", "createJob"),
    (
        "sagemaker",
        "createEndpoint createEndpointConfig createHyperParameterTuningJob createLabelingJob createModel",
    ),
    ("sagemaker", "createProcessingJob createTrainingJob createTransformJob updateEndpoint"),
    ("sns", "publish"),
    ("sqs", "sendMessage"),
    ("states", "startExecution"),
];

/// The problems that a check reports, without the text around them.
fn problems(service: &str, action: &str, arguments: &Value) -> String {
    let caller = Caller::new(Config::new("eu-west-1"));
    let service = OptimisedService::named(service).expect(service);
    let reported = check(&caller, service, action, Pattern::RequestResponse, &mut arguments.clone());
    let Err(reported) = reported else { return String::new() };
    let (frame, problems) = reported.split_once("' could not be used to start the Task: [").expect(&reported);
    assert_eq!(frame, format!("The Parameters '{arguments}"));
    problems.strip_suffix(']').expect(&reported).to_owned()
}

#[track_caller]
fn check_task(action: (&str, &str), arguments: Value, expect: &str) {
    assert_eq!(problems(action.0, action.1, &arguments), expect, "{action:?} {arguments}");
}

const STRING: &str = "must be a STRING";

#[test]
fn types_of_dynamodb() {
    let put = |attribute: &str, value: Value| {
        let attribute: Object = [(attribute, value)].into_iter().collect();
        json!({"TableName": "t", "Item": {"a": {"M": {"b": Value::Object(attribute)}}}})
    };
    let put_item = ("dynamodb", "putItem");
    for (attribute, fit, misfits, kind) in [
        ("S", json!("s"), [json!({"a": 1}), json!(1), json!(true), json!(["s"])], "a STRING"),
        ("N", json!("1"), [json!({"a": 1}), json!(1), json!(true), json!(["1"])], "a STRING"),
        ("B", json!("YQ=="), [json!({"a": 1}), json!(1), json!(true), json!(["s"])], "a STRING"),
        ("SS", json!(["s"]), [json!({"a": 1}), json!(1), json!(true), json!("s")], "an ARRAY"),
        ("L", json!([{"S": "s"}]), [json!({"a": 1}), json!(1), json!(true), json!("s")], "an ARRAY"),
        ("M", json!({"a": {"S": "s"}}), [json!([]), json!(1), json!(true), json!("s")], "an OBJECT"),
        ("BOOL", json!(false), [json!({"a": 1}), json!(1), json!("true"), json!([])], "a BOOLEAN"),
        ("NULL", json!(true), [json!({"a": 1}), json!(1), json!("true"), json!([])], "a BOOLEAN"),
    ] {
        check_task(put_item, put(attribute, fit), "");
        for misfit in misfits {
            check_task(
                put_item,
                put(attribute, misfit),
                &format!("The value for the field '{attribute}' must be {kind}"),
            );
        }
    }
    let both = json!({"TableName": 1, "Item": {"a": {"S": {}}, "b": {"N": 1}}});
    let reported = ["TableName", "S", "N"].map(|field| format!("The value for the field '{field}' {STRING}"));
    check_task(put_item, both, &reported.join(", "));
}

#[test]
fn texts_that_are_json() {
    for (action, field, arguments) in [
        (("bedrock", "invokeModel"), "Body", json!({"ModelId": "m"})),
        (("lambda", "invoke"), "Payload", json!({"FunctionName": "f"})),
        (("sns", "publish"), "Message", json!({"TopicArn": "t"})),
        (("sqs", "sendMessage"), "MessageBody", json!({"QueueUrl": "q"})),
        (("states", "startExecution"), "Input", json!({"StateMachineArn": "m"})),
    ] {
        let with = |value: Value| {
            let mut arguments = arguments.as_object().cloned().unwrap_or_default();
            arguments.insert(field, value);
            Value::Object(arguments)
        };
        for fit in [json!({"a": 1}), json!([1]), json!("text"), json!("{}"), Value::Null] {
            check_task(action, with(fit), "");
        }
        for misfit in [json!(1), json!(1.5), json!(true)] {
            check_task(action, with(misfit), &format!("The value for the field '{field}' {STRING}"));
        }
    }
    let event = |detail: Value| json!({"Entries": [{"Detail": detail, "DetailType": "t", "Source": "s"}]});
    check_task(("events", "putEvents"), event(json!({"a": 1})), "");
    check_task(
        ("events", "putEvents"),
        event(json!(1)),
        &format!("The value for the field 'Detail' {STRING}"),
    );
}

#[test]
fn types_elsewhere() {
    let environment = |value: Value| json!({"TaskDefinition": "t", "Overrides": {"ContainerOverrides": [{"Environment": [{"Name": "n", "Value": value}]}]}});
    check_task(("ecs", "runTask"), environment(json!("v")), "");
    for value in [json!(1), json!({"a": 1}), json!(false)] {
        check_task(
            ("ecs", "runTask"),
            environment(value),
            &format!("The value for the field 'Value' {STRING}"),
        );
    }
    let glue = |value: Value| json!({"JobName": "j", "Arguments": {"--n": value}});
    check_task(("glue", "startJobRun"), glue(json!("1")), "");
    for value in [json!(1), json!({"a": 1}), json!([1])] {
        check_task(("glue", "startJobRun"), glue(value), &format!("The value for the field '--n' {STRING}"));
    }
    let attributes = |value: Value| json!({"QueueUrl": "q", "MessageBody": "b", "MessageAttributes": {"a": {"DataType": "Number", "StringValue": value}}});
    check_task(("sqs", "sendMessage"), attributes(json!("1")), "");
    check_task(
        ("sqs", "sendMessage"),
        attributes(json!(1)),
        &format!("The value for the field 'StringValue' {STRING}"),
    );
    check_task(
        ("sqs", "sendMessage"),
        json!({"QueueUrl": "q", "MessageBody": "b", "DelaySeconds": "5"}),
        "The value for the field 'DelaySeconds' must be a NUMBER",
    );
    check_task(
        ("elasticmapreduce", "terminateCluster"),
        json!({"ClusterId": 7}),
        &format!("The value for the field 'ClusterId' {STRING}"),
    );
    check_task(
        ("elasticmapreduce", "addStep"),
        json!({"ClusterId": "j", "Step": {"Name": 1, "HadoopJarStep": {"Jar": "j", "Args": [1]}}}),
        &format!("The value for the field 'Name' {STRING}, The value for the field 'Args' {STRING}"),
    );
    check_task(
        ("elasticmapreduce", "modifyInstanceGroupByName"),
        json!({"ClusterId": "j", "InstanceGroupName": "g", "InstanceGroup": {"InstanceCount": "2"}}),
        "The value for the field 'InstanceCount' must be a NUMBER",
    );
    check_task(
        ("elasticmapreduce", "modifyInstanceFleetByName"),
        json!({"ClusterId": "j", "InstanceFleetName": "f", "InstanceFleet": {"TargetOnDemandCapacity": 1, "Size": 2}}),
        "The field \"Size\" is not supported by Step Functions",
    );
}

#[test]
fn batch_takes_the_spelling_of_its_api_inside() {
    let job = |more: (&str, Value)| {
        let mut job = Object::new();
        for name in ["JobDefinition", "JobName", "JobQueue"] {
            job.insert(name, "x".into());
        }
        job.insert(more.0, more.1);
        Value::Object(job)
    };
    let submit = ("batch", "submitJob");
    for name in ["attempts", "Attempts"] {
        let retries: Object = [(name, json!(5))].into_iter().collect();
        check_task(submit, job(("RetryStrategy", Value::Object(retries))), "");
    }
    check_task(
        submit,
        job(("ContainerOverrides", json!({"environment": [{"name": "n", "Value": "v"}]}))),
        "",
    );
    check_task(
        submit,
        job(("RetryStrategy", json!({"attempts": "5"}))),
        "The value for the field 'attempts' must be a NUMBER",
    );
    check_task(
        submit,
        job(("retryStrategy", json!({"attempts": 5}))),
        "The field \"retryStrategy\" is not supported by Step Functions",
    );
    check_task(
        ("ecs", "runTask"),
        json!({"TaskDefinition": "t", "Overrides": {"containerOverrides": []}}),
        "The field \"containerOverrides\" is not supported by Step Functions",
    );
}

/// A value of another type is refused at every place of every operation, and the place is named.
#[test]
fn every_member_has_its_type() {
    let mut places = 0;
    for (name, actions) in ACTIONS {
        for action in actions.split_whitespace() {
            let service = OptimisedService::named(name).expect(name);
            let operation = match *name {
                "elasticmapreduce" => emr::request(action, &json!({})).expect(action).0,
                _ => action,
            };
            let table = crate::table::Services::default().get(service.sdk_name(operation)).expect(name);
            let input = table.operation(operation).and_then(|operation| operation.input).expect(action);
            let rules = Rules::optimised(table.id(), table.operation(operation).expect(action).name);
            places += walk(&table, input, rules, &format!("{name}:{action}"));
        }
    }
    assert!(places > 2000, "{places}");
}

/// Checks each member below a shape, and returns how many there are.
fn walk(table: &crate::table::Service, input: u32, rules: Rules, place: &str) -> usize {
    let mut places = 0;
    // Paths of members, from the outermost to the innermost.
    let mut open: Vec<Vec<Member<'_>>> = vec![vec![Member::root(table, input)]];
    while let Some(way) = open.pop() {
        let inner = way.last().expect("a root");
        let next: Vec<Member<'_>> = match inner.shape() {
            Shape::Structure(structure) => structure.members().collect(),
            Shape::List(item, _) => vec![item],
            Shape::Map { value, .. } => vec![value],
            _ => Vec::new(),
        };
        for member in next {
            let way = [way.as_slice(), &[member]].concat();
            places += usize::from(refuses(&way, rules, place));
            // Types may contain themselves.
            if way.len() < 7 {
                open.push(way);
            }
        }
    }
    places
}

/// Puts a value of another type at the end of a path.
fn refuses(way: &[Member<'_>], rules: Rules, place: &str) -> bool {
    let end = way.last().expect("a member");
    let (misfit, kind) = match end.shape() {
        Shape::Document => return false,
        Shape::Text { .. } | Shape::Blob(_) if end.is_json() => return false,
        Shape::Text { .. } | Shape::Blob(_) => (json!(1), "a STRING"),
        Shape::Timestamp => (json!(true), "a STRING"),
        Shape::Structure(_) | Shape::Map { .. } => (json!("x"), "an OBJECT"),
        Shape::List(..) => (json!("x"), "an ARRAY"),
        Shape::Boolean => (json!("true"), "a BOOLEAN"),
        Shape::Integer(_) | Shape::Float(_) => (json!("1"), "a NUMBER"),
    };
    let mut value = misfit;
    let mut field = String::new();
    for pair in way.windows(2).rev() {
        let [outer, inner] = pair else { continue };
        let name = match outer.shape() {
            Shape::Structure(_) => crate::naming::spelled(inner.name, Names::Model),
            Shape::Map { .. } => "key".to_owned(),
            _ => {
                value = Value::from_iter([value]);
                continue;
            }
        };
        if field.is_empty() {
            field.clone_from(&name);
        }
        value = Value::Object([(name.as_str(), value)].into_iter().collect());
    }
    let problems = crate::arguments::check(&way[0], &value, rules).problems;
    let expect = format!("The value for the field '{field}' must be {kind}");
    assert!(problems.contains(&expect), "{place} {value}: {problems:?}");
    true
}
