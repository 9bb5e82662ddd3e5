//! [`Difference`]: where a replay went another way than its record.

use std::fmt;

use asl_value::{Pointer, Text, Value};

/// Where a replay went another way than its record, or computed something else.
///
/// Displayed as ``in state `Price`, the arguments differ at `/amount`: recorded 42, now 43``.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The state; `None` for the execution itself.
    pub state: Option<Text>,
    /// The number of the recorded event, if there is one.
    pub event: Option<u64>,
    /// What differs.
    pub kind: DifferenceKind,
    /// Where in the value; the root for a difference that is not in a value.
    pub at: Pointer,
    /// What was recorded: the value, or a sentence such as ``enters `Ship` ``. `None` for a member that was not there.
    pub recorded: Option<Value>,
    /// What came now.
    pub now: Option<Value>,
    /// Whether it depends on values that a history does not contain: random numbers, UUIDs, the exact time, task tokens
    /// and, unless the execution was described, its name.
    pub is_chance: bool,
}

/// What differs between a replay and its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// The next step: another state, another end of a state, a call more or less.
    Step,
    /// The input of a state.
    Input,
    /// What a task is called with.
    Arguments,
    /// What a task calls.
    Resource,
    /// The number of items of a Map.
    Items,
    /// The output of a state.
    Output,
    /// The variables that a state assigned.
    Variables,
    /// The end of the execution.
    End,
}

impl DifferenceKind {
    /// The name in JSON: `ARGUMENTS`.
    pub fn name(self) -> &'static str {
        match self {
            DifferenceKind::Step => "STEP",
            DifferenceKind::Input => "INPUT",
            DifferenceKind::Arguments => "ARGUMENTS",
            DifferenceKind::Resource => "RESOURCE",
            DifferenceKind::Items => "ITEMS",
            DifferenceKind::Output => "OUTPUT",
            DifferenceKind::Variables => "VARIABLES",
            DifferenceKind::End => "END",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            DifferenceKind::Step => "the next step differs",
            DifferenceKind::Input => "the input differs",
            DifferenceKind::Arguments => "the arguments differ",
            DifferenceKind::Resource => "the resource differs",
            DifferenceKind::Items => "the number of items differs",
            DifferenceKind::Output => "the output differs",
            DifferenceKind::Variables => "the variables differ",
            DifferenceKind::End => "the end differs",
        }
    }
}

impl Difference {
    /// As a member of a report:
    ///
    /// ```json
    /// {"kind": "ARGUMENTS", "state": "Price", "event": 3, "at": "/amount", "recorded": 42, "now": 43, "chance": false}
    /// ```
    pub fn to_json(&self) -> Value {
        let mut object = asl_value::Object::new();
        object.insert("kind", self.kind.name().into());
        let members = [
            ("state", self.state.as_ref().map(Value::from)),
            ("event", self.event.map(Value::from)),
            ("at", Some(self.at.to_string()).filter(|at| !at.is_empty()).map(Value::from)),
            ("recorded", self.recorded.clone()),
            ("now", self.now.clone()),
        ];
        for (name, value) in members {
            if let Some(value) = value {
                object.insert(name, value);
            }
        }
        object.insert("chance", self.is_chance.into());
        object.into()
    }

    /// A value, cut to a line. What happens is a sentence, without quotes.
    fn shown(&self, value: Option<&Value>) -> String {
        const LONGEST: usize = 200;
        let text = match (self.kind, value) {
            (_, None) => return "nothing".to_owned(),
            (DifferenceKind::Step | DifferenceKind::End, Some(Value::String(text)))
                if self.at.segments().is_empty() =>
            {
                text.to_string()
            }
            (_, Some(value)) => value.to_json(),
        };
        match text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)) {
            Some(beginning) => format!("{beginning}…"),
            None => text,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(state) = &self.state {
            write!(f, "in state `{state}`, ")?;
        }
        f.write_str(self.kind.noun())?;
        if !self.at.segments().is_empty() {
            write!(f, " at `{}`", self.at)?;
        }
        let (recorded, now) = (self.shown(self.recorded.as_ref()), self.shown(self.now.as_ref()));
        write!(f, ": recorded {recorded}, now {now}")
    }
}
