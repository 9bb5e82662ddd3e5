//! [`Spot`]: a place in a state where it can be stopped.

/// A place in a state where it can be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spot {
    /// Before the first attempt.
    Entry,
    /// Before an attempt that repeats a failed one.
    Again,
    /// After a filter, named as TestState does: `afterInputPath`, `result`.
    Stage(&'static str),
    /// After the choice of a rule.
    Choice,
    /// After a failure that is retried.
    Retry,
    /// After a failure that is caught.
    Catch,
    /// After a failure that the state does not handle.
    Fail,
    /// Before the state is left.
    Exit,
}

/// The stages of a state's data, by the field that yields them.
const STAGES: [(&str, &str); 10] = [
    ("InputPath", "afterInputPath"),
    ("Parameters", "afterParameters"),
    ("Arguments", "afterArguments"),
    ("ItemsPath", "afterItemsPath"),
    ("ItemSelector", "afterItemSelector"),
    ("ItemBatcher", "afterItemBatcher"),
    ("Resource", "result"),
    ("Result", "result"),
    ("ResultSelector", "afterResultSelector"),
    ("ResultPath", "afterResultPath"),
];

impl Spot {
    /// The place that belongs to a field of a state.
    pub(crate) fn of_field(field: &str) -> Option<Spot> {
        match field {
            "Choices" => Some(Spot::Choice),
            "Retry" => Some(Spot::Retry),
            "Catch" => Some(Spot::Catch),
            "Output" | "OutputPath" | "Assign" => Some(Spot::Exit),
            "Resource" => None,
            _ => STAGES.iter().find(|(name, _)| *name == field).map(|(_, stage)| Spot::Stage(stage)),
        }
    }

    /// The place of this name: that of a stage, or one of `entry`, `choice`, `retry`, `catch`, `error`, `exit`.
    pub fn named(name: &str) -> Option<Spot> {
        match name {
            "entry" => Some(Spot::Entry),
            "choice" => Some(Spot::Choice),
            "retry" => Some(Spot::Retry),
            "catch" => Some(Spot::Catch),
            "error" => Some(Spot::Fail),
            "exit" => Some(Spot::Exit),
            _ => STAGES.iter().find(|(_, stage)| *stage == name).map(|(_, stage)| Spot::Stage(stage)),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Spot::Entry => "entry",
            Spot::Again => "again",
            Spot::Stage(stage) => stage,
            Spot::Choice => "choice",
            Spot::Retry => "retry",
            Spot::Catch => "catch",
            Spot::Fail => "error",
            Spot::Exit => "exit",
        }
    }

    /// Whether it is where a failure is handled, or not handled.
    pub(crate) fn is_failure(self) -> bool {
        matches!(self, Spot::Retry | Spot::Catch | Spot::Fail)
    }
}
