//! Features that an Express machine must not use.

use asl_value::Pointer;

use super::walk::each_state;
use crate::{Code, Diagnostic, Map, Pattern, ProcessorMode, ResourceKind, State, StateKind, StateMachine};

/// The patterns of integrations and Map states that an EXPRESS machine may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExpressPatterns {
    /// Those that AWS allows: request-response and inline Maps.
    #[default]
    Aws,
    /// DEVIATION: on AWS, EXPRESS machines cannot use `.sync`, `.waitForTaskToken` and distributed Maps. Here a setting
    /// allows them.
    All,
}

/// Reports the parts of a machine that AWS refuses if the machine is EXPRESS: activities and, unless `patterns` allows
/// them, distributed Maps, `.sync` and `.waitForTaskToken`.
///
/// [`parse`](crate::parse) does not report them, because the type is not part of the definition.
///
/// ```
/// use asl_model::{ExpressPatterns, Source, parse, validate_express};
/// let source = Source::json(r#"{"StartAt": "Job", "States": {"Job": {
///     "Type": "Task", "Resource": "arn:aws:states:::batch:submitJob.sync", "End": true}}}"#);
/// let machine = parse(&source).machine.unwrap();
/// assert_eq!(
///     validate_express(&machine, ExpressPatterns::Aws)[0].to_string(),
///     "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration \
///      at /States/Job/Resource"
/// );
/// assert!(validate_express(&machine, ExpressPatterns::All).is_empty());
/// ```
pub fn validate_express(machine: &StateMachine, patterns: ExpressPatterns) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    each_state(machine, &mut |state, place| found.extend(check(state, patterns, place)));
    found
}

fn check(state: &State, patterns: ExpressPatterns, place: &Pointer) -> Option<Diagnostic> {
    let (message, place) = match &state.kind {
        StateKind::Task(task) => {
            let message = match task.resource.kind() {
                ResourceKind::Activity { .. } => "Express state machine does not support Activity ARN",
                _ if patterns == ExpressPatterns::All => return None,
                // Recorded: this one ends with a space.
                ResourceKind::Service { pattern: Pattern::WaitForTaskToken, .. } => {
                    "Express state machine does not support '.waitForTaskToken' service integration "
                }
                // UNRECORDED: whether the text about `.sync` in an Express machine says `.sync:2` for that.
                ResourceKind::Service { pattern: Pattern::Sync | Pattern::Sync2, .. } => {
                    "Express state machine does not support '.sync' service integration"
                }
                _ => return None,
            };
            (message, place.key("Resource"))
        }
        StateKind::Map(map) if patterns == ExpressPatterns::Aws && is_distributed(map) => {
            let message =
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines";
            (message, place.key(map.processor.field()).key("ProcessorConfig").key("Mode"))
        }
        _ => return None,
    };
    Some(Diagnostic::error(Code::EXPRESS, message, place))
}

fn is_distributed(map: &Map) -> bool {
    map.processor.mode == ProcessorMode::Distributed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Source, parse};

    #[track_caller]
    fn check(state: &str, expected: &[&str]) {
        let text = format!(r#"{{"StartAt": "X", "States": {{"X": {state}}}}}"#);
        let parsed = parse(&Source::json(text));
        let messages: Vec<String> =
            validate_express(&parsed.machine.expect("a machine"), ExpressPatterns::Aws)
                .iter()
                .map(|found| format!("{} at {}", found.message, found.location.location()))
                .collect();
        assert_eq!(messages, expected);
    }

    #[test]
    fn express_machines_do_without() {
        let task = |resource: &str| format!(r#"{{"Type": "Task", "Resource": "{resource}", "End": true}}"#);
        let cases = [
            ("arn:aws:states:::sqs:sendMessage", None),
            ("arn:aws:lambda:us-east-1:123456789012:function:f", None),
            ("arn:aws:states:us-east-1:123456789012:activity:a", Some("Activity ARN")),
            ("arn:aws:states:::batch:submitJob.sync", Some("'.sync' service integration")),
            ("arn:aws:states:::states:startExecution.sync:2", Some("'.sync' service integration")),
            (
                "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                Some("'.waitForTaskToken' service integration "),
            ),
        ];
        for (resource, expected) in cases {
            let message = |place: &str| {
                expected
                    .map(|what| format!("Express state machine does not support {what} at {place}/Resource"))
            };
            let alone: Vec<String> = message("/States/X").into_iter().collect();
            check(&task(resource), &alone.iter().map(String::as_str).collect::<Vec<_>>());
            let branch = format!(r#"{{"StartAt": "B", "States": {{"B": {}}}}}"#, task(resource));
            let parallel = format!(r#"{{"Type": "Parallel", "End": true, "Branches": [{branch}]}}"#);
            let inside: Vec<String> = message("/States/X/Branches[0]/States/B").into_iter().collect();
            check(&parallel, &inside.iter().map(String::as_str).collect::<Vec<_>>());
        }
        let map = r#"{"Type": "Map", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}"#;
        let machine =
            parse(&Source::json(format!(r#"{{"StartAt": "X", "States": {{"X": {map}}}}}"#))).machine;
        assert!(validate_express(&machine.expect("a machine"), ExpressPatterns::All).is_empty());
        check(
            map,
            &["The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines \
               at /States/X/ItemProcessor/ProcessorConfig/Mode"],
        );
    }
}
