//! [`Debugger`]: stops an execution where its states have data, and may change them.

use asl_model::QueryLanguage;
use asl_query::Scope;
use asl_value::{Object, Text, Timestamp, Value};

use crate::Failure;
use crate::stage::Handled;

/// Stops an execution at the stages of its states' data.
///
/// An observer of the execution names it: [`Observer::debugger`](crate::Observer::debugger). Unlike an observer it may
/// block the thread of the execution. All strands of the execution then wait, and so does time, if tokio's clock is
/// paused. Give such an execution a thread of its own.
///
/// A [journalled](crate::Engine::run_journalled) execution whose tasks give the same answers comes to the same halts in the
/// same order, each time that it is run.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use std::sync::Arc;
/// use asl_engine::{Debugger, Engine, Event, Execution, Halt, HaltStage, Interest, Observer, load};
/// use asl_model::Source;
/// use asl_value::json;
///
/// /// Doubles the input of each state.
/// struct Doubles;
/// impl Debugger for Doubles {
///     fn at(&self, halt: Halt<'_>) {
///         if let HaltStage::Begun(begun) = halt.stage {
///             *begun.input = (begun.input.as_i64().unwrap_or_default() * 2).into();
///         }
///     }
/// }
/// impl Observer for Doubles {
///     fn interest(&self) -> Interest {
///         Interest::None
///     }
///     fn on_event(&self, _: Event) {}
///     fn debugger(&self) -> Option<&dyn Debugger> {
///         Some(self)
///     }
/// }
/// let pass = Source::json(r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#);
/// let program = load(&pass).unwrap().program;
/// let execution = Execution::new(json!(4)).with_observer(Arc::new(Doubles));
/// let report = Engine::builder().build().run(&program, execution).await;
/// assert_eq!(report.outcome.output(), Some(&json!(8)));
/// # }
/// ```
pub trait Debugger: Send + Sync {
    /// A strand is at a place where it may be stopped.
    fn at(&self, halt: Halt<'_>);
}

/// A place of a strand where it may be stopped.
#[derive(Debug)]
#[non_exhaustive]
pub struct Halt<'a> {
    /// The number of the event with which the state was entered.
    pub visit: u64,
    /// The time of the execution.
    pub now: Timestamp,
    /// How far the state has come.
    pub stage: HaltStage<'a>,
}

impl<'a> Halt<'a> {
    pub(crate) fn new(visit: u64, now: Timestamp, stage: HaltStage<'a>) -> Halt<'a> {
        Halt { visit, now, stage }
    }
}

/// How far a state has come. What can be changed here is lent mutably.
#[derive(Debug)]
#[non_exhaustive]
pub enum HaltStage<'a> {
    /// An attempt begins.
    Begun(Begun<'a>),
    /// A filter has yielded a value, named as in [`VisitStage::Data`](crate::VisitStage::Data).
    Data {
        /// The name.
        name: &'static str,
        /// The value.
        value: &'a Value,
    },
    /// The arguments of the work, or its result, which the rest of the state uses.
    Open {
        /// The name: `afterParameters`, `afterArguments`, `result`.
        name: &'static str,
        /// The value.
        value: &'a mut Value,
        /// The context object, if expressions of the state can read it here.
        context: Option<&'a Value>,
    },
    /// A Choice has decided where to go.
    Chosen {
        /// The index of the rule that matched; `None` for `Default`, or if there is none.
        rule: Option<usize>,
    },
    /// The attempt has failed.
    Failed {
        /// Why.
        failure: &'a Failure,
        /// What becomes of it.
        handled: Handled,
    },
    /// The state is about to be left.
    Left {
        /// Its output.
        output: &'a mut Value,
        /// The variables that it sets.
        assigned: &'a mut Option<Object>,
        /// Whether its strand ends with it.
        is_last: bool,
    },
}

/// The beginning of an attempt.
#[derive(Debug)]
#[non_exhaustive]
pub struct Begun<'a> {
    /// 0, and one more for each retry.
    pub attempt: u64,
    /// The name of the state.
    pub state: &'a Text,
    /// Its query language.
    pub language: QueryLanguage,
    /// The strand that it is in: empty for the machine itself, `2.1/` for the second branch of a Parallel. See the names
    /// of effects in a journal.
    pub strand: &'a str,
    /// Its input.
    pub input: &'a mut Value,
    /// The context object, without a task token.
    pub context: Value,
    pub(crate) scope: &'a mut Scope,
}

impl Begun<'_> {
    /// All variables that the state can read.
    pub fn variables(&self) -> Object {
        self.scope.visible()
    }

    /// Sets a variable, as if the state before had assigned it.
    pub fn set_variable(&mut self, name: Text, value: Value) {
        self.scope.set(name, value);
    }
}
