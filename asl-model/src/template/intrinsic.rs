//! Evaluates CloudFormation's intrinsic functions as far as possible before a template is deployed. A value that is not
//! known becomes a placeholder: `!GetAtt Function.Arn` is `${Function.Arn}`.

use asl_value::Value;

use super::tree::{Node, NodeContent};
use crate::excerpt::assembly::Assembly;

/// Values for pseudo parameters, so that ARNs that contain them can be checked.
const PSEUDO: &[(&str, &str)] = &[
    ("AWS::Partition", "aws"),
    ("AWS::Region", "us-east-1"),
    ("AWS::AccountId", "123456789012"),
    ("AWS::URLSuffix", "amazonaws.com"),
];

/// A value of a template after its intrinsic functions.
pub(super) enum Resolved<'n> {
    /// The value itself.
    Plain(&'n Node),
    /// A text that a function returns.
    Text(Assembly),
    /// `AWS::NoValue`: the member is removed.
    Nothing,
}

/// Resolves intrinsic functions. `file` is the text of the template.
pub(super) fn resolve<'n>(node: &'n Node, file: &str) -> Resolved<'n> {
    let mut node = node;
    // Nested `Fn::If`s are no deeper than the tree, which is bounded.
    loop {
        let [member] = node.members() else { return Resolved::Plain(node) };
        let argument = &member.value;
        let placeholder = |name: &str| Assembly::made(&format!("${{{name}}}"), node.span.clone());
        return Resolved::Text(match member.name.as_str() {
            "Ref" => match argument.as_str().unwrap_or_default() {
                "AWS::NoValue" => return Resolved::Nothing,
                name => match pseudo(name) {
                    Some(value) => Assembly::made(value, node.span.clone()),
                    None => placeholder(name),
                },
            },
            "Fn::GetAtt" => {
                let parts: Vec<&str> = argument.items().iter().filter_map(Node::as_str).collect();
                placeholder(argument.as_str().unwrap_or(&parts.join(".")))
            }
            "Fn::Sub" => match argument.items() {
                [text, values] => sub(text, Some(values), file),
                _ => sub(argument, None, file),
            },
            "Fn::Join" => match argument.items() {
                [separator, list] if matches!(list.content, NodeContent::Array(_)) => {
                    join(separator.as_str().unwrap_or_default(), list, file)
                }
                _ => placeholder("Fn::Join"),
            },
            "Fn::If" => match argument.items() {
                [_, then, otherwise] => {
                    node = if is_no_value(then) { otherwise } else { then };
                    continue;
                }
                _ => placeholder("Fn::If"),
            },
            name if name.starts_with("Fn::") => placeholder(name),
            _ => return Resolved::Plain(node),
        });
    }
}

fn is_no_value(node: &Node) -> bool {
    node.get("Ref").and_then(Node::as_str) == Some("AWS::NoValue")
}

fn pseudo(name: &str) -> Option<&'static str> {
    PSEUDO.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// A value as text: a scalar, or what a function returns. `None` for lists and objects.
pub(super) fn text(node: &Node, file: &str) -> Option<Assembly> {
    match resolve(node, file) {
        Resolved::Text(text) => Some(text),
        Resolved::Nothing => None,
        Resolved::Plain(node) => match &node.content {
            NodeContent::Scalar(Value::String(value)) => Some(Assembly::scalar(file, &node.span, value)),
            NodeContent::Scalar(value) => Some(Assembly::made(&value.to_json(), node.span.clone())),
            NodeContent::Array(_) | NodeContent::Object(_) => None,
        },
    }
}

/// `Fn::Sub`: names without a value are left unchanged.
fn sub(node: &Node, values: Option<&Node>, file: &str) -> Assembly {
    let Some(text) = node.as_str() else { return Assembly::made("${Fn::Sub}", node.span.clone()) };
    let template = Assembly::scalar(file, &node.span, text);
    let mut made = Assembly::default();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("${")).map(|offset| at + offset) {
        let name = text.get(start + 2..).and_then(|rest| rest.get(..rest.find('}')?));
        let Some(name) = name else { break };
        let end = start + 2 + name.len() + 1;
        made.append_part(&template, at..start);
        let value = values.and_then(|values| values.get(name)).and_then(|value| self::text(value, file));
        match (value, pseudo(name), name.strip_prefix('!')) {
            (Some(value), ..) => made.append(&value),
            (None, Some(value), _) => made.push(value, template.origin(&(start..end))),
            (None, None, Some(literal)) => {
                made.push(&format!("${{{literal}}}"), template.origin(&(start..end)));
            }
            (None, None, None) => made.append_part(&template, start..end),
        }
        at = end;
    }
    made.append_part(&template, at..text.len());
    made
}

fn join(separator: &str, list: &Node, file: &str) -> Assembly {
    let mut made = Assembly::default();
    for (index, item) in list.items().iter().enumerate() {
        if index > 0 {
            made.push(separator, item.span.start..item.span.start);
        }
        match text(item, file) {
            Some(text) => made.append(&text),
            None => made.push("${Fn::Join}", item.span.clone()),
        }
    }
    made
}

/// Writes a value as JSON, with its functions resolved.
pub(super) fn write_json(node: &Node, file: &str, made: &mut Assembly) {
    let node = match resolve(node, file) {
        Resolved::Nothing => return made.push("null", node.span.clone()),
        Resolved::Text(text) => return made.append(&text.quoted(&node.span)),
        Resolved::Plain(node) => node,
    };
    let edge = node.span.start..node.span.start + 1;
    match &node.content {
        NodeContent::Scalar(Value::String(text)) => {
            made.append(&Assembly::scalar(file, &node.span, text).quoted(&node.span));
        }
        NodeContent::Scalar(value) => made.push(&value.to_json(), node.span.clone()),
        NodeContent::Array(items) => {
            let mut open = "[";
            for item in items {
                made.push(open, edge.clone());
                write_json(item, file, made);
                open = ",";
            }
            made.push(if items.is_empty() { "[]" } else { "]" }, edge);
        }
        NodeContent::Object(members) => {
            let mut open = "{";
            for member in members {
                if matches!(resolve(&member.value, file), Resolved::Nothing) {
                    continue;
                }
                made.push(open, edge.clone());
                made.append(&Assembly::scalar(file, &member.key, &member.name).quoted(&member.key));
                made.push(":", member.key.clone());
                write_json(&member.value, file, made);
                open = ",";
            }
            made.push(if open == "{" { "{}" } else { "}" }, edge);
        }
    }
}
