//! [`dot`]: a graph of Graphviz.

use std::fmt::Write;

use crate::chart::{Chart, EdgeKind, Node, StateNode};
use crate::escape;
use crate::progress::{Progress, Status};

/// A chart in the language of Graphviz: `asl graph order.asl.json --format dot | dot -Tpdf`.
///
/// Parallel and Map states are clusters. Edges of a Choice have their condition, those of a catcher are dashed. With the
/// progress of an execution, states have a colour.
///
/// ```
/// use asl_graph::{Chart, dot};
/// use asl_model::{Source, parse};
/// let text = r#"{"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "End": true}}}"#;
/// let chart = Chart::of(&parse(&Source::json(text)).machine.unwrap());
/// assert!(dot(&chart, None).contains("n1 [label=\"Greet\" shape=box]"));
/// ```
pub fn dot(chart: &Chart, progress: Option<&Progress>) -> String {
    let head = "digraph {\n  compound=true\n  node [fontname=\"Helvetica\" style=\"rounded,filled\" fillcolor=white]\n  \
                edge [fontname=\"Helvetica\" fontsize=11]\n";
    let mut page = Page { text: head.to_owned(), ids: 0, progress };
    page.chart(chart, 1);
    page.text.push_str("}\n");
    page.text
}

struct Page<'a> {
    text: String,
    /// How many nodes have an id.
    ids: usize,
    progress: Option<&'a Progress>,
}

/// The ends of a node's edges: those of a cluster are at nodes inside, and are cut off at its border.
#[derive(Clone, Copy)]
struct Ends {
    enter: usize,
    leave: usize,
    cluster: Option<usize>,
}

impl Page<'_> {
    /// The ids of its first and of its last node.
    fn chart(&mut self, chart: &Chart, depth: usize) -> (usize, usize) {
        let indent = "  ".repeat(depth);
        let mut ends = Vec::with_capacity(chart.nodes.len());
        for node in &chart.nodes {
            let id = self.next_id();
            let circle = match node {
                Node::Start => "Start",
                Node::End => "End",
                Node::State(state) => {
                    ends.push(self.state(state, id, depth));
                    continue;
                }
            };
            let _ = writeln!(self.text, "{indent}n{id} [label=\"{circle}\" shape=circle]");
            ends.push(Ends { enter: id, leave: id, cluster: None });
        }
        for edge in &chart.edges {
            let (Some(from), Some(to)) = (ends.get(edge.from), ends.get(edge.to)) else { continue };
            let mut attributes = Vec::new();
            if !edge.label.is_empty() {
                attributes.push(format!("label=\"{}\"", escape::dot(&edge.label)));
            }
            if edge.kind == EdgeKind::Catch {
                attributes.push("style=dashed".to_owned());
            }
            attributes.extend(from.cluster.map(|id| format!("ltail=cluster{id}")));
            attributes.extend(to.cluster.map(|id| format!("lhead=cluster{id}")));
            let attributes = match attributes.is_empty() {
                true => String::new(),
                false => format!(" [{}]", attributes.join(" ")),
            };
            let _ = writeln!(self.text, "{indent}n{} -> n{}{attributes}", from.leave, to.enter);
        }
        let first = ends.first().map_or(self.ids, |ends| ends.enter);
        (first, ends.last().map_or(first, |ends| ends.leave))
    }

    fn state(&mut self, state: &StateNode, id: usize, depth: usize) -> Ends {
        let indent = "  ".repeat(depth);
        let progress = self.progress.and_then(|progress| progress.of(&state.name));
        let mut label = escape::dot(&state.name);
        if let Some(summary) = progress.map(|progress| progress.summary()).filter(|text| !text.is_empty()) {
            label.push_str("\\n");
            label.push_str(&escape::dot(&summary));
        }
        let colour = progress.map(|progress| colour(progress.status));
        if state.inside.is_empty() {
            let shape = if state.type_name == "Choice" { "diamond" } else { "box" };
            let colour = colour.map(|colour| format!(" fillcolor=\"{colour}\"")).unwrap_or_default();
            let _ = writeln!(self.text, "{indent}n{id} [label=\"{label}\" shape={shape}{colour}]");
            return Ends { enter: id, leave: id, cluster: None };
        }
        let colour = colour.map(|colour| format!(" style=filled fillcolor=\"{colour}\"")).unwrap_or_default();
        let _ = writeln!(self.text, "{indent}subgraph cluster{id} {{\n{indent}  label=\"{label}\"{colour}");
        let mut inside = Vec::new();
        for chart in &state.inside {
            let branch = self.next_id();
            let _ = writeln!(
                self.text,
                "{indent}  subgraph cluster{branch} {{\n{indent}    label=\"\" style=dashed"
            );
            inside.push(self.chart(chart, depth + 2));
            let _ = writeln!(self.text, "{indent}  }}");
        }
        let _ = writeln!(self.text, "{indent}}}");
        let enter = inside.first().map_or(id, |(first, _)| *first);
        Ends { enter, leave: inside.first().map_or(id, |(_, last)| *last), cluster: Some(id) }
    }

    fn next_id(&mut self) -> usize {
        self.ids += 1;
        self.ids - 1
    }
}

fn colour(status: Status) -> &'static str {
    match status {
        Status::Succeeded => "#d1f0d9",
        Status::Failed => "#ffd7d5",
        Status::Caught => "#fff0c7",
        Status::Running => "#cfe6ff",
        Status::Aborted => "#e6e6e6",
    }
}
