//! What a function does its tasks with: the handlers it brings along and, with the feature `aws`, AWS for the others.

use asl_engine::{Engine, Registry};

/// An engine, and why it cannot call AWS, if that is so.
pub(super) struct Services {
    pub(super) engine: Engine,
    pub(super) problem: Option<String>,
}

#[cfg(not(feature = "aws"))]
pub(super) fn services(tasks: Registry) -> Services {
    Services { engine: Engine::builder().tasks(tasks).build(), problem: None }
}

/// AWS does what `tasks` has no handler for, and has the objects of distributed Maps. Tasks that wait for a token are called
/// only where a setting allows that, and wait then for as long as they may.
#[cfg(feature = "aws")]
pub(super) fn services(tasks: Registry) -> Services {
    let aws = match asl_aws::Aws::from_env() {
        Ok(aws) => aws.with_tokens(),
        Err(error) => {
            let engine = Engine::builder().tasks(tasks).build();
            return Services { engine, problem: Some(error.to_string()) };
        }
    };
    let tasks = if tasks.has_fallback() { tasks } else { tasks.fallback(aws.clone()) };
    Services { engine: Engine::builder().tasks(tasks).storage(aws).build(), problem: None }
}
