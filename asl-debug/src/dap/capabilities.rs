//! What the adapter can do.

use serde_json::{Value as Json, json};

/// The answer to `initialize`.
pub(super) fn capabilities() -> Json {
    json!({
        "supportsConfigurationDoneRequest": true,
        "supportsFunctionBreakpoints": true,
        "supportsConditionalBreakpoints": true,
        "supportsHitConditionalBreakpoints": true,
        "supportsLogPoints": true,
        "supportsEvaluateForHovers": true,
        "supportsStepBack": true,
        "supportsSetVariable": true,
        "supportsSetExpression": true,
        "supportsRestartFrame": true,
        "supportsRestartRequest": true,
        "supportsGotoTargetsRequest": true,
        "supportsSteppingGranularity": true,
        "supportsCompletionsRequest": true,
        "completionTriggerCharacters": [".", "$"],
        "supportsExceptionInfoRequest": true,
        "supportsExceptionFilterOptions": true,
        "supportsExceptionOptions": false,
        "supportsTerminateRequest": true,
        "supportsLoadedSourcesRequest": true,
        "supportsDelayedStackTraceLoading": true,
        "supportsBreakpointLocationsRequest": true,
        "supportsValueFormattingOptions": false,
        "supportsVariablePaging": true,
        "exceptionBreakpointFilters": [
            filter("uncaught", "Errors that a state does not handle", true),
            filter("caught", "Errors that a Catch handles", false),
            filter("retried", "Errors that a Retry handles", false),
        ],
    })
}

fn filter(name: &str, label: &str, is_default: bool) -> Json {
    json!({
        "filter": name,
        "label": label,
        "default": is_default,
        "supportsCondition": true,
        "conditionDescription": "Names of errors, separated by commas: States.Timeout, OutOfStock",
    })
}
