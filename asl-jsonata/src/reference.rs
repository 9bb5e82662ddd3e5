//! [`Reference`]: `$states.input.order.lines[0]` and `$order.id`, read without the engine.

use asl_query::Env;
use asl_value::{Text, Value};
use jlens_core::ast::{Attrs, Node, NodeKind, Stage};

use crate::arena::states_field;

/// A variable and the steps into its value.
#[derive(Debug, PartialEq)]
pub(crate) struct Reference {
    root: ReferenceRoot,
    steps: Box<[Step]>,
}

#[derive(Debug, PartialEq)]
enum ReferenceRoot {
    /// `$states.input`
    States(Text),
    Variable(Text),
}

#[derive(Debug, PartialEq)]
enum Step {
    Member(Text),
    Item(i64),
}

/// What a reference leads to.
#[derive(Debug, PartialEq)]
pub(crate) enum Found<'a> {
    Value(&'a Value),
    Undefined,
    /// Only the engine knows: JSONata maps paths over arrays, and indexes single values like arrays.
    Unclear,
}

impl Reference {
    /// `None` for any other expression.
    pub(crate) fn of(node: &Node) -> Option<Reference> {
        let mut steps = Vec::new();
        let name = match &node.kind {
            NodeKind::Variable { name } => {
                items(&node.attrs, &mut steps)?;
                name
            }
            NodeKind::Path { steps: path, keep_singleton_array: false } => {
                if node.attrs != Plain {
                    return None;
                }
                let (first, rest) = path.split_first()?;
                let NodeKind::Variable { name } = &first.kind else { return None };
                items(&first.attrs, &mut steps)?;
                for step in rest {
                    let NodeKind::Name { name } = &step.kind else { return None };
                    steps.push(Step::Member(Text::from(name.as_str())));
                    items(&step.attrs, &mut steps)?;
                }
                name
            }
            _ => return None,
        };
        let root = match name.as_str() {
            "" | "$" => return None,
            "states" => match steps.is_empty() {
                true => return None,
                false => match steps.remove(0) {
                    Step::Member(field) => ReferenceRoot::States(field),
                    Step::Item(_) => return None,
                },
            },
            name => ReferenceRoot::Variable(Text::from(name)),
        };
        Some(Reference { root, steps: steps.into() })
    }

    pub(crate) fn find<'a>(&self, env: &Env<'a>) -> Found<'a> {
        let root = match &self.root {
            ReferenceRoot::States(field) => states_field(env, field),
            ReferenceRoot::Variable(name) => match env.scope.get(name) {
                // It may be a function.
                None => return Found::Unclear,
                value => value,
            },
        };
        let Some(mut value) = root else { return Found::Undefined };
        for step in &self.steps {
            let next = match (step, value) {
                (Step::Member(name), Value::Object(members)) => members.get(name),
                (Step::Item(index), Value::Array(items)) => item(items, *index),
                (Step::Member(_), Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => None,
                (Step::Member(_), Value::Array(_)) | (Step::Item(_), _) => return Found::Unclear,
            };
            match next {
                Some(next) => value = next,
                None => return Found::Undefined,
            }
        }
        Found::Value(value)
    }
}

/// A negative index counts from the end.
fn item(items: &[Value], index: i64) -> Option<&Value> {
    let place = match usize::try_from(index) {
        Ok(place) => Some(place),
        Err(_) => items.len().checked_sub(usize::try_from(index.unsigned_abs()).ok()?),
    };
    items.get(place?)
}

/// Appends the indices in brackets after a step; `None` if it has anything else.
fn items(attrs: &Attrs, steps: &mut Vec<Step>) -> Option<()> {
    let rest = Attrs { stages: Vec::new(), predicate: Vec::new(), ..attrs.clone() };
    if rest != Plain {
        return None;
    }
    for stage in attrs.stages.iter().chain(&attrs.predicate) {
        let Stage::Filter { expr, .. } = stage else { return None };
        match (&expr.kind, expr.attrs == Plain) {
            (NodeKind::Number { value }, true) if value.fract() == 0.0 && value.abs() < 1e9 => {
                steps.push(Step::Item(*value as i64));
            }
            _ => return None,
        }
    }
    Some(())
}

/// Compares equal to attributes that are all absent.
pub(crate) struct Plain;

impl PartialEq<Plain> for Attrs {
    fn eq(&self, _: &Plain) -> bool {
        !self.keep_array
            && !self.cons_array
            && !self.tuple
            && self.focus.is_none()
            && self.index.is_none()
            && self.stages.is_empty()
            && self.predicate.is_empty()
            && self.group.is_none()
            && self.ancestor.is_none()
            && self.ancestor_label.is_none()
            && self.seeking_parent.is_empty()
    }
}
