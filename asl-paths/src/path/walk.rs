//! Evaluates paths that may lead to many values, and finds out why a definite path fails.
//!
//! Some of Jayway's rules look odd but are kept, because AWS uses Jayway: a missing member is skipped below a wildcard over
//! an array and before an indefinite step, and ends the read anywhere else; `..[0]` applies the steps after it to every
//! item.

use std::fmt::{self, Write};

use asl_value::{Array, Object, Text, Value};

use super::effort::Effort;
use super::filter::Filter;
use super::step::Step;
use crate::error::{PathError, PathErrorKind};
use crate::java;

/// All values that the steps lead to, in the order in which Jayway finds them.
pub(super) fn select(steps: &[Step], document: &Value, effort: Effort<'_>) -> Result<Vec<Value>, PathError> {
    let last_indefinite = steps.iter().rposition(|step| !step.is_definite());
    let mut walk = Walk {
        steps,
        document,
        found: Vec::new(),
        trail: Vec::new(),
        skipping_wildcards: 0,
        effort,
        strict_from: last_indefinite.map_or(0, |place| place + 2),
    };
    match walk.follow(0, document) {
        Ok(()) => Ok(walk.found),
        Err(Stop::Failed(error)) => Err(*error),
        // A skip ends at its wildcard, so it does not get here.
        Err(Stop::Skip) => Ok(walk.found),
    }
}

/// The steps as Jayway prints them: `$['a'][0]`.
pub(super) fn printed(steps: &[Step]) -> String {
    let mut text = String::from("$");
    print_steps(&mut text, steps);
    text
}

fn print_steps(text: &mut String, steps: &[Step]) {
    for step in steps {
        // Writing to a string never fails.
        let _ = write!(text, "{step}");
    }
}

struct Walk<'a> {
    steps: &'a [Step],
    document: &'a Value,
    found: Vec<Value>,
    /// The steps from the root to the current value.
    trail: Vec<TrailStep<'a>>,
    /// How many wildcards over arrays would skip a missing value; if there are any, its message is not needed.
    skipping_wildcards: u32,
    effort: Effort<'a>,
    /// The first step at which a missing member is an error although more steps follow.
    strict_from: usize,
}

#[derive(Clone, Copy)]
enum TrailStep<'a> {
    Name(&'a str),
    Index(i64),
}

impl fmt::Display for TrailStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrailStep::Name(name) => write!(f, "['{name}']"),
            TrailStep::Index(index) => write!(f, "[{index}]"),
        }
    }
}

enum Stop {
    /// Not found; the innermost wildcard skips it.
    Skip,
    Failed(Box<PathError>),
}

impl From<PathError> for Stop {
    fn from(error: PathError) -> Self {
        Stop::Failed(Box::new(error))
    }
}

impl<'a> Walk<'a> {
    /// Applies the steps from `at`. The recursion is bounded by the depth of documents and the number of steps.
    fn follow(&mut self, at: usize, value: &'a Value) -> Result<(), Stop> {
        self.effort.visit()?;
        let Some(step) = self.steps.get(at) else {
            self.found.push(value.clone());
            return Ok(());
        };
        match (step, value) {
            (Step::Name(name), Value::Object(object)) => self.member(at, name, object),
            (Step::Names(names), Value::Object(object)) => self.members(at, names, object),
            (Step::Name(_) | Step::Names(_), _) => {
                self.not_found(|way| format!("Property {step} not found in path {way}"))
            }
            (Step::Wildcard, Value::Object(object)) => {
                for (name, child) in object {
                    self.descend(at, TrailStep::Name(name), child)?;
                }
                Ok(())
            }
            (Step::Wildcard, Value::Array(array)) => self.each_item(at, array),
            (Step::Wildcard, _) => Ok(()),
            (Step::Scan, _) => self.scan(at + 1, value),
            (Step::Filter(filter), _) => self.filter(at, filter, value),
            (_, Value::Null) => self.not_found(|way| format!("The path {way} is null")),
            (_, Value::Array(array)) => self.subscript(at, step, array),
            (_, _) => self.misapplied(at, "only be applied to arrays", value),
        }
    }

    /// Applies the steps after `at` to a child of the current value.
    fn descend(&mut self, at: usize, place: TrailStep<'a>, child: &'a Value) -> Result<(), Stop> {
        self.trail.push(place);
        let outcome = self.follow(at + 1, child);
        self.trail.pop();
        outcome
    }

    fn member(&mut self, at: usize, name: &'a Text, object: &'a Object) -> Result<(), Stop> {
        if let Some(child) = object.get(name) {
            return self.descend(at, TrailStep::Name(name), child);
        }
        let is_leaf = at + 1 == self.steps.len();
        if !is_leaf && at < self.strict_from {
            return Ok(());
        }
        let reason = if is_leaf { "No results for path: " } else { "Missing property in path " };
        self.not_found(|way| format!("{reason}{way}['{name}']"))
    }

    fn members(&mut self, at: usize, names: &[Text], object: &'a Object) -> Result<(), Stop> {
        if at + 1 != self.steps.len() {
            let way = self.way();
            let step = self.steps.get(at).map(ToString::to_string).unwrap_or_default();
            let message = format!("Multi properties can only be used as path leafs: {way}{step}");
            return Err(PathError::invalid(message).into());
        }
        self.effort.visits(names.len())?;
        let present = names.iter().filter_map(|name| Some((name.clone(), object.get(name)?.clone())));
        self.found.push(Value::Object(present.collect()));
        Ok(())
    }

    fn each_item(&mut self, at: usize, array: &'a Array) -> Result<(), Stop> {
        for (index, item) in (0..).zip(array.iter()) {
            self.skipping_wildcards += 1;
            let outcome = self.descend(at, TrailStep::Index(index), item);
            self.skipping_wildcards -= 1;
            match outcome {
                Ok(()) | Err(Stop::Skip) => {}
                Err(failed) => return Err(failed),
            }
        }
        Ok(())
    }

    fn item(&mut self, at: usize, index: i64, array: &'a Array) -> Result<(), Stop> {
        match usize::try_from(index).ok().and_then(|index| array.get(index)) {
            Some(item) => self.descend(at, TrailStep::Index(index), item),
            None if self.skipping_wildcards > 0 => Err(Stop::Skip),
            None => {
                let is_leaf = at + 1 == self.steps.len();
                let kind = if is_leaf { PathErrorKind::OutOfBounds } else { PathErrorKind::NotFound };
                let message = format!("Index out of bounds when evaluating path {}[{index}]", self.way());
                Err(PathError::new(kind, message).into())
            }
        }
    }

    fn subscript(&mut self, at: usize, step: &Step, array: &'a Array) -> Result<(), Stop> {
        let length = array.len() as i64;
        let range = match step {
            Step::Index(index) => return self.item(at, i64::from(*index), array),
            Step::FromEnd(offset) => return self.item(at, length + i64::from(*offset), array),
            Step::Indices(indices) => {
                return indices.iter().try_for_each(|index| self.item(at, i64::from(*index), array));
            }
            Step::From(from) => {
                let from = i64::from(*from);
                (if from < 0 { from + length } else { from }).max(0)..length
            }
            Step::To(to) => {
                let to = i64::from(*to);
                0..(if to < 0 { to + length } else { to }).min(length)
            }
            Step::Between(from, to) if length > 0 => i64::from(*from)..i64::from(*to).min(length),
            _ => return Ok(()),
        };
        range.into_iter().try_for_each(|index| self.item(at, index, array))
    }

    fn filter(&mut self, at: usize, filter: &Filter, value: &'a Value) -> Result<(), Stop> {
        match value {
            Value::Object(_) => match filter.accepts(value, self.document, self.effort)? {
                true => self.follow(at + 1, value),
                false => Ok(()),
            },
            Value::Array(array) => {
                for (index, item) in (0..).zip(array.iter()) {
                    self.effort.visit()?;
                    if filter.accepts(item, self.document, self.effort)? {
                        self.descend(at, TrailStep::Index(index), item)?;
                    }
                }
                Ok(())
            }
            _ => self.misapplied(at, "not be applied to primitives", value),
        }
    }

    /// Applies the step at `next` to `value` and to every container below it, parents before children.
    fn scan(&mut self, next: usize, value: &'a Value) -> Result<(), Stop> {
        self.effort.visit()?;
        match value {
            Value::Object(object) => {
                if self.scan_stops_at(next, value)? {
                    self.follow(next, value)?;
                }
                for (name, child) in object {
                    self.trail.push(TrailStep::Name(name));
                    let outcome = self.scan(next, child);
                    self.trail.pop();
                    outcome?;
                }
            }
            Value::Array(array) => {
                if self.scan_stops_at(next, value)? {
                    if next + 1 == self.steps.len() {
                        self.follow(next, value)?;
                    } else {
                        for (index, item) in (0..).zip(array.iter()) {
                            self.descend(next, TrailStep::Index(index), item)?;
                        }
                    }
                }
                for (index, item) in (0..).zip(array.iter()) {
                    self.trail.push(TrailStep::Index(index));
                    let outcome = self.scan(next, item);
                    self.trail.pop();
                    outcome?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn scan_stops_at(&mut self, next: usize, value: &Value) -> Result<bool, PathError> {
        match (self.steps.get(next), value) {
            (Some(Step::Name(name)), Value::Object(object)) => Ok(object.contains_key(name)),
            (Some(Step::Names(names)), Value::Object(object)) => {
                self.effort.visits(names.len())?;
                Ok(names.iter().all(|name| object.contains_key(name)))
            }
            (Some(Step::Filter(filter)), _) => filter.accepts(value, self.document, self.effort),
            (Some(Step::Wildcard), _) => Ok(true),
            (Some(step), Value::Array(_)) => Ok(step.is_subscript()),
            _ => Ok(false),
        }
    }

    /// The path of the current value: `$['a'][0]`.
    fn way(&self) -> String {
        let mut way = String::from("$");
        for place in &self.trail {
            // Writing to a string never fails.
            let _ = write!(way, "{place}");
        }
        way
    }

    #[cold]
    fn not_found(&self, message: impl FnOnce(String) -> String) -> Result<(), Stop> {
        if self.skipping_wildcards > 0 {
            return Err(Stop::Skip);
        }
        Err(PathError::not_found(message(self.way())).into())
    }

    #[cold]
    fn misapplied(&self, at: usize, rule: &str, value: &Value) -> Result<(), Stop> {
        let mut message = String::from("Filter: ");
        print_steps(&mut message, self.steps.get(at..).unwrap_or_default());
        // Writing to a string never fails.
        let _ = write!(message, " can {rule}. Current context is: {}", java::shown(value));
        Err(PathError::invalid(message).into())
    }
}
