//! [`mermaid`]: a flowchart of Mermaid.

use std::fmt::Write;

use crate::chart::{Chart, EdgeKind, Node, StateNode};
use crate::escape;
use crate::progress::{Progress, Status};

/// A chart as a `flowchart TD` of Mermaid. GitHub, GitLab and many editors draw it in a code block.
///
/// Parallel and Map states are subgraphs, with one for each branch of several. Edges of a Choice have their condition,
/// those of a catcher are dashed. With the progress of an execution, states have a class: `succeeded`, `failed`, `caught`,
/// `running` or `aborted`.
///
/// ```
/// use asl_graph::{Chart, mermaid};
/// use asl_model::{Source, parse};
/// let text = r#"{"StartAt": "Large?", "States": {
///     "Large?": {"Type": "Choice", "Choices": [{"Variable": "$.total", "NumericGreaterThan": 9, "Next": "Ask"}],
///         "Default": "Done"},
///     "Ask": {"Type": "Pass", "Next": "Done"}, "Done": {"Type": "Succeed"}}}"#;
/// let chart = Chart::of(&parse(&Source::json(text)).machine.unwrap());
/// assert!(mermaid(&chart, None).contains(r##"n1 -->|"$.total #62; 9"| n2"##));
/// ```
pub fn mermaid(chart: &Chart, progress: Option<&Progress>) -> String {
    let mut page = Page { text: "flowchart TD\n".to_owned(), ids: 0, classes: Vec::new(), progress };
    page.chart(chart, 1);
    if progress.is_some() {
        for (name, style) in STYLES {
            let _ = writeln!(page.text, "  classDef {name} {style}");
        }
        for (id, status) in std::mem::take(&mut page.classes) {
            let _ = writeln!(page.text, "  class n{id} {}", status.name());
        }
    }
    page.text
}

/// How the states of an execution look.
const STYLES: [(&str, &str); 5] = [
    ("succeeded", "fill:#d1f0d9,stroke:#1a7f37,color:#0b3d1c"),
    ("failed", "fill:#ffd7d5,stroke:#c62828,color:#5c0a0a"),
    ("caught", "fill:#fff0c7,stroke:#b26a00,color:#4a2d00"),
    ("running", "fill:#cfe6ff,stroke:#0b62c4,color:#062f5e"),
    ("aborted", "fill:#e6e6e6,stroke:#6b6b6b,color:#303030"),
];

struct Page<'a> {
    text: String,
    /// How many nodes have an id.
    ids: usize,
    classes: Vec<(usize, Status)>,
    progress: Option<&'a Progress>,
}

impl Page<'_> {
    fn chart(&mut self, chart: &Chart, depth: usize) {
        let indent = "  ".repeat(depth);
        let mut ids = Vec::with_capacity(chart.nodes.len());
        for node in &chart.nodes {
            let id = self.next_id();
            ids.push(id);
            let _ = match node {
                Node::Start => writeln!(self.text, "{indent}n{id}((Start))"),
                Node::End => writeln!(self.text, "{indent}n{id}((End))"),
                Node::State(state) => {
                    self.state(state, id, depth);
                    continue;
                }
            };
        }
        for edge in &chart.edges {
            let (Some(from), Some(to)) = (ids.get(edge.from), ids.get(edge.to)) else { continue };
            let arrow = if edge.kind == EdgeKind::Catch { "-.->" } else { "-->" };
            let label = match edge.label.is_empty() {
                true => String::new(),
                false => format!("|\"{}\"|", escape::mermaid(&edge.label)),
            };
            let _ = writeln!(self.text, "{indent}n{from} {arrow}{label} n{to}");
        }
    }

    fn state(&mut self, state: &StateNode, id: usize, depth: usize) {
        let indent = "  ".repeat(depth);
        let progress = self.progress.and_then(|progress| progress.of(&state.name));
        if let Some(progress) = progress {
            self.classes.push((id, progress.status));
        }
        let mut label = escape::mermaid(&state.name);
        if let Some(summary) = progress.map(|progress| progress.summary()).filter(|text| !text.is_empty()) {
            label.push_str("<br/>");
            label.push_str(&escape::mermaid(&summary));
        }
        match state.inside.as_slice() {
            [] if state.type_name == "Choice" => {
                let _ = writeln!(self.text, "{indent}n{id}{{\"{label}\"}}");
            }
            [] => {
                let _ = writeln!(self.text, "{indent}n{id}[\"{label}\"]");
            }
            [chart] => {
                let _ = writeln!(self.text, "{indent}subgraph n{id} [\"{label}\"]");
                self.chart(chart, depth + 1);
                let _ = writeln!(self.text, "{indent}end");
            }
            charts => {
                let _ = writeln!(self.text, "{indent}subgraph n{id} [\"{label}\"]");
                for (number, chart) in charts.iter().enumerate() {
                    let branch = self.next_id();
                    let _ = writeln!(self.text, "{indent}  subgraph n{branch} [\"branch {}\"]", number + 1);
                    self.chart(chart, depth + 2);
                    let _ = writeln!(self.text, "{indent}  end");
                }
                let _ = writeln!(self.text, "{indent}end");
            }
        }
    }

    fn next_id(&mut self) -> usize {
        self.ids += 1;
        self.ids - 1
    }
}
