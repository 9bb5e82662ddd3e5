//! A layout as a JSON document, for drawing it elsewhere.

use asl_value::{Object, Value, json};

use super::{Frame, Layout, Placed, Route, Shape};
use crate::chart::EdgeKind;

impl Layout {
    /// The layout as a document: `{"width": 144, "height": 96, "nodes": [{"shape": "state", "name": "A", "type": "Pass",
    /// "detail": "Pass", "lines": ["A"], "x": 12, …}], "edges": [{"kind": "next", "from": "A", "points": [[84, 40], …]}]}`.
    pub fn to_json(&self) -> Value {
        json!({
            "width": rounded(self.width),
            "height": rounded(self.height),
            "nodes": self.nodes.iter().map(Placed::to_json).collect::<Value>(),
            "edges": self.routes.iter().map(Route::to_json).collect::<Value>()
        })
    }
}

impl Frame {
    fn write(&self, object: &mut Object) {
        for (name, value) in [("x", self.x), ("y", self.y), ("width", self.width), ("height", self.height)] {
            object.insert(name, rounded(value));
        }
    }
}

impl Placed {
    fn to_json(&self) -> Value {
        let mut object = match &self.shape {
            Shape::Start => Object::from_iter([("shape", Value::from("start"))]),
            Shape::End => Object::from_iter([("shape", Value::from("end"))]),
            Shape::Branch => Object::from_iter([("shape", Value::from("branch"))]),
            Shape::State { name, lines, type_name, detail, is_container } => Object::from_iter([
                ("shape", Value::from(if *is_container { "container" } else { "state" })),
                ("name", Value::String(name.clone())),
                ("type", Value::from(*type_name)),
                ("detail", Value::from(detail.as_str())),
                ("lines", lines.iter().map(|line| Value::from(line.as_str())).collect()),
            ]),
        };
        self.frame.write(&mut object);
        Value::Object(object)
    }
}

impl Route {
    fn to_json(&self) -> Value {
        let kind = match self.kind {
            EdgeKind::Next => "next",
            EdgeKind::Choice => "choice",
            EdgeKind::Catch => "catch",
        };
        let mut object = Object::from_iter([("kind", Value::from(kind))]);
        for (name, state) in [("from", &self.from), ("to", &self.to)] {
            if let Some(state) = state {
                object.insert(name, Value::String(state.clone()));
            }
        }
        let point = |(x, y): &(f64, f64)| Value::from_iter([rounded(*x), rounded(*y)]);
        object.insert("points", self.points.iter().map(point).collect::<Value>());
        if let Some(label) = &self.label {
            let mut room = Object::from_iter([
                ("text", Value::from(label.text.as_str())),
                ("lines", label.lines.iter().map(|line| Value::from(line.as_str())).collect()),
            ]);
            label.frame.write(&mut room);
            object.insert("label", Value::Object(room));
        }
        Value::Object(object)
    }
}

/// A tenth of a pixel is enough.
fn rounded(pixels: f64) -> Value {
    let tenths = (pixels * 10.0).round();
    if tenths % 10.0 == 0.0 { Value::from((tenths / 10.0) as i64) } else { Value::from(tenths / 10.0) }
}
