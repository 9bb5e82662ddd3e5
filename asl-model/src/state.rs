//! [`State`] and its eight kinds.

use asl_value::{Pointer, Text, Value};

use crate::reader::{Dialect, Fields, Reading, expected};
use crate::spelling::nearest;
use crate::writer::Members;
use crate::{
    Catcher, Choice, Code, Diagnostic, Fail, Filters, Map, Parallel, Pass, QueryLanguage, Retrier, Succeed,
    Task, Transition, Wait,
};

pub(crate) mod choice;
pub(crate) mod fail;
pub(crate) mod map;
pub(crate) mod map_io;
pub(crate) mod parallel;
pub(crate) mod pass;
pub(crate) mod succeed;
pub(crate) mod task;
pub(crate) mod wait;

/// One state: `"Greet": {"Type": "Pass", "Next": "Done"}`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct State {
    /// Its key in `States`.
    pub name: Text,
    /// `Comment`
    pub comment: Option<String>,
    /// `QueryLanguage`; absent means the language of the whole definition.
    pub query_language: Option<QueryLanguage>,
    /// Its `Type`, with the fields of that type.
    pub kind: StateKind,
}

impl State {
    /// A state without a comment, in the query language of the definition.
    pub fn new(name: impl Into<Text>, kind: impl Into<StateKind>) -> State {
        State { name: name.into(), comment: None, query_language: None, kind: kind.into() }
    }
}

/// The `Type` of a state, with the fields of that type.
///
/// Spec: <https://states-language.net/#statetypes>
#[derive(Debug, Clone, PartialEq)]
pub enum StateKind {
    /// `"Type": "Pass"`
    Pass(Pass),
    /// `"Type": "Task"`
    Task(Box<Task>),
    /// `"Type": "Choice"`
    Choice(Choice),
    /// `"Type": "Wait"`
    Wait(Wait),
    /// `"Type": "Succeed"`
    Succeed(Succeed),
    /// `"Type": "Fail"`
    Fail(Fail),
    /// `"Type": "Parallel"`
    Parallel(Box<Parallel>),
    /// `"Type": "Map"`
    Map(Box<Map>),
}

impl StateKind {
    /// The `Type` as definitions write it.
    pub fn type_name(&self) -> &'static str {
        match self {
            StateKind::Pass(_) => "Pass",
            StateKind::Task(_) => "Task",
            StateKind::Choice(_) => "Choice",
            StateKind::Wait(_) => "Wait",
            StateKind::Succeed(_) => "Succeed",
            StateKind::Fail(_) => "Fail",
            StateKind::Parallel(_) => "Parallel",
            StateKind::Map(_) => "Map",
        }
    }

    /// `Retry`, of the kinds that have it.
    pub fn retriers(&self) -> &[Retrier] {
        match self {
            StateKind::Task(task) => &task.retry,
            StateKind::Parallel(parallel) => &parallel.retry,
            StateKind::Map(map) => &map.retry,
            _ => &[],
        }
    }

    /// `Catch`, of the kinds that have it.
    pub fn catchers(&self) -> &[Catcher] {
        match self {
            StateKind::Task(task) => &task.catch,
            StateKind::Parallel(parallel) => &parallel.catch,
            StateKind::Map(map) => &map.catch,
            _ => &[],
        }
    }

    /// `Assign`, of the kinds that have it.
    pub fn assign(&self) -> Option<&Value> {
        match self {
            StateKind::Pass(pass) => pass.assign.as_ref(),
            StateKind::Task(task) => task.assign.as_ref(),
            StateKind::Choice(choice) => choice.assign.as_ref(),
            StateKind::Wait(wait) => wait.assign.as_ref(),
            StateKind::Parallel(parallel) => parallel.assign.as_ref(),
            StateKind::Map(map) => map.assign.as_ref(),
            StateKind::Succeed(_) | StateKind::Fail(_) => None,
        }
    }

    /// The filters around the work, of the kinds that have them.
    pub fn filters(&self) -> Option<&Filters> {
        match self {
            StateKind::Pass(pass) => Some(&pass.filters),
            StateKind::Task(task) => Some(&task.filters),
            StateKind::Choice(choice) => Some(&choice.filters),
            StateKind::Wait(wait) => Some(&wait.filters),
            StateKind::Succeed(succeed) => Some(&succeed.filters),
            StateKind::Parallel(parallel) => Some(&parallel.filters),
            StateKind::Map(map) => Some(&map.filters),
            StateKind::Fail(_) => None,
        }
    }

    /// `Next` or `End`, of the kinds that have it.
    pub fn transition(&self) -> Option<&Transition> {
        match self {
            StateKind::Pass(pass) => Some(&pass.transition),
            StateKind::Task(task) => Some(&task.transition),
            StateKind::Wait(wait) => Some(&wait.transition),
            StateKind::Parallel(parallel) => Some(&parallel.transition),
            StateKind::Map(map) => Some(&map.transition),
            StateKind::Choice(_) | StateKind::Succeed(_) | StateKind::Fail(_) => None,
        }
    }
}

macro_rules! kinds {
    ($($kind:ident $([$wrap:expr])?),*) => {$(
        impl From<$kind> for StateKind {
            fn from(kind: $kind) -> Self {
                StateKind::$kind($($wrap)? (kind))
            }
        }
    )*};
}
kinds!(Pass, Task[Box::new], Choice, Wait, Succeed, Fail, Parallel[Box::new], Map[Box::new]);

impl State {
    /// Reads a state. A state that cannot be read gets a stand-in, so that transitions to it are not reported.
    pub(crate) fn read(name: &Text, value: &Value, place: Pointer, reading: &mut Reading) -> State {
        let around = std::mem::replace(&mut reading.state, place.clone());
        let dialect = Dialect::Only(reading.machine_language);
        let state = Fields::open(value, place, dialect, reading).and_then(|mut fields| {
            let comment = fields.string("Comment");
            let query_language = read_language(&mut fields);
            let kind = StateKind::read(&mut fields)?;
            fields.finish();
            Some(State { name: name.clone(), comment, query_language, kind })
        });
        let state = state.unwrap_or_else(|| {
            reading.report.lose_transition(&reading.state);
            State::new(name, Pass::new(Transition::End))
        });
        reading.state = around;
        state
    }

    /// The state as JSON, without its name.
    ///
    /// ```
    /// use asl_model::{State, Succeed};
    /// assert_eq!(State::new("Done", Succeed::new()).to_value().to_string(), r#"{"Type":"Succeed"}"#);
    /// ```
    pub fn to_value(&self) -> Value {
        let mut members = Members::default();
        members.put("Type", self.kind.type_name());
        members.maybe("Comment", self.comment.as_ref());
        members.maybe("QueryLanguage", self.query_language.map(|language| language.name()));
        match &self.kind {
            StateKind::Pass(pass) => pass.write(&mut members),
            StateKind::Task(task) => task.write(&mut members),
            StateKind::Choice(choice) => choice.write(&mut members),
            StateKind::Wait(wait) => wait.write(&mut members),
            StateKind::Succeed(succeed) => succeed.write(&mut members),
            StateKind::Fail(fail) => fail.write(&mut members),
            StateKind::Parallel(parallel) => parallel.write(&mut members),
            StateKind::Map(map) => map.write(&mut members),
        }
        members.into_value()
    }
}

/// Reads `QueryLanguage` and sets the cursor to it.
fn read_language(fields: &mut Fields<'_, '_>) -> Option<QueryLanguage> {
    let machine = fields.reading.machine_language;
    let language = fields.query_language();
    fields.dialect = Dialect::Only(language.unwrap_or(machine));
    if (machine, language) == (QueryLanguage::JsonAta, Some(QueryLanguage::JsonPath)) {
        let message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
        let diagnostic = Diagnostic::error(Code::LANGUAGE_DOWNGRADE, message, fields.place.clone());
        fields.reading.report.push(diagnostic.field("QueryLanguage"));
        fields.dialect = Dialect::Either;
    }
    language
}

impl StateKind {
    fn read(fields: &mut Fields<'_, '_>) -> Option<StateKind> {
        if !fields.require(&["Type"]) {
            return None;
        }
        let Some(name) = fields.get("Type")?.as_str() else {
            fields.error_at("Type", Code::WRONG_TYPE, expected("[STRING]"));
            return None;
        };
        Some(match name {
            "Pass" => Pass::read(fields).into(),
            "Task" => Task::read(fields).into(),
            "Choice" => Choice::read(fields).into(),
            "Wait" => Wait::read(fields).into(),
            "Succeed" => Succeed::read(fields).into(),
            "Fail" => Fail::read(fields).into(),
            "Parallel" => Parallel::read(fields).into(),
            "Map" => Map::read(fields).into(),
            _ => {
                let types = ["Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map"];
                let message =
                    format!("The field 'Type' should have one of these values: [{}]", types.join(", "));
                let diagnostic =
                    Diagnostic::error(Code::NOT_ALLOWED_VALUE, message, fields.place.key("Type"));
                fields.reading.report.push(diagnostic.did_you_mean(nearest(name, types)));
                return None;
            }
        })
    }
}
