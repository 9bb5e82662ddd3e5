//! Spans to a collector, by OTLP over HTTP.

mod client;

use std::fmt;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanExporter as _;

use crate::sampling::Sampling;
use crate::{Batches, Tracer};
use client::Client;

/// What sends the spans, if the environment does not say otherwise.
#[derive(Debug, Clone)]
pub struct Service {
    /// `service.name`
    pub name: String,
    /// More attributes of the resource: `faas.name`, `cloud.region`.
    pub attributes: Vec<KeyValue>,
    /// How long a batch may take, for hosts that wait for it.
    pub timeout: Duration,
}

/// Why no spans can be sent. It does not show headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtlpError(String);

impl fmt::Display for OtlpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OtlpError {}

const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const PROTOCOLS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
const TIMEOUTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];

/// The variables of the environment, without empty ones.
type Variable<'v> = &'v dyn Fn(&str) -> Option<String>;

impl Tracer {
    /// A tracer that sends spans as the standard variables of OpenTelemetry say. `None` unless
    /// `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`) is set, or `OTEL_TRACES_EXPORTER` is `otlp`; and if
    /// `OTEL_SDK_DISABLED` is `true`.
    ///
    /// It reads `OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`, `_TIMEOUT` and `_PROTOCOL` (only `http/protobuf`), also with
    /// `TRACES_`; `OTEL_SERVICE_NAME`, `OTEL_RESOURCE_ATTRIBUTES`; `OTEL_TRACES_SAMPLER` and `_ARG`; and
    /// `OTEL_BSP_SCHEDULE_DELAY`, `_MAX_QUEUE_SIZE`, `_MAX_EXPORT_BATCH_SIZE`.
    ///
    /// # Errors
    /// A variable has an invalid value.
    pub fn from_env(service: &Service) -> Result<Option<Tracer>, OtlpError> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        if !is_wanted(&variable)? {
            return Ok(None);
        }
        let sampler = [variable("OTEL_TRACES_SAMPLER"), variable("OTEL_TRACES_SAMPLER_ARG")];
        let [sampler, argument] = sampler.each_ref().map(Option::as_deref);
        let sampling = Sampling::read(sampler, argument).map_err(OtlpError)?;
        let batches = batches(service.timeout, &variable)?;
        let exporter = exporter(None, batches.timeout)?;
        Ok(Some(Tracer::to_collector(exporter, service, sampling, batches)))
    }

    /// A tracer that sends spans to this address: `http://127.0.0.1:4318/v1/traces`. Headers and attributes of the resource
    /// come from the environment, too.
    ///
    /// # Errors
    /// The address is not one.
    pub fn with_endpoint(
        endpoint: &str,
        service: &Service,
        sampling: Sampling,
        batches: Batches,
    ) -> Result<Tracer, OtlpError> {
        let exporter = exporter(Some(endpoint), batches.timeout)?;
        Ok(Tracer::to_collector(exporter, service, sampling, batches))
    }

    fn to_collector(
        mut exporter: SpanExporter,
        service: &Service,
        sampling: Sampling,
        batches: Batches,
    ) -> Tracer {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        exporter.set_resource(&resource(service, &variable));
        Tracer::with_settings(exporter, sampling, batches)
    }
}

fn exporter(endpoint: Option<&str>, timeout: Duration) -> Result<SpanExporter, OtlpError> {
    let client = Client::new().map_err(OtlpError)?;
    let builder = SpanExporter::builder().with_http().with_http_client(client).with_timeout(timeout);
    let builder = match endpoint {
        Some(endpoint) => builder.with_endpoint(endpoint),
        None => builder,
    };
    builder.build().map_err(|_| {
        let problem = "the endpoint or the compression of spans (OTEL_EXPORTER_OTLP_…) has an invalid value";
        OtlpError(problem.to_owned())
    })
}

fn is_wanted(variable: Variable<'_>) -> Result<bool, OtlpError> {
    if variable("OTEL_SDK_DISABLED").is_some_and(|text| text.eq_ignore_ascii_case("true")) {
        return Ok(false);
    }
    let is_wanted = match variable("OTEL_TRACES_EXPORTER").as_deref() {
        None => ENDPOINTS.iter().any(|name| variable(name).is_some()),
        Some("otlp") => true,
        Some("none") => false,
        Some(other) => {
            return Err(OtlpError(format!(
                "OTEL_TRACES_EXPORTER: expected `otlp` or `none`, found `{other}`"
            )));
        }
    };
    let protocol = PROTOCOLS.iter().find_map(|name| Some((name, variable(name)?)));
    match protocol.filter(|(_, protocol)| is_wanted && protocol != "http/protobuf") {
        Some((name, other)) => Err(OtlpError(format!("{name}: expected `http/protobuf`, found `{other}`"))),
        None => Ok(is_wanted),
    }
}

fn batches(timeout: Duration, variable: Variable<'_>) -> Result<Batches, OtlpError> {
    let number = |name: &str| {
        let text = variable(name);
        let read = |text: String| {
            let problem = || OtlpError(format!("{name}: expected a number above 0, found `{text}`"));
            text.parse().ok().filter(|number| *number > 0).ok_or_else(problem)
        };
        text.map(read).transpose()
    };
    let milliseconds = |name: &str| Ok(number(name)?.map(Duration::from_millis));
    let size = |name: &str| Ok(number(name)?.map(|size| usize::try_from(size).unwrap_or(usize::MAX)));
    let default = Batches { timeout, ..Batches::default() };
    let queue = size("OTEL_BSP_MAX_QUEUE_SIZE")?.unwrap_or(default.queue);
    let batch = size("OTEL_BSP_MAX_EXPORT_BATCH_SIZE")?.unwrap_or(default.batch);
    let [own, shared] = TIMEOUTS;
    Ok(Batches {
        queue,
        batch: batch.min(queue),
        delay: milliseconds("OTEL_BSP_SCHEDULE_DELAY")?.unwrap_or(default.delay),
        timeout: milliseconds(own)?.or(milliseconds(shared)?).unwrap_or(default.timeout),
    })
}

/// Who sends the spans. What the environment says comes first.
fn resource(service: &Service, variable: Variable<'_>) -> Resource {
    let given = Resource::builder().build();
    let is_given = |name: &str| given.iter().any(|(key, _)| key.as_str() == name);
    let is_named = variable("OTEL_SERVICE_NAME").is_some()
        || variable("OTEL_RESOURCE_ATTRIBUTES").is_some_and(|text| text.contains("service.name="));
    let own = service.attributes.iter().filter(|attribute| !is_given(attribute.key.as_str())).cloned();
    let builder = Resource::builder().with_attributes(own.collect::<Vec<_>>());
    if is_named { builder.build() } else { builder.with_service_name(service.name.clone()).build() }
}

#[cfg(test)]
mod tests;
