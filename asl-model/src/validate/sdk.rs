//! SDK integrations are of services and actions that there are.

use asl_value::Pointer;

use super::fields::is_placeholder;
use super::resources::unrecognised;
use super::walk::each_state;
use crate::spelling::nearest;
use crate::{Code, Diagnostic, ResourceKind, State, StateKind, StateMachine};

/// Knows which SDK integrations Step Functions has: `asl-aws` does.
pub trait SdkCatalogue: Send + Sync {
    /// What is wrong with `arn:aws:states:::aws-sdk:SERVICE:ACTION`; nothing if there is such an integration.
    fn problem(&self, service: &str, action: &str) -> Option<SdkProblem>;
}

/// Why there is no such SDK integration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SdkProblem {
    /// ``the service `s3` has no action `ListBuckets` ``
    pub reason: String,
    /// What is wrong, and what might have been meant instead of it: `("ListBuckets", ["createBucket", "listBuckets", …])`.
    pub candidates: Option<(String, Vec<String>)>,
}

/// Warns of Task states with SDK integrations that Step Functions does not have; AWS refuses them.
///
/// [`parse`](crate::parse) does not look for them: it has no catalogue.
///
/// ```
/// use asl_model::{SdkCatalogue, SdkProblem, Source, parse, validate_sdk};
/// struct OnlySqs;
/// impl SdkCatalogue for OnlySqs {
///     fn problem(&self, service: &str, _: &str) -> Option<SdkProblem> {
///         let candidates = Some((service.to_owned(), vec!["sqs".to_owned()]));
///         (service != "sqs").then(|| SdkProblem { reason: format!("there is no service `{service}`"), candidates })
///     }
/// }
/// let source = Source::json(r#"{"StartAt": "T", "States": {"T": {
///     "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqss:sendMessage", "End": true}}}"#);
/// let machine = parse(&source).machine.unwrap();
/// let found = validate_sdk(&machine, &OnlySqs);
/// assert_eq!(found[0].location.to_string(), "/States/T/Resource");
/// assert_eq!(found[0].help.as_deref(), Some("there is no service `sqss`; did you mean `sqs`?"));
/// ```
pub fn validate_sdk(machine: &StateMachine, catalogue: &dyn SdkCatalogue) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    each_state(machine, &mut |state, place| found.extend(check(state, catalogue, place)));
    found
}

fn check(state: &State, catalogue: &dyn SdkCatalogue, place: &Pointer) -> Option<Diagnostic> {
    let StateKind::Task(task) = &state.kind else { return None };
    let ResourceKind::Service { service, action, .. } = task.resource.kind() else { return None };
    let service = service.strip_prefix("aws-sdk:")?;
    // A value that is filled in later may be any.
    if is_placeholder(task.resource.as_str()) {
        return None;
    }
    let SdkProblem { mut reason, candidates } = catalogue.problem(service, action)?;
    let near =
        candidates.as_ref().and_then(|(wrong, names)| nearest(wrong, names.iter().map(String::as_str)));
    if let Some(near) = near {
        reason.push_str(&format!("; did you mean `{near}`?"));
    }
    let message = unrecognised(&task.resource);
    let warning = Diagnostic::warning(Code::INVALID_RESOURCE, message, place.key("Resource")).help(reason);
    Some(warning.refused_by_aws())
}
