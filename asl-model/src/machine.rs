//! [`StateMachine`]: a definition, or a machine inside it.

use asl_value::{Text, Value};

use crate::limits::{EXECUTION_TIMEOUT, NESTED_MACHINES};
use crate::reader::{Fields, expected};
use crate::writer::Members;
use crate::{Code, QueryLanguage, State, StateKind, States};

/// A state machine: a whole definition, a branch of a Parallel, or the item processor of a Map.
///
/// ```json
/// {"Comment": "…", "StartAt": "Greet", "States": {"Greet": {"Type": "Succeed"}}}
/// ```
///
/// It is plain data: read one with [`parse`](crate::parse), or build one with [`builder`](StateMachine::builder), and
/// write it with [`to_value`](StateMachine::to_value) or serde. Its fields are those of the definition, in Rust's
/// spelling; `query_language`, `timeout_seconds` and `version` belong to the whole definition only. Paths and
/// expressions are kept as texts. A machine that exists is not necessarily valid: [`validate`](crate::validate) checks
/// one that was made in Rust.
///
/// ```
/// use asl_model::{Source, StateKind, parse};
/// let text = r#"{"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "Result": "hello", "End": true}}}"#;
/// let machine = parse(&Source::json(text)).machine.unwrap();
/// let StateKind::Pass(greet) = &machine.states.get("Greet").unwrap().kind else { unreachable!() };
/// assert_eq!(greet.result.as_ref().unwrap().as_str(), Some("hello"));
/// assert_eq!(machine.to_value().to_string(), text.replace(' ', ""));
/// ```
///
/// Spec: <https://states-language.net/#toplevelfields>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StateMachine {
    /// `Comment`
    pub comment: Option<String>,
    /// `StartAt`: the name of the first state.
    pub start_at: Text,
    /// `States`
    pub states: States,
    /// `QueryLanguage`; absent means JSONPath.
    pub query_language: Option<QueryLanguage>,
    /// `TimeoutSeconds` of the whole execution, in seconds; absent means the limit of AWS.
    pub timeout_seconds: Option<u64>,
    /// `Version`; only `1.0` exists.
    pub version: Option<String>,
}

impl StateMachine {
    /// A machine without optional fields.
    pub fn new(start_at: impl Into<Text>, states: States) -> StateMachine {
        StateMachine {
            comment: None,
            start_at: start_at.into(),
            states,
            query_language: None,
            timeout_seconds: None,
            version: None,
        }
    }

    /// The machines directly inside `state`: its branches, or its item processor.
    pub fn children(state: &State) -> &[StateMachine] {
        match &state.kind {
            StateKind::Parallel(parallel) => &parallel.branches,
            StateKind::Map(map) => std::slice::from_ref(&map.processor.machine),
            _ => &[],
        }
    }
}

impl StateMachine {
    /// Reads a whole definition.
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Option<StateMachine> {
        let query_language = fields.query_language();
        fields.reading.machine_language = query_language.unwrap_or(QueryLanguage::JsonPath);
        let timeout_seconds = fields.whole("TimeoutSeconds", &EXECUTION_TIMEOUT);
        let version = fields.word("Version", &[("1.0", "1.0")]).map(str::to_owned);
        let machine = StateMachine::read_states(fields)?;
        Some(StateMachine { query_language, timeout_seconds, version, ..machine })
    }

    /// Reads a branch or an item processor.
    pub(crate) fn read_inner(fields: &mut Fields<'_, '_>) -> Option<StateMachine> {
        if fields.reading.nesting >= NESTED_MACHINES {
            let message = format!("more than {NESTED_MACHINES} levels of nested state machines");
            fields.error(Code::TOO_DEEP, message);
            fields.pass_over();
            return None;
        }
        fields.reading.nesting += 1;
        let machine = StateMachine::read_states(fields);
        fields.reading.nesting -= 1;
        machine
    }

    /// The stand-in for a machine that could not be read.
    pub(crate) fn stand_in() -> StateMachine {
        StateMachine::new("", States::new())
    }

    fn read_states(fields: &mut Fields<'_, '_>) -> Option<StateMachine> {
        let complete = fields.require(&["States", "StartAt"]);
        let comment = fields.string("Comment");
        let start_at = fields.text("StartAt");
        let place = fields.place.key("States");
        let states = match fields.get("States") {
            None => States::new(),
            Some(Value::Object(object)) => {
                if object.is_empty() {
                    // UNRECORDED: AWS's text for `States` without a state. This is the text for empty lists.
                    fields.error_at("States", Code::EMPTY, "Value cannot be empty");
                    fields.lose();
                }
                let states = object
                    .iter()
                    .map(|(name, value)| State::read(name, value, place.key(name), fields.reading));
                states.collect()
            }
            Some(_) => {
                fields.error_at("States", Code::WRONG_TYPE, expected("[OBJECT]"));
                return None;
            }
        };
        match complete {
            true => Some(StateMachine { comment, ..StateMachine::new(start_at?, states) }),
            false => None,
        }
    }

    /// The machine as JSON.
    ///
    /// ```
    /// use asl_model::{State, StateMachine, Succeed};
    /// let machine = StateMachine::new("Done", [State::new("Done", Succeed::new())].into_iter().collect());
    /// assert_eq!(machine.to_value().to_string(), r#"{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}"#);
    /// ```
    pub fn to_value(&self) -> Value {
        let mut members = Members::default();
        self.write(&mut members);
        members.into_value()
    }

    pub(crate) fn write(&self, members: &mut Members) {
        members.maybe("Comment", self.comment.as_ref());
        members.maybe("QueryLanguage", self.query_language.map(QueryLanguage::name));
        members.maybe("Version", self.version.as_ref());
        members.maybe("TimeoutSeconds", self.timeout_seconds);
        members.put("StartAt", &self.start_at);
        let mut states = Members::default();
        for state in &self.states {
            states.put(&state.name, state.to_value());
        }
        members.put("States", states.into_value());
    }
}

/// The machine as JSON; see [`to_value`](StateMachine::to_value).
impl serde::Serialize for StateMachine {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}
