//! [`Layout`]: the positions of nodes and edges.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use asl_value::Text;
use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};

use crate::chart::{Chart, EdgeKind, Node, StateNode};
use crate::measure::{LINE, lines, width};

mod document;

/// A chart with positions, in pixels from the top left corner.
///
/// ```
/// use asl_graph::{Chart, Layout};
/// use asl_model::{Source, parse};
/// let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}"#;
/// let layout = Layout::of(&Chart::of(&parse(&Source::json(text)).machine.unwrap())).unwrap();
/// let place = |name: &str| layout.nodes.iter().find(|node| node.name() == Some(name)).unwrap().frame;
/// assert!(place("A").bottom() < place("B").y, "one is above the other");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Layout {
    /// The width of the whole.
    pub width: f64,
    /// The height of the whole.
    pub height: f64,
    /// The nodes; a state comes before those inside it.
    pub nodes: Vec<Placed>,
    /// The edges.
    pub routes: Vec<Route>,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Frame {
    /// Its left side.
    pub x: f64,
    /// Its upper side.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

/// A node with its position.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Placed {
    /// What it looks like.
    pub shape: Shape,
    /// Its position and size.
    pub frame: Frame,
    /// How many states contain it.
    pub depth: usize,
}

/// What a [`Placed`] node looks like.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// Where a machine begins.
    Start,
    /// Where it ends.
    End,
    /// A branch of a Parallel, around its states.
    Branch,
    /// A state.
    State {
        /// Its name.
        name: Text,
        /// Its name in lines that fit.
        lines: Vec<String>,
        /// `Task`
        type_name: &'static str,
        /// Its type and what it does, in a line that fits: `Task · lambda:invoke`.
        detail: String,
        /// Whether it contains other states.
        is_container: bool,
    },
}

/// An edge with its course.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Route {
    /// When it is taken.
    pub kind: EdgeKind,
    /// The state it starts from; `None` for the start.
    pub from: Option<Text>,
    /// The state it leads to; `None` for the end.
    pub to: Option<Text>,
    /// Its points, at least two.
    pub points: Vec<(f64, f64)>,
    /// What is written at it.
    pub label: Option<Label>,
}

/// The text at an edge.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Label {
    /// Its lines.
    pub lines: Vec<String>,
    /// The room it has.
    pub frame: Frame,
    /// The complete text.
    pub text: String,
}

/// A chart has no layout: it is too large, or the layout failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutFailed(Reason);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    TooLarge(usize),
    Panicked,
}

impl fmt::Display for LayoutFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::TooLarge(count) => {
                write!(f, "one machine has {count} states and transitions; at most {MOST} can be laid out")
            }
            Reason::Panicked => f.write_str("the layout of the graph failed"),
        }
    }
}

impl std::error::Error for LayoutFailed {}

/// Nodes and edges of one machine. A layout takes longer than linear time.
const MOST: usize = 10_000;
const MARGIN: f64 = 12.0;
/// Inside a state around what it contains.
const PADDING: f64 = 14.0;
/// The widest line of a name or of a label.
const WIDEST: f64 = 190.0;
/// The line of type and detail, and the one for what an execution did.
const SMALL_LINE: f64 = 15.0;

impl Layout {
    /// Computes positions for a chart: always the same ones for the same chart.
    ///
    /// Time and memory grow faster than the number of nodes; 500 states in a row take some ten milliseconds. If the layout
    /// library panics, the panic hook reports it before this function returns an error.
    ///
    /// # Errors
    /// One machine of the chart has more than 10,000 nodes and edges.
    pub fn of(chart: &Chart) -> Result<Layout, LayoutFailed> {
        let mut layout = place(chart, 0)?;
        layout.shift(MARGIN, MARGIN);
        layout.width += 2.0 * MARGIN;
        layout.height += 2.0 * MARGIN;
        Ok(layout)
    }

    fn shift(&mut self, x: f64, y: f64) {
        for node in &mut self.nodes {
            node.frame.shift(x, y);
        }
        for route in &mut self.routes {
            for point in &mut route.points {
                *point = (point.0 + x, point.1 + y);
            }
            if let Some(label) = &mut route.label {
                label.frame.shift(x, y);
            }
        }
    }
}

impl Frame {
    /// Its lower side.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Its right side.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Its middle.
    pub fn centre(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    fn around(centre: (f64, f64), width: f64, height: f64) -> Frame {
        Frame { x: centre.0 - width / 2.0, y: centre.1 - height / 2.0, width, height }
    }

    fn shift(&mut self, x: f64, y: f64) {
        self.x += x;
        self.y += y;
    }
}

impl Placed {
    /// The name of the state.
    pub fn name(&self) -> Option<&str> {
        match &self.shape {
            Shape::State { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// A node before it has a position: its size, and its content relative to its own top left corner.
struct Sized {
    shape: Shape,
    width: f64,
    height: f64,
    inside: Layout,
}

impl Layout {
    fn empty() -> Layout {
        Layout { width: 0.0, height: 0.0, nodes: Vec::new(), routes: Vec::new() }
    }

    fn append(&mut self, mut other: Layout, x: f64, y: f64) {
        other.shift(x, y);
        self.nodes.append(&mut other.nodes);
        self.routes.append(&mut other.routes);
    }
}

/// Positions a chart at the origin. The recursion is bounded by the nesting of documents.
fn place(chart: &Chart, depth: usize) -> Result<Layout, LayoutFailed> {
    let count = chart.nodes.len() + chart.edges.len();
    if count > MOST {
        return Err(LayoutFailed(Reason::TooLarge(count)));
    }
    let sized = chart.nodes.iter().map(|node| size(node, depth)).collect::<Result<Vec<_>, _>>()?;
    let labels: Vec<Vec<String>> = chart.edges.iter().map(|edge| label_lines(&edge.label)).collect();
    let graph = arrange(chart, &sized, &labels)?;
    let mut layout = Layout::empty();
    for (index, node) in sized.into_iter().enumerate() {
        let centre = graph.node(&index.to_string()).and_then(|placed| Some((placed.x?, placed.y?)));
        let frame = Frame::around(centre.unwrap_or_default(), node.width, node.height);
        layout.width = layout.width.max(frame.right());
        layout.height = layout.height.max(frame.bottom());
        layout.nodes.push(Placed { shape: node.shape, frame, depth });
        layout.append(node.inside, frame.x, frame.y);
    }
    for ((index, edge), lines) in chart.edges.iter().enumerate().zip(labels) {
        let name = index.to_string();
        let Some(route) = graph.edge(&edge.from.to_string(), &edge.to.to_string(), Some(&name)) else {
            continue;
        };
        let points: Vec<(f64, f64)> = route.points.iter().map(|point| (point.x, point.y)).collect();
        let label = (!lines.is_empty()).then(|| {
            let centre = (route.x.unwrap_or_default(), route.y.unwrap_or_default());
            let (width, height) = label_size(&lines);
            Label { frame: Frame::around(centre, width, height), text: edge.label.clone(), lines }
        });
        let sides = points.iter().map(|point| point.0).chain(label.iter().map(|label| label.frame.right()));
        layout.width = sides.fold(layout.width, f64::max);
        let state = |index: usize| Some(chart.nodes.get(index)?.state()?.name.clone());
        layout.routes.push(Route {
            kind: edge.kind,
            from: state(edge.from),
            to: state(edge.to),
            points,
            label,
        });
    }
    Ok(layout)
}

/// Computes positions for the nodes, given their sizes, and courses for the edges.
fn arrange(
    chart: &Chart,
    sized: &[Sized],
    labels: &[Vec<String>],
) -> Result<Graph<NodeLabel, EdgeLabel>, LayoutFailed> {
    let work = || {
        let mut graph =
            Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
        for (index, node) in sized.iter().enumerate() {
            let label = NodeLabel { width: node.width, height: node.height, ..NodeLabel::default() };
            graph.set_node(index.to_string(), Some(label));
        }
        for ((index, edge), lines) in chart.edges.iter().enumerate().zip(labels) {
            let (width, height) = label_size(lines);
            // Transitions are drawn straighter than catchers.
            let weight = if edge.kind == EdgeKind::Catch { 1 } else { 3 };
            let label =
                EdgeLabel { width, height, weight, labelpos: Default::default(), ..EdgeLabel::default() };
            let (from, to, name) = (edge.from.to_string(), edge.to.to_string(), index.to_string());
            graph.set_edge(from, to, Some(label), Some(&name));
        }
        let options =
            LayoutOptions { nodesep: 36.0, edgesep: 16.0, ranksep: 40.0, ..LayoutOptions::default() };
        dagre::layout(&mut graph, Some(options));
        graph
    };
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| LayoutFailed(Reason::Panicked))
}

fn size(node: &Node, depth: usize) -> Result<Sized, LayoutFailed> {
    match node {
        Node::Start => Ok(Sized { shape: Shape::Start, width: 56.0, height: 26.0, inside: Layout::empty() }),
        Node::End => Ok(Sized { shape: Shape::End, width: 56.0, height: 26.0, inside: Layout::empty() }),
        Node::State(state) => size_state(state, depth),
    }
}

fn size_state(state: &StateNode, depth: usize) -> Result<Sized, LayoutFailed> {
    let detail = match &state.detail {
        Some(detail) => format!("{} · {detail}", state.type_name),
        None => state.type_name.to_owned(),
    };
    let detail = lines(&detail, WIDEST, 1).concat();
    let name = lines(&state.name, WIDEST, 3);
    let widest = name.iter().map(|line| width(line)).fold(width(&detail) * 0.85, f64::max);
    let head = PADDING + LINE * name.len() as f64 + 2.0 * SMALL_LINE;
    let mut inside = Layout::empty();
    for chart in &state.inside {
        let branch = place(chart, depth + 1)?;
        let (width, height) = (branch.width + 2.0 * PADDING, branch.height + 2.0 * PADDING);
        if !inside.nodes.is_empty() {
            inside.width += PADDING;
        }
        let frame = Frame { x: inside.width, y: 0.0, width, height };
        inside.nodes.push(Placed { shape: Shape::Branch, frame, depth: depth + 1 });
        inside.append(branch, frame.x + PADDING, PADDING);
        inside.width += width;
        inside.height = inside.height.max(height);
    }
    let is_container = !state.inside.is_empty();
    let (mut box_width, mut box_height) = ((widest + 2.0 * PADDING).max(120.0), head + PADDING / 2.0);
    if is_container {
        box_width = box_width.max(inside.width + 2.0 * PADDING);
        box_height = head + inside.height + PADDING;
        let left = (box_width - inside.width) / 2.0;
        inside.shift(left, head);
    }
    let shape = Shape::State {
        name: state.name.clone(),
        lines: name,
        type_name: state.type_name,
        detail,
        is_container,
    };
    Ok(Sized { shape, width: box_width, height: box_height, inside })
}

fn label_lines(label: &str) -> Vec<String> {
    if label.is_empty() { Vec::new() } else { lines(label, WIDEST, 4) }
}

fn label_size(lines: &[String]) -> (f64, f64) {
    if lines.is_empty() {
        return (0.0, 0.0);
    }
    let widest = lines.iter().map(|line| width(line)).fold(0.0, f64::max);
    (widest * 0.9 + 8.0, LINE * lines.len() as f64 + 4.0)
}
