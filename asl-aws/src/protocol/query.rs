//! Requests of the protocols query and ec2: forms with flat names.

use asl_value::{Object, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::scalar::{percent_encoded, scalar_text};
use crate::naming::upper_first;
use crate::table::{Member, Operation, Service, Shape, Structure};

/// Which of the two protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Query,
    /// Names start with a capital letter, and all lists are flat.
    Ec2,
}

/// The form of a checked input.
pub(super) fn write(service: &Service, operation: &Operation<'_>, input: &Value, dialect: Dialect) -> String {
    let mut form = Form { dialect, text: String::new() };
    form.pair("Action", operation.name);
    form.pair("Version", service.api_version());
    let structure = operation.input.and_then(|input| Member::root(service, input).structure());
    if let (Some(structure), Some(object)) = (structure, input.as_object()) {
        form.structure("", structure, object);
    }
    form.text
}

struct Form {
    dialect: Dialect,
    text: String,
}

impl Form {
    fn pair(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        self.text.push_str(&percent_encoded(name));
        self.text.push('=');
        self.text.push_str(&percent_encoded(value));
    }

    fn structure(&mut self, prefix: &str, structure: Structure<'_>, object: &Object) {
        for member in structure.members() {
            if let Some(value) = object.get(member.name) {
                self.value(&joined(prefix, &self.name(&member)), &member, value);
            }
        }
    }

    /// A flattened list is named after its items, if they have a name.
    fn name(&self, member: &Member<'_>) -> String {
        match self.dialect {
            Dialect::Query => match member.shape() {
                Shape::List(item, _) if member.is_flattened() => {
                    item.explicit_name().unwrap_or_else(|| member.wire_name()).to_owned()
                }
                _ => member.wire_name().to_owned(),
            },
            Dialect::Ec2 => match member.query_name {
                Some(name) => name.to_owned(),
                None => upper_first(member.wire_name()),
            },
        }
    }

    fn value(&mut self, name: &str, member: &Member<'_>, value: &Value) {
        match (member.shape(), value) {
            (Shape::Structure(structure), Value::Object(object)) => self.structure(name, structure, object),
            (Shape::List(item, _), Value::Array(array)) => {
                if array.is_empty() && self.dialect == Dialect::Query {
                    self.pair(name, "");
                }
                let is_flat = self.dialect == Dialect::Ec2 || member.is_flattened();
                let items = if is_flat {
                    name.to_owned()
                } else {
                    joined(name, item.explicit_name().unwrap_or("member"))
                };
                for (index, value) in array.iter().enumerate() {
                    self.value(&format!("{items}.{}", index + 1), &item, value);
                }
            }
            (Shape::Map { key, value: item }, Value::Object(object)) => {
                let entries = if member.is_flattened() { name.to_owned() } else { joined(name, "entry") };
                let (key_name, value_name) =
                    (key.explicit_name().unwrap_or("key"), item.explicit_name().unwrap_or("value"));
                for (index, (key, value)) in object.iter().enumerate() {
                    let entry = format!("{entries}.{}", index + 1);
                    self.pair(&joined(&entry, key_name), key);
                    self.value(&joined(&entry, value_name), &item, value);
                }
            }
            (Shape::Blob(_), Value::String(text)) => self.pair(name, &STANDARD.encode(text.as_bytes())),
            (_, value) => self.pair(name, &scalar_text(member, value)),
        }
    }
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
