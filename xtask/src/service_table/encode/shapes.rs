//! The shapes of a service.

use std::collections::HashMap;

use asl_value::Value;

use super::super::format::{LOCATIONS, TIMESTAMPS, TYPES, member, shape};
use super::super::frame::Token;
use super::operations::streams_events;
use super::{bits, flag, members, number, text};
use crate::Result;

/// The shapes that operations use. Shapes that are equal except for their names form one class.
pub(super) struct Shapes<'m> {
    order: Vec<&'m Value>,
    numbers: HashMap<&'m str, usize>,
    classes: Vec<usize>,
}

impl<'m> Shapes<'m> {
    pub(super) fn reached(model: &'m Value) -> Result<Shapes<'m>> {
        let all = model.get("shapes").ok_or("no shapes")?;
        let mut shapes = Shapes { order: Vec::new(), numbers: HashMap::new(), classes: Vec::new() };
        let mut open: Vec<&str> = Vec::new();
        for (_, operation) in members(model, "operations") {
            let ends = ["input", "output"].into_iter().filter(|end| !streams_events(model, operation, end));
            open.extend(ends.filter_map(|end| text(operation.get(end)?, "shape")));
        }
        while let Some(name) = open.pop() {
            if shapes.numbers.contains_key(name) {
                continue;
            }
            let shape = all.get(name).ok_or_else(|| format!("no shape {name}"))?;
            shapes.numbers.insert(name, shapes.order.len());
            shapes.order.push(shape);
            open.extend(members(shape, "members").filter_map(|(_, member)| text(member, "shape")));
            open.extend(["member", "key", "value"].iter().filter_map(|part| text(shape.get(part)?, "shape")));
        }
        shapes.classify()?;
        Ok(shapes)
    }

    /// Splits classes whose members differ, until none does.
    fn classify(&mut self) -> Result<()> {
        self.classes = vec![0; self.order.len()];
        let mut count = 0;
        loop {
            let mut known: HashMap<(usize, Vec<Token<'_>>), usize> = HashMap::new();
            let mut next = Vec::with_capacity(self.classes.len());
            for (shape, class) in self.order.iter().zip(&self.classes) {
                let fresh = known.len();
                next.push(*known.entry((*class, self.encode(shape)?)).or_insert(fresh));
            }
            let found = known.len();
            self.classes = next;
            if found == count {
                return Ok(());
            }
            count = found;
        }
    }

    /// The class of the shape with this name.
    pub(super) fn class(&self, name: &str) -> Result<usize> {
        let number = self.numbers.get(name).ok_or_else(|| format!("no shape {name}"))?;
        Ok(*self.classes.get(*number).ok_or("no such class")?)
    }

    /// A representative shape of a class.
    pub(super) fn tokens(&self, class: usize) -> Result<Vec<Token<'m>>> {
        let number = self.classes.iter().position(|other| *other == class).ok_or("no such class")?;
        self.encode(self.order.get(number).ok_or("no such shape")?)
    }

    fn encode(&self, shape: &'m Value) -> Result<Vec<Token<'m>>> {
        let kind = if flag(shape, "document") { "document" } else { text(shape, "type").unwrap_or_default() };
        let names: Vec<&str> = members(shape, "members").map(|(name, _)| name).collect();
        let payload = text(shape, "payload").and_then(|payload| number(&names, payload));
        let choices = shape.get("enum").and_then(Value::as_array);
        let [min, max] = ["min", "max"].map(|bound| shape.get(bound));
        let flags = bits([
            (payload.is_some(), shape::PAYLOAD),
            (choices.is_some(), shape::ENUM),
            (min.is_some(), shape::MIN),
            (max.is_some(), shape::MAX),
        ]);
        let kind_number = number(&TYPES, kind).ok_or_else(|| format!("no type {kind}"))?;
        let mut tokens = vec![Token::Number(kind_number), Token::Number(flags as usize)];
        tokens.extend(payload.map(Token::Number));
        if let Some(choices) = choices {
            tokens.push(Token::Number(choices.len()));
            tokens.extend(choices.iter().map(|choice| Token::text(choice.as_str().unwrap_or_default())));
        }
        tokens.extend([min, max].into_iter().flatten().map(|bound| Token::text(bound.to_string())));
        match kind {
            "structure" => {
                let required = shape.get("required").and_then(Value::as_array);
                let required: Vec<&str> = required.into_iter().flatten().filter_map(Value::as_str).collect();
                tokens.push(Token::Number(names.len()));
                for (name, member) in members(shape, "members") {
                    tokens.push(Token::text(name));
                    tokens.extend(self.reference(member, name, required.contains(&name))?);
                }
            }
            "list" => {
                let item = shape.get("member").ok_or("a list of nothing")?;
                tokens.extend(self.reference(item, "", false)?);
            }
            "map" => {
                for part in ["key", "value"] {
                    let part = shape.get(part).ok_or("a map without keys or values")?;
                    tokens.extend(self.reference(part, "", false)?);
                }
            }
            _ => {}
        }
        Ok(tokens)
    }

    /// A member, an item, a key or a value. Serialisation traits of the shape that the reference does not override are written
    /// with each reference.
    fn reference(&self, reference: &'m Value, name: &str, is_required: bool) -> Result<Vec<Token<'m>>> {
        let target = text(reference, "shape").ok_or("a reference to nothing")?;
        let shape = self.numbers.get(target).and_then(|number| self.order.get(*number));
        let shape = *shape.ok_or_else(|| format!("no shape {target}"))?;
        let said = |key: &str| reference.get(key).or_else(|| shape.get(key));
        let location = said("location").and_then(Value::as_str).unwrap_or_default();
        let wire_name = said("locationName").and_then(Value::as_str).filter(|wire| *wire != name);
        let query_name = said("queryName").and_then(Value::as_str);
        let timestamp = said("timestampFormat").and_then(Value::as_str);
        let namespace = said("xmlNamespace");
        let location = number(&LOCATIONS, location).ok_or_else(|| format!("no location {location}"))?;
        let flags = bits([
            (is_required, member::REQUIRED),
            (wire_name.is_some(), member::NAMED),
            (said("flattened") == Some(&Value::Bool(true)), member::FLATTENED),
            (flag(reference, "idempotencyToken"), member::IDEMPOTENCY_TOKEN),
            (said("jsonvalue") == Some(&Value::Bool(true)), member::JSON_VALUE),
            (flag(reference, "xmlAttribute"), member::XML_ATTRIBUTE),
            (query_name.is_some(), member::QUERY_NAMED),
            (timestamp.is_some(), member::TIMESTAMP),
            (namespace.is_some(), member::NAMESPACE),
        ]);
        let mut tokens = vec![Token::Number(location | flags as usize), Token::Shape(self.class(target)?)];
        tokens.extend([wire_name, query_name].into_iter().flatten().map(Token::text));
        if let Some(format) = timestamp {
            let format =
                number(&TIMESTAMPS, format).ok_or_else(|| format!("no timestamp format {format}"))?;
            tokens.push(Token::Number(format));
        }
        if let Some(namespace) = namespace {
            tokens
                .extend(["prefix", "uri"].map(|part| Token::text(text(namespace, part).unwrap_or_default())));
        }
        Ok(tokens)
    }
}
