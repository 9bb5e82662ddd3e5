//! What is known of AWS's services; nothing without the feature `aws`.

/// A parameter of an action.
#[derive(Debug, Clone)]
pub(crate) struct ActionParameter {
    pub(crate) name: String,
    pub(crate) is_required: bool,
    /// `string`, `object`, `array` and others.
    pub(crate) kind: &'static str,
    /// The only texts that it may be; empty if it may be any.
    pub(crate) choices: Vec<String>,
}

/// The parameters of an action, or those of an object inside its parameters.
#[cfg(feature = "aws")]
pub(crate) fn parameters(service: &str, action: &str, inside: &[&str]) -> Vec<ActionParameter> {
    let found = asl_aws::parameters(service, action, inside).into_iter();
    let parameter = |found: asl_aws::Parameter| ActionParameter {
        name: found.name,
        is_required: found.is_required,
        kind: found.kind,
        choices: found.choices,
    };
    found.map(parameter).collect()
}

/// The services with SDK integrations, sorted.
#[cfg(feature = "aws")]
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = asl_aws::known_services().collect();
    names.sort_unstable();
    names
}

/// The actions of a service that Step Functions offers, as ARNs name them.
#[cfg(feature = "aws")]
pub(crate) fn actions(service: &str) -> Vec<String> {
    let mut actions = asl_aws::known_actions(service);
    actions.retain(|action| asl_aws::known(service, action) == asl_aws::Known::Yes);
    actions
}

/// The problems of a machine's SDK integrations.
#[cfg(feature = "aws")]
pub(crate) fn problems(machine: &asl_model::StateMachine) -> Vec<asl_model::Diagnostic> {
    asl_model::validate_sdk(machine, &asl_aws::SdkIntegrations)
}

#[cfg(not(feature = "aws"))]
mod without {
    use super::ActionParameter;

    pub(crate) fn parameters(_: &str, _: &str, _: &[&str]) -> Vec<ActionParameter> {
        Vec::new()
    }

    pub(crate) fn names() -> Vec<&'static str> {
        Vec::new()
    }

    pub(crate) fn actions(_: &str) -> Vec<String> {
        Vec::new()
    }

    pub(crate) fn problems(_: &asl_model::StateMachine) -> Vec<asl_model::Diagnostic> {
        Vec::new()
    }
}

#[cfg(not(feature = "aws"))]
pub(crate) use without::{actions, names, parameters, problems};
