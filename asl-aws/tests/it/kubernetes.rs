//! `eks:call` and `eks:runJob` against a server that acts as the API of a cluster.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use asl_value::{Value, json};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::run::{aws_at, ending, run};
use crate::server::{Answer, Request, Server};

pub(crate) const AUTHORITY: &[u8] = include_bytes!("data/authority.pem");

pub(crate) fn acceptor() -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("data/cluster.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("data/cluster.key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// How an `eks` task ended, and the requests to the cluster.
async fn call(
    action: &str,
    parameters: Value,
    answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> (Value, Vec<Request>) {
    let server = Server::start_tls(Some(acceptor()), answer).await;
    let mut members = json!({
        "ClusterName": "shop", "CertificateAuthority": BASE64_STANDARD.encode(AUTHORITY),
        "Endpoint": server.url.as_str()
    });
    if let (Value::Object(members), Value::Object(parameters)) = (&mut members, parameters) {
        members.extend(parameters);
    }
    let task = json!({"Resource": format!("arn:aws:states:::eks:{action}"), "Parameters": members});
    let (report, history) = run(aws_at("http://127.0.0.1:9"), task).await;
    assert!(!history.to_json().contains("k8s-aws"), "{history}");
    (ending(&report), server.requests())
}

#[tokio::test]
async fn the_cluster_is_asked_as_the_role() {
    let parameters = json!({
        "Method": "GET", "Path": "/api/v1/namespaces/default/pods", "QueryParameters": {"labelSelector": ["job-name=a b"]}
    });
    let (found, requests) = call("call", parameters, |_| ("200 OK", r#"{"items":[]}"#.into())).await;
    assert_eq!((&found["StatusCode"], &found["ResponseBody"]), (&json!(200), &json!({"items": []})));
    assert_eq!(requests[0].line, "GET /api/v1/namespaces/default/pods?labelSelector=job-name%3Da%20b");
    let token = requests[0].header("authorization").unwrap().strip_prefix("Bearer k8s-aws-v1.").unwrap();
    let url = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).unwrap()).unwrap();
    for part in [
        "/?Action=GetCallerIdentity&Version=2011-06-15&",
        "X-Amz-Expires=60",
        "X-Amz-SignedHeaders=host%3Bx-k8s-aws-id",
        "%2Feu-west-1%2Fsts%2Faws4_request",
        "X-Amz-Signature=",
    ] {
        assert!(url.contains(part), "{part}: {url}");
    }
    let (failed, _) =
        call("call", json!({"Method": "GET", "Path": "/x"}), |_| ("404 Not Found", r#"{"code":404}"#.into()))
            .await;
    assert_eq!(failed, json!(["EKS.404", r#"{"code":404}"#]));
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    for (more, problem) in [
        (json!({"Method": "GET"}), "The field 'Path' is required but was missing"),
        (
            json!({"Method": "GET", "Path": "/a/%2e%2E/b"}),
            "The value of the field 'Path' has an invalid format",
        ),
        (
            json!({"Method": "GET", "Path": "/", "Endpoint": "http://elsewhere"}),
            "The value of the field 'Endpoint' has an invalid format",
        ),
        (
            json!({"Method": "GET", "Path": "/", "Endpoint": "https://a.eks.amazonaws.com.evil.example"}),
            "The value of the field 'Endpoint' has an invalid format",
        ),
        (
            json!({"Method": "GET", "Path": "/", "Endpoint": "https://evil.example/a.eks.amazonaws.com"}),
            "The value of the field 'Endpoint' has an invalid format",
        ),
        (
            json!({"Method": "GET", "Path": "/", "Endpoint": "http://A1.gr7.eu-west-1.eks.amazonaws.com"}),
            "The value of the field 'Endpoint' has an invalid format",
        ),
    ] {
        let (failed, requests) = call("call", more, |_| ("200 OK", "{}".into())).await;
        assert_eq!((&failed[0], requests.len()), (&json!("States.Runtime"), 0));
        assert!(failed[1].as_str().unwrap().ends_with(&format!("[{problem}]")), "{failed}");
    }
    let (failed, _) =
        call("runJob", json!({"Job": {}, "Namespace": "a/b"}), |_| ("200 OK", "{}".into())).await;
    assert_eq!(failed[0], json!("States.Runtime"));
    let (failed, requests) = call("runJob.sync", json!({"Job": {}}), |_| ("201 Created", "{}".into())).await;
    let cause = "the cluster's answer has no name of the job";
    assert_eq!((failed, requests.len()), (json!(["EKS.SdkClientException", cause]), 1));
    // Another authority, or an invalid one.
    for authority in ["", "x", "IAo="] {
        let parameters = json!({"Method": "GET", "Path": "/", "CertificateAuthority": authority});
        let (failed, requests) = call("call", parameters, |_| ("200 OK", "{}".into())).await;
        assert_eq!((&failed[0], requests.len()), (&json!("EKS.SdkClientException"), 0), "{failed}");
    }
}

const JOBS: &str = "/apis/batch/v1/namespaces/batch/jobs";

/// Runs a job that ends with this condition. Its pods print `{"pi": 3.25}`.
async fn job(condition: &'static str, more: Value) -> (Value, Vec<Request>) {
    let asked = AtomicUsize::new(0);
    let mut parameters =
        json!({"Namespace": "batch", "Job": {"kind": "Job", "metadata": {"generateName": "pi-"}}});
    if let (Value::Object(parameters), Value::Object(more)) = (&mut parameters, more) {
        parameters.extend(more);
    }
    let found = call("runJob.sync", parameters, move |request| {
        let line = request.line.split('?').next().unwrap();
        let job = |conditions: Value| {
            json!({"metadata": {"name": "pi-1"}, "status": {"conditions": conditions}}).to_json()
        };
        match line.split_once(' ').unwrap() {
            ("POST", JOBS) => ("201 Created", job(json!([]))),
            ("GET", "/apis/batch/v1/namespaces/batch/jobs/pi-1") => match asked.fetch_add(1, Ordering::Relaxed) {
                0 => ("503 Service Unavailable", "{}".into()),
                1 => ("200 OK", job(json!([{"type": condition, "status": "False"}]))),
                _ => ("200 OK", job(json!([{"type": condition, "status": "True"}]))),
            },
            ("GET", "/api/v1/namespaces/batch/pods") => {
                ("200 OK", json!({"items": [{"metadata": {"name": "pi-1-x"}, "spec": {"containers": [{"name": "pi"}]}}]}).to_json())
            }
            ("GET", "/api/v1/namespaces/batch/pods/pi-1-x/log") => ("200 OK", r#"{"pi":3.25}"#.into()),
            _ => ("400 Bad Request", "{}".into()),
        }
    });
    found.await
}

#[tokio::test]
async fn jobs_are_waited_for() {
    let ended = json!({"metadata": {"name": "pi-1"}, "status": {"conditions": [{"type": "Complete", "status": "True"}]}});
    let (found, requests) = job("Complete", json!({})).await;
    assert_eq!(found, ended);
    assert_eq!((requests.len(), requests[0].line.as_str()), (4, format!("POST {JOBS}").as_str()));
    assert_eq!(requests[0].body, r#"{"kind":"Job","metadata":{"generateName":"pi-"}}"#);
    let (failed, _) = job("Failed", json!({})).await;
    assert_eq!(failed[0], json!("States.TaskFailed"));
    assert!(failed[1].as_str().unwrap().contains(r#""type":"Failed""#), "{failed}");

    for (raw, log) in [(false, json!({"pi": 3.25})), (true, json!(r#"{"pi":3.25}"#))] {
        let options = json!({"LogOptions": {"RetrieveLogs": true, "RawLogs": raw, "LogParameters": {"tailLines": ["20"]}}});
        let (found, requests) = job("Complete", options).await;
        assert_eq!(found["logs"], json!({"pods": {"pi-1-x": {"containers": {"pi": {"log": log}}}}}));
        assert!(requests.last().unwrap().line.ends_with("/log?container=pi&tailLines=20"), "{requests:?}");
    }
}
