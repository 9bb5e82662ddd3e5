//! The context object: `$$` in JSONPath, `$states.context` in JSONata.

/// A field of the context object.
pub(crate) struct ContextField {
    /// `Execution.Id`
    pub(crate) path: &'static str,
    pub(crate) about: &'static str,
}

const fn field(path: &'static str, about: &'static str) -> ContextField {
    ContextField { path, about }
}

/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html>
pub(crate) const CONTEXT: &[ContextField] = &[
    field("Execution", "The execution: its ARN, input, name, role and start."),
    field("Execution.Id", "The ARN of the execution."),
    field("Execution.Input", "The input of the execution."),
    field("Execution.Name", "The name of the execution."),
    field("Execution.RoleArn", "The ARN of the role that the execution uses."),
    field("Execution.StartTime", "When the execution started, as ISO 8601."),
    field("Execution.RedriveCount", "How often the execution was redriven. Absent before the first redrive."),
    field("Execution.RedriveTime", "When the execution was last redriven."),
    field("State", "The current state."),
    field("State.Name", "The name of the current state."),
    field("State.EnteredTime", "When the state was entered, as ISO 8601."),
    field("State.RetryCount", "How often the state has been retried."),
    field("StateMachine", "The state machine."),
    field("StateMachine.Id", "The ARN of the state machine."),
    field("StateMachine.Name", "The name of the state machine."),
    field("Task", "The task, in a state that waits for a token."),
    field("Task.Token", "The token that ends the task, for `.waitForTaskToken`."),
    field("Map", "The current iteration, in a Map."),
    field("Map.Item", "The current item."),
    field("Map.Item.Index", "The index of the item, from 0."),
    field("Map.Item.Value", "The item."),
    field("Map.Item.Key", "The key of the item, if the Map runs over the members of an object."),
    field("Map.Item.Source", "Where the item of a distributed Map was read from."),
];

/// The fields directly below a path: `["Execution"]`.
pub(crate) fn below<'p>(
    path: &'p [&str],
) -> impl Iterator<Item = (&'static str, &'static ContextField)> + use<'p> {
    let prefix = path.join(".");
    CONTEXT.iter().filter_map(move |field| {
        let rest = match prefix.is_empty() {
            true => Some(field.path),
            false => field.path.strip_prefix(&prefix).and_then(|rest| rest.strip_prefix('.')),
        };
        rest.filter(|rest| !rest.is_empty() && !rest.contains('.')).map(|rest| (rest, field))
    })
}

/// What a field of the context object is.
pub(crate) fn about(path: &str) -> Option<&'static str> {
    CONTEXT.iter().find(|field| field.path == path).map(|field| field.about)
}
