//! The services and actions of SDK integrations exist.

use asl_value::Pointer;

use super::fields::is_placeholder;
use super::resources::unrecognised;
use super::walk::each_state;
use crate::spelling::nearest;
use crate::{Code, Diagnostic, ResourceKind, State, StateKind, StateMachine};

/// A catalogue of the SDK integrations that Step Functions has; `asl-aws` implements it.
pub trait SdkCatalogue: Send + Sync {
    /// What is wrong with `arn:aws:states:::aws-sdk:SERVICE:ACTION`; `None` if the integration exists.
    fn problem(&self, service: &str, action: &str) -> Option<SdkProblem>;
}

/// Why an SDK integration does not exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SdkProblem {
    /// ``the service `s3` has no action `ListBuckets` ``
    pub reason: String,
    /// The wrong name, and the names that may have been meant: `("ListBuckets", ["createBucket", "listBuckets", …])`.
    pub candidates: Option<(String, Vec<String>)>,
}

/// Warns about Task states whose SDK integrations Step Functions does not have. AWS refuses them.
///
/// [`parse`](crate::parse) does not report them, because it has no catalogue.
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
    // A value that is substituted later may be anything.
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
