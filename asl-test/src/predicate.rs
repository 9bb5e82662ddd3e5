//! [`Predicate`]: a JSONata expression that must be true of an execution.

use std::sync::Arc;

use asl_engine::{Clock, Engine, Execution, Limits, Program, compile};
use asl_model::parse_value;
use asl_value::{Object, Text, Value, json};

use crate::test_run::TestRun;

/// The variables of an expression.
const VARIABLES: &[&str] =
    &["input", "status", "output", "error", "cause", "path", "visits", "variables", "seconds"];

/// An expression, compiled as the output of a state: so it is evaluated as in a workflow.
#[derive(Debug, Clone)]
pub(crate) struct Predicate {
    text: Text,
    program: Arc<Program>,
}

impl Predicate {
    /// # Errors
    /// What is wrong with the expression.
    pub(crate) fn new(text: &Text) -> Result<Predicate, String> {
        let is_wrapped = text.trim_start().starts_with("{%") && text.trim_end().ends_with("%}");
        let expression = if is_wrapped { text.trim().to_owned() } else { format!("{{% {text} %}}") };
        let assign: Object = VARIABLES
            .iter()
            .map(|name| (Text::from(*name), Value::from(format!("{{% $states.input.{name} %}}").as_str())))
            .collect();
        let definition = json!({
            "QueryLanguage": "JSONata",
            "StartAt": "Given",
            "States": {
                "Given": {"Type": "Pass", "Assign": Value::Object(assign), "Next": "That"},
                "That": {"Type": "Pass", "Output": expression, "End": true}
            }
        });
        let parsed = parse_value(&definition);
        let first = |found: &[asl_model::Diagnostic]| {
            let errors = found.iter().filter(|found| found.is_error());
            errors.map(|found| found.message.clone()).next().unwrap_or_default()
        };
        let machine = parsed.machine.as_ref().ok_or_else(|| first(&parsed.diagnostics))?;
        let compiled = compile(machine).map_err(|error| first(error.diagnostics()))?;
        Ok(Predicate { text: text.clone(), program: compiled.program })
    }

    /// Why it is not true; `None` if it is.
    pub(crate) fn refutes(&self, run: &TestRun, input: &Value) -> Option<Vec<String>> {
        let limits = Limits::unlimited();
        let execution = Execution::new(given(run, input)).with_limits(limits);
        let engine = Engine::builder().clock(Clock::virtual_time()).build();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().ok()?;
        let report = runtime.block_on(engine.run(&self.program, execution));
        let found = match report.outcome.output() {
            Some(Value::Bool(true)) => return None,
            Some(other) => format!("it is {}", crate::difference::brief(other)),
            None => report.outcome.failure().map(ToString::to_string).unwrap_or_default(),
        };
        Some(vec![format!("  - {}", self.text), format!("  + {found}")])
    }
}

/// What an expression sees.
fn given(run: &TestRun, input: &Value) -> Value {
    let failure = run.outcome.failure();
    let text = |text: Option<&Text>| text.map_or(Value::Null, Value::from);
    let names: std::collections::BTreeSet<&Text> = run.hits.names().collect();
    let visits: Object = names.into_iter().map(|name| (name.clone(), run.visits(name).into())).collect();
    json!({
        "input": input.clone(),
        "status": run.outcome.status(),
        "output": run.outcome.output().cloned().unwrap_or_default(),
        "error": text(failure.and_then(|failure| failure.error.as_ref())),
        "cause": text(failure.and_then(|failure| failure.cause.as_ref())),
        "path": Value::Array(run.path.iter().map(Value::from).collect()),
        "visits": Value::Object(visits),
        "variables": Value::Object(run.variables.clone()),
        "seconds": asl_value::Number::from_f64(run.duration.as_secs_f64()).map_or(Value::Null, Value::Number)
    })
}
