//! The AWS services that tasks call, configured by the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;

use asl_aws::{Aws, Config, InProcess, Refused};
use asl_local::{Api, OwnTasks};
use asl_value::{Object, Value};
use async_trait::async_trait;

use crate::args::Services;

/// The variables of Step Functions Local, and the equivalent variables of the AWS SDKs.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/sfn-local-config-options.html>
const ENDPOINTS: [(&str, &str); 9] = [
    ("BATCH_ENDPOINT", "AWS_ENDPOINT_URL_BATCH"),
    ("DYNAMODB_ENDPOINT", "AWS_ENDPOINT_URL_DYNAMODB"),
    ("ECS_ENDPOINT", "AWS_ENDPOINT_URL_ECS"),
    ("GLUE_ENDPOINT", "AWS_ENDPOINT_URL_GLUE"),
    ("LAMBDA_ENDPOINT", LAMBDA),
    ("SAGE_MAKER_ENDPOINT", "AWS_ENDPOINT_URL_SAGEMAKER"),
    ("SNS_ENDPOINT", "AWS_ENDPOINT_URL_SNS"),
    ("SQS_ENDPOINT", "AWS_ENDPOINT_URL_SQS"),
    ("STEP_FUNCTIONS_ENDPOINT", "AWS_ENDPOINT_URL_SFN"),
];

const LAMBDA: &str = "AWS_ENDPOINT_URL_LAMBDA";

/// The services that may be called in a region. `None` if there are none.
///
/// # Errors
/// A variable has an invalid value.
pub(crate) fn services(
    wanted: &Services,
    region: &str,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Option<Aws>, String> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    let variables = variables.into_iter().filter_map(text);
    let mut variables: BTreeMap<String, String> = variables.filter(|(_, value)| !value.is_empty()).collect();
    for (local, sdk) in ENDPOINTS {
        if let (Some(url), false) = (variables.remove(local), variables.contains_key(sdk)) {
            variables.insert(sdk.to_owned(), url);
        }
    }
    if let Some(url) = &wanted.lambda_endpoint {
        variables.insert(LAMBDA.to_owned(), url.clone());
    }
    if !wanted.aws {
        // Profiles apply to AWS itself only.
        asl_aws::PROFILE_VARIABLES.iter().for_each(|name| drop(variables.remove(*name)));
        if !variables.keys().any(|name| name.starts_with("AWS_ENDPOINT_URL")) {
            return Ok(None);
        }
        // Emulators demand a signature, but accept any key.
        for (name, value) in [("AWS_ACCESS_KEY_ID", "local"), ("AWS_SECRET_ACCESS_KEY", "local")] {
            variables.entry(name.to_owned()).or_insert_with(|| value.to_owned());
        }
    }
    variables.insert("AWS_REGION".to_owned(), region.to_owned());
    let config = Config::from_variables(variables).map_err(|error| error.to_string())?;
    Ok(Some(Aws::new(if wanted.aws { config } else { config.only_configured() })))
}

/// Handles tasks of `aws-sdk:sfn` by calling the API that this process serves, whichever other services may be called.
pub(crate) fn own_tasks(services: Option<&Aws>, region: &str) -> OwnTasks {
    let aws = services.cloned().unwrap_or_else(|| Aws::new(Config::new(region).only_configured()));
    Arc::new(move |api| {
        Arc::new(aws.clone().with_tokens().with_own_service("sfn", Arc::new(StepFunctions(api))))
    })
}

/// The Step Functions API of this process, in the role of an AWS service.
struct StepFunctions(Api);

#[async_trait]
impl InProcess for StepFunctions {
    async fn answer(
        &self,
        operation: &str,
        request: Object,
        trace_header: Option<&str>,
    ) -> Result<Value, Refused> {
        let answer = self.0.call(operation, request, trace_header).await;
        answer.map_err(|error| Refused::new(error.http_status(), error.name(), error.message()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &Services, variables: &[(&str, &str)], expected: Result<bool, &str>) {
        let variables = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let found = services(wanted, "us-east-1", variables).map(|services| services.is_some());
        assert_eq!(found.as_ref().map(|found| *found).map_err(String::as_str), expected);
    }

    #[test]
    fn services_are_called_only_when_configured() {
        let nothing = Services::default();
        let aws = Services { aws: true, ..Services::default() };
        check(&nothing, &[("AWS_ACCESS_KEY_ID", "a")], Ok(false));
        check(&nothing, &[("AWS_ENDPOINT_URL", "http://localhost:4566")], Ok(true));
        check(&nothing, &[("SQS_ENDPOINT", "http://localhost:9324")], Ok(true));
        check(&nothing, &[("LAMBDA_ENDPOINT", "")], Ok(false));
        check(&aws, &[], Ok(true));
        // Profiles apply only when AWS itself is called.
        let profile = [("AWS_ENDPOINT_URL", "http://localhost:4566"), ("AWS_PROFILE", "nobody")];
        check(&nothing, &profile, Ok(true));
        check(&aws, &profile, Err("there is no profile `nobody`"));
        let lambda = Services { lambda_endpoint: Some("nowhere".to_owned()), ..Services::default() };
        let problem = "expected an http(s) URL in `AWS_ENDPOINT_URL_LAMBDA`, found `nowhere`";
        check(&lambda, &[], Err(problem));
    }
}
