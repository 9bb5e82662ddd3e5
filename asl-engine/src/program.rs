//! [`Program`]: a compiled machine.

use std::sync::Arc;
use std::time::Duration;

use asl_model::{ExecutionType, QueryLanguage, ReaderConfig, Resource, WriterConfig};
use asl_query::{DataFlow, Expr, Operand, Template};
use asl_value::{Text, Timestamp, Value};

use crate::event::{StateType, TaskKind};
use crate::ids::StateId;
use crate::recovery::Recovery;
use crate::setting::Setting;

/// A compiled machine: every name is an index, every expression is parsed.
///
/// Get one from [`load`](crate::load) or [`compile`](crate::compile), and run it with
/// [`Engine::run`](crate::Engine::run). It is immutable, `Send` and `Sync`: compile once and share the `Arc` between
/// executions. What a host has to provide for it is known before anything runs: [`resources`](Program::resources) and
/// [`distributed_maps`](Program::distributed_maps).
#[derive(Debug)]
pub struct Program {
    pub(crate) root: Arc<Machine>,
    pub(crate) resources: Box<[Resource]>,
}

impl Program {
    /// The resources of all Task states, each once, in the order of the definition. To find those without a handler,
    /// use [`Registry::missing`](crate::Registry::missing).
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The distributed Maps, including those in branches and iterations, and what each needs of storage. Check them
    /// when a process starts, rather than in a running execution.
    pub fn distributed_maps(&self) -> Vec<DistributedMap<'_>> {
        let mut found = Vec::new();
        // As deep as machines nest, which the parser bounds.
        let mut machines = vec![&*self.root];
        while let Some(machine) = machines.pop() {
            for step in &machine.states {
                machines.extend(step.kind.machines());
                let distributed = step.kind.as_map().map(|map| &map.distributed);
                if let Some(Distributed { children: Some(_), reader, writer, label, .. }) = distributed {
                    let reads =
                        |reader: &Reader| if reader.lists { "s3:listObjectsV2" } else { "s3:getObject" };
                    let writes = writer.as_ref().filter(|writer| writer.arguments.is_some());
                    found.push(DistributedMap {
                        state: &step.name,
                        label: label.as_ref(),
                        reads: reader.as_ref().map(reads),
                        writes: writes.map(|_| "s3:putObject"),
                    });
                }
            }
        }
        found
    }

    /// The program of the child executions of a distributed Map, which is found by the name of its state, and their type.
    /// `None` if there is no such Map.
    ///
    /// ```
    /// use asl_engine::load;
    /// use asl_model::{ExecutionType, Source};
    /// let source = Source::json(r#"{"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "ItemProcessor": {
    ///   "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
    ///   "StartAt": "Price", "States": {"Price": {"Type": "Pass", "End": true}}
    /// }}}}"#);
    /// let program = load(&source).unwrap().program;
    /// let (children, kind) = program.of_children("Each").unwrap();
    /// assert_eq!(children.state_names().next().unwrap(), "Price");
    /// assert_eq!(kind, ExecutionType::Express);
    /// ```
    pub fn of_children(&self, state: &str) -> Option<(Program, ExecutionType)> {
        let mut machines = vec![&*self.root];
        while let Some(machine) = machines.pop() {
            for step in &machine.states {
                machines.extend(step.kind.machines());
                let map = step.kind.as_map().filter(|_| step.name == *state);
                if let Some((map, kind)) = map.and_then(|map| Some((map, map.distributed.children?))) {
                    let program =
                        Program { root: Arc::clone(&map.machine), resources: self.resources.clone() };
                    return Some((program, kind));
                }
            }
        }
        None
    }

    /// The names of the top-level states, in the order of the definition.
    pub fn state_names(&self) -> impl Iterator<Item = &Text> {
        self.root.states.iter().map(|step| &step.name)
    }

    /// The operands of the conditions of all Choice states, those in branches and iterations included: the name of each state,
    /// with the operands of each of its rules.
    pub fn operands(&self) -> Vec<(&Text, Vec<Vec<Operand>>)> {
        let mut found = Vec::new();
        let mut machines = vec![&*self.root];
        while let Some(machine) = machines.pop() {
            for step in &machine.states {
                machines.extend(step.kind.machines());
                if let StepKind::Quick(Quick::Choice(choice)) = &step.kind {
                    let rules = choice.rules.iter().map(|rule| rule.condition.operands());
                    found.push((&step.name, rules.collect()));
                }
            }
        }
        found
    }
}

/// A Map in DISTRIBUTED mode, see [`Program::distributed_maps`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DistributedMap<'p> {
    /// The state's name.
    pub state: &'p Text,
    /// Its `Label`, which its child executions have in their ARNs. Without one, each Map Run draws a label.
    pub label: Option<&'p Text>,
    /// The call of storage that its `ItemReader` makes: `s3:getObject`, `s3:listObjectsV2`.
    pub reads: Option<&'static str>,
    /// The call of storage that its `ResultWriter` makes, if it exports results: `s3:putObject`.
    pub writes: Option<&'static str>,
}

/// One `States` object.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub(crate) states: Box<[Step]>,
    pub(crate) start: StateId,
    pub(crate) timeout: Option<Duration>,
}

impl Machine {
    /// Whether an id is of this machine. One from a checkpoint may be of another.
    pub(crate) fn has(&self, id: StateId) -> bool {
        (id.0 as usize) < self.states.len()
    }

    /// INVARIANT: compile makes ids of this machine's states only.
    #[expect(clippy::indexing_slicing, reason = "see the invariant")]
    pub(crate) fn step(&self, id: StateId) -> &Step {
        &self.states[id.0 as usize]
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Next {
    State(StateId),
    End,
}

/// One state.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) name: Text,
    pub(crate) query_language: QueryLanguage,
    /// Whether it neither waits nor computes for long, so that the clock need not be read after it.
    pub(crate) is_quick: bool,
    pub(crate) kind: StepKind,
    pub(crate) flow: Arc<dyn DataFlow>,
    pub(crate) assign: Option<Template>,
    pub(crate) next: Next,
    pub(crate) recovery: Recovery,
}

#[derive(Debug, Clone)]
pub(crate) enum StepKind {
    Quick(Quick),
    Waiting(Waiting),
}

/// A state that never waits: its work is a plain function, and nothing retries or catches its errors.
#[derive(Debug, Clone)]
pub(crate) enum Quick {
    /// `Result`, if there is one.
    Pass(Option<Value>),
    Choice(ChoiceStep),
    Succeed,
    Fail(FailStep),
}

/// A state that may have to wait: its work is a future.
#[derive(Debug, Clone)]
pub(crate) enum Waiting {
    Task(Box<TaskStep>),
    Wait(WaitStep),
    Parallel(Box<[Machine]>),
    Map(Box<MapStep>),
}

impl StepKind {
    pub(crate) fn state_type(&self) -> StateType {
        match self {
            StepKind::Quick(Quick::Pass(_)) => StateType::Pass,
            StepKind::Quick(Quick::Choice(_)) => StateType::Choice,
            StepKind::Quick(Quick::Succeed) => StateType::Succeed,
            StepKind::Quick(Quick::Fail(_)) => StateType::Fail,
            StepKind::Waiting(Waiting::Task(_)) => StateType::Task,
            StepKind::Waiting(Waiting::Wait(_)) => StateType::Wait,
            StepKind::Waiting(Waiting::Parallel(_)) => StateType::Parallel,
            StepKind::Waiting(Waiting::Map(_)) => StateType::Map,
        }
    }

    /// The machines inside the state: branches, or the item processor.
    pub(crate) fn machines(&self) -> &[Machine] {
        match self {
            StepKind::Waiting(Waiting::Parallel(branches)) => branches,
            StepKind::Waiting(Waiting::Map(map)) => std::slice::from_ref(&*map.machine),
            _ => &[],
        }
    }

    pub(crate) fn as_map(&self) -> Option<&MapStep> {
        if let StepKind::Waiting(Waiting::Map(map)) = self { Some(map) } else { None }
    }

    pub(crate) fn as_task(&self) -> Option<&TaskStep> {
        if let StepKind::Waiting(Waiting::Task(task)) = self { Some(task) } else { None }
    }
}

impl Waiting {
    /// Whether the state can have `Retry` and `Catch`.
    pub(crate) fn is_retryable(&self) -> bool {
        !matches!(self, Waiting::Wait(_))
    }
}

impl From<Quick> for StepKind {
    fn from(quick: Quick) -> StepKind {
        StepKind::Quick(quick)
    }
}

impl From<Waiting> for StepKind {
    fn from(waiting: Waiting) -> StepKind {
        StepKind::Waiting(waiting)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct TaskStep {
    pub(crate) resource: Resource,
    pub(crate) kind: Arc<TaskKind>,
    /// Activities, `.sync` and `.waitForTaskToken` have a token.
    pub(crate) has_token: bool,
    /// Seconds.
    pub(crate) timeout: Option<Setting<u64>>,
    /// Seconds.
    pub(crate) heartbeat: Option<Setting<u64>>,
    pub(crate) credentials: Option<Template>,
}

#[derive(Debug, Clone)]
pub(crate) struct ChoiceStep {
    pub(crate) rules: Box<[Rule]>,
    pub(crate) default: Option<StateId>,
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) condition: Arc<dyn Expr>,
    pub(crate) flow: Arc<dyn DataFlow>,
    pub(crate) assign: Option<Template>,
    pub(crate) next: StateId,
}

#[derive(Debug, Clone)]
pub(crate) enum WaitStep {
    Seconds(Setting<u64>),
    Timestamp(Setting<Timestamp>),
}

#[derive(Debug, Clone)]
pub(crate) struct FailStep {
    pub(crate) error: Option<Setting<Text>>,
    pub(crate) cause: Option<Setting<Text>>,
}

#[derive(Debug, Clone)]
pub(crate) struct MapStep {
    pub(crate) machine: Arc<Machine>,
    pub(crate) items: Items,
    pub(crate) item_selector: Option<Template>,
    pub(crate) max_concurrency: Option<Setting<u64>>,
    pub(crate) distributed: Distributed,
}

/// The fields that only a Map in DISTRIBUTED mode has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Distributed {
    /// The type of its child executions; `None` for an INLINE Map.
    pub(crate) children: Option<ExecutionType>,
    pub(crate) label: Option<Text>,
    pub(crate) tolerated_count: Option<Setting<u64>>,
    /// 0 to 100.
    pub(crate) tolerated_percentage: Option<Setting<f64>>,
    pub(crate) reader: Option<Reader>,
    pub(crate) batcher: Option<Batcher>,
    pub(crate) writer: Option<Writer>,
}

impl Distributed {
    /// Whether it is an INLINE Map with fields that only a distributed one can have.
    pub(crate) fn is_misplaced(&self) -> bool {
        self.children.is_none() && (self.reader.is_some() || self.batcher.is_some() || self.writer.is_some())
    }
}

/// `ItemReader`
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    /// `s3:listObjectsV2`, else `s3:getObject`.
    pub(crate) lists: bool,
    /// `Parameters`, `Arguments`
    pub(crate) arguments: Option<Template>,
    /// A negative one is an error of the reader, which can be caught.
    pub(crate) max_items: Option<Setting<i64>>,
    pub(crate) config: ReaderConfig,
}

/// `ResultWriter`
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    /// `Parameters`, `Arguments`: where to write; `None` if the results are only transformed.
    pub(crate) arguments: Option<Template>,
    pub(crate) config: Option<WriterConfig>,
}

#[derive(Debug, Clone)]
pub(crate) struct Batcher {
    pub(crate) max_items: Option<Setting<u64>>,
    pub(crate) max_bytes: Option<Setting<u64>>,
    pub(crate) batch_input: Option<Template>,
}

/// Where the items of a Map come from.
#[derive(Debug, Clone)]
pub(crate) enum Items {
    /// `ItemsPath`, or `Items` as one expression, or the input itself.
    Expr(Arc<dyn Expr>),
    /// `Items` as JSON with expressions in it.
    Template(Template),
}
