//! XML: the bodies of rest-xml, and the responses of query and ec2.

use asl_value::{MAX_DEPTH, Object, Value};
use roxmltree::{Document, Node, ParsingOptions};

use super::scalar::{scalar_text, scalar_value};
use crate::Names;
use crate::naming::spelled;
use crate::table::{Location, Member, Shape, Structure};

/// The most elements and texts that a response may have.
const MAX_NODES: u32 = 2_000_000;

/// A document whose root element contains the members of a structure that go into the body.
pub(super) fn document(element: &str, namespace: &str, structure: Structure<'_>, object: &Object) -> String {
    let mut text = String::new();
    open(&mut text, element, Some(("", namespace)).filter(|_| !namespace.is_empty()), "");
    write_members(&mut text, structure, object);
    close(&mut text, element);
    text
}

fn write_members(text: &mut String, structure: Structure<'_>, object: &Object) {
    let members =
        structure.members().filter(|member| member.location() == Location::Body && !member.is_attribute());
    for member in members {
        if let Some(value) = object.get(member.name) {
            write(text, member.wire_name(), &member, value);
        }
    }
}

fn write(text: &mut String, element: &str, member: &Member<'_>, value: &Value) {
    match (member.shape(), value) {
        (Shape::Structure(structure), Value::Object(object)) => {
            let mut attributes = String::new();
            for attribute in structure.members().filter(Member::is_attribute) {
                if let Some(value) = object.get(attribute.name) {
                    let value = escaped(&scalar_text(&attribute, value));
                    attributes.push_str(&format!(" {}=\"{value}\"", attribute.wire_name()));
                }
            }
            open(text, element, member.namespace, &attributes);
            write_members(text, structure, object);
            close(text, element);
        }
        (Shape::List(item, _), Value::Array(array)) if member.is_flattened() => {
            let element = item.explicit_name().unwrap_or(element);
            array.iter().for_each(|value| write(text, element, &item, value));
        }
        (Shape::List(item, _), Value::Array(array)) => {
            open(text, element, member.namespace, "");
            let name = item.explicit_name().unwrap_or("member");
            array.iter().for_each(|value| write(text, name, &item, value));
            close(text, element);
        }
        (Shape::Map { key, value: item }, Value::Object(object)) => {
            let is_flat = member.is_flattened();
            if !is_flat {
                open(text, element, member.namespace, "");
            }
            let entry = if is_flat { element } else { "entry" };
            for (name, value) in object {
                open(text, entry, None, "");
                write(text, key.explicit_name().unwrap_or("key"), &key, &Value::from(name));
                write(text, item.explicit_name().unwrap_or("value"), &item, value);
                close(text, entry);
            }
            if !is_flat {
                close(text, element);
            }
        }
        _ => {
            open(text, element, member.namespace, "");
            text.push_str(&escaped(&scalar_text(member, value)));
            close(text, element);
        }
    }
}

fn open(text: &mut String, element: &str, namespace: Option<(&str, &str)>, attributes: &str) {
    text.push('<');
    text.push_str(element);
    if let Some((prefix, uri)) = namespace {
        let colon = if prefix.is_empty() { "" } else { ":" };
        text.push_str(&format!(" xmlns{colon}{prefix}=\"{}\"", escaped(uri)));
    }
    text.push_str(attributes);
    text.push('>');
}

fn close(text: &mut String, element: &str) {
    text.push_str("</");
    text.push_str(element);
    text.push('>');
}

/// Escapes the text of an element or an attribute. Control characters that XML cannot contain become `U+FFFD`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\r' => escaped.push_str("&#xD;"),
            '\n' => escaped.push_str("&#xA;"),
            '\t' => escaped.push(c),
            c if c.is_control() && (c as u32) < 0x20 => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The members of a structure in the root element of a document, or in its child `wrapper`.
pub(super) fn read_result(
    body: &[u8],
    wrapper: Option<&str>,
    structure: Structure<'_>,
    names: Names,
) -> Result<Value, String> {
    with_root(body, |root| {
        let root = wrapper.and_then(|wrapper| child(root, wrapper)).unwrap_or(root);
        let mut found = read_members(structure, root, names);
        // In S3's response to GetBucketLocation the member itself is the root.
        let itself = structure.members().find(|member| member.wire_name() == root.tag_name().name());
        if let Some(member) = itself.filter(|_| !root.children().any(|node| node.is_element()))
            && let Some(value) = scalar_value(&member, &text(root)).filter(|_| !text(root).is_empty())
        {
            found.insert(spelled(member.name, names), value);
        }
        Value::Object(found)
    })
}

/// Parses a document and passes its root element to a function.
pub(super) fn with_root<T>(body: &[u8], look: impl FnOnce(Node<'_, '_>) -> T) -> Result<T, String> {
    let body = std::str::from_utf8(body).map_err(|error| format!("the response is not XML: {error}"))?;
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(body, options);
    let document = document.map_err(|error| format!("the response is not XML: {error}"))?;
    // Nodes are in document order, with parents before their children.
    let mut depths: Vec<u32> = Vec::new();
    for node in document.descendants() {
        let parent = node.parent().and_then(|parent| depths.get(parent.id().get_usize()));
        let depth = parent.map_or(0, |depth| depth + 1);
        if depth > MAX_DEPTH {
            return Err(format!("the response has more than {MAX_DEPTH} nested elements"));
        }
        depths.push(depth);
    }
    Ok(look(document.root_element()))
}

fn read_members(structure: Structure<'_>, node: Node<'_, '_>, names: Names) -> Object {
    let mut found = Object::new();
    for member in structure.members().filter(|member| member.location() == Location::Body) {
        if let Some(value) = read_member(&member, node, names) {
            found.insert(spelled(member.name, names), value);
        }
    }
    found
}

/// A member among the children of its structure's element.
fn read_member(member: &Member<'_>, parent: Node<'_, '_>, names: Names) -> Option<Value> {
    if member.is_attribute() {
        let name = member.wire_name();
        let name = name.split_once(':').map_or(name, |(_, local)| local);
        let attribute = parent.attributes().find(|attribute| attribute.name() == name)?;
        return scalar_value(member, attribute.value());
    }
    if member.is_flattened() {
        match member.shape() {
            Shape::List(item, _) => {
                let name = item.explicit_name().unwrap_or_else(|| member.wire_name());
                let mut items = children(parent, name).peekable();
                items.peek()?;
                return Some(items.filter_map(|node| read(&item, node, names)).collect());
            }
            Shape::Map { key, value } => {
                let mut entries = children(parent, member.wire_name()).peekable();
                entries.peek()?;
                return Some(read_entries(&key, &value, entries, names));
            }
            _ => {}
        }
    }
    read(member, child(parent, member.wire_name())?, names)
}

/// The value of an element.
fn read(member: &Member<'_>, node: Node<'_, '_>, names: Names) -> Option<Value> {
    match member.shape() {
        Shape::Structure(structure) => Some(Value::Object(read_members(structure, node, names))),
        Shape::List(item, _) => {
            let items = node.children().filter(Node::is_element);
            Some(items.filter_map(|node| read(&item, node, names)).collect())
        }
        Shape::Map { key, value } => {
            Some(read_entries(&key, &value, node.children().filter(Node::is_element), names))
        }
        _ => scalar_value(member, &text(node)),
    }
}

fn read_entries<'a, 'i: 'a>(
    key: &Member<'_>,
    value: &Member<'_>,
    entries: impl Iterator<Item = Node<'a, 'i>>,
    names: Names,
) -> Value {
    let mut map = Object::new();
    for entry in entries {
        let name = child(entry, key.explicit_name().unwrap_or("key")).map(text);
        let item = child(entry, value.explicit_name().unwrap_or("value"));
        if let (Some(name), Some(item)) = (name, item.and_then(|node| read(value, node, names))) {
            map.insert(name, item);
        }
    }
    Value::Object(map)
}

pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| child.is_element() && child.tag_name().name() == name)
}

fn children<'a, 'i: 'a>(node: Node<'a, 'i>, name: &str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The text of an element: all its text nodes.
pub(super) fn text(node: Node<'_, '_>) -> String {
    node.children().filter_map(|child| child.text().filter(|_| child.is_text())).collect()
}
