//! A service's frame from its model.

use std::collections::HashMap;

use asl_value::Value;

use super::format::{LOCATIONS, METHODS, PROTOCOLS, TIMESTAMPS, TYPES, member, operation, shape};
use super::java_names;
use super::pool::{Pool, write_list, write_number};
use crate::Result;

/// A service, plain.
pub(super) struct Service {
    /// As `aws-sdk:NAME:action` calls it.
    pub(super) name: String,
    pub(super) frame: Vec<u8>,
}

pub(super) fn service(model: &Value) -> Result<Service> {
    let metadata = model.get("metadata").ok_or("no metadata")?;
    let id = text(metadata, "serviceId").ok_or("no serviceId")?;
    let mut pool = Pool::default();
    let mut facts = Vec::new();
    let prefix = text(metadata, "endpointPrefix").unwrap_or_default();
    for fact in [
        id,
        &java_names::class(id),
        prefix,
        text(metadata, "signingName").unwrap_or(prefix),
        text(metadata, "targetPrefix").unwrap_or_default(),
        text(metadata, "jsonVersion").unwrap_or("1.0"),
        text(metadata, "apiVersion").unwrap_or_default(),
    ] {
        write_number(&mut facts, pool.number(fact))?;
    }
    write_number(&mut facts, protocol(metadata)?)?;
    write_endpoints(model, &mut pool, &mut facts)?;
    write_errors(model, &mut pool, &mut facts)?;

    let shapes = Shapes::reached(model)?;
    let classes = shapes.classes(&mut pool)?;
    let operations = operations(model, &shapes, &classes, &mut pool)?;
    let encoded = shapes.encoded(&classes, &mut pool)?;

    let mut frame = Vec::new();
    pool.write(&mut frame)?;
    frame.extend(facts);
    write_list(&mut frame, encoded.iter().map(Vec::as_slice))?;
    write_list(&mut frame, operations.iter().map(Vec::as_slice))?;
    let name = id.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    Ok(Service { name, frame })
}

/// The number of the protocol to speak: any that it declares rather than CBOR.
fn protocol(metadata: &Value) -> Result<usize> {
    let declared = metadata.get("protocols").and_then(Value::as_array);
    let declared = declared.into_iter().flatten().filter_map(Value::as_str);
    let mut known = declared.chain(text(metadata, "protocol")).filter_map(|name| number(&PROTOCOLS, name));
    let first = known.next().ok_or("no protocol that is known")?;
    let cbor = PROTOCOLS.len() - 1;
    Ok(if first == cbor { known.find(|other| *other != cbor).unwrap_or(cbor) } else { first })
}

/// A count and as many times: a region, a partition or nothing, the host, the region of the signature.
fn write_endpoints(model: &Value, pool: &mut Pool, out: &mut Vec<u8>) -> Result<()> {
    let endpoints = model.get("endpoints").and_then(Value::as_array).ok_or("no endpoints")?;
    write_number(out, endpoints.len())?;
    for endpoint in endpoints {
        for part in endpoint.as_array().ok_or("an odd endpoint")? {
            write_number(out, pool.number(part.as_str().unwrap_or_default()))?;
        }
    }
    Ok(())
}

/// A count and as many times: a code as it is on the wire, the Java SDK's class.
fn write_errors(model: &Value, pool: &mut Pool, out: &mut Vec<u8>) -> Result<()> {
    let mut errors = Vec::new();
    for (name, shape) in members(model, "shapes") {
        if !flag(shape, "exception") {
            continue;
        }
        errors.push((name.to_owned(), java_names::exception(name)));
        let code = shape.get("error").and_then(|error| text(error, "code"));
        errors.extend(
            code.filter(|code| code != &name).map(|code| (code.to_owned(), java_names::exception(name))),
        );
    }
    write_number(out, errors.len())?;
    for (code, class) in errors {
        write_number(out, pool.number(&code))?;
        write_number(out, pool.number(&class))?;
    }
    Ok(())
}

/// The shapes that operations reach, by their names.
struct Shapes<'m> {
    order: Vec<(&'m str, &'m Value)>,
    numbers: HashMap<&'m str, usize>,
}

impl<'m> Shapes<'m> {
    fn reached(model: &'m Value) -> Result<Shapes<'m>> {
        let all = model.get("shapes").ok_or("no shapes")?;
        let mut shapes = Shapes { order: Vec::new(), numbers: HashMap::new() };
        let mut open: Vec<&str> = Vec::new();
        for (_, operation) in members(model, "operations") {
            if !streams_events(model, operation) {
                open.extend(["input", "output"].iter().filter_map(|end| text(operation.get(end)?, "shape")));
            }
        }
        while let Some(name) = open.pop() {
            if shapes.numbers.contains_key(name) {
                continue;
            }
            let shape = all.get(name).ok_or_else(|| format!("no shape {name}"))?;
            shapes.numbers.insert(name, shapes.order.len());
            shapes.order.push((name, shape));
            open.extend(members(shape, "members").filter_map(|(_, member)| text(member, "shape")));
            open.extend(["member", "key", "value"].iter().filter_map(|part| text(shape.get(part)?, "shape")));
        }
        Ok(shapes)
    }

    fn get(&self, name: &str) -> Result<(usize, &'m Value)> {
        let number = *self.numbers.get(name).ok_or_else(|| format!("no shape {name}"))?;
        let (_, shape) = self.order.get(number).ok_or("no such shape")?;
        Ok((number, shape))
    }

    /// Which shapes are equal, whatever their names: the number of each one's class, found by splitting what differs until
    /// nothing splits.
    fn classes(&self, pool: &mut Pool) -> Result<Vec<usize>> {
        let mut classes = vec![0; self.order.len()];
        let mut count = 0;
        loop {
            let mut known: HashMap<(usize, Vec<u8>), usize> = HashMap::new();
            let mut next = Vec::with_capacity(classes.len());
            for ((_, shape), class) in self.order.iter().zip(&classes) {
                let fresh = known.len();
                next.push(*known.entry((*class, self.encode(shape, &classes, pool)?)).or_insert(fresh));
            }
            classes = next;
            if known.len() == count {
                return Ok(classes);
            }
            count = known.len();
        }
    }

    /// One shape of each class, in the order of the classes.
    fn encoded(&self, classes: &[usize], pool: &mut Pool) -> Result<Vec<Vec<u8>>> {
        let mut encoded = Vec::new();
        for ((_, shape), class) in self.order.iter().zip(classes) {
            if *class == encoded.len() {
                encoded.push(self.encode(shape, classes, pool)?);
            }
        }
        Ok(encoded)
    }

    fn encode(&self, shape: &Value, classes: &[usize], pool: &mut Pool) -> Result<Vec<u8>> {
        let kind = if flag(shape, "document") { "document" } else { text(shape, "type").unwrap_or_default() };
        let mut out = vec![u8::try_from(number(&TYPES, kind).ok_or_else(|| format!("no type {kind}"))?)?];
        let names: Vec<&str> = members(shape, "members").map(|(name, _)| name).collect();
        let payload = text(shape, "payload").and_then(|payload| number(&names, payload));
        let choices = shape.get("enum").and_then(Value::as_array);
        let bounds = [("min", shape::MIN), ("max", shape::MAX)].map(|(name, bit)| (shape.get(name), bit));
        let mut flags = 0;
        flags |= if payload.is_some() { shape::PAYLOAD } else { 0 };
        flags |= if choices.is_some() { shape::ENUM } else { 0 };
        flags |= bounds.iter().filter(|(bound, _)| bound.is_some()).map(|(_, bit)| bit).sum::<u32>();
        write_number(&mut out, flags as usize)?;
        if let Some(payload) = payload {
            write_number(&mut out, payload)?;
        }
        if let Some(choices) = choices {
            write_number(&mut out, choices.len())?;
            for choice in choices {
                write_number(&mut out, pool.number(choice.as_str().unwrap_or_default()))?;
            }
        }
        for bound in bounds.iter().filter_map(|(bound, _)| *bound) {
            write_number(&mut out, pool.number(&bound.to_string()))?;
        }
        match kind {
            "structure" => {
                let required = shape.get("required").and_then(Value::as_array);
                let required: Vec<&str> = required.into_iter().flatten().filter_map(Value::as_str).collect();
                write_number(&mut out, names.len())?;
                for (name, member) in members(shape, "members") {
                    write_number(&mut out, pool.number(name))?;
                    self.reference(member, name, required.contains(&name), classes, pool, &mut out)?;
                }
            }
            "list" => {
                let item = shape.get("member").ok_or("a list of nothing")?;
                self.reference(item, "", false, classes, pool, &mut out)?;
            }
            "map" => {
                for part in ["key", "value"] {
                    let part = shape.get(part).ok_or("a map without keys or values")?;
                    self.reference(part, "", false, classes, pool, &mut out)?;
                }
            }
            _ => {}
        }
        Ok(out)
    }

    /// A member, an item, a key or a value. What the shape says of its own serialization, and the reference does not say
    /// otherwise, is written with each reference.
    fn reference(
        &self,
        reference: &Value,
        name: &str,
        is_required: bool,
        classes: &[usize],
        pool: &mut Pool,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let (target, shape) = self.get(text(reference, "shape").ok_or("a reference to nothing")?)?;
        let said = |key: &str| reference.get(key).or_else(|| shape.get(key));
        let location = said("location").and_then(Value::as_str).unwrap_or_default();
        let wire_name = said("locationName").and_then(Value::as_str).filter(|wire| *wire != name);
        let query_name = said("queryName").and_then(Value::as_str);
        let timestamp = said("timestampFormat").and_then(Value::as_str);
        let namespace = said("xmlNamespace");
        let mut flags =
            u32::try_from(number(&LOCATIONS, location).ok_or_else(|| format!("no location {location}"))?)?;
        for (is_set, bit) in [
            (is_required, member::REQUIRED),
            (wire_name.is_some(), member::NAMED),
            (said("flattened") == Some(&Value::Bool(true)), member::FLATTENED),
            (flag(reference, "idempotencyToken"), member::IDEMPOTENCY_TOKEN),
            (said("jsonvalue") == Some(&Value::Bool(true)), member::JSON_VALUE),
            (flag(reference, "xmlAttribute"), member::XML_ATTRIBUTE),
            (query_name.is_some(), member::QUERY_NAMED),
            (timestamp.is_some(), member::TIMESTAMP),
            (namespace.is_some(), member::NAMESPACE),
        ] {
            flags |= if is_set { bit } else { 0 };
        }
        write_number(out, flags as usize)?;
        write_number(out, *classes.get(target).ok_or("no such class")?)?;
        for name in [wire_name, query_name].into_iter().flatten() {
            write_number(out, pool.number(name))?;
        }
        if let Some(format) = timestamp {
            write_number(
                out,
                number(&TIMESTAMPS, format).ok_or_else(|| format!("no timestamp format {format}"))?,
            )?;
        }
        if let Some(namespace) = namespace {
            for part in ["prefix", "uri"] {
                write_number(out, pool.number(text(namespace, part).unwrap_or_default()))?;
            }
        }
        Ok(())
    }
}

/// The operations, sorted by name.
fn operations(
    model: &Value,
    shapes: &Shapes<'_>,
    classes: &[usize],
    pool: &mut Pool,
) -> Result<Vec<Vec<u8>>> {
    let mut sorted: Vec<(&str, &Value)> = members(model, "operations").collect();
    sorted.sort_by_key(|(name, _)| *name);
    let encode = |(name, operation): (&str, &Value)| {
        encode_operation(model, name, operation, shapes, classes, pool)
            .map_err(|error| format!("{name}: {error}").into())
    };
    sorted.into_iter().map(encode).collect()
}

fn encode_operation(
    model: &Value,
    name: &str,
    operation: &Value,
    shapes: &Shapes<'_>,
    classes: &[usize],
    pool: &mut Pool,
) -> Result<Vec<u8>> {
    let http = operation.get("http").ok_or("no http")?;
    let method = text(http, "method").unwrap_or("POST");
    let streams = streams_events(model, operation);
    let end = |end: &str| {
        let name = operation.get(end).and_then(|end| text(end, "shape")).filter(|_| !streams);
        name.map(|name| shapes.get(name)).transpose()
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
    let mut flags = 0;
    for (is_set, bit) in [
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
    ] {
        flags |= if is_set { bit } else { 0 };
    }
    let mut out = Vec::new();
    write_number(&mut out, pool.number(name))?;
    write_number(&mut out, number(&METHODS, method).ok_or_else(|| format!("no method {method}"))?)?;
    write_number(&mut out, pool.number(text(http, "requestUri").unwrap_or("/")))?;
    write_number(&mut out, flags as usize)?;
    for (shape, _) in [input, output].into_iter().flatten() {
        write_number(&mut out, *classes.get(shape).ok_or("no such class")?)?;
    }
    let element = input_element.map(|element| [element, namespace.unwrap_or_default()]);
    let texts = [host_prefix, wrapper].into_iter().flatten().chain(element.into_iter().flatten());
    for text in texts.chain(checksum_member) {
        write_number(&mut out, pool.number(text))?;
    }
    Ok(out)
}

/// Whether the request or the response is a stream of events.
fn streams_events(model: &Value, operation: &Value) -> bool {
    ["input", "output"].iter().any(|end| {
        let shape = operation.get(end).and_then(|end| text(end, "shape"));
        let shape = shape.and_then(|name| model.get("shapes")?.get(name));
        shape.is_some_and(|shape| {
            members(shape, "members").any(|(_, member)| {
                let target = text(member, "shape").and_then(|name| model.get("shapes")?.get(name));
                target.is_some_and(|target| flag(target, "eventstream"))
            })
        })
    })
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or(false)
}

fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (&'v str, &'v Value)> {
    let object = value.get(name).and_then(Value::as_object);
    object.into_iter().flat_map(|object| object.iter().map(|(name, value)| (name.as_str(), value)))
}

fn number(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}
