//! Encodes the model of a service as a frame.

mod operations;
mod shapes;

use asl_value::Value;

use super::format::PROTOCOLS;
use super::frame::{Frame, Token};
use super::java_names;
use crate::Result;
use shapes::Shapes;

/// An encoded service, not compressed yet.
pub(super) struct Service {
    /// The name in `aws-sdk:NAME:action`.
    pub(super) name: String,
    /// The strings, and the rest of the frame.
    pub(super) frame: [Vec<u8>; 2],
}

pub(super) fn service(model: &Value) -> Result<Service> {
    let metadata = model.get("metadata").ok_or("no metadata")?;
    let id = text(metadata, "serviceId").ok_or("no serviceId")?;
    let prefix = text(metadata, "endpointPrefix").unwrap_or_default();
    let class = java_names::service(id);
    let facts = [
        id,
        &class,
        prefix,
        text(metadata, "signingName").unwrap_or(prefix),
        text(metadata, "targetPrefix").unwrap_or_default(),
        text(metadata, "jsonVersion").unwrap_or("1.0"),
        text(metadata, "apiVersion").unwrap_or_default(),
    ];
    let shapes = Shapes::reached(model)?;

    let mut frame = Frame::default();
    frame.write(facts.map(Token::text))?;
    frame.write([Token::Number(protocol(metadata)?)])?;
    frame.write(endpoints(model)?)?;
    frame.write(errors(model))?;
    frame.write(operations::all(model, &shapes)?)?;
    let mut done = 0;
    while let Some(class) = frame.shape(done) {
        frame.write(shapes.tokens(class)?)?;
        done += 1;
    }
    Ok(Service { name: class.to_ascii_lowercase(), frame: frame.finish()? })
}

/// The number of the protocol to use. CBOR is the last choice.
fn protocol(metadata: &Value) -> Result<usize> {
    let declared = metadata.get("protocols").and_then(Value::as_array);
    let declared = declared.into_iter().flatten().filter_map(Value::as_str);
    let mut known = declared.chain(text(metadata, "protocol")).filter_map(|name| number(&PROTOCOLS, name));
    let first = known.next().ok_or("no protocol that is known")?;
    let cbor = PROTOCOLS.len() - 1;
    Ok(if first == cbor { known.find(|other| *other != cbor).unwrap_or(cbor) } else { first })
}

/// A count, then for each: a region, a partition or nothing, the host, the region of the signature.
fn endpoints(model: &Value) -> Result<Vec<Token<'_>>> {
    let endpoints = model.get("endpoints").and_then(Value::as_array).ok_or("no endpoints")?;
    let mut tokens = vec![Token::Number(endpoints.len())];
    for endpoint in endpoints {
        let parts = endpoint.as_array().ok_or("an odd endpoint")?;
        tokens.extend(parts.iter().map(|part| Token::text(part.as_str().unwrap_or_default())));
    }
    Ok(tokens)
}

/// A count, then for each: a code as it is on the wire, and the Java SDK's class.
fn errors(model: &Value) -> Vec<Token<'_>> {
    let mut errors = Vec::new();
    for (name, shape) in members(model, "shapes").filter(|(_, shape)| flag(shape, "exception")) {
        let code = shape.get("error").and_then(|error| text(error, "code")).filter(|code| *code != name);
        for code in [Some(name), code].into_iter().flatten() {
            errors.extend([Token::text(code), Token::text(java_names::exception(name))]);
        }
    }
    errors.insert(0, Token::Number(errors.len() / 2));
    errors
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// A bit set of the flags.
fn bits<const N: usize>(flags: [(bool, u32); N]) -> u32 {
    flags.iter().filter(|(is_set, _)| *is_set).map(|(_, bit)| bit).sum()
}

fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (&'v str, &'v Value)> {
    let object = value.get(name).and_then(Value::as_object);
    object.into_iter().flat_map(|object| object.iter().map(|(name, value)| (name.as_str(), value)))
}

fn number(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}
