//! [`parse`] reads a text or a value into a [`StateMachine`]; [`validate`] checks a machine that was made in Rust.

use asl_value::{Object, Pointer, Value, json};

use crate::reader::{Dialect, Fields, Reading};
use crate::report::Report;
use crate::{Code, Diagnostic, InvalidDefinition, QueryLanguage, Source, StateMachine};

/// The result of [`parse`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parsed {
    /// The machine, unless a part of it could not be read. It may be invalid: see [`is_ok`](Parsed::is_ok).
    pub machine: Option<StateMachine>,
    /// If a part could not be read, the rest with stand-ins for it. It serves to find further problems, not to be run.
    pub fragment: Option<StateMachine>,
    /// All problems: first those of single fields, in the order of the text, then those of the machine as a whole.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// Whether the definition is valid: there are no errors, at most warnings.
    pub fn is_ok(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// The machine, if the definition is valid. `source` is the text that was parsed.
    ///
    /// # Errors
    /// There are errors. The error prints all diagnostics, each with its line.
    ///
    /// ```
    /// use asl_model::{Source, parse};
    /// let source = Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
    /// let machine = parse(&source).valid(&source)?;
    /// assert_eq!(&*machine.start_at, "A");
    /// # Ok::<(), asl_model::InvalidDefinition>(())
    /// ```
    pub fn valid(self, source: &Source) -> Result<StateMachine, InvalidDefinition> {
        match (self.is_ok(), self.machine) {
            (true, Some(machine)) => Ok(machine),
            (_, machine) => Err(InvalidDefinition::new(Some(source.clone()), machine, self.diagnostics)),
        }
    }

    fn nothing(report: Report) -> Parsed {
        Parsed { machine: None, fragment: None, diagnostics: report.into_diagnostics() }
    }
}

/// Reads and validates a definition, and reports all of its problems at once.
///
/// It never fails: a text that is not even JSON gives a [`Parsed`] with a diagnostic and without a machine. Messages
/// and codes are AWS's where AWS reports the same problem. Not checked are paths and expressions, which the compiler of
/// asl-engine checks, and what depends on more than the definition: see [`validate_express`](crate::validate_express)
/// and [`validate_sdk`](crate::validate_sdk).
///
/// Hostile texts are safe: time and memory are proportional to the length of the text, and nesting is limited.
///
/// Spec: <https://states-language.net/>
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

/// The name of a state that is defined alone. Recorded: `$$.State.Name` in the test of one state.
pub const LONE_STATE: &str = "StateName";

/// [`parse`] for a definition of one state alone, as TestState accepts it: `{"Type": "Pass", "Next": "B"}`.
///
/// The machine consists of the state, named [`LONE_STATE`], and a Succeed state for each of its targets.
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
        // The problem of a machine that is not an object is the same for a state.
        Some(other) => read(&other, report),
        None => Parsed::nothing(report),
    }
}

/// A machine that contains a state and its targets.
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

/// [`parse`] for a document that has already been read.
pub fn parse_value(value: &Value) -> Parsed {
    read(value, Report::default())
}

/// Checks a machine that was made in Rust, and reports why it is not a valid definition.
///
/// It is [`parse_value`] of the machine as JSON, so it finds what a parser would find.
///
/// ```
/// use asl_model::{Pass, State, StateMachine, Transition, validate};
/// let states = [State::new("A", Pass::new(Transition::to("B")))].into_iter().collect();
/// let messages: Vec<String> = validate(&StateMachine::new("A", states)).iter().map(|d| d.message.clone()).collect();
/// assert_eq!(messages, ["Missing 'Next' target: B", "Workflow has no terminal state"]);
/// ```
pub fn validate(machine: &StateMachine) -> Vec<Diagnostic> {
    // A machine made in Rust may have fields that only the reader refuses, such as those of the other query language.
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
