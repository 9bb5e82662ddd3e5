//! The operations of a service.

use asl_value::Value;

use super::super::format::{METHODS, operation};
use super::super::frame::Token;
use super::shapes::Shapes;
use super::{bits, flag, members, number, text};
use crate::Result;

/// A count and the operations, sorted by name.
pub(super) fn all<'m>(model: &'m Value, shapes: &Shapes<'m>) -> Result<Vec<Token<'m>>> {
    let mut sorted: Vec<(&str, &Value)> = members(model, "operations").collect();
    sorted.sort_by_key(|(name, _)| *name);
    let mut tokens = vec![Token::Number(sorted.len())];
    for (name, operation) in sorted {
        let operation = one(model, name, operation, shapes).map_err(|error| format!("{name}: {error}"))?;
        tokens.extend(operation);
    }
    Ok(tokens)
}

fn one<'m>(
    model: &'m Value,
    name: &'m str,
    operation: &'m Value,
    shapes: &Shapes<'m>,
) -> Result<Vec<Token<'m>>> {
    let http = operation.get("http").ok_or("no http")?;
    let method = text(http, "method").unwrap_or("POST");
    let streams = ["input", "output"].iter().any(|end| streams_events(model, operation, end));
    let end = |end: &str| {
        let name = operation.get(end).and_then(|end| text(end, "shape"));
        let name = name.filter(|_| !streams_events(model, operation, end));
        name.map(|name| shapes.class(name)).transpose()
    };
    let input = end("input")?;
    let output = end("output")?;
    let input_element = operation.get("input").and_then(|input| text(input, "locationName"));
    let namespace = operation.get("input").and_then(|input| text(input.get("xmlNamespace")?, "uri"));
    let wrapper = operation.get("output").and_then(|output| text(output, "resultWrapper"));
    let host_prefix = operation.get("endpoint").and_then(|endpoint| text(endpoint, "hostPrefix"));
    let checksum = operation.get("httpChecksum");
    let checksum_member = checksum.and_then(|checksum| text(checksum, "requestAlgorithmMember"));
    let is_checksum_required = flag(operation, "httpChecksumRequired")
        || checksum.is_some_and(|checksum| flag(checksum, "requestChecksumRequired"));
    let authentication = text(operation, "authtype").unwrap_or_default();
    let flags = bits([
        (input.is_some(), operation::INPUT),
        (output.is_some(), operation::OUTPUT),
        (host_prefix.is_some(), operation::HOST_PREFIX),
        (wrapper.is_some(), operation::RESULT_WRAPPER),
        (input_element.is_some(), operation::INPUT_ELEMENT),
        (authentication == "none", operation::UNSIGNED),
        (authentication == "v4-unsigned-body", operation::UNSIGNED_BODY),
        (is_checksum_required, operation::CHECKSUM_REQUIRED),
        (checksum_member.is_some(), operation::CHECKSUM_MEMBER),
        (streams, operation::EVENT_STREAM),
    ]);
    let mut tokens = vec![
        Token::text(name),
        Token::Number(number(&METHODS, method).ok_or_else(|| format!("no method {method}"))?),
        Token::text(text(http, "requestUri").unwrap_or("/")),
        Token::Number(flags as usize),
    ];
    tokens.extend([input, output].into_iter().flatten().map(Token::Shape));
    let element = input_element.map(|element| [element, namespace.unwrap_or_default()]);
    let texts = [host_prefix, wrapper].into_iter().flatten().chain(element.into_iter().flatten());
    tokens.extend(texts.chain(checksum_member).map(Token::text));
    Ok(tokens)
}

/// Whether the request (`input`) or the response (`output`) is a stream of events.
pub(super) fn streams_events(model: &Value, operation: &Value, end: &str) -> bool {
    let shape = operation.get(end).and_then(|end| text(end, "shape"));
    let shape = shape.and_then(|name| model.get("shapes")?.get(name));
    shape.is_some_and(|shape| {
        members(shape, "members").any(|(_, member)| {
            let target = text(member, "shape").and_then(|name| model.get("shapes")?.get(name));
            target.is_some_and(|target| flag(target, "eventstream"))
        })
    })
}
