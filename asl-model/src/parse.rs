//! [`parse`]: from text or a value to a [`StateMachine`], and [`validate`], which does so with a machine made in Rust.

use asl_value::{Object, Pointer, Value, json};

use crate::reader::{Dialect, Fields, Reading};
use crate::report::Report;
use crate::{Code, Diagnostic, QueryLanguage, Source, StateMachine};

/// What [`parse`] found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parsed {
    /// The machine, unless something of it could not be read. That it is here does not make it valid.
    pub machine: Option<StateMachine>,
    /// What could be read, with stand-ins for the rest, if not all could: to look further for problems, not to be run.
    pub fragment: Option<StateMachine>,
    /// Every problem: those of form in the order of the text, then those of the machine as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether there is no error.
    pub fn is_ok(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    fn nothing(report: Report) -> Parsed {
        Parsed { machine: None, fragment: None, diagnostics: report.into_diagnostics() }
    }
}

/// Reads and validates a definition. Never fails: what is wrong is in [`Parsed::diagnostics`], all of it at once.
///
/// ```
/// use asl_model::{Source, parse};
/// let parsed = parse(&Source::json(r#"{"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "Next": "Bye"}}}"#));
/// let messages: Vec<String> = parsed.diagnostics.iter().map(|diagnostic| diagnostic.to_string()).collect();
/// assert_eq!(messages, [
///     "MISSING_TRANSITION_TARGET: Missing 'Next' target: Bye at /States/Greet/Next",
///     "MISSING_END_STATE: Workflow has no terminal state at null",
/// ]);
/// ```
pub fn parse(source: &Source) -> Parsed {
    let mut report = Report::default();
    match source.value(&mut report) {
        Some(value) => read(&value, report),
        None => Parsed::nothing(report),
    }
}

/// The name of a state that is defined alone (recorded: `$$.State.Name` in a test of one).
pub const LONE_STATE: &str = "StateName";

/// [`parse`] of a definition that is one state alone, such as a test of it takes: `{"Type": "Pass", "Next": "B"}`.
///
/// The state becomes [`LONE_STATE`], the only one of its machine but for the ends that it goes to.
///
/// ```
/// use asl_model::{LONE_STATE, Source, parse_state};
/// let parsed = parse_state(&Source::json(r#"{"Type": "Pass", "Next": "Ship"}"#));
/// let machine = parsed.machine.unwrap();
/// assert_eq!((&*machine.start_at, machine.states.len()), (LONE_STATE, 2));
/// ```
pub fn parse_state(source: &Source) -> Parsed {
    let mut report = Report::default();
    match source.value(&mut report) {
        Some(state @ Value::Object(_)) => read(&alone(state), report),
        // What is said of a machine that is no object holds for a state, too.
        Some(other) => read(&other, report),
        None => Parsed::nothing(report),
    }
}

/// The machine around a state.
fn alone(state: Value) -> Value {
    let list = |name| state.get(name).and_then(Value::as_array).into_iter().flat_map(|items| items.iter());
    let branches = list("Choices").chain(list("Catch")).map(|branch| branch.get("Next"));
    let targets = [state.get("Next"), state.get("Default")].into_iter().chain(branches);
    let targets: Vec<Value> = targets.flatten().cloned().collect();
    let mut states = Object::new();
    for target in targets.iter().filter_map(Value::as_text) {
        states.insert(target.clone(), json!({"Type": "Succeed"}));
    }
    states.insert(LONE_STATE, state);
    json!({"StartAt": LONE_STATE, "States": states})
}

/// [`parse`] of a document that is there already.
pub fn parse_value(value: &Value) -> Parsed {
    read(value, Report::default())
}

/// Everything that is wrong with a machine made in Rust: that it could not be written as a valid definition.
///
/// ```
/// use asl_model::{Pass, State, StateMachine, Transition, validate};
/// let states = [State::new("A", Pass::new(Transition::to("B")))].into_iter().collect();
/// let messages: Vec<String> = validate(&StateMachine::new("A", states)).iter().map(|d| d.message.clone()).collect();
/// assert_eq!(messages, ["Missing 'Next' target: B", "Workflow has no terminal state"]);
/// ```
pub fn validate(machine: &StateMachine) -> Vec<Diagnostic> {
    // What a reader refuses, a field of the other query language for one, a machine made in Rust may have as well.
    parse_value(&machine.to_value()).diagnostics
}

fn read(value: &Value, mut report: Report) -> Parsed {
    if let Err(error) = value.check_depth() {
        report.error(Code::TOO_DEEP, error.to_string(), Pointer::root());
        return Parsed::nothing(report);
    }
    let machine_language = QueryLanguage::JsonPath;
    let mut reading = Reading { report, machine_language, state: Pointer::root(), nesting: 0 };
    let machine = if value.as_object().is_none() {
        let message = "Definition must be a valid JSON object";
        reading.report.error(Code::NOT_AN_OBJECT, message, Pointer::root());
        None
    } else {
        let fields = Fields::open(value, Pointer::root(), Dialect::Either, &mut reading);
        fields.and_then(|mut fields| {
            let machine = StateMachine::read(&mut fields);
            fields.finish();
            machine
        })
    };
    let mut report = reading.report;
    if let Some(machine) = &machine {
        crate::validate::check(machine, &mut report);
    }
    let (machine, fragment) = if report.is_lossy() { (None, machine) } else { (machine, None) };
    Parsed { machine, fragment, diagnostics: report.into_diagnostics() }
}
