//! [`Chart`]: what is drawn of a machine.

use asl_model::{ProcessorMode, Resource, ResourceKind, State, StateKind, StateMachine, Transition, edges};
use asl_value::Text;

use crate::condition;

/// The nodes and edges of one machine, of a branch or of the processor of a Map. The first node is the start, the last one
/// the end.
///
/// ```
/// use asl_graph::{Chart, EdgeKind};
/// use asl_model::{Source, parse};
/// let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
///     "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "B"}], "End": true}, "B": {"Type": "Fail"}}}"#;
/// let chart = Chart::of(&parse(&Source::json(text)).machine.unwrap());
/// assert_eq!(chart.nodes.len(), 4);
/// let caught = chart.edges.iter().find(|edge| edge.kind == EdgeKind::Catch).unwrap();
/// assert_eq!((caught.from, caught.to, caught.label.as_str()), (1, 2, "States.ALL"));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Chart {
    /// The start, the states in the order of the definition, and the end if a state leads there.
    pub nodes: Vec<Node>,
    /// The transitions between them, in the order of the definition.
    pub edges: Vec<Edge>,
}

/// A node of a [`Chart`].
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Where the machine begins.
    Start,
    /// A state.
    State(StateNode),
    /// Where the machine ends.
    End,
}

/// A state of a [`Chart`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StateNode {
    /// Its name, which is unique in the whole definition.
    pub name: Text,
    /// `Task`, `Map`
    pub type_name: &'static str,
    /// What it does, in a word or two: `lambda:invoke`, `distributed`.
    pub detail: Option<String>,
    /// The branches of a Parallel, or the processor of a Map.
    pub inside: Vec<Chart>,
}

/// A transition from one node to another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge {
    /// The index of the node it starts from.
    pub from: usize,
    /// The index of the node it leads to.
    pub to: usize,
    /// When it is taken.
    pub kind: EdgeKind,
    /// The condition of a Choice, the errors of a catcher; a line each. Empty for `Next` and `End`.
    pub label: String,
}

/// When an [`Edge`] is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum EdgeKind {
    /// The state has done its work.
    Next,
    /// A rule of a Choice matches, or none does.
    Choice,
    /// A catcher matches.
    Catch,
}

impl Chart {
    /// The chart of a machine.
    pub fn of(machine: &StateMachine) -> Chart {
        let states = machine.states.iter().map(|state| Node::State(StateNode::of(&state.name, &state.kind)));
        let mut nodes: Vec<Node> = std::iter::once(Node::Start).chain(states).collect();
        let end = nodes.len();
        // The start comes first.
        let place = |name: &Text| machine.states.position(name).map(|at| at + 1);
        let mut all: Vec<Edge> = place(&machine.start_at).map(|to| Edge::plain(0, to)).into_iter().collect();
        for edge in edges(machine) {
            let (Some(from), Some(to)) = (place(edge.from), place(edge.to)) else { continue };
            let (kind, label) = label(machine.states.get(edge.from), edge.kind);
            Edge { from, to, kind, label }.join(&mut all);
        }
        let ending = machine.states.iter().enumerate().filter(|(_, state)| ends(&state.kind));
        all.extend(ending.map(|(index, _)| Edge::plain(index + 1, end)));
        if all.iter().any(|edge| edge.to == end) {
            nodes.push(Node::End);
        }
        Chart { nodes, edges: all }
    }

    /// All states, those inside others too.
    pub fn states(&self) -> impl Iterator<Item = &StateNode> {
        let mut pending: Vec<&Chart> = vec![self];
        let mut ready: Vec<&StateNode> = Vec::new();
        std::iter::from_fn(move || {
            while ready.is_empty() {
                let chart = pending.pop()?;
                ready.extend(chart.nodes.iter().rev().filter_map(Node::state));
            }
            let state = ready.pop()?;
            pending.extend(state.inside.iter().rev());
            Some(state)
        })
    }
}

impl Node {
    /// The state it represents, unless it is the start or the end.
    pub fn state(&self) -> Option<&StateNode> {
        match self {
            Node::State(state) => Some(state),
            Node::Start | Node::End => None,
        }
    }
}

impl StateNode {
    fn of(name: &Text, kind: &StateKind) -> StateNode {
        let (detail, inside) = match kind {
            StateKind::Task(task) => (Some(resource(&task.resource)), Vec::new()),
            StateKind::Parallel(parallel) => (None, parallel.branches.iter().map(Chart::of).collect()),
            StateKind::Map(map) => {
                let is_distributed = map.processor.mode == ProcessorMode::Distributed;
                (is_distributed.then(|| "distributed".to_owned()), vec![Chart::of(&map.processor.machine)])
            }
            _ => (None, Vec::new()),
        };
        StateNode { name: name.clone(), type_name: kind.type_name(), detail, inside }
    }
}

impl Edge {
    fn plain(from: usize, to: usize) -> Edge {
        Edge { from, to, kind: EdgeKind::Next, label: String::new() }
    }

    /// Adds the edge, or its label to one that is the same but for that: two rules of a Choice may lead to one state.
    fn join(self, all: &mut Vec<Edge>) {
        // The edges of one state are next to each other.
        let mut siblings = all.iter_mut().rev().take_while(|known| known.from == self.from);
        match siblings.find(|known| (known.to, known.kind) == (self.to, self.kind)) {
            Some(known) if self.label.is_empty() || known.label.is_empty() => {
                known.label.push_str(&self.label);
            }
            Some(known) => {
                known.label.push('\n');
                known.label.push_str(&self.label);
            }
            None => all.push(self),
        }
    }
}

fn ends(kind: &StateKind) -> bool {
    match kind {
        StateKind::Succeed(_) | StateKind::Fail(_) => true,
        kind => matches!(kind.transition(), Some(Transition::End)),
    }
}

fn label(state: Option<&State>, kind: asl_model::EdgeKind) -> (EdgeKind, String) {
    match kind {
        asl_model::EdgeKind::Next => (EdgeKind::Next, String::new()),
        asl_model::EdgeKind::Default => (EdgeKind::Choice, "default".to_owned()),
        asl_model::EdgeKind::Choice(rule) => {
            let choice = match state.map(|state| &state.kind) {
                Some(StateKind::Choice(choice)) => choice.choices.get(rule),
                _ => None,
            };
            (EdgeKind::Choice, choice.map(|rule| condition::text(&rule.condition)).unwrap_or_default())
        }
        asl_model::EdgeKind::Catch(catcher) => {
            let catcher = state.and_then(|state| state.kind.catchers().get(catcher));
            (EdgeKind::Catch, catcher.map(|catcher| catcher.error_equals.join(", ")).unwrap_or_default())
        }
    }
}

/// `lambda:invoke`, `my-function`, `approve`: the part of a resource that a reader looks for.
fn resource(resource: &Resource) -> String {
    match resource.kind() {
        ResourceKind::Lambda { function, .. } => function.to_owned(),
        ResourceKind::Activity { name } => name.to_owned(),
        ResourceKind::Service { service, action, pattern } => {
            let service = service.strip_prefix("aws-sdk:").unwrap_or(service);
            format!("{service}:{action}{}", pattern.suffix())
        }
        _ => resource.as_str().to_owned(),
    }
}
