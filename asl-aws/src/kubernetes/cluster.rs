//! [`Cluster`]: requests to the Kubernetes API of a cluster.

use std::time::Duration;

use asl_engine::{Failure, Task};
use asl_value::Value;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::egress::not_configured;
use crate::http::{HttpAnswer, HttpRequest, send_trusting};
use crate::http_task::plain;
use crate::path::text;
use crate::polling;
use crate::sign::{SigningScope, presigned};
use crate::{CallOptions, Caller};

const MAX_TIME: Duration = Duration::from_secs(60);

/// The cluster that a task's arguments name.
pub(super) struct Cluster<'a> {
    pub(super) caller: &'a Caller,
    pub(super) task: &'a Task<'a>,
}

/// Why a request to a cluster failed.
pub(super) struct ClusterError {
    /// The HTTP status of the cluster's response; `None` if there is none.
    status: Option<u16>,
    cause: String,
}

impl ClusterError {
    pub(super) fn client(cause: String) -> ClusterError {
        ClusterError { status: None, cause }
    }

    /// Whether asking again may help.
    pub(super) fn is_passing(&self) -> bool {
        self.status.is_none_or(polling::is_passing)
    }
}

impl From<ClusterError> for Failure {
    fn from(error: ClusterError) -> Failure {
        let name = error.status.map_or_else(|| "SdkClientException".to_owned(), |status| status.to_string());
        Failure::new(format!("EKS.{name}"), error.cause)
    }
}

impl Cluster<'_> {
    /// Sends one request to the cluster, over TLS with the cluster's own certificate authority.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        query: &str,
        body: Option<&Value>,
    ) -> Result<HttpAnswer, ClusterError> {
        let arguments = &self.task.arguments;
        let reach = self.caller.config().reach_at("EKS", text(arguments, "Endpoint"));
        let reach = reach.ok_or_else(|| ClusterError::client(not_configured("Endpoint")))?;
        let token = self.token().await.map_err(ClusterError::client)?;
        let question = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{path}{question}{query}", text(arguments, "Endpoint").trim_end_matches('/'));
        let mut headers = vec![
            ("authorization".to_owned(), format!("Bearer {token}")),
            ("user-agent".to_owned(), "Amazon|StepFunctions".to_owned()),
        ];
        let body = body.map(plain).unwrap_or_default();
        if !body.is_empty() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let (method, body) = (method.to_owned(), body.into_bytes());
        let request = HttpRequest { method, url, headers, body, ..HttpRequest::default() };
        let answer = send_trusting(text(arguments, "CertificateAuthority"), request, MAX_TIME, reach).await;
        let answer = answer
            .map_err(|error| ClusterError::client(format!("Unable to execute HTTP request: {error}")))?;
        match answer.status {
            200..300 => Ok(answer),
            status => {
                let cause = String::from_utf8_lossy(&answer.body).into_owned();
                Err(ClusterError { status: Some(status), cause })
            }
        }
    }

    /// A token that identifies the caller to the cluster: a presigned request to STS, which the cluster sends to learn who
    /// made it.
    async fn token(&self) -> Result<String, String> {
        let sts = self.caller.service("sts")?;
        let target = self.caller.target(&sts, None).map_err(|error| error.message)?;
        let role_arn = CallOptions::of(self.task).role_arn;
        let keys = self.caller.keys("Eks", role_arn).await.map_err(|error| error.message)?;
        let url = format!("{}{}/?Action=GetCallerIdentity&Version=2011-06-15", target.scheme, target.host);
        let headers = [("x-k8s-aws-id".to_owned(), text(&self.task.arguments, "ClusterName").to_owned())];
        let scope = SigningScope { service: "sts", region: &target.signing_region, has_unsigned_body: false };
        let url = presigned(&url, &headers, &keys, &scope)?;
        Ok(format!("k8s-aws-v1.{}", BASE64_URL_SAFE_NO_PAD.encode(url)))
    }
}
