//! What runs the tasks of a function: its own handlers and, with the feature `aws`, AWS.

use asl_engine::{Engine, Registry};

/// How AWS is called.
#[cfg(feature = "aws")]
pub(super) type CallSettings = asl_aws::Config;
#[cfg(not(feature = "aws"))]
pub(super) type CallSettings = std::convert::Infallible;

/// An engine, and how AWS is called for it, or the reason why it is not.
pub(super) struct Services {
    pub(super) engine: Engine,
    pub(super) settings: Option<CallSettings>,
    pub(super) problem: Option<String>,
}

#[cfg(not(feature = "aws"))]
pub(super) fn services(tasks: Registry) -> Services {
    Services { engine: Engine::builder().tasks(tasks).build(), settings: None, problem: None }
}

/// Tasks without a handler call AWS, and distributed Maps use S3. Tasks that wait for a token are allowed only by a
/// setting; they then wait until they time out.
#[cfg(feature = "aws")]
pub(super) fn services(tasks: Registry) -> Services {
    let aws = match asl_aws::Aws::from_env() {
        Ok(aws) => aws.with_tokens(),
        Err(error) => {
            let engine = Engine::builder().tasks(tasks).build();
            return Services { engine, settings: None, problem: Some(error.to_string()) };
        }
    };
    let settings = Some(aws.caller().config().clone());
    let tasks = if tasks.has_fallback() { tasks } else { tasks.fallback(aws.clone()) };
    Services { engine: Engine::builder().tasks(tasks).storage(aws).build(), settings, problem: None }
}

/// The children of distributed Maps run in functions that are invoked with the function's own keys.
#[cfg(feature = "aws")]
pub(super) fn with_workers(adapter: crate::Adapter, settings: Option<&CallSettings>) -> crate::Adapter {
    // Without keys, tasks cannot be called either, which was reported.
    let Some(settings) = settings else { return adapter };
    let workers = crate::fleet::aws::AwsWorkers(asl_aws::Caller::new(settings.clone()));
    adapter.with_workers(std::sync::Arc::new(workers))
}
