//! Durable executions of a function that calls AWS, with the feature `durable`.

use asl_model::StateMachine;

use super::services::CallSettings;
use crate::Adapter;

/// The adapter, which also continues durable executions and answers callbacks, with the keys of its tasks.
#[cfg(all(feature = "aws", feature = "durable"))]
pub(super) fn with_durable(
    adapter: Adapter,
    settings: Option<CallSettings>,
    main: &StateMachine,
    others: &[(String, StateMachine)],
) -> Adapter {
    use asl_engine::DefinitionHash;
    // Why there is none was reported with the tasks.
    let Some(settings) = settings else { return adapter };
    // A client of its own: what its tasks use up of their retries must not keep the execution from being written.
    let api = std::sync::Arc::new(asl_durable::AwsApi::new(asl_aws::Caller::new(settings)));
    let others = others.iter().map(|(name, machine)| (name.clone(), DefinitionHash::of(machine)));
    let adapter = adapter.with_callbacks(std::sync::Arc::clone(&api) as _);
    adapter.with_durable(api, DefinitionHash::of(main)).with_durable_others(others)
}

/// The adapter as it is: this function is built without durable executions, or cannot call AWS.
#[cfg(not(all(feature = "aws", feature = "durable")))]
pub(super) fn with_durable(
    adapter: Adapter,
    _: Option<CallSettings>,
    _: &StateMachine,
    _: &[(String, StateMachine)],
) -> Adapter {
    adapter
}
