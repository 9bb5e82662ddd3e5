//! `.sync` and `.waitForTaskToken`: jobs that are polled until they have ended.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asl_engine::{DefinitionHash, Engine, Execution, MemoryJournal, RecordedExecution, Registry, load};
use asl_model::Source;
use asl_value::{Value, json};

use crate::run::{aws_at, ending, run};
use crate::server::{Request, Server};

/// A service with its responses to each operation. The last response of each is repeated.
struct Script(Vec<(&'static str, Vec<&'static str>, AtomicUsize)>);

impl Script {
    fn new(operations: &[(&'static str, &[&'static str])]) -> Script {
        Script(
            operations.iter().map(|(name, answers)| (*name, answers.to_vec(), AtomicUsize::new(0))).collect(),
        )
    }

    fn answer(&self, request: &Request) -> (&'static str, String) {
        let name = operation(request);
        let found = self.0.iter().find(|(known, ..)| *known == name);
        let Some((_, answers, calls)) = found else { return ("400 Bad Request", "{}".into()) };
        let call = calls.fetch_add(1, Ordering::Relaxed);
        ("200 OK", (*answers.get(call).or(answers.last()).expect("an answer")).into())
    }
}

/// The operation of a JSON protocol, or the path of a REST one.
fn operation(request: &Request) -> &str {
    match request.header("x-amz-target") {
        Some(target) => target.rsplit('.').next().unwrap_or_default(),
        None => &request.line,
    }
}

async fn wait(
    resource: &str,
    parameters: Value,
    operations: &[(&'static str, &[&'static str])],
) -> (Value, Vec<String>, Vec<Request>) {
    let script = Script::new(operations);
    let server = Server::start(move |request| script.answer(request)).await;
    let task = json!({"Resource": format!("arn:aws:states:::{resource}"), "Parameters": parameters});
    let (report, history) = run(aws_at(&server.url), task).await;
    let types = history.as_array().expect("events").iter();
    let types = types.map(|event| event["type"].as_str().expect("a type").to_owned()).collect();
    (ending(&report), types, server.requests())
}

const SUCCEEDED: [&str; 7] = [
    "ExecutionStarted",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskSucceeded",
    "TaskStateExited",
];

#[tokio::test]
async fn tasks_of_ecs() {
    let running = r#"{"tasks":[{"taskArn":"t-1","lastStatus":"RUNNING"}],"failures":[]}"#;
    let stopped =
        r#"{"tasks":[{"taskArn":"t-1","lastStatus":"STOPPED","containers":[{"name":"c","exitCode":0}]}]}"#;
    let failed =
        r#"{"tasks":[{"taskArn":"t-1","lastStatus":"STOPPED","containers":[{"name":"c","exitCode":3}]}]}"#;
    let parameters = json!({"Cluster": "c", "TaskDefinition": "d"});
    let operations: [(_, &[_]); 2] =
        [("RunTask", &[running]), ("DescribeTasks", &[running, running, stopped])];
    let (found, types, requests) = wait("ecs:runTask.sync", parameters.clone(), &operations).await;
    assert_eq!(found["Containers"], json!([{"Name": "c", "ExitCode": 0}]));
    assert_eq!((&found["LastStatus"], &found["TaskArn"]), (&json!("STOPPED"), &json!("t-1")));
    assert_eq!(types[..7], SUCCEEDED);
    assert_eq!(requests.len(), 4);
    let sent = Value::parse(&requests[0].body).unwrap();
    assert_eq!((&sent["cluster"], &sent["startedBy"]), (&json!("c"), &json!("AWS Step Functions")));
    assert_eq!(Value::parse(&requests[1].body).unwrap(), json!({"cluster": "c", "tasks": ["t-1"]}));

    let operations: [(_, &[_]); 2] = [("RunTask", &[running]), ("DescribeTasks", &[failed])];
    let (found, ..) = wait("ecs:runTask.sync", parameters.clone(), &operations).await;
    assert_eq!(found[0], json!("States.TaskFailed"));
    let cause = Value::parse(found[1].as_str().unwrap()).unwrap();
    assert_eq!(cause["Containers"][0]["ExitCode"], json!(3));

    let none = r#"{"tasks":[],"failures":[{"arn":"a","reason":"RESOURCE:MEMORY"}]}"#;
    let (found, types, _) = wait("ecs:runTask.sync", parameters.clone(), &[("RunTask", &[none])]).await;
    assert_eq!(found, json!(["AmazonECS.Unknown", r#"[{"Arn":"a","Reason":"RESOURCE:MEMORY"}]"#]));
    assert!(!types.contains(&"TaskSubmitted".to_owned()));
    let (found, ..) = wait("ecs:runTask", parameters, &[("RunTask", &[none])]).await;
    assert_eq!(found["Failures"], json!([{"Arn": "a", "Reason": "RESOURCE:MEMORY"}]));
}

#[tokio::test]
async fn executions_elsewhere() {
    let started = r#"{"executionArn":"e","startDate":1.5}"#;
    let running = r#"{"executionArn":"e","status":"RUNNING","startDate":1.5,"input":"{}"}"#;
    let succeeded = r#"{"status":"SUCCEEDED","executionArn":"e","startDate":1.5,"stopDate":2,"input":"{}","output":"[1]"}"#;
    let failed = r#"{"status":"FAILED","executionArn":"e","startDate":1.5,"stopDate":2,"input":"{}","error":"E","redriveCount":0,"redriveStatus":"REDRIVABLE"}"#;
    let parameters = json!({"StateMachineArn": "arn:aws:states:eu-west-1:1:stateMachine:m", "Input": {}});
    for (resource, input, output) in [
        ("states:startExecution.sync", json!("{}"), json!("[1]")),
        ("states:startExecution.sync:2", json!({}), json!([1])),
    ] {
        let operations: [(_, &[_]); 2] =
            [("StartExecution", &[started]), ("DescribeExecution", &[running, succeeded])];
        let (found, types, _) = wait(resource, parameters.clone(), &operations).await;
        let expected = json!({
            "ExecutionArn": "e", "Input": input, "Output": output, "StartDate": 1500, "Status": "SUCCEEDED",
            "StopDate": 2000
        });
        assert_eq!(found, expected);
        assert_eq!(types[..7], SUCCEEDED);
    }
    let operations: [(_, &[_]); 2] = [("StartExecution", &[started]), ("DescribeExecution", &[failed])];
    let (found, ..) = wait("states:startExecution.sync:2", parameters, &operations).await;
    let cause =
        r#"{"Error":"E","ExecutionArn":"e","Input":"{}","StartDate":1500,"Status":"FAILED","StopDate":2000}"#;
    assert_eq!(found, json!(["States.TaskFailed", cause]));
}

#[tokio::test]
async fn other_jobs() {
    for (resource, parameters, operations, expected) in [
        (
            "batch:submitJob.sync",
            json!({"JobName": "n", "JobQueue": "q", "JobDefinition": "d"}),
            [
                ("POST /v1/submitjob", &[r#"{"jobId":"1","jobName":"n"}"#][..]),
                ("POST /v1/describejobs", &[r#"{"jobs":[{"jobId":"1","status":"SUCCEEDED"}]}"#]),
            ],
            json!({"JobId": "1", "Status": "SUCCEEDED"}),
        ),
        (
            "glue:startJobRun.sync",
            json!({"JobName": "j"}),
            [
                ("StartJobRun", &[r#"{"JobRunId":"1"}"#]),
                ("GetJobRun", &[r#"{"JobRun":{"Id":"1","JobRunState":"SUCCEEDED"}}"#]),
            ],
            json!({"Id": "1", "JobRunState": "SUCCEEDED"}),
        ),
        (
            "codebuild:startBuild.sync",
            json!({"ProjectName": "p"}),
            [
                ("StartBuild", &[r#"{"build":{"id":"1","buildStatus":"IN_PROGRESS"}}"#]),
                ("BatchGetBuilds", &[r#"{"builds":[{"id":"1","buildStatus":"SUCCEEDED"}]}"#]),
            ],
            json!({"Build": {"Id": "1", "BuildStatus": "SUCCEEDED"}}),
        ),
        (
            "athena:startQueryExecution.sync",
            json!({"QueryString": "q"}),
            [
                ("StartQueryExecution", &[r#"{"QueryExecutionId":"1"}"#]),
                ("GetQueryExecution", &[r#"{"QueryExecution":{"Status":{"State":"SUCCEEDED"}}}"#]),
            ],
            json!({"QueryExecution": {"Status": {"State": "SUCCEEDED"}}}),
        ),
        (
            "sagemaker:createTransformJob.sync",
            json!({
                "TransformJobName": "t", "ModelName": "m",
                "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b"}}},
                "TransformOutput": {"S3OutputPath": "s3://b"},
                "TransformResources": {"InstanceType": "ml.m4.xlarge", "InstanceCount": 1}
            }),
            [
                ("CreateTransformJob", &[r#"{"TransformJobArn":"a"}"#]),
                ("DescribeTransformJob", &[r#"{"TransformJobName":"t","TransformJobStatus":"Completed"}"#]),
            ],
            json!({"TransformJobName": "t", "TransformJobStatus": "Completed"}),
        ),
        (
            "elasticmapreduce:addStep.sync",
            json!({"ClusterId": "c", "Step": {"Name": "s", "HadoopJarStep": {"Jar": "j"}}}),
            [
                ("AddJobFlowSteps", &[r#"{"StepIds":["1"]}"#]),
                ("DescribeStep", &[r#"{"Step":{"Id":"1","Status":{"State":"COMPLETED"}}}"#]),
            ],
            json!({"Step": {"Id": "1", "Status": {"State": "COMPLETED"}}}),
        ),
    ] {
        let (found, types, _) = wait(resource, parameters, &operations).await;
        assert_eq!(found, expected, "{resource}");
        assert_eq!(types[..7], SUCCEEDED, "{resource}");
    }
}

#[tokio::test]
async fn an_abandoned_job_is_stopped() {
    let script = Script::new(&[
        ("StartJobRun", &[r#"{"JobRunId":"1"}"#]),
        ("GetJobRun", &[r#"{"JobRun":{"JobRunState":"RUNNING"}}"#]),
        ("BatchStopJobRun", &["{}"]),
    ]);
    let server = Server::start(move |request| script.answer(request)).await;
    let task = json!({
        "Resource": "arn:aws:states:::glue:startJobRun.sync", "Parameters": {"JobName": "j"}, "TimeoutSeconds": 1
    });
    let (report, _) = run(aws_at(&server.url), task).await;
    assert_eq!(ending(&report)[0], json!("States.Timeout"));
    for _ in 0..200 {
        if let Some(stop) = server.requests().iter().find(|request| operation(request) == "BatchStopJobRun") {
            assert_eq!(Value::parse(&stop.body).unwrap(), json!({"JobName": "j", "JobRunIds": ["1"]}));
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the job was not stopped");
}

#[tokio::test]
async fn a_callback_is_submitted_and_goes_on() {
    let task = json!({
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 1,
        "Parameters": {"QueueUrl": "https://q/1/n", "MessageBody": {"token.$": "$$.Task.Token"}}
    });
    let server = Server::start(|_| ("200 OK", r#"{"MessageId":"1"}"#.into())).await;
    let (report, history) = run(aws_at(&server.url), task.clone()).await;
    assert_eq!(ending(&report)[0], json!("States.Timeout"));
    let submitted =
        history.as_array().unwrap().iter().find(|event| event["type"] == json!("TaskSubmitted")).unwrap();
    let output = submitted["taskSubmittedEventDetails"]["output"].as_str().unwrap();
    assert!(output.contains(r#""MessageId":"1""#), "{output}");
    // Without a way to return the token, it is not sent.
    let server = Server::start(|_| ("200 OK", "{}".into())).await;
    let (report, _) = run(crate::run::aws(), task).await;
    assert_eq!(ending(&report)[0], json!("States.Runtime"));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_job_of_an_earlier_process_is_asked_about() {
    let running = r#"{"tasks":[{"taskArn":"t-1","lastStatus":"RUNNING"}],"failures":[]}"#;
    let stopped =
        r#"{"tasks":[{"taskArn":"t-1","lastStatus":"STOPPED","containers":[{"name":"c","exitCode":0}]}]}"#;
    let loaded = load(&Source::json(
        r#"{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync",
            "Parameters": {"Cluster": "c", "TaskDefinition": "d"}, "End": true}}}"#,
    ))
    .expect("a definition");
    let definition = DefinitionHash::of(&loaded.machine);
    let server = async |operations: &[(&'static str, &[&'static str])]| {
        let script = Script::new(operations);
        let server = Server::start(move |request| script.answer(request)).await;
        let engine = Engine::builder().tasks(Registry::new().fallback(aws_at(&server.url))).build();
        (engine, server)
    };
    let asked = |server: &Server, name: &str| {
        server.requests().iter().filter(|request| operation(request) == name).count()
    };

    let (engine, first) = server(&[("RunTask", &[running]), ("DescribeTasks", &[running])]).await;
    let journal = MemoryJournal::new();
    let run = engine.run_journalled(&loaded.program, &definition, Execution::new(json!({})), &journal);
    let is_submitted = async {
        while asked(&first, "DescribeTasks") == 0 || journal.records().len() < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = run => panic!("the job does not end"),
        () = is_submitted => {}
    }
    // A request to stop the job would come from another task.
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(asked(&first, "StopTask"), 0);
    let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
    let recorded = RecordedExecution::parse(&lines).expect("a journal");

    let (engine, second) = server(&[("DescribeTasks", &[running, stopped])]).await;
    let execution = Execution::new(json!({}));
    let report = engine.resume(&loaded.program, &definition, execution, recorded, &journal).await;
    let outcome = report.expect("resumed").outcome;
    assert_eq!(outcome.output().map(|output| &output["LastStatus"]), Some(&json!("STOPPED")), "{outcome:?}");
    assert_eq!((asked(&second, "RunTask"), asked(&second, "DescribeTasks")), (0, 2));
}
