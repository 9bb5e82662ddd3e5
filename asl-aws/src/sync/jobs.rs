//! Which jobs there are, and how each is watched: facts.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync>, the API reference
//! of each service

use asl_value::{Object, Value};

use crate::path::at;

/// A kind of job.
pub(crate) struct Job {
    service: &'static str,
    action: &'static str,
    /// The operation that tells how it is, and its parameters in the form of [`ids`].
    pub(crate) describe: &'static str,
    pub(crate) ids: &'static str,
    /// Where in the answer it is.
    pub(crate) place: &'static str,
    /// The name that the result has it under; empty if it is the result.
    wrap: &'static str,
    /// Where in it the status is.
    pub(crate) status: &'static str,
    pub(crate) succeeded: &'static [&'static str],
    pub(crate) failed: &'static [&'static str],
    /// What else it takes to have succeeded.
    pub(crate) verdict: Option<fn(&Value) -> bool>,
    /// The error code by which its absence is known, where that is what the task waits for.
    pub(crate) gone: Option<&'static str>,
    /// The operation that stops it, and its parameters.
    pub(crate) stop: Option<(&'static str, &'static str)>,
}

impl Job {
    /// The kind of job that an action starts.
    pub(crate) fn of(service: &str, action: &str) -> Option<&'static Job> {
        JOBS.iter().find(|job| job.service == service && job.action == action)
    }

    /// The result of a task: the job, as the documentation of its service's integration shows it.
    pub(crate) fn result(&self, job: Value) -> Value {
        if self.wrap.is_empty() {
            return job;
        }
        Value::Object([(self.wrap, job)].into_iter().collect::<Object>())
    }
}

/// `Cluster=$Cluster, Tasks[]=Tasks[0].TaskArn, Reason=!Stopped`: parameters out of the task's arguments (`$`), out of what
/// the service answered, and constant ones (`!`); `[]` makes a list of one. What is not there is left out.
pub(crate) fn ids(template: &str, arguments: &Value, started: &Value) -> Value {
    let mut params = Object::new();
    for (name, source) in template.split(", ").filter_map(|part| part.split_once('=')) {
        let value = match (source.strip_prefix('$'), source.strip_prefix('!')) {
            (Some(path), _) => at(arguments, path).cloned(),
            (None, Some(text)) => Some(text.into()),
            (None, None) => at(started, source).cloned(),
        };
        match (value, name.strip_suffix("[]")) {
            (Some(value), Some(list)) => params.insert(list, Value::from_iter([value])),
            (Some(value), None) => params.insert(name, value),
            (None, _) => None,
        };
    }
    Value::Object(params)
}

/// Containers that did not start have no exit code.
fn all_exited_well(task: &Value) -> bool {
    let containers = task.get("Containers").and_then(Value::as_array);
    containers.is_some_and(|containers| {
        containers.iter().all(|container| container.get("ExitCode").and_then(Value::as_i64) == Some(0))
    })
}

const NO: Job = Job {
    service: "",
    action: "",
    describe: "",
    ids: "",
    place: "",
    wrap: "",
    status: "",
    succeeded: &[],
    failed: &[],
    verdict: None,
    gone: None,
    stop: None,
};

const fn sagemaker(
    action: &'static str,
    describe: &'static str,
    name: &'static str,
    status: &'static str,
    stop: &'static str,
) -> Job {
    Job {
        service: "sagemaker",
        action,
        describe,
        ids: name,
        status,
        succeeded: &["Completed"],
        failed: &["Failed", "Stopped"],
        stop: Some((stop, name)),
        ..NO
    }
}

const fn build_batch(action: &'static str) -> Job {
    Job {
        service: "codebuild",
        action,
        describe: "batchGetBuildBatches",
        ids: "Ids[]=BuildBatch.Id",
        place: "BuildBatches[0]",
        wrap: "BuildBatch",
        status: "BuildBatchStatus",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "FAULT", "TIMED_OUT", "STOPPED"],
        stop: Some(("stopBuildBatch", "Id=BuildBatch.Id")),
        ..NO
    }
}

const fn application(action: &'static str, reached: &'static [&'static str]) -> Job {
    Job {
        service: "emr-serverless",
        action,
        describe: "getApplication",
        ids: "ApplicationId=ApplicationId",
        place: "Application",
        wrap: "Application",
        status: "State",
        succeeded: reached,
        failed: &["TERMINATED"],
        ..NO
    }
}

const fn eks(action: &'static str, describe: &'static str, ids: &'static str, place: &'static str) -> Job {
    Job { service: "eks", action, describe, ids, place, wrap: place, status: "Status", ..NO }
}

const ACTIVE: &[&str] = &["ACTIVE"];
const GONE: Option<&str> = Some("ResourceNotFoundException");
const CLUSTER: &str = "ClusterId=ClusterId";

/// UNRECORDED: results of `.sync` other than those of `states` and `ecs`.
static JOBS: &[Job] = &[
    Job {
        service: "athena",
        action: "startQueryExecution",
        describe: "getQueryExecution",
        ids: "QueryExecutionId=QueryExecutionId",
        place: "QueryExecution",
        wrap: "QueryExecution",
        status: "Status.State",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "CANCELLED"],
        stop: Some(("stopQueryExecution", "QueryExecutionId=QueryExecutionId")),
        ..NO
    },
    Job {
        service: "batch",
        action: "submitJob",
        describe: "describeJobs",
        ids: "Jobs[]=JobId",
        place: "Jobs[0]",
        status: "Status",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED"],
        stop: Some(("terminateJob", "JobId=JobId, Reason=!The execution was stopped")),
        ..NO
    },
    Job {
        service: "bedrock",
        action: "createModelCustomizationJob",
        describe: "getModelCustomizationJob",
        ids: "JobIdentifier=JobArn",
        status: "Status",
        succeeded: &["Completed"],
        failed: &["Failed", "Stopped"],
        stop: Some(("stopModelCustomizationJob", "JobIdentifier=JobArn")),
        ..NO
    },
    Job {
        service: "codebuild",
        action: "startBuild",
        describe: "batchGetBuilds",
        ids: "Ids[]=Build.Id",
        place: "Builds[0]",
        wrap: "Build",
        status: "BuildStatus",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "FAULT", "TIMED_OUT", "STOPPED"],
        stop: Some(("stopBuild", "Id=Build.Id")),
        ..NO
    },
    build_batch("startBuildBatch"),
    build_batch("retryBuildBatch"),
    Job {
        service: "databrew",
        action: "startJobRun",
        describe: "describeJobRun",
        ids: "Name=$Name, RunId=RunId",
        status: "State",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "STOPPED", "TIMEOUT"],
        stop: Some(("stopJobRun", "Name=$Name, RunId=RunId")),
        ..NO
    },
    Job {
        service: "ecs",
        action: "runTask",
        describe: "describeTasks",
        ids: "Cluster=$Cluster, Tasks[]=Tasks[0].TaskArn",
        place: "Tasks[0]",
        status: "LastStatus",
        succeeded: &["STOPPED"],
        verdict: Some(all_exited_well),
        stop: Some((
            "stopTask",
            "Cluster=$Cluster, Task=Tasks[0].TaskArn, Reason=!The execution was stopped",
        )),
        ..NO
    },
    Job {
        succeeded: ACTIVE,
        failed: &["FAILED"],
        ..eks("createCluster", "describeCluster", "Name=$Name", "Cluster")
    },
    Job {
        gone: GONE,
        failed: &["FAILED"],
        ..eks("deleteCluster", "describeCluster", "Name=$Name", "Cluster")
    },
    Job {
        succeeded: ACTIVE,
        failed: &["CREATE_FAILED", "DEGRADED"],
        ..eks(
            "createNodegroup",
            "describeNodegroup",
            "ClusterName=$ClusterName, NodegroupName=$NodegroupName",
            "Nodegroup",
        )
    },
    Job {
        gone: GONE,
        failed: &["DELETE_FAILED"],
        ..eks(
            "deleteNodegroup",
            "describeNodegroup",
            "ClusterName=$ClusterName, NodegroupName=$NodegroupName",
            "Nodegroup",
        )
    },
    Job {
        succeeded: ACTIVE,
        failed: &["CREATE_FAILED"],
        ..eks(
            "createFargateProfile",
            "describeFargateProfile",
            "ClusterName=$ClusterName, FargateProfileName=$FargateProfileName",
            "FargateProfile",
        )
    },
    Job {
        gone: GONE,
        failed: &["DELETE_FAILED"],
        ..eks(
            "deleteFargateProfile",
            "describeFargateProfile",
            "ClusterName=$ClusterName, FargateProfileName=$FargateProfileName",
            "FargateProfile",
        )
    },
    Job {
        service: "elasticmapreduce",
        action: "createCluster",
        describe: "describeCluster",
        ids: CLUSTER,
        place: "Cluster",
        wrap: "Cluster",
        status: "Status.State",
        succeeded: &["WAITING"],
        failed: &["TERMINATED", "TERMINATED_WITH_ERRORS"],
        stop: Some(("terminateJobFlows", "JobFlowIds[]=ClusterId")),
        ..NO
    },
    Job {
        service: "elasticmapreduce",
        action: "terminateCluster",
        describe: "describeCluster",
        ids: CLUSTER,
        place: "Cluster",
        wrap: "Cluster",
        status: "Status.State",
        succeeded: &["TERMINATED", "TERMINATED_WITH_ERRORS"],
        ..NO
    },
    Job {
        service: "elasticmapreduce",
        action: "addStep",
        describe: "describeStep",
        ids: "ClusterId=$ClusterId, StepId=StepId",
        place: "Step",
        wrap: "Step",
        status: "Status.State",
        succeeded: &["COMPLETED"],
        failed: &["CANCELLED", "FAILED", "INTERRUPTED"],
        stop: Some(("cancelSteps", "ClusterId=$ClusterId, StepIds[]=StepId")),
        ..NO
    },
    Job {
        service: "emr-containers",
        action: "startJobRun",
        describe: "describeJobRun",
        ids: "Id=Id, VirtualClusterId=VirtualClusterId",
        place: "JobRun",
        wrap: "JobRun",
        status: "State",
        succeeded: &["COMPLETED"],
        failed: &["FAILED", "CANCELLED"],
        stop: Some(("cancelJobRun", "Id=Id, VirtualClusterId=VirtualClusterId")),
        ..NO
    },
    Job {
        service: "emr-containers",
        action: "deleteVirtualCluster",
        describe: "describeVirtualCluster",
        ids: "Id=$Id",
        place: "VirtualCluster",
        wrap: "VirtualCluster",
        status: "State",
        succeeded: &["TERMINATED"],
        failed: &["ARRESTED"],
        gone: GONE,
        ..NO
    },
    application("createApplication", &["CREATED", "STARTED"]),
    application("startApplication", &["STARTED"]),
    application("stopApplication", &["STOPPED"]),
    Job { gone: GONE, ..application("deleteApplication", &["TERMINATED"]) },
    Job {
        service: "emr-serverless",
        action: "startJobRun",
        describe: "getJobRun",
        ids: "ApplicationId=ApplicationId, JobRunId=JobRunId",
        place: "JobRun",
        wrap: "JobRun",
        status: "State",
        succeeded: &["SUCCESS"],
        failed: &["FAILED", "CANCELLED"],
        stop: Some(("cancelJobRun", "ApplicationId=ApplicationId, JobRunId=JobRunId")),
        ..NO
    },
    Job {
        service: "emr-serverless",
        action: "cancelJobRun",
        describe: "getJobRun",
        ids: "ApplicationId=$ApplicationId, JobRunId=$JobRunId",
        place: "JobRun",
        wrap: "JobRun",
        status: "State",
        succeeded: &["CANCELLED"],
        failed: &["FAILED", "SUCCESS"],
        ..NO
    },
    Job {
        service: "glue",
        action: "startJobRun",
        describe: "getJobRun",
        ids: "JobName=$JobName, RunId=JobRunId",
        place: "JobRun",
        status: "JobRunState",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"],
        stop: Some(("batchStopJobRun", "JobName=$JobName, JobRunIds[]=JobRunId")),
        ..NO
    },
    Job {
        service: "mediaconvert",
        action: "createJob",
        describe: "getJob",
        ids: "Id=Job.Id",
        place: "Job",
        wrap: "Job",
        status: "Status",
        succeeded: &["COMPLETE"],
        failed: &["ERROR", "CANCELED"],
        stop: Some(("cancelJob", "Id=Job.Id")),
        ..NO
    },
    sagemaker(
        "createHyperParameterTuningJob",
        "describeHyperParameterTuningJob",
        "HyperParameterTuningJobName=$HyperParameterTuningJobName",
        "HyperParameterTuningJobStatus",
        "stopHyperParameterTuningJob",
    ),
    sagemaker(
        "createLabelingJob",
        "describeLabelingJob",
        "LabelingJobName=$LabelingJobName",
        "LabelingJobStatus",
        "stopLabelingJob",
    ),
    sagemaker(
        "createProcessingJob",
        "describeProcessingJob",
        "ProcessingJobName=$ProcessingJobName",
        "ProcessingJobStatus",
        "stopProcessingJob",
    ),
    sagemaker(
        "createTrainingJob",
        "describeTrainingJob",
        "TrainingJobName=$TrainingJobName",
        "TrainingJobStatus",
        "stopTrainingJob",
    ),
    sagemaker(
        "createTransformJob",
        "describeTransformJob",
        "TransformJobName=$TransformJobName",
        "TransformJobStatus",
        "stopTransformJob",
    ),
    Job {
        service: "states",
        action: "startExecution",
        describe: "describeExecution",
        ids: "ExecutionArn=ExecutionArn",
        status: "Status",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "TIMED_OUT", "ABORTED"],
        stop: Some(("stopExecution", "ExecutionArn=ExecutionArn")),
        ..NO
    },
];
