//! [`ChildRunner`]: runs the child executions of distributed Maps elsewhere.

use std::sync::Arc;

use asl_value::{Text, Value};
use async_trait::async_trait;

use crate::budget::Budget;
use crate::program::Machine;
use crate::{CancelToken, ChildEnd, EffectId, Execution, Failure, Identity, MapRun, Program};

/// Runs the child executions of distributed Maps elsewhere: on other threads, in other processes, in other functions.
///
/// Without one, the engine runs them in the future of their parent. The parent starts as many at a time as
/// `MaxConcurrency` allows, counts how they end, and stops when too many have failed, wherever they run. So a runner that
/// is asked for a child may still wait before it begins, for a place or for company.
///
/// ```
/// use asl_engine::{Child, ChildEnd, ChildRunner, Failure, Outcome};
///
/// struct Echo;
/// #[async_trait::async_trait]
/// impl ChildRunner for Echo {
///     async fn run(&self, child: Child<'_>) -> Result<ChildEnd, Failure> {
///         Ok(ChildEnd { outcome: Outcome::Succeeded(child.input().clone()), ..ChildEnd::default() })
///     }
/// }
/// ```
#[async_trait]
pub trait ChildRunner: Send + Sync {
    /// Whether it also runs the children of journalled executions. A child of such an execution may be asked for again
    /// after a crash, with the same [`Child::effect`], and must then be the same. The engine runs the others itself.
    fn is_durable(&self) -> bool {
        false
    }

    /// Whether it runs children in this process, by [`Child::program`] and [`Child::to_execution`]. Only then
    /// [`Observer::on_child`](crate::Observer::on_child) is called.
    fn is_local(&self) -> bool {
        false
    }

    /// Runs a child to its end. It may begin more than once, but has one end. Dropping the future aborts it: its end
    /// does not count any more.
    ///
    /// Whoever runs it in another process gets its program from [`Program::of_children`](crate::Program::of_children).
    ///
    /// # Errors
    /// Why it could not be run; the child fails with this.
    async fn run(&self, child: Child<'_>) -> Result<ChildEnd, Failure>;
}

/// A child execution of a distributed Map, as its [`ChildRunner`] gets it.
#[derive(Clone, Copy)]
pub struct Child<'a> {
    pub(crate) state: &'a Text,
    pub(crate) map_run: &'a Arc<MapRun>,
    pub(crate) execution: &'a Execution,
    pub(crate) effect: Option<&'a EffectId>,
    pub(crate) machine: &'a Arc<Machine>,
    pub(crate) budget: &'a Arc<Budget>,
}

impl<'a> Child<'a> {
    /// The name of the Map.
    pub fn state(&self) -> &'a Text {
        self.state
    }

    /// The Map Run that it belongs to.
    pub fn map_run(&self) -> &'a Arc<MapRun> {
        self.map_run
    }

    /// Its names and ARNs. They stay the same, however often it begins.
    pub fn identity(&self) -> &'a Identity {
        &self.execution.identity
    }

    /// Its input: an item, or a batch of them.
    pub fn input(&self) -> &'a Value {
        &self.execution.input
    }

    /// The `X-Amzn-Trace-Id` of the trace that its parent is part of.
    pub fn trace_header(&self) -> Option<&'a Text> {
        self.execution.trace_header.as_ref()
    }

    /// What it runs. This is cheap: all children share it.
    pub fn program(&self) -> Program {
        Program { root: Arc::clone(self.machine), resources: Box::default() }
    }

    /// The execution, for [`Engine::run`](crate::Engine::run) with [`program`](Child::program). It has the limits, the
    /// observer and the cancel token of the child, and continues it if its Map Run is redriven. What it holds in memory counts
    /// for its parent, too, on whatever thread it runs.
    pub fn to_execution(&self) -> Execution {
        Execution { lender: Some(Arc::clone(self.budget)), ..self.execution.clone() }
    }

    /// Cancelling this aborts it, if it runs by [`to_execution`](Child::to_execution).
    pub fn cancel_token(&self) -> &'a CancelToken {
        &self.execution.cancel
    }

    /// What stands for it in the journal of its parent, if that has one.
    pub fn effect(&self) -> Option<&'a EffectId> {
        self.effect
    }
}
