//! How estimates are printed.

use asl_value::{Object, Value, json};

use super::plain;
use crate::Terminal;
use crate::args::{Estimate, Format};
use crate::estimate::{Cost, Counted, Prices, Terms};

/// What is printed of an estimate.
pub(crate) struct Shown<'s> {
    pub(crate) counted: &'s Counted,
    pub(crate) terms: &'s Terms,
    pub(crate) costs: &'s [Cost],
    pub(crate) prices: &'s Prices,
    pub(crate) args: &'s Estimate,
    pub(crate) is_recorded: bool,
}

pub(crate) fn print(shown: &Shown<'_>, terminal: &Terminal) {
    match shown.args.format {
        Format::Json => terminal.stdout.line(json(shown)),
        Format::Human => human(shown, terminal),
    }
}

fn human(shown: &Shown<'_>, terminal: &Terminal) {
    let used = &shown.counted.used;
    let line = |text: std::fmt::Arguments<'_>| terminal.stdout.line(text);
    let what = if shown.is_recorded { "the recorded run" } else { "the longest way through" };
    line(format_args!(
        "{what}: {} transitions, {} tasks, {} operations, {:.1} s of work, {:.0} s of waiting\n",
        used.transitions,
        used.tasks,
        used.operations + 1.0,
        used.working_seconds,
        used.waiting_seconds
    ));
    line(format_args!("{:<24}{:>14}  of which", format!("{} runs a month", shown.args.runs), "US$"));
    for cost in shown.costs {
        match &cost.dollars {
            Ok(parts) => {
                let parts = parts.iter().filter(|(_, dollars)| *dollars > 0.0);
                let parts: Vec<String> =
                    parts.map(|(name, dollars)| format!("{name} {dollars:.2}")).collect();
                let total = cost.total().unwrap_or_default();
                line(format_args!("{:<24}{total:>14.2}  {}", cost.way, parts.join(", ")));
            }
            Err(reason) => line(format_args!("{:<24}{:>14}  {}", cost.way, "cannot run", plain(reason))),
        }
    }
    line(format_args!("\nassumptions:"));
    for assumption in assumptions(shown) {
        line(format_args!("- {}", plain(&assumption)));
    }
}

fn assumptions(shown: &Shown<'_>) -> Vec<String> {
    let Shown { terms, prices, args, .. } = shown;
    let mut all = vec![format!(
        "prices of {}, {}: {} Check them before you decide",
        prices.text("region"),
        prices.text("date"),
        prices.text("note")
    )];
    all.extend(shown.counted.assumptions.iter().cloned());
    if !shown.is_recorded {
        all.push(format!("a task takes {} s", args.duration));
    }
    all.push(format!("functions have {} MB, also the one that runs the whole machine", args.memory));
    all.push(format!(
        "in one function and in a durable one, Lambda tasks run inside it, and an invocation takes {} s besides",
        crate::estimate::INVOCATION_SECONDS
    ));
    all.push(format!(
        "an operation of a durable execution stores {} bytes, which are kept for {} days; retries count as operations",
        terms.payload_bytes, terms.retention_days
    ));
    all.push("logs, other services and data transfer are not counted".to_owned());
    all
}

/// ```json
/// {"runs": 1000000, "used": {"transitions": 2, …}, "ways": [{"way": "Standard", "dollars": 50, "parts": {…}},
///  {"way": "Express", "cannotRun": "…"}], "assumptions": […], "prices": {…}}
/// ```
fn json(shown: &Shown<'_>) -> Value {
    let used = &shown.counted.used;
    let ways = shown.costs.iter().map(|cost| match &cost.dollars {
        Ok(parts) => {
            let mut members = Object::new();
            for (name, dollars) in parts {
                members.insert(*name, (*dollars).into());
            }
            json!({"way": (cost.way), "dollars": (cost.total()), "parts": (Value::from(members))})
        }
        Err(reason) => json!({"way": (cost.way), "cannotRun": (reason.as_str())}),
    });
    json!({
        "runs": (shown.args.runs),
        "used": {
            "transitions": (used.transitions), "tasks": (used.tasks), "functions": (used.functions),
            "operations": (used.operations + 1.0), "invocations": (used.pauses + 1.0),
            "workingSeconds": (used.working_seconds), "waitingSeconds": (used.waiting_seconds)
        },
        "ways": (ways.collect::<Value>()),
        "unbounded": (shown.counted.unbounded.iter().cloned().map(Value::from).collect::<Value>()),
        "assumptions": (assumptions(shown).into_iter().map(Value::from).collect::<Value>()),
        "prices": (shown.prices.table())
    })
}
