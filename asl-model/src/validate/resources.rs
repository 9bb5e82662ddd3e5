//! Resources are ones that AWS has.

use asl_value::Pointer;

use super::fields::is_placeholder;
use crate::report::Report;
use crate::{Code, Diagnostic, Resource, ResourceKind, State, StateKind, integration};

pub(super) fn check(state: &State, place: &Pointer, report: &mut Report) {
    match &state.kind {
        StateKind::Task(task) => check_task(&task.resource, place.key("Resource"), report),
        StateKind::Map(map) => {
            if let Some(reader) = &map.item_reader {
                let place = place.key("ItemReader").key("Resource");
                check_storage(&reader.resource, &["getObject", "listObjectsV2"], place, report);
            }
            if let Some(resource) = map.result_writer.as_ref().and_then(|writer| writer.resource.as_ref()) {
                let place = place.key("ResultWriter").key("Resource");
                check_storage(resource, &["putObject"], place, report);
            }
        }
        _ => {}
    }
}

fn check_task(resource: &Resource, place: Pointer, report: &mut Report) {
    // A resource that could not be read is an empty text in the model.
    let unread = resource.as_str().is_empty() && report.is_lossy();
    if unread || is_placeholder(resource.as_str()) {
        return;
    }
    if !resource.as_str().starts_with("arn:") {
        report.error(Code::INVALID_RESOURCE, "Value is not a valid resource ARN", place);
        return;
    }
    let message = unrecognised(resource);
    match resource.kind() {
        ResourceKind::Other => report.error(Code::INVALID_RESOURCE, message, place),
        ResourceKind::Service { service, action, pattern } => {
            match integration::supports(service, action, pattern) {
                Some(true) => {}
                Some(false) => report.error(Code::INVALID_RESOURCE, message, place),
                // DEVIATION: AWS and `asl serve` refuse a service that AWS does not have. Elsewhere, a program may
                // provide services of its own.
                None => {
                    let help = "AWS has no such service; a task handler of your own can provide it";
                    let warning = Diagnostic::warning(Code::INVALID_RESOURCE, message, place).help(help);
                    report.push(warning.refused_by_aws());
                }
            }
        }
        ResourceKind::Lambda { .. } | ResourceKind::Activity { .. } => {}
    }
}

/// AWS's text for a resource that it does not have.
pub(super) fn unrecognised(resource: &Resource) -> String {
    format!(
        "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the resource is \
         not available in this region."
    )
}

fn check_storage(resource: &Resource, actions: &[&str], place: Pointer, report: &mut Report) {
    let known = matches!(resource.kind(), ResourceKind::Service { service: "s3", action, .. } if actions.contains(&action));
    if !known && !is_placeholder(resource.as_str()) {
        let message = "The field 'Resource' does not match any of the allowed values";
        report.error(Code::INVALID_RESOURCE, message, place);
    }
}
