//! [`Verdict`]: what came of the replay of a record.

use std::path::Path;

use asl_engine::{Difference, Outcome, RecordReplay};
use asl_value::{Object, Text, Value};

use crate::Exit;

/// What came of the replay of a record.
pub(super) enum Verdict {
    /// The record cannot be replayed.
    Unusable(String),
    Replayed(Box<Replayed>),
}

/// A replay that came to something.
pub(super) struct Replayed {
    /// The status of the recorded execution.
    recorded: Option<String>,
    now: Ended,
    /// What differs, without what depends on chance.
    differs: Vec<Differs>,
    /// How many values depend on chance.
    chance: usize,
    /// Whether a journal belongs to another definition; unknown for a history.
    is_changed: bool,
}

/// How the replay ended.
pub(super) enum Ended {
    Outcome(Outcome),
    /// It waits for something that was not recorded.
    Open(Option<Text>),
}

enum Differs {
    Difference(Difference),
    /// A turn of a journal does not fit.
    Turn(String),
}

impl From<Outcome> for Ended {
    fn from(outcome: Outcome) -> Ended {
        Ended::Outcome(outcome)
    }
}

impl Verdict {
    pub(super) fn unusable(message: String) -> Verdict {
        Verdict::Unusable(message)
    }

    pub(super) fn of_history(replay: RecordReplay) -> Verdict {
        let (chance, differs): (Vec<_>, Vec<_>) =
            replay.differences.into_iter().partition(|difference| difference.is_chance);
        Verdict::Replayed(Box::new(Replayed {
            recorded: replay.recorded.map(|outcome| outcome.status().to_owned()),
            now: replay.report.map_or(Ended::Open(None), |report| Ended::Outcome(report.outcome)),
            differs: differs.into_iter().map(Differs::Difference).collect(),
            chance: chance.len(),
            is_changed: false,
        }))
    }

    pub(super) fn of_journal(recorded: Option<String>, now: Ended, is_changed: bool) -> Verdict {
        Verdict::Replayed(Box::new(Replayed { recorded, now, differs: Vec::new(), chance: 0, is_changed }))
    }

    /// A turn of a journal that does not fit, or another end.
    pub(super) fn unfit(recorded: Option<String>, message: String, is_changed: bool) -> Verdict {
        let differs = vec![Differs::Turn(message)];
        let now = Ended::Open(None);
        Verdict::Replayed(Box::new(Replayed { recorded, now, differs, chance: 0, is_changed }))
    }

    pub(super) fn exit(&self) -> Exit {
        match self {
            Verdict::Unusable(_) => Exit::Usage,
            Verdict::Replayed(replayed) if replayed.differs.is_empty() => Exit::Success,
            Verdict::Replayed(_) => Exit::Failure,
        }
    }

    /// The output of the execution.
    pub(super) fn output(&self) -> Option<&Value> {
        match self {
            Verdict::Replayed(replayed) => match &replayed.now {
                Ended::Outcome(outcome) => outcome.output(),
                Ended::Open(_) => None,
            },
            Verdict::Unusable(_) => None,
        }
    }

    /// One line about a record.
    pub(super) fn line(&self) -> String {
        let replayed = match self {
            Verdict::Unusable(message) => return format!("cannot be replayed: {message}"),
            Verdict::Replayed(replayed) => replayed,
        };
        match replayed.differs.as_slice() {
            [] => format!("the same ({}){}", replayed.end(), replayed.chance()),
            [first, ..] => format!("differs: {first}{}", replayed.also()),
        }
    }

    /// What is said about a single record, after its path and its output.
    pub(super) fn details(&self) -> Vec<String> {
        let replayed = match self {
            Verdict::Unusable(message) => return vec![format!("error: cannot be replayed: {message}")],
            Verdict::Replayed(replayed) => replayed,
        };
        let mut lines = Vec::new();
        if let Ended::Outcome(outcome) = &replayed.now
            && let Some(failure) = outcome.failure()
        {
            let part =
                |name: &str, text: &Option<Text>| text.as_ref().map(|text| format!("  {name}: {text}"));
            lines
                .extend([part("error", &failure.error), part("cause", &failure.cause)].into_iter().flatten());
        }
        if replayed.is_changed {
            lines.push("replay: the journal was recorded with another definition".to_owned());
        }
        match replayed.differs.as_slice() {
            [] => lines.push(format!("replay: the same ({}){}", replayed.end(), replayed.chance())),
            differs => {
                lines.extend(differs.iter().take(SHOWN).map(|differs| format!("replay: differs: {differs}")));
                let more = differs.len().saturating_sub(SHOWN);
                if more > 0 {
                    lines.push(format!("replay: and {more} more differences{}", replayed.chance()));
                }
            }
        }
        lines
    }

    /// One object for a record:
    ///
    /// ```json
    /// {"record": "orders/7.json", "result": "DIFFERS", "recorded": "SUCCEEDED", "now": "FAILED", "error": "…", "cause": "…",
    ///  "differences": [{"kind": "ARGUMENTS", "state": "Price", …}], "chance": 0}
    /// ```
    pub(super) fn to_json(&self, path: &Path) -> String {
        let mut members = Object::new();
        members.insert("record", path.display().to_string().into());
        let replayed = match self {
            Verdict::Unusable(message) => {
                members.insert("result", "UNUSABLE".into());
                members.insert("message", message.as_str().into());
                return Value::from(members).to_json();
            }
            Verdict::Replayed(replayed) => replayed,
        };
        let result = if replayed.differs.is_empty() { "SAME" } else { "DIFFERS" };
        members.insert("result", result.into());
        members.insert("recorded", replayed.recorded.as_deref().unwrap_or("RUNNING").into());
        members.insert("now", replayed.status().into());
        if let Ended::Outcome(outcome) = &replayed.now
            && let Some(failure) = outcome.failure()
        {
            let text = |text: &Option<Text>| text.as_ref().map_or(Value::Null, Value::from);
            members.insert("error", text(&failure.error));
            members.insert("cause", text(&failure.cause));
        }
        members.insert("differences", replayed.differs.iter().map(Differs::to_json).collect());
        members.insert("chance", replayed.chance.into());
        // The output may nest as deep as a value can, so it is not put into another one.
        let text = Value::from(members).to_json();
        match (self.output(), text.strip_suffix('}')) {
            (Some(output), Some(beginning)) => format!("{beginning},\"output\":{output}}}"),
            _ => text,
        }
    }
}

/// How many differences of a single record are shown.
const SHOWN: usize = 10;

impl Replayed {
    fn status(&self) -> &str {
        match &self.now {
            Ended::Outcome(outcome) => outcome.status(),
            Ended::Open(_) => "RUNNING",
        }
    }

    /// `SUCCEEDED`, or where the execution waits.
    fn end(&self) -> String {
        match &self.now {
            Ended::Open(Some(state)) => format!("RUNNING in state `{state}`"),
            _ => self.status().to_owned(),
        }
    }

    fn chance(&self) -> String {
        match self.chance {
            0 => String::new(),
            1 => ", but for 1 value that depends on chance".to_owned(),
            count => format!(", but for {count} values that depend on chance"),
        }
    }

    /// The first other way, if something else differs first.
    fn also(&self) -> String {
        let is_step = |differs: &&Differs| match differs {
            Differs::Difference(difference) => difference.kind == asl_engine::DifferenceKind::Step,
            Differs::Turn(_) => false,
        };
        let step = self.differs.iter().skip(1).find(is_step);
        let first_is_step = self.differs.first().is_some_and(|first| is_step(&first));
        step.filter(|_| !first_is_step).map(|step| format!("; then {step}")).unwrap_or_default()
    }
}

impl Differs {
    fn to_json(&self) -> Value {
        match self {
            Differs::Difference(difference) => difference.to_json(),
            Differs::Turn(message) => {
                let mut members = Object::new();
                members.insert("kind", "TURN".into());
                members.insert("message", message.as_str().into());
                members.into()
            }
        }
    }
}

impl std::fmt::Display for Differs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Differs::Difference(difference) => difference.fmt(f),
            Differs::Turn(message) => write!(f, "at {message}"),
        }
    }
}
