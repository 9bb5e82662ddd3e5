//! Builds a [`Value`] from events.

use std::collections::HashMap;

use asl_value::{Object, Pointer, Segment, Text, Value};

use super::event::{At, Event, Step};
#[cfg(feature = "yaml")]
use crate::limits::MAX_DEFINITION_BYTES;
use crate::report::Report;
use crate::{Code, Diagnostic};

/// A container that has begun.
struct OpenContainer {
    content: Collected,
    anchor: usize,
}

enum Collected {
    Array(Vec<Value>),
    Object { members: Object, key: Option<MemberKey>, merged: Vec<Object> },
}

enum MemberKey {
    Key(Text),
    #[cfg(feature = "yaml")]
    Merge,
}

/// Builds the value that the events describe, and reports repeated keys.
pub(crate) fn build<'t>(
    events: impl Iterator<Item = Step<'t>>,
    report: &mut Report,
) -> Result<Value, Box<Diagnostic>> {
    let mut builder = Builder { open: Vec::new(), root: Value::Null, anchors: HashMap::new(), report };
    #[cfg(feature = "yaml")]
    let mut expanded = 0usize;
    for step in events {
        let At { event, span: _span, anchor } = step?;
        match event {
            Event::Key(name) => builder.key(MemberKey::Key(Text::from(&*name))),
            Event::Scalar(value) => builder.value(value, anchor),
            Event::Object => {
                let content = Collected::Object { members: Object::new(), key: None, merged: Vec::new() };
                builder.open.push(OpenContainer { content, anchor });
            }
            Event::Array => {
                builder.open.push(OpenContainer { content: Collected::Array(Vec::new()), anchor })
            }
            Event::End => builder.end(),
            #[cfg(feature = "yaml")]
            Event::Merge => builder.key(MemberKey::Merge),
            #[cfg(feature = "yaml")]
            Event::Alias(number) => {
                let value = builder.anchors.get(&number).cloned().unwrap_or_default();
                if let Err(error) = value.check_depth() {
                    return Err(Box::new(Diagnostic::error(
                        Code::TOO_DEEP,
                        error.to_string(),
                        builder.place(),
                    )));
                }
                // With aliases of aliases, a few lines can expand to a gigabyte.
                expanded = expanded.saturating_add(value.encoded_len());
                if expanded > MAX_DEFINITION_BYTES {
                    let message = format!("aliases expand to more than {MAX_DEFINITION_BYTES} bytes");
                    return Err(Box::new(
                        Diagnostic::error(Code::LIMIT, message, builder.place()).range(_span),
                    ));
                }
                builder.value(value, anchor);
            }
        }
    }
    let root = builder.root;
    // Parsers limit the nesting of what is written, but aliases can nest it further.
    match root.check_depth() {
        Ok(()) => Ok(root),
        Err(error) => Err(Box::new(Diagnostic::error(Code::TOO_DEEP, error.to_string(), Pointer::root()))),
    }
}

struct Builder<'r> {
    open: Vec<OpenContainer>,
    root: Value,
    anchors: HashMap<usize, Value>,
    report: &'r mut Report,
}

impl Builder<'_> {
    fn key(&mut self, name: MemberKey) {
        if let MemberKey::Key(name) = &name
            && let Some(OpenContainer { content: Collected::Object { members, .. }, .. }) = self.open.last()
            && members.contains_key(name)
        {
            // UNRECORDED: whether AWS accepts a repeated key. Jackson, with which it parses, keeps the last one.
            let message = format!("the key `{name}` is repeated; the last one counts");
            let place = self.place().key(name);
            self.report.push(Diagnostic::warning(Code::DUPLICATE_KEY, message, place));
        }
        if let Some(OpenContainer { content: Collected::Object { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(name);
        }
    }

    fn value(&mut self, value: Value, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = value,
            Some(Collected::Array(items)) => items.push(value),
            Some(Collected::Object { members, key, merged: _merged }) => match key.take() {
                Some(MemberKey::Key(name)) => {
                    members.insert(name, value);
                }
                #[cfg(feature = "yaml")]
                Some(MemberKey::Merge) => match value {
                    Value::Array(list) => _merged.extend(list.iter().filter_map(Value::as_object).cloned()),
                    Value::Object(object) => _merged.push(object),
                    _ => {}
                },
                None => {}
            },
        }
    }

    fn end(&mut self) {
        let Some(OpenContainer { content, anchor }) = self.open.pop() else { return };
        let value = match content {
            Collected::Array(items) => Value::Array(items.into()),
            Collected::Object { mut members, merged, .. } => {
                for object in &merged {
                    for (name, value) in object {
                        if !members.contains_key(name) {
                            members.insert(name, value.clone());
                        }
                    }
                }
                Value::Object(members)
            }
        };
        self.value(value, anchor);
    }

    /// The innermost open container.
    fn place(&self) -> Pointer {
        let inner = self.open.len().saturating_sub(1);
        let segments = self.open.iter().take(inner).filter_map(|open| match &open.content {
            Collected::Array(items) => Some(Segment::Index(items.len())),
            Collected::Object { key: Some(MemberKey::Key(name)), .. } => Some(Segment::Key(name.clone())),
            Collected::Object { .. } => None,
        });
        segments.collect()
    }
}
