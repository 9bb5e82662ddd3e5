//! Durable executions of a function that calls AWS, with the feature `durable`.

use asl_model::StateMachine;

use crate::Adapter;

/// The adapter, which also continues durable executions and answers callbacks, by calling Lambda with the function's own keys.
#[cfg(all(feature = "aws", feature = "durable"))]
pub(super) fn with_durable(
    adapter: Adapter,
    main: &StateMachine,
    others: &[(String, StateMachine)],
) -> Adapter {
    use asl_engine::DefinitionHash;
    // Without keys, tasks cannot be called either, which was reported.
    let Ok(config) = asl_aws::Config::from_env() else { return adapter };
    let api = std::sync::Arc::new(asl_durable::AwsApi::new(asl_aws::Caller::new(config)));
    let others = others.iter().map(|(name, machine)| (name.clone(), DefinitionHash::of(machine)));
    let adapter = adapter.with_callbacks(std::sync::Arc::clone(&api) as _);
    adapter.with_durable(api, DefinitionHash::of(main)).with_durable_others(others)
}

/// The adapter as it is: this function is built without durable executions, or cannot call AWS.
#[cfg(not(all(feature = "aws", feature = "durable")))]
pub(super) fn with_durable(adapter: Adapter, _: &StateMachine, _: &[(String, StateMachine)]) -> Adapter {
    adapter
}
