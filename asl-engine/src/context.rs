//! The context object (`$$`), built when an expression reads it.

use std::sync::OnceLock;

use asl_query::ContextObject;
use asl_value::{Object, Text, Timestamp, Value};

use crate::TaskToken;
use crate::map_item::MapItem;
use crate::run::Run;

/// The context of one attempt of a state.
///
/// Shape and order of members as recorded on AWS:
///
/// ```json
/// {"Execution": {"Id": "arn:…", "Input": {}, "Name": "…", "RoleArn": "arn:…", "StartTime": "…", "RedriveCount": 0},
///  "StateMachine": {"Id": "arn:…", "Name": "…"},
///  "State": {"Name": "Price", "EnteredTime": "…", "RetryCount": 0},
///  "Map": {"Item": {"Index": 0, "Value": {}}},
///  "Task": {"Token": "…"}}
/// ```
pub(crate) struct StateContext<'a> {
    pub(crate) run: &'a Run<'a>,
    pub(crate) state: &'a Text,
    /// When the state was entered. `None` for states that never wait: they read the clock on first use instead.
    pub(crate) entered: Option<Timestamp>,
    /// Recorded: only Task, Parallel and Map states have one.
    pub(crate) retry_count: Option<u64>,
    /// `Map.Item`, in an iteration.
    pub(crate) map_item: Option<&'a MapItem>,
    pub(crate) token: Option<&'a TaskToken>,
    pub(crate) built: OnceLock<Value>,
}

impl<'a> StateContext<'a> {
    /// The same context, not built yet, so that parts can be replaced.
    pub(crate) fn fresh(&self) -> StateContext<'a> {
        let StateContext { run, state, entered, retry_count, map_item, token, .. } = *self;
        StateContext { run, state, entered, retry_count, map_item, token, built: OnceLock::new() }
    }
}

impl ContextObject for StateContext<'_> {
    fn get(&self) -> &Value {
        self.built.get_or_init(|| {
            let mut context = self.run.context();
            let entered = self.entered.unwrap_or_else(|| self.run.timeline.now()).to_millis();
            let mut state = vec![
                ("Name".into(), Value::from(self.state)),
                ("EnteredTime".into(), Value::from(entered.to_string())),
            ];
            state.extend(self.retry_count.map(|count| ("RetryCount".into(), Value::from(count))));
            context.insert("State", Value::Object(Object::from_distinct(state)));
            if let Some(item) = self.map_item {
                let mut members =
                    vec![("Index".into(), Value::from(item.index)), ("Value".into(), item.value.clone())];
                members.extend(item.key.iter().map(|key| ("Key".into(), key.into())));
                members.extend(item.source.iter().map(|source| ("Source".into(), source.into())));
                context.insert("Map", object("Item", Value::Object(Object::from_distinct(members))));
            }
            if let Some(token) = self.token {
                context.insert("Task", object("Token", token.as_text().into()));
            }
            match self.run.witness() {
                Some(witness) => witness.context(context),
                None => Value::Object(context),
            }
        })
    }
}

fn object(name: &str, value: Value) -> Value {
    Value::Object(Object::from_distinct(vec![(name.into(), value)]))
}
