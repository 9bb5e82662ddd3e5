//! [`Used`]: what one execution uses.

use std::ops::{Add, Mul};

/// What one execution uses. Times are in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Used {
    /// States that are entered, and retries: what Standard bills.
    pub(crate) transitions: f64,
    /// Calls of tasks, retries included.
    pub(crate) tasks: f64,
    /// Of them, calls of Lambda functions.
    pub(crate) functions: f64,
    /// Operations of a durable execution, without the execution itself.
    pub(crate) operations: f64,
    /// Operations of child executions, which do not count for the quotas of this one.
    pub(crate) elsewhere: f64,
    /// How often everything waits, so that a durable execution ends its invocation.
    pub(crate) pauses: f64,
    /// The time of all functions together.
    pub(crate) function_seconds: f64,
    /// How long tasks that do not wait for others run, from the start to the end of the execution.
    pub(crate) working_seconds: f64,
    /// How long the execution waits: Wait states, callbacks, jobs.
    pub(crate) waiting_seconds: f64,
}

impl Used {
    /// One after the other of two branches that run at the same time.
    pub(crate) fn beside(self, other: Used) -> Used {
        let together = self + other;
        Used {
            working_seconds: self.working_seconds.max(other.working_seconds),
            waiting_seconds: self.waiting_seconds.max(other.waiting_seconds),
            pauses: self.pauses.max(other.pauses),
            ..together
        }
    }

    /// This many iterations, of which `at_once` run at the same time.
    pub(crate) fn iterations(self, items: f64, at_once: f64) -> Used {
        let rounds = (items / at_once.max(1.0)).ceil();
        Used {
            working_seconds: self.working_seconds * rounds,
            waiting_seconds: self.waiting_seconds * rounds,
            pauses: self.pauses * rounds,
            ..self * items
        }
    }

    /// From the start to the end of the execution.
    pub(crate) fn seconds(&self) -> f64 {
        self.working_seconds + self.waiting_seconds
    }

    /// Which of two ways through a machine counts as the longer one.
    pub(crate) fn weight(&self) -> (f64, f64) {
        (self.operations, self.transitions)
    }
}

impl Add for Used {
    type Output = Used;

    fn add(self, other: Used) -> Used {
        Used {
            transitions: self.transitions + other.transitions,
            tasks: self.tasks + other.tasks,
            functions: self.functions + other.functions,
            operations: self.operations + other.operations,
            elsewhere: self.elsewhere + other.elsewhere,
            pauses: self.pauses + other.pauses,
            function_seconds: self.function_seconds + other.function_seconds,
            working_seconds: self.working_seconds + other.working_seconds,
            waiting_seconds: self.waiting_seconds + other.waiting_seconds,
        }
    }
}

impl Mul<f64> for Used {
    type Output = Used;

    fn mul(self, times: f64) -> Used {
        Used {
            transitions: self.transitions * times,
            tasks: self.tasks * times,
            functions: self.functions * times,
            operations: self.operations * times,
            elsewhere: self.elsewhere * times,
            pauses: self.pauses * times,
            function_seconds: self.function_seconds * times,
            working_seconds: self.working_seconds * times,
            waiting_seconds: self.waiting_seconds * times,
        }
    }
}

/// What was counted, and on which assumptions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counted {
    pub(crate) used: Used,
    /// Sentences for people.
    pub(crate) assumptions: Vec<String>,
    /// What has no bound: the states of each loop, and Maps.
    pub(crate) unbounded: Vec<Vec<String>>,
    /// Why Express cannot run it.
    pub(crate) not_express: Option<String>,
    /// Why a durable function cannot run it: a state and the reason.
    pub(crate) not_durable: Vec<(String, &'static str)>,
}
