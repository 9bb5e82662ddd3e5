//! [`svg`]: a layout as an SVG.

use std::fmt::Write;

use crate::chart::EdgeKind;
use crate::escape;
use crate::layout::{Frame, Label, Layout, Placed, Route, Shape};
use crate::measure::LINE;
use crate::progress::Progress;

/// Draws a layout as a self-contained SVG: without scripts or external resources, in the light or dark colours that the
/// reader prefers.
///
/// With the progress of an execution, each state has a colour and says how often and how long it ran.
///
/// ```
/// use asl_graph::{Chart, Layout, svg};
/// use asl_model::{Source, parse};
/// let text = r#"{"StartAt": "<b>", "States": {"<b>": {"Type": "Pass", "End": true}}}"#;
/// let chart = Chart::of(&parse(&Source::json(text)).machine.unwrap());
/// let drawing = svg(&Layout::of(&chart).unwrap(), None);
/// assert!(drawing.starts_with("<svg ") && drawing.contains("&lt;b&gt;"));
/// ```
pub fn svg(layout: &Layout, progress: Option<&Progress>) -> String {
    let mut page = String::new();
    let (width, height) = (number(layout.width), number(layout.height));
    let _ = write!(
        page,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"13\">\n\
         <style>{STYLE}</style>\n{ARROWS}\n"
    );
    // Containers are drawn first, then the edges, then the states that they connect.
    for node in layout.nodes.iter().filter(|node| is_below(node)) {
        draw(&mut page, node, progress);
    }
    for route in &layout.routes {
        line(&mut page, route);
    }
    for node in layout.nodes.iter().filter(|node| !is_below(node)) {
        draw(&mut page, node, progress);
    }
    for label in layout.routes.iter().filter_map(|route| route.label.as_ref()) {
        text_of_edge(&mut page, label);
    }
    page.push_str("</svg>\n");
    page
}

const STYLE: &str = "\
.box{fill:#fff;stroke:#57606a}.inside{fill:#f6f8fa;stroke:#8c959f}.branch{fill:none;stroke:#8c959f;stroke-dasharray:3 3}\
.end{fill:#57606a}.end-text{fill:#fff}.name{fill:#1f2328}.small{fill:#57606a;font-size:11px}\
.edge{fill:none;stroke:#57606a;stroke-width:1.3}.catch{stroke-dasharray:5 4;stroke:#b26a00}.tip{fill:#57606a}\
.catch-tip{fill:#b26a00}.label{fill:#fff;opacity:.85}.label-text{fill:#1f2328;font-size:11.5px}\
.succeeded>.shape{fill:#d1f0d9;stroke:#1a7f37}.failed>.shape{fill:#ffd7d5;stroke:#c62828;stroke-width:2}\
.caught>.shape{fill:#fff0c7;stroke:#b26a00}.running>.shape{fill:#cfe6ff;stroke:#0b62c4;stroke-width:2}\
.aborted>.shape{fill:#e6e6e6;stroke:#6b6b6b}\
@media(prefers-color-scheme:dark){.box{fill:#161b22;stroke:#8b949e}.inside{fill:#0d1117;stroke:#484f58}\
.branch{stroke:#484f58}.end{fill:#8b949e}.end-text{fill:#0d1117}.name{fill:#e6edf3}.small{fill:#9da7b1}\
.edge{stroke:#8b949e}.tip{fill:#8b949e}.catch{stroke:#e3a008}.catch-tip{fill:#e3a008}.label{fill:#0d1117}\
.label-text{fill:#e6edf3}.succeeded>.shape{fill:#12361f}.failed>.shape{fill:#4b1113}.caught>.shape{fill:#3d2e00}\
.running>.shape{fill:#0c2d50}.aborted>.shape{fill:#2b2f36}}";

const ARROWS: &str = "<defs>\
<marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
<path class=\"tip\" d=\"M0 0L8 4L0 8z\"/></marker>\
<marker id=\"catch-tip\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
<path class=\"catch-tip\" d=\"M0 0L8 4L0 8z\"/></marker></defs>";

fn is_below(node: &Placed) -> bool {
    matches!(node.shape, Shape::Branch | Shape::State { is_container: true, .. })
}

fn draw(page: &mut String, node: &Placed, progress: Option<&Progress>) {
    let (frame, centre) = (&node.frame, node.frame.centre());
    let _ = match &node.shape {
        Shape::Branch => {
            rectangle(page, frame, "branch", 4.0);
            Ok(())
        }
        Shape::Start | Shape::End => {
            rectangle(page, frame, "end", frame.height / 2.0);
            let text = if node.shape == Shape::Start { "Start" } else { "End" };
            let (x, y) = (number(centre.0), number(centre.1 + 4.5));
            writeln!(
                page,
                "<text class=\"end-text\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>"
            )
        }
        Shape::State { name, lines, type_name, detail, is_container } => {
            let progress = progress.and_then(|progress| progress.of(name));
            let status = progress.map_or("", |progress| progress.status.name());
            let _ = write!(page, "<g class=\"{status}\"><title>{}</title>", escape::xml(name));
            let class = if *is_container { "shape inside" } else { "shape box" };
            match *type_name {
                "Choice" => hexagon(page, frame, class),
                "Succeed" | "Fail" => rectangle(page, frame, class, 18.0),
                _ => rectangle(page, frame, class, 6.0),
            }
            let mut y = frame.y + 21.0;
            for line in lines {
                words(page, "name", centre.0, y, line);
                y += LINE;
            }
            words(page, "small", centre.0, y, detail);
            if let Some(summary) = progress.map(|progress| progress.summary()) {
                words(page, "small", centre.0, y + 14.0, &summary);
            }
            writeln!(page, "</g>")
        }
    };
}

fn words(page: &mut String, class: &str, x: f64, y: f64, text: &str) {
    let (x, y, text) = (number(x), number(y), escape::xml(text));
    let _ = write!(page, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>");
}

fn rectangle(page: &mut String, frame: &Frame, class: &str, radius: f64) {
    let _ = write!(
        page,
        "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
        number(frame.x),
        number(frame.y),
        number(frame.width),
        number(frame.height),
        number(radius)
    );
}

/// A Choice: a diamond with room for a name.
fn hexagon(page: &mut String, frame: &Frame, class: &str) {
    let (left, right, top, bottom) = (frame.x, frame.right(), frame.y, frame.bottom());
    let (middle, cut) = (frame.centre().1, 7.0);
    let corners = [
        (left + cut, top),
        (right - cut, top),
        (right, middle),
        (right - cut, bottom),
        (left + cut, bottom),
        (left, middle),
    ];
    let corners = corners.map(|(x, y)| format!("{},{}", number(x), number(y))).join(" ");
    let _ = write!(page, "<polygon class=\"{class}\" points=\"{corners}\"/>");
}

/// An edge as a smooth curve: it passes halfway between its points, and bends at them.
fn line(page: &mut String, route: &Route) {
    let [(x, y), rest @ ..] = route.points.as_slice() else { return };
    let mut path = format!("M{} {}", number(*x), number(*y));
    for (index, (x, y)) in rest.iter().enumerate() {
        let _ = match rest.get(index + 1) {
            Some(next) if index + 2 < rest.len() => {
                let middle = ((x + next.0) / 2.0, (y + next.1) / 2.0);
                write!(path, "Q{} {} {} {}", number(*x), number(*y), number(middle.0), number(middle.1))
            }
            Some(last) => {
                let (to_x, to_y) = (number(last.0), number(last.1));
                let _ = write!(path, "Q{} {} {to_x} {to_y}", number(*x), number(*y));
                break;
            }
            None => write!(path, "L{} {}", number(*x), number(*y)),
        };
    }
    let (class, tip) = match route.kind {
        EdgeKind::Catch => ("edge catch", "catch-tip"),
        EdgeKind::Next | EdgeKind::Choice => ("edge", "tip"),
    };
    let _ = writeln!(page, "<path class=\"{class}\" d=\"{path}\" marker-end=\"url(#{tip})\"/>");
}

fn text_of_edge(page: &mut String, label: &Label) {
    let _ = write!(page, "<g><title>{}</title>", escape::xml(&label.text));
    rectangle(page, &label.frame, "label", 3.0);
    let mut y = label.frame.y + 13.0;
    for line in &label.lines {
        words(page, "label-text", label.frame.centre().0, y, line);
        y += LINE;
    }
    page.push_str("</g>\n");
}

/// Pixels with a tenth of one.
fn number(pixels: f64) -> String {
    let text = format!("{pixels:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
