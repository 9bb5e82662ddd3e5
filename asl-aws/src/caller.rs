//! [`Caller`]: calls operations of AWS's services.

mod call;
mod options;

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use asl_engine::{Entropy, SystemEntropy};
use asl_value::Value;
use aws_credential_types::Credentials;
use tokio::time::Instant;

use crate::endpoint::{self, Target};
use crate::http::{HttpAnswer, HttpError, HttpRequest, ReadLimit};
use crate::retry::{self, Budget};
use crate::table::{Operation, Service, Services};
use crate::warm::{Warm, fresh_bits};
use crate::{Config, Names, ServiceError, arguments, clock, protocol};
use call::Call;
pub use options::{Answer, CallOptions};

/// How long it may take to get keys, retries included.
const TIME_FOR_KEYS: Duration = Duration::from_secs(30);

/// Calls operations of AWS's services: any operation of any service in the service table.
///
/// Use it to call AWS outside of a task. Tasks are done by [`Aws`](crate::Aws), which has a caller of its own. Parameters are JSON, checked against the service's model before anything is sent. Calls are signed and
/// retried like those of AWS's SDKs: up to three attempts, with backoff, for throttling and server errors.
///
/// Cloning is cheap; clones share connections and credentials. Nothing is connected or read before the first call, which
/// also decodes the service's part of the table.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use asl_aws::{CallOptions, Caller, Config};
/// use asl_value::json;
///
/// let caller = Caller::new(Config::from_env()?);
/// let params = json!({"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/q", "MessageBody": "hello"});
/// let answer = caller.call("sqs", "sendMessage", params, &CallOptions::default()).await?;
/// println!("{} {}", answer.request_id, answer.output["MessageId"]);
/// # Ok(())
/// # }
/// ```
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
#[derive(Debug, Clone)]
pub struct Caller {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    services: Services,
    warm: Mutex<Arc<Warm>>,
    entropy: SystemEntropy,
    budget: Budget,
}

/// What a call needs besides its input.
#[derive(Default)]
struct Means<'a> {
    keys: Option<&'a Credentials>,
    region: Option<&'a str>,
    deadline: Option<Instant>,
    trace_header: Option<&'a str>,
    idempotency_key: Option<&'a str>,
    attempts: Option<u16>,
    limit: ReadLimit,
}

impl Caller {
    /// A caller with these settings.
    pub fn new(config: Config) -> Caller {
        let shared = Shared {
            config,
            services: Services::default(),
            warm: Mutex::default(),
            entropy: SystemEntropy::new(),
            budget: Budget::default(),
        };
        Caller { shared: Arc::new(shared) }
    }

    /// Its settings.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Whether the service may be called: it is in the service table and, with [`Config::only_configured`], has an
    /// endpoint.
    pub fn reaches(&self, service: &str) -> bool {
        match self.config().is_only_configured {
            true => self.has_endpoint(service),
            false => self.service(service).is_ok(),
        }
    }

    /// Whether the [`Config`] has an endpoint for the service, which is then called instead of AWS.
    pub fn has_endpoint(&self, service: &str) -> bool {
        self.service(service).is_ok_and(|service| self.config().endpoint(service.id()).is_some())
    }

    /// Checks the parameters of an operation without calling it: that it exists, and that each member is known and of its
    /// type.
    ///
    /// # Errors
    /// [`ErrorKind::Client`](crate::ErrorKind::Client) with AWS's text about everything that is wrong: ``The Parameters
    /// '{…}' could not be used to start the Task: [The field "X" is not supported by Step Functions]``.
    pub fn check(
        &self,
        service: &str,
        action: &str,
        params: &Value,
        options: &CallOptions<'_>,
    ) -> Result<(), ServiceError> {
        let service = self.known(service)?;
        let operation = answered(&service, action)?;
        arguments::input(&service, &operation, params, options.names)
            .map(|_| ())
            .map_err(|message| ServiceError::client(service.class(), message))
    }

    /// Calls an operation: `("sqs", "sendMessage", {"QueueUrl": "…", "MessageBody": "…"})`. Services and actions are named
    /// as in `aws-sdk:SERVICE:action`: `sfn`, `eventbridge`, `cloudwatchlogs`.
    ///
    /// # Errors
    /// The error that the service returned, or why it could not be called.
    pub async fn call(
        &self,
        service: &str,
        action: &str,
        params: Value,
        options: &CallOptions<'_>,
    ) -> Result<Answer, ServiceError> {
        self.called(service, action, params, options).await
    }

    /// The call, boxed by a function of this crate: a crate that awaits the future of an `async fn` compiles it again, with all
    /// futures inside it, here down to the connection.
    fn called<'a>(
        &'a self,
        service: &'a str,
        action: &'a str,
        params: Value,
        options: &'a CallOptions<'_>,
    ) -> Pin<Box<dyn Future<Output = Result<Answer, ServiceError>> + Send + 'a>> {
        Box::pin(async move {
            if let Ok(known) = self.service(service) {
                answered(&known, action)?;
            }
            let service = self.known(service)?;
            let response = self.exchange(&service, action, params, options, ReadLimit::default()).await?;
            let output = operation(&service, action).and_then(|operation| {
                let output = protocol::output(&service, &operation, &response, options.names);
                output.map_err(|message| ServiceError::client(service.class(), message))
            })?;
            let request_id = protocol::request_id(&response).unwrap_or_default();
            Ok(Answer { output, status: response.status, headers: response.headers, request_id })
        })
    }

    /// Calls an operation whose output is only the body of its response: an object's bytes, a stream of events.
    pub(crate) async fn bytes(
        &self,
        service: &str,
        action: &str,
        params: Value,
        options: &CallOptions<'_>,
    ) -> Result<Vec<u8>, ServiceError> {
        let service = self.known(service)?;
        let response = self.exchange(&service, action, params, options, ReadLimit::default()).await?;
        Ok(response.body)
    }

    /// Calls an operation and returns its response as received, cut off after `max_bytes`.
    pub(crate) async fn beginning(
        &self,
        service: &str,
        action: &str,
        params: Value,
        options: &CallOptions<'_>,
        max_bytes: usize,
    ) -> Result<HttpAnswer, ServiceError> {
        let service = self.known(service)?;
        self.exchange(&service, action, params, options, ReadLimit::FirstBytes(max_bytes)).await
    }

    /// Calls an operation and returns its response as received.
    async fn exchange(
        &self,
        service: &Service,
        action: &str,
        params: Value,
        options: &CallOptions<'_>,
        limit: ReadLimit,
    ) -> Result<HttpAnswer, ServiceError> {
        let client = |message| ServiceError::client(service.class(), message);
        let operation = operation(service, action)?;
        let input = arguments::input(service, &operation, &params, options.names).map_err(client)?;
        let deadline = options.within.map(clock::after);
        let keys = match operation.is_unsigned {
            true => None,
            false => Some(self.keys(service.class(), options.role_arn).await?),
        };
        let (keys, region, trace_header) = (keys.as_ref(), None, options.trace_header);
        let (idempotency_key, attempts) = (options.idempotency_key, options.attempts);
        let means = Means { keys, region, deadline, trace_header, idempotency_key, attempts, limit };
        self.send(service, operation, &input, means).await
    }

    /// Calls an operation that returns keys: signed with `keys` or unsigned, in a region of its own if one is given. Members
    /// of the input are named as in the model; those of the output too, with a capital first letter.
    pub(crate) async fn call_with(
        &self,
        service: &str,
        action: &str,
        input: &Value,
        keys: Option<&Credentials>,
        region: Option<&str>,
    ) -> Result<Value, ServiceError> {
        let service = self.known(service)?;
        let operation = operation(&service, action)?;
        let deadline = Some(clock::after(TIME_FOR_KEYS));
        let means = Means { keys, region, deadline, ..Means::default() };
        let response = self.send(&service, operation, input, means).await?;
        protocol::output(&service, &operation, &response, Names::Model)
            .map_err(|message| ServiceError::client(service.class(), message))
    }

    async fn send(
        &self,
        service: &Service,
        operation: Operation<'_>,
        input: &Value,
        means: Means<'_>,
    ) -> Result<HttpAnswer, ServiceError> {
        let target = self.target(service, means.region)?;
        let call = Call {
            http: &self.warm().http,
            budget: &self.shared.budget,
            entropy: &self.shared.entropy,
            service,
            operation,
            target,
            deadline: means.deadline,
            trace_header: means.trace_header,
            idempotency_key: means.idempotency_key,
            most_attempts: means.attempts.unwrap_or(retry::MAX_ATTEMPTS),
            limit: means.limit,
        };
        call.send(input, means.keys).await
    }

    /// Where a service is called: in the region of the config, if none is given.
    ///
    /// # Errors
    /// The service has no endpoint, and [`Config::only_configured`] demands one.
    pub(crate) fn target(&self, service: &Service, region: Option<&str>) -> Result<Target, ServiceError> {
        let config = self.config();
        let target = endpoint::resolve(config, service, region.unwrap_or(&config.region));
        if config.is_only_configured && !target.is_configured {
            let message =
                format!("no endpoint is configured for {}, and AWS itself must not be called", service.id());
            return Err(ServiceError::client(service.class(), message));
        }
        Ok(target)
    }

    /// Sends a request that is not an operation of a service, to wherever tasks may send requests.
    pub(crate) async fn outside(
        &self,
        request: HttpRequest,
        within: Duration,
    ) -> Result<HttpAnswer, HttpError> {
        let reach = self.config().reach;
        if !reach.allows(&request.url) {
            // The query may contain secrets.
            let shown = request.url.split('?').next().unwrap_or_default();
            return Err(HttpError::Request(format!("{shown} must not be called by a task")));
        }
        self.warm().http.send(request, within, reach).await
    }

    /// The connections, keys and tokens that the process has so far.
    pub(crate) fn warm(&self) -> Arc<Warm> {
        Arc::clone(&self.shared.warm.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Starts afresh after a restore from a snapshot: connections are dead, keys are old, and other copies of the process
    /// would draw the same random numbers.
    pub(crate) fn restored(&self) {
        *self.shared.warm.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
        self.shared.entropy.reseed(fresh_bits());
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &self.shared.entropy
    }

    /// The service with this name in `aws-sdk:NAME:action`.
    pub(crate) fn service(&self, name: &str) -> Result<Arc<Service>, String> {
        self.shared.services.get(name).ok_or_else(|| format!("asl-aws does not know the service `{name}`"))
    }

    pub(crate) fn known(&self, name: &str) -> Result<Arc<Service>, ServiceError> {
        self.service(name).map_err(|message| ServiceError::client(name, message))
    }
}

/// The operation that an action names.
pub(crate) fn operation<'s>(service: &'s Service, action: &str) -> Result<Operation<'s>, ServiceError> {
    service.operation(action).ok_or_else(|| {
        ServiceError::client(service.class(), format!("{} has no action `{action}`", service.id()))
    })
}

/// The operation that an action names, if it has a single response.
fn answered<'s>(service: &'s Service, action: &str) -> Result<Operation<'s>, ServiceError> {
    let operation = operation(service, action)?;
    match operation.streams_events {
        true => {
            let message =
                format!("`{action}` of {} streams events, which tasks do not support", service.id());
            Err(ServiceError::client(service.class(), message))
        }
        false => Ok(operation),
    }
}
