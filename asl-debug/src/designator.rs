//! [`Designator`]: the name of a value of a visit, and a place in it: `input.order.lines[0]`, `$total`.

use asl_value::{Pointer, Segment, Text, Value};

use crate::change::Slot;
use crate::visit::Visit;

/// The name of a value of a visit, and a place in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Designator {
    root: Text,
    pub(crate) place: Pointer,
}

impl Designator {
    /// Reads `NAME`, followed by `.key`, `["key"]` and `[0]`.
    pub(crate) fn parse(text: &str) -> Option<Designator> {
        let text = text.trim();
        let end = text.find(['.', '[']).unwrap_or(text.len());
        let (root, mut rest) = text.split_at(end);
        let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name(root.strip_prefix('$').unwrap_or(root)) {
            return None;
        }
        let mut place = Pointer::root();
        while !rest.is_empty() {
            if let Some(key) = rest.strip_prefix('.') {
                let end = key.find(['.', '[']).unwrap_or(key.len());
                let (key, left) = key.split_at(end);
                place = is_name(key).then(|| place.key(key))?;
                rest = left;
                continue;
            }
            let (inside, left) = bracketed(rest)?;
            place = match Value::parse(inside).ok()? {
                Value::String(key) => place.key(key),
                Value::Number(_) => place.index(inside.trim().parse().ok()?),
                _ => return None,
            };
            rest = left;
        }
        Some(Designator { root: root.into(), place })
    }

    /// The value of its name.
    pub(crate) fn root_value(&self, visit: &Visit) -> Option<Value> {
        match self.root.strip_prefix('$') {
            Some(name) => visit.variables_now().get(name).cloned(),
            None => match &*self.root {
                "variables" => Some(visit.variables_now().into()),
                "context" => Some(visit.context.clone()),
                "error" => visit.failure.as_ref().map(|(failure, _)| failure.output()),
                name => visit.named(name).cloned(),
            },
        }
    }

    /// The value that it names.
    pub(crate) fn value(&self, visit: &Visit) -> Option<Value> {
        self.root_value(visit)?.pointer(&self.place).cloned()
    }

    /// What a text names that may be changed: its slot, the value of that now, and the place in it.
    ///
    /// # Errors
    /// It names nothing of the kind.
    pub(crate) fn slot_of(text: &str, visit: &Visit) -> Result<(Slot, Value, Pointer), String> {
        let cannot = || {
            format!("`{text}` cannot be changed: name `input`, `result`, `output`, a stage or `$variable`")
        };
        let named = Designator::parse(text).ok_or_else(cannot)?;
        let slot = named.slot().ok_or_else(cannot)?;
        // A variable may be new. Another value that does not exist cannot be changed here, as the session explains.
        let is_whole = named.place.segments().is_empty();
        let root = named.root_value(visit).or_else(|| is_whole.then_some(Value::Null));
        Ok((slot, root.ok_or_else(cannot)?, named.place))
    }

    /// What is changed if the value is.
    pub(crate) fn slot(&self) -> Option<Slot> {
        match self.root.strip_prefix('$') {
            Some(name) => Some(Slot::Variable(name.into())),
            None => match &*self.root {
                "input" => Some(Slot::Input),
                "output" => Some(Slot::Output),
                "variables" | "context" | "error" => None,
                stage => Some(Slot::Stage(stage.into())),
            },
        }
    }
}

impl Visit {
    /// The value of an expression here, or of a name and a place in it: `input.order`, `result`, `afterParameters`, `output`,
    /// `variables`, `context`, `error`.
    ///
    /// # Errors
    /// A sentence that says why there is no value.
    pub fn evaluate(&self, text: &str) -> Result<Value, String> {
        let named = Designator::parse(text).and_then(|named| named.value(self));
        named.map_or_else(|| self.scene().evaluate(text), Ok)
    }
}

/// The inside of the brackets that a text begins with, and the rest.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('[')?;
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in inside.char_indices() {
        match c {
            ']' if !is_quoted => return Some((inside.get(..at)?, inside.get(at + 1..)?)),
            '"' if !is_escaped => is_quoted = !is_quoted,
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    None
}

/// A value with another one in a place. `None` if it does not have the place.
pub(crate) fn replaced(value: &Value, place: &[Segment], with: Value) -> Option<Value> {
    let Some((first, rest)) = place.split_first() else { return Some(with) };
    match (first, value) {
        (Segment::Key(key), Value::Object(members)) => {
            let inner = match members.get(key) {
                Some(inner) => replaced(inner, rest, with)?,
                // A new member.
                None => rest.is_empty().then_some(with)?,
            };
            let mut members = members.clone();
            members.insert(key.clone(), inner);
            Some(Value::Object(members))
        }
        (Segment::Index(index), Value::Array(items)) => {
            let item = replaced(items.get(*index)?, rest, with)?;
            let mut items = items.clone();
            items.set(*index, item).ok()?;
            Some(Value::Array(items))
        }
        _ => None,
    }
}
