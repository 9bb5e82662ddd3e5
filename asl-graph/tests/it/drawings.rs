//! SVG and Mermaid of each definition in `tests/data`, as in `tests/goldens`; `UPDATE_EXPECT=1` writes those.

use std::path::{Path, PathBuf};

use asl_graph::{Chart, Frame, Layout, Placed, Shape, dot, mermaid, svg};
use asl_model::{Source, parse};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// The definitions, by name.
pub(crate) fn charts() -> Vec<(String, Chart)> {
    let files = std::fs::read_dir(folder("data")).unwrap().map(|entry| entry.unwrap().path());
    let mut charts: Vec<_> = files
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().trim_end_matches(".asl.json").to_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let machine = parse(&Source::json(text.as_str())).machine;
            (name, Chart::of(&machine.unwrap()))
        })
        .collect();
    charts.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(charts.len() >= 20, "{} definitions", charts.len());
    charts
}

#[track_caller]
fn check(file: &str, found: &str) {
    let path = folder("goldens").join(file);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == found, "{file} differs; UPDATE_EXPECT=1 writes it");
}

#[test]
fn as_the_goldens() {
    for (name, chart) in charts() {
        check(&format!("{name}.svg"), &svg(&Layout::of(&chart).unwrap(), None));
        check(&format!("{name}.mmd"), &mermaid(&chart, None));
        check(&format!("{name}.dot"), &dot(&chart, None));
    }
}

fn is_inside(inner: &Frame, outer: &Frame) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.right() <= outer.right()
        && inner.bottom() <= outer.bottom()
}

fn overlap(a: &Frame, b: &Frame) -> bool {
    const TOUCH: f64 = 0.5;
    a.x + TOUCH < b.right() && b.x + TOUCH < a.right() && a.y + TOUCH < b.bottom() && b.y + TOUCH < a.bottom()
}

fn is_container(node: &Placed) -> bool {
    matches!(node.shape, Shape::Branch | Shape::State { is_container: true, .. })
}

#[test]
fn nothing_overlaps() {
    for (name, chart) in charts() {
        let layout = Layout::of(&chart).unwrap();
        let whole = layout.nodes.iter().map(|node| node.frame);
        let labels: Vec<&Frame> =
            layout.routes.iter().filter_map(|route| Some(&route.label.as_ref()?.frame)).collect();
        for frame in whole.chain(labels.iter().map(|frame| **frame)) {
            assert!(frame.x >= 0.0 && frame.right() <= layout.width, "{name}: {frame:?} of {}", layout.width);
            assert!(frame.y >= 0.0 && frame.bottom() <= layout.height, "{name}: {frame:?}");
        }
        for (index, a) in layout.nodes.iter().enumerate() {
            for b in layout.nodes.iter().skip(index + 1) {
                let nested = is_container(a) && is_inside(&b.frame, &a.frame);
                assert!(nested || !overlap(&a.frame, &b.frame), "{name}: {a:?} {b:?}");
            }
            for label in &labels {
                let nested = is_container(a) && is_inside(label, &a.frame);
                assert!(nested || !overlap(&a.frame, label), "{name}: {a:?} {label:?}");
            }
        }
        for (index, a) in labels.iter().enumerate() {
            for b in labels.iter().skip(index + 1) {
                assert!(!overlap(a, b), "{name}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn every_state_and_edge_is_drawn() {
    for (name, chart) in charts() {
        let layout = Layout::of(&chart).unwrap();
        let drawn = layout.nodes.iter().filter_map(Placed::name).count();
        assert_eq!(drawn, chart.states().count(), "{name}");
        let edges: usize = chart.edges.len()
            + chart.states().flat_map(|state| &state.inside).map(|inner| inner.edges.len()).sum::<usize>();
        assert_eq!(layout.routes.len(), edges, "{name}");
        assert!(layout.routes.iter().all(|route| route.points.len() >= 2), "{name}");
    }
}

#[test]
fn the_same_places_each_time() {
    for (_, chart) in charts() {
        assert_eq!(Layout::of(&chart), Layout::of(&chart));
    }
}

#[test]
fn large_machines_have_a_layout_or_a_reason() {
    let chain = |count: usize| {
        let states: Vec<String> = (0..count)
            .map(|n| match n + 1 == count {
                true => format!(r#""S{n}": {{"Type": "Succeed"}}"#),
                false => format!(r#""S{n}": {{"Type": "Pass", "Next": "S{}"}}"#, n + 1),
            })
            .collect();
        let text = format!(r#"{{"StartAt": "S0", "States": {{{}}}}}"#, states.join(","));
        Chart::of(&parse(&Source::json(text.as_str())).machine.unwrap())
    };
    assert_eq!(Layout::of(&chain(500)).unwrap().nodes.len(), 502);
    let refused = Layout::of(&chain(6_000)).unwrap_err().to_string();
    assert_eq!(refused, "one machine has 12003 states and transitions; at most 10000 can be laid out");
}
