//! [`Caller`]: one operation of one service.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use asl_engine::{Entropy, SystemEntropy, Task};
use asl_value::{Object, Value};
use aws_credential_types::Credentials;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use tokio::time::Instant;

use crate::arguments::{self, Checked, Rules};
use crate::egress::Reach;
use crate::endpoint::{self, Target};
use crate::http::{HttpAnswer, HttpError, HttpRequest, Most};
use crate::protocol::{self, Request};
use crate::retry::{self, Budget};
use crate::sign::{Scope, presigned, sign};
use crate::table::{Member, Operation, Service, Services};
use crate::warm::{Warm, fresh_bits};
use crate::{Config, ServiceError, checksum, clock, optimised, s3, trace};

/// Longer than any service but Lambda takes to answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);
/// All attempts to get keys.
const TIME_FOR_KEYS: Duration = Duration::from_secs(30);
/// A function may run for 15 minutes, as may a harness.
const INVOKE_TIMEOUT: Duration = Duration::from_secs(930);

/// Calls operations of AWS's services.
///
/// Cloning it is cheap; clones share connections and credentials.
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

/// How a call is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallOptions<'a> {
    /// `Credentials.RoleArn`: the role to call as.
    pub role_arn: Option<&'a str>,
    /// How long anybody waits for the answer, retries included.
    pub within: Option<Duration>,
    /// How members of parameters and outputs are spelled.
    pub names: Names,
    /// The trace the call belongs to: its `X-Amzn-Trace-Id`, which is not part of the signature.
    pub trace_header: Option<&'a str>,
    /// Where the service is reached, if neither at AWS nor as the [`Config`] says: `http://localhost:9324`.
    pub endpoint: Option<&'a str>,
}

/// How Step Functions spells the members of parameters and outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// As the Java SDK 2 does, in Pascal case: `DbInstanceIdentifier`. Of `aws-sdk` integrations.
    #[default]
    Sdk,
    /// As the service's model has them, with a capital first letter: `DBInstanceIdentifier`, `MD5OfMessageBody`. Of
    /// optimised integrations.
    Model,
}

impl<'a> CallOptions<'a> {
    /// Those of a task: its role and its trace. Its end is the engine's business, which drops the call then; heartbeats may
    /// put it off.
    pub fn of(task: &'a Task<'_>) -> CallOptions<'a> {
        CallOptions {
            role_arn: task.role_arn.as_deref(),
            trace_header: task.trace_header.map(|header| header.as_str()),
            ..CallOptions::default()
        }
    }
}

/// What a service answered.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The operation's output, members spelled as [`CallOptions::names`] says; `{}` if it has none.
    pub output: Value,
    /// The HTTP status: 200.
    pub status: u16,
    /// The HTTP headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The id that the service gave the request; empty if none.
    pub request_id: String,
}

impl Caller {
    /// A caller with these settings. Nothing is connected, nothing is read before the first call.
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

    /// Whether the service may be called: it is known and, of [`Config::only_configured`], has an endpoint.
    pub fn reaches(&self, service: &str) -> bool {
        match self.config().is_only_configured {
            true => self.has_endpoint(service),
            false => self.service(service).is_ok(),
        }
    }

    /// Whether the service is reached at an endpoint of the [`Config`] instead of at AWS.
    pub fn has_endpoint(&self, service: &str) -> bool {
        self.service(service).is_ok_and(|service| self.config().endpoint(service.id()).is_some())
    }

    /// Whether the operation takes these parameters: it exists, and each member is known and of its type.
    ///
    /// # Errors
    /// AWS's text about all that is wrong: ``The Parameters '{…}' could not be used to start the Task: [The field "X" is
    /// not supported by Step Functions]``.
    pub fn check(
        &self,
        service: &str,
        action: &str,
        params: &Value,
        options: &CallOptions<'_>,
    ) -> Result<(), String> {
        answered(&*self.service(service)?, action)?;
        let problems = self.problems(service, action, params, options.names)?;
        if problems.is_empty() { Ok(()) } else { Err(unusable(params, &problems.join(", "))) }
    }

    /// What is wrong with parameters, one by one.
    ///
    /// # Errors
    /// There is no such operation.
    pub(crate) fn problems(
        &self,
        service: &str,
        action: &str,
        params: &Value,
        names: Names,
    ) -> Result<Vec<String>, String> {
        let service = self.service(service)?;
        let operation = operation(&service, action)?;
        Ok(checked(&service, &operation, params, names).problems)
    }

    /// Calls an operation: `("sqs", "sendMessage", {"QueueUrl": "…", "MessageBody": "…"})`. Services have the names they
    /// have in `aws-sdk:SERVICE:action`: `sfn`, `eventbridge`, `cloudwatchlogs`.
    ///
    /// # Errors
    /// What the service refused, or why it could not be asked.
    pub async fn call(
        &self,
        service: &str,
        action: &str,
        params: Value,
        options: &CallOptions<'_>,
    ) -> Result<Answer, ServiceError> {
        if let Ok(known) = self.service(service) {
            answered(&known, action).map_err(|message| ServiceError::client(known.class(), message))?;
        }
        let read = |service: &Service, operation: &Operation<'_>, response: HttpAnswer| {
            let output = protocol::output(service, operation, &response, options.names)?;
            let request_id = protocol::request_id(&response).unwrap_or_default();
            Ok(Answer { output, status: response.status, headers: response.headers, request_id })
        };
        self.exchange(service, action, params, options, Most::default(), read).await
    }

    /// Calls an operation whose output is in the body of its answer alone: an object's bytes, a stream of events.
    pub(crate) async fn bytes(
        &self,
        service: &str,
        action: &str,
        params: Value,
        options: &CallOptions<'_>,
    ) -> Result<Vec<u8>, ServiceError> {
        let read = |_: &Service, _: &Operation<'_>, response: HttpAnswer| Ok(response.body);
        self.exchange(service, action, params, options, Most::default(), read).await
    }

    /// Calls an operation whose answer is wanted as it is on the wire, or the beginning of it.
    pub(crate) async fn beginning(
        &self,
        service: &str,
        action: &str,
        params: Value,
        options: &CallOptions<'_>,
        most_bytes: usize,
    ) -> Result<HttpAnswer, ServiceError> {
        let most = Most::FirstBytes(most_bytes);
        self.exchange(service, action, params, options, most, |_, _, response| Ok(response)).await
    }

    /// The class of an error of a service, by its name in the model.
    pub(crate) fn exception(&self, service: &str, name: &str) -> Option<String> {
        self.service(service).ok()?.exception(name).map(str::to_owned)
    }

    async fn exchange<T>(
        &self,
        service: &str,
        action: &str,
        params: Value,
        options: &CallOptions<'_>,
        most: Most,
        read: impl FnOnce(&Service, &Operation<'_>, HttpAnswer) -> Result<T, String>,
    ) -> Result<T, ServiceError> {
        let unknown = |message| ServiceError::client(service, message);
        let service = self.service(service).map_err(unknown)?;
        let client = |message| ServiceError::client(service.class(), message);
        let operation = operation(&service, action).map_err(client)?;
        let input = check(&service, &operation, &params, options.names).map_err(client)?;
        let deadline = options.within.map(clock::after);
        let keys = match operation.is_unsigned {
            true => None,
            false => Some(self.keys(service.class(), options.role_arn).await?),
        };
        let target = endpoint::resolve(self.config(), &service, &self.config().region, options.endpoint);
        let trace_header = options.trace_header;
        // A host that the arguments of a task name.
        let reach = if options.endpoint.is_some() { self.config().reach } else { Reach::Everything };
        let call =
            Call { caller: self, service: &service, operation, target, deadline, trace_header, reach, most };
        let response = call.send(&input, keys.as_ref()).await?;
        read(&service, &call.operation, response).map_err(client)
    }

    /// Calls an operation for keys: with these, or unsigned, and maybe in a region of its own. Members of the input are those
    /// of the model, of the output likewise, with a capital first letter.
    pub(crate) async fn call_with(
        &self,
        service: &str,
        action: &str,
        input: &Value,
        keys: Option<&Credentials>,
        region: Option<&str>,
    ) -> Result<Value, ServiceError> {
        let client = |message| ServiceError::client(service, message);
        let service = self.service(service).map_err(client)?;
        let operation = operation(&service, action).map_err(client)?;
        let target =
            endpoint::resolve(self.config(), &service, region.unwrap_or(&self.config().region), None);
        let deadline = Some(clock::after(TIME_FOR_KEYS));
        let (reach, most) = (Reach::Everything, Most::default());
        let call = Call {
            caller: self,
            service: &service,
            operation,
            target,
            deadline,
            trace_header: None,
            reach,
            most,
        };
        let response = call.send(input, keys).await?;
        protocol::output(&service, &operation, &response, Names::Model).map_err(client)
    }

    /// Signs a request that is no operation of a service, for this region.
    pub(crate) async fn sign(
        &self,
        request: &mut HttpRequest,
        service: &str,
        options: &CallOptions<'_>,
    ) -> Result<(), ServiceError> {
        let keys = self.keys("ApiGateway", options.role_arn).await?;
        let scope = Scope { service, region: &self.config().region, has_unsigned_body: false };
        let HttpRequest { method, url, headers, body, .. } = &*request;
        let signature = sign(method, url, headers, body, &keys, &scope);
        request.headers.extend(signature.map_err(|message| ServiceError::client("", message))?);
        Ok(())
    }

    /// What a cluster of EKS knows the caller by: the address of a question to STS who that is.
    pub(crate) async fn token_of_cluster(
        &self,
        cluster: &str,
        options: &CallOptions<'_>,
    ) -> Result<String, ServiceError> {
        let client = |message| ServiceError::client("Eks", message);
        let service = self.service("sts").map_err(client)?;
        let target = endpoint::resolve(self.config(), &service, &self.config().region, None);
        let keys = self.keys("Eks", options.role_arn).await?;
        let url = format!("{}{}/?Action=GetCallerIdentity&Version=2011-06-15", target.scheme, target.host);
        let headers = [("x-k8s-aws-id".to_owned(), cluster.to_owned())];
        let scope = Scope { service: "sts", region: &target.signing_region, has_unsigned_body: false };
        let url = presigned(&url, &headers, &keys, &scope).map_err(client)?;
        Ok(format!("k8s-aws-v1.{}", BASE64_URL_SAFE_NO_PAD.encode(url)))
    }

    /// Sends a request that is no operation of a service, to where tasks may send any.
    pub(crate) async fn outside(
        &self,
        request: HttpRequest,
        within: Duration,
    ) -> Result<HttpAnswer, HttpError> {
        let reach = self.config().reach;
        if !reach.allows(&request.url) {
            // A query may have secrets.
            let shown = request.url.split('?').next().unwrap_or_default();
            return Err(HttpError::Request(format!("{shown} must not be called by a task")));
        }
        self.warm().http.send(request, within, reach).await
    }

    /// What this process has gathered so far.
    pub(crate) fn warm(&self) -> Arc<Warm> {
        Arc::clone(&self.shared.warm.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The process was restored from a snapshot: connections are dead, keys are old, and others have the same random
    /// numbers ahead of them.
    pub(crate) fn restored(&self) {
        *self.shared.warm.lock().unwrap_or_else(PoisonError::into_inner) = Arc::default();
        self.shared.entropy.reseed(fresh_bits());
    }

    pub(crate) fn entropy(&self) -> &dyn Entropy {
        &self.shared.entropy
    }

    pub(crate) fn service(&self, name: &str) -> Result<Arc<Service>, String> {
        self.shared.services.get(name).ok_or_else(|| format!("asl-aws does not know the service `{name}`"))
    }
}

pub(crate) fn operation<'s>(service: &'s Service, action: &str) -> Result<Operation<'s>, String> {
    service.operation(action).ok_or_else(|| format!("{} has no action `{action}`", service.id()))
}

/// An operation with one answer.
fn answered<'s>(service: &'s Service, action: &str) -> Result<Operation<'s>, String> {
    match operation(service, action)? {
        operation if operation.streams_events => {
            Err(format!("`{action}` of {} streams events, which no task can", service.id()))
        }
        operation => Ok(operation),
    }
}

/// The parameters as the model names them.
pub(crate) fn check(
    service: &Service,
    operation: &Operation<'_>,
    params: &Value,
    names: Names,
) -> Result<Value, String> {
    let Checked { value, problems } = checked(service, operation, params, names);
    if problems.is_empty() { Ok(value) } else { Err(unusable(params, &problems.join(", "))) }
}

fn checked(service: &Service, operation: &Operation<'_>, params: &Value, names: Names) -> Checked {
    let rules = match names {
        Names::Sdk => Rules::default(),
        Names::Model => optimised::rules(service.id(), operation.name),
    };
    match operation.input {
        Some(input) => arguments::check(&Member::root(service, input), params, rules),
        None => Checked { value: Value::Object(Object::new()), problems: Vec::new() },
    }
}

/// Observed: the frame of this text.
pub(crate) fn unusable(arguments: &Value, problems: &str) -> String {
    format!("The Parameters '{arguments}' could not be used to start the Task: [{problems}]")
}

/// The input with a token for each member that makes a repeated request count once.
pub(crate) fn with_tokens(
    service: &Service,
    operation: &Operation<'_>,
    input: &Value,
    entropy: &dyn Entropy,
) -> Value {
    let structure = operation.input.and_then(|input| Member::root(service, input).structure());
    let mut object = input.as_object().cloned().unwrap_or_default();
    for member in structure.into_iter().flat_map(|structure| structure.members()) {
        if member.is_idempotency_token() && !object.contains_key(member.name) {
            object.insert(member.name, uuid(entropy).into());
        }
    }
    Value::Object(object)
}

/// A call that is being made.
struct Call<'a> {
    caller: &'a Caller,
    service: &'a Service,
    operation: Operation<'a>,
    target: Target,
    deadline: Option<Instant>,
    trace_header: Option<&'a str>,
    reach: Reach,
    most: Most,
}

impl Call<'_> {
    /// Sends a checked input until there is an answer that counts.
    async fn send(&self, input: &Value, keys: Option<&Credentials>) -> Result<HttpAnswer, ServiceError> {
        let shared = &self.caller.shared;
        let mut target = self.target.clone();
        if shared.config.is_only_configured && !target.is_configured {
            let message = format!(
                "no endpoint is configured for {}, and AWS itself must not be called",
                self.service.id()
            );
            return Err(ServiceError::client(self.service.class(), message));
        }
        let request = self
            .request(input, &mut target)
            .map_err(|message| ServiceError::client(self.service.class(), message))?;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failed = match self.attempt(&request, &target, keys).await {
                Ok(response) if (200..300).contains(&response.status) => {
                    shared.budget.give_back();
                    return Ok(response);
                }
                Ok(response) => self.refused(&response, keys),
                Err(error) => error,
            };
            let error = ServiceError { attempts, ..failed };
            if attempts >= retry::MOST_ATTEMPTS || !error.is_transient || !shared.budget.take() {
                return Err(error);
            }
            let chance = (shared.entropy.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
            let delay = retry::delay(attempts, chance);
            if self.deadline.is_some_and(|deadline| clock::until(deadline) <= delay) {
                return Err(error);
            }
            // While a task is in flight the engine's time is tokio's.
            tokio::time::sleep(delay).await;
        }
    }

    fn request(&self, input: &Value, target: &mut Target) -> Result<Request, String> {
        let input = with_tokens(self.service, &self.operation, input, &self.caller.shared.entropy);
        let mut request = protocol::request(self.service, &self.operation, &input)?;
        checksum::add(&self.operation, &input, &mut request)?;
        if self.service.signing_name() == "s3" && self.service.id() == "S3" {
            s3::address(&input, target, &mut request)?;
        }
        if target.is_configured {
            // A host that the environment names has no others below it.
            request.host_prefix.clear();
        }
        request
            .headers
            .push(("user-agent".to_owned(), concat!("asl-aws/", env!("CARGO_PKG_VERSION")).to_owned()));
        Ok(request)
    }

    async fn attempt(
        &self,
        request: &Request,
        target: &Target,
        keys: Option<&Credentials>,
    ) -> Result<HttpAnswer, ServiceError> {
        let client = |message| ServiceError::client(self.service.class(), message);
        let question = if request.query.is_empty() { "" } else { "?" };
        let url = format!(
            "{}{}{}{}{question}{}",
            target.scheme, request.host_prefix, target.host, request.path, request.query
        );
        let mut headers = request.headers.clone();
        headers.extend(self.trace_header.map(trace::header));
        if let Some(keys) = keys {
            let scope = Scope {
                service: self.service.signing_name(),
                region: &target.signing_region,
                has_unsigned_body: self.operation.has_unsigned_body,
            };
            headers
                .extend(sign(request.method, &url, &headers, &request.body, keys, &scope).map_err(client)?);
        }
        let longest = match self.operation.name {
            "Invoke" | "InvokeHarness" => INVOKE_TIMEOUT,
            _ => ATTEMPT_TIMEOUT,
        };
        let left = self.deadline.map(clock::until);
        let within = left.map_or(longest, |left| left.min(longest));
        let method = request.method.to_owned();
        let request = HttpRequest { method, url, headers, body: request.body.clone(), most: self.most };
        let sent = self.caller.warm().http.send(request, within, self.reach).await;
        sent.map_err(|error| {
            let is_transient = matches!(error, HttpError::Connect(_) | HttpError::Broken(_));
            ServiceError { is_transient, ..client(format!("Unable to execute HTTP request: {error}")) }
        })
    }

    fn refused(&self, response: &HttpAnswer, keys: Option<&Credentials>) -> ServiceError {
        let mut wire = protocol::error(self.service, response);
        if self.operation.method == "HEAD" {
            s3::name_missing(self.operation.name, response, &mut wire);
        }
        wire.message = without_token(wire.message, keys);
        ServiceError::of(self.service, wire, response.status)
    }
}

/// An error about a signature quotes what should have been signed, session token included.
fn without_token(message: String, keys: Option<&Credentials>) -> String {
    match keys.and_then(Credentials::session_token) {
        Some(token) if message.contains(token) => message.replace(token, "***"),
        _ => message,
    }
}

/// A random UUID, version 4.
pub(crate) fn uuid(entropy: &dyn Entropy) -> String {
    let bits = (u128::from(entropy.next_u64()) << 64 | u128::from(entropy.next_u64()))
        & !(0xf << 76 | 0x3 << 62)
        | 0x4 << 76
        | 0x2 << 62;
    let hex = format!("{bits:032x}");
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
