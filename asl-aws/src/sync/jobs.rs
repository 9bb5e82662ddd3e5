//! The jobs that `.sync` tasks can wait for.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync>, the API reference
//! of each service

use super::job::{Job, Params, ResultForm, all_exited_well};
use crate::params::{answer, answer_at, argument, text};

/// The kind of job that an action starts.
pub(crate) fn of(service: &str, action: &str) -> Option<&'static Job> {
    JOBS.iter().find(|job| job.service == service && job.action == action)
}

const fn sagemaker(
    action: &'static str,
    describe: &'static str,
    params: Params,
    status: &'static str,
    stop: &'static str,
) -> Job {
    Job {
        service: "sagemaker",
        action,
        describe,
        params,
        status,
        succeeded: &["Completed"],
        failed: &["Failed", "Stopped"],
        stop: Some((stop, params)),
        ..Job::DEFAULT
    }
}

const BUILD_BATCH: Params = &[answer_at("Ids", "BuildBatch.Id").in_list()];
const STOP_BATCH: Params = &[answer_at("Id", "BuildBatch.Id")];

const fn build_batch(action: &'static str) -> Job {
    Job {
        service: "codebuild",
        action,
        describe: "batchGetBuildBatches",
        params: BUILD_BATCH,
        place: "BuildBatches[0]",
        form: ResultForm::Under("BuildBatch"),
        status: "BuildBatchStatus",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "FAULT", "TIMED_OUT", "STOPPED"],
        stop: Some(("stopBuildBatch", STOP_BATCH)),
        ..Job::DEFAULT
    }
}

const APPLICATION: Params = &[answer("ApplicationId")];

const fn application(action: &'static str, reached: &'static [&'static str]) -> Job {
    Job {
        service: "emr-serverless",
        action,
        describe: "getApplication",
        params: APPLICATION,
        place: "Application",
        form: ResultForm::Under("Application"),
        status: "State",
        succeeded: reached,
        failed: &["TERMINATED"],
        ..Job::DEFAULT
    }
}

const fn eks(action: &'static str, describe: &'static str, params: Params, place: &'static str) -> Job {
    Job {
        service: "eks",
        action,
        describe,
        params,
        place,
        form: ResultForm::Under(place),
        status: "Status",
        ..Job::DEFAULT
    }
}

const ACTIVE: &[&str] = &["ACTIVE"];
const GONE: Option<&str> = Some("ResourceNotFoundException");
const NODEGROUP: Params = &[argument("ClusterName"), argument("NodegroupName")];
const FARGATE_PROFILE: Params = &[argument("ClusterName"), argument("FargateProfileName")];
const CLUSTER: Params = &[answer("ClusterId")];

/// UNRECORDED: results of `.sync` other than those of `states` and `ecs`.
pub(super) static JOBS: &[Job] = &[
    Job {
        service: "athena",
        action: "startQueryExecution",
        describe: "getQueryExecution",
        params: &[answer("QueryExecutionId")],
        place: "QueryExecution",
        form: ResultForm::Under("QueryExecution"),
        status: "Status.State",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "CANCELLED"],
        stop: Some(("stopQueryExecution", &[answer("QueryExecutionId")])),
        ..Job::DEFAULT
    },
    Job {
        service: "batch",
        action: "submitJob",
        describe: "describeJobs",
        params: &[answer_at("Jobs", "JobId").in_list()],
        place: "Jobs[0]",
        status: "Status",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED"],
        stop: Some(("terminateJob", &[answer("JobId"), text("Reason", "The execution was stopped")])),
        ..Job::DEFAULT
    },
    Job {
        service: "bedrock",
        action: "createModelCustomizationJob",
        describe: "getModelCustomizationJob",
        params: &[answer_at("JobIdentifier", "JobArn")],
        status: "Status",
        succeeded: &["Completed"],
        failed: &["Failed", "Stopped"],
        stop: Some(("stopModelCustomizationJob", &[answer_at("JobIdentifier", "JobArn")])),
        ..Job::DEFAULT
    },
    Job {
        service: "codebuild",
        action: "startBuild",
        describe: "batchGetBuilds",
        params: &[answer_at("Ids", "Build.Id").in_list()],
        place: "Builds[0]",
        form: ResultForm::Under("Build"),
        status: "BuildStatus",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "FAULT", "TIMED_OUT", "STOPPED"],
        stop: Some(("stopBuild", &[answer_at("Id", "Build.Id")])),
        ..Job::DEFAULT
    },
    build_batch("startBuildBatch"),
    build_batch("retryBuildBatch"),
    Job {
        service: "databrew",
        action: "startJobRun",
        describe: "describeJobRun",
        params: &[argument("Name"), answer("RunId")],
        status: "State",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "STOPPED", "TIMEOUT"],
        stop: Some(("stopJobRun", &[argument("Name"), answer("RunId")])),
        ..Job::DEFAULT
    },
    Job {
        service: "ecs",
        action: "runTask",
        describe: "describeTasks",
        params: &[argument("Cluster"), answer_at("Tasks", "Tasks[0].TaskArn").in_list()],
        place: "Tasks[0]",
        status: "LastStatus",
        succeeded: &["STOPPED"],
        condition: Some(all_exited_well),
        stop: Some((
            "stopTask",
            &[
                argument("Cluster"),
                answer_at("Task", "Tasks[0].TaskArn"),
                text("Reason", "The execution was stopped"),
            ],
        )),
        ..Job::DEFAULT
    },
    Job {
        succeeded: ACTIVE,
        failed: &["FAILED"],
        ..eks("createCluster", "describeCluster", &[argument("Name")], "Cluster")
    },
    Job {
        gone: GONE,
        failed: &["FAILED"],
        ..eks("deleteCluster", "describeCluster", &[argument("Name")], "Cluster")
    },
    Job {
        succeeded: ACTIVE,
        failed: &["CREATE_FAILED", "DEGRADED"],
        ..eks("createNodegroup", "describeNodegroup", NODEGROUP, "Nodegroup")
    },
    Job {
        gone: GONE,
        failed: &["DELETE_FAILED"],
        ..eks("deleteNodegroup", "describeNodegroup", NODEGROUP, "Nodegroup")
    },
    Job {
        succeeded: ACTIVE,
        failed: &["CREATE_FAILED"],
        ..eks("createFargateProfile", "describeFargateProfile", FARGATE_PROFILE, "FargateProfile")
    },
    Job {
        gone: GONE,
        failed: &["DELETE_FAILED"],
        ..eks("deleteFargateProfile", "describeFargateProfile", FARGATE_PROFILE, "FargateProfile")
    },
    Job {
        service: "elasticmapreduce",
        action: "createCluster",
        describe: "describeCluster",
        params: CLUSTER,
        place: "Cluster",
        form: ResultForm::Under("Cluster"),
        status: "Status.State",
        succeeded: &["WAITING"],
        failed: &["TERMINATED", "TERMINATED_WITH_ERRORS"],
        stop: Some(("terminateJobFlows", &[answer_at("JobFlowIds", "ClusterId").in_list()])),
        ..Job::DEFAULT
    },
    Job {
        service: "elasticmapreduce",
        action: "terminateCluster",
        describe: "describeCluster",
        params: CLUSTER,
        place: "Cluster",
        form: ResultForm::Under("Cluster"),
        status: "Status.State",
        succeeded: &["TERMINATED", "TERMINATED_WITH_ERRORS"],
        ..Job::DEFAULT
    },
    Job {
        service: "elasticmapreduce",
        action: "addStep",
        describe: "describeStep",
        params: &[argument("ClusterId"), answer("StepId")],
        place: "Step",
        form: ResultForm::Under("Step"),
        status: "Status.State",
        succeeded: &["COMPLETED"],
        failed: &["CANCELLED", "FAILED", "INTERRUPTED"],
        stop: Some(("cancelSteps", &[argument("ClusterId"), answer_at("StepIds", "StepId").in_list()])),
        ..Job::DEFAULT
    },
    Job {
        service: "emr-containers",
        action: "startJobRun",
        describe: "describeJobRun",
        params: &[answer("Id"), answer("VirtualClusterId")],
        place: "JobRun",
        form: ResultForm::Under("JobRun"),
        status: "State",
        succeeded: &["COMPLETED"],
        failed: &["FAILED", "CANCELLED"],
        stop: Some(("cancelJobRun", &[answer("Id"), answer("VirtualClusterId")])),
        ..Job::DEFAULT
    },
    Job {
        service: "emr-containers",
        action: "deleteVirtualCluster",
        describe: "describeVirtualCluster",
        params: &[argument("Id")],
        place: "VirtualCluster",
        form: ResultForm::Under("VirtualCluster"),
        status: "State",
        succeeded: &["TERMINATED"],
        failed: &["ARRESTED"],
        gone: GONE,
        ..Job::DEFAULT
    },
    application("createApplication", &["CREATED", "STARTED"]),
    application("startApplication", &["STARTED"]),
    application("stopApplication", &["STOPPED"]),
    Job { gone: GONE, ..application("deleteApplication", &["TERMINATED"]) },
    Job {
        service: "emr-serverless",
        action: "startJobRun",
        describe: "getJobRun",
        params: &[answer("ApplicationId"), answer("JobRunId")],
        place: "JobRun",
        form: ResultForm::Under("JobRun"),
        status: "State",
        succeeded: &["SUCCESS"],
        failed: &["FAILED", "CANCELLED"],
        stop: Some(("cancelJobRun", &[answer("ApplicationId"), answer("JobRunId")])),
        ..Job::DEFAULT
    },
    Job {
        service: "emr-serverless",
        action: "cancelJobRun",
        describe: "getJobRun",
        params: &[argument("ApplicationId"), argument("JobRunId")],
        place: "JobRun",
        form: ResultForm::Under("JobRun"),
        status: "State",
        succeeded: &["CANCELLED"],
        failed: &["FAILED", "SUCCESS"],
        ..Job::DEFAULT
    },
    Job {
        service: "glue",
        action: "startJobRun",
        describe: "getJobRun",
        params: &[argument("JobName"), answer_at("RunId", "JobRunId")],
        place: "JobRun",
        status: "JobRunState",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"],
        stop: Some(("batchStopJobRun", &[argument("JobName"), answer_at("JobRunIds", "JobRunId").in_list()])),
        ..Job::DEFAULT
    },
    Job {
        service: "mediaconvert",
        action: "createJob",
        describe: "getJob",
        params: &[answer_at("Id", "Job.Id")],
        place: "Job",
        form: ResultForm::Under("Job"),
        status: "Status",
        succeeded: &["COMPLETE"],
        failed: &["ERROR", "CANCELED"],
        stop: Some(("cancelJob", &[answer_at("Id", "Job.Id")])),
        ..Job::DEFAULT
    },
    sagemaker(
        "createHyperParameterTuningJob",
        "describeHyperParameterTuningJob",
        &[argument("HyperParameterTuningJobName")],
        "HyperParameterTuningJobStatus",
        "stopHyperParameterTuningJob",
    ),
    sagemaker(
        "createLabelingJob",
        "describeLabelingJob",
        &[argument("LabelingJobName")],
        "LabelingJobStatus",
        "stopLabelingJob",
    ),
    sagemaker(
        "createProcessingJob",
        "describeProcessingJob",
        &[argument("ProcessingJobName")],
        "ProcessingJobStatus",
        "stopProcessingJob",
    ),
    sagemaker(
        "createTrainingJob",
        "describeTrainingJob",
        &[argument("TrainingJobName")],
        "TrainingJobStatus",
        "stopTrainingJob",
    ),
    sagemaker(
        "createTransformJob",
        "describeTransformJob",
        &[argument("TransformJobName")],
        "TransformJobStatus",
        "stopTransformJob",
    ),
    Job {
        service: "states",
        action: "startExecution",
        describe: "describeExecution",
        params: &[answer("ExecutionArn")],
        form: ResultForm::Execution,
        status: "Status",
        succeeded: &["SUCCEEDED"],
        failed: &["FAILED", "TIMED_OUT", "ABORTED"],
        stop: Some(("stopExecution", &[answer("ExecutionArn")])),
        ..Job::DEFAULT
    },
];
