//! Decodes a frame in one pass.

use std::ops::Range;

use super::format::{METHODS, PROTOCOLS, TEXT_END, TIMESTAMPS, TYPES, member, operation, shape};
use super::frame::{Protocol, Service, Texts};
use super::reader::Reader;
use super::shape::TimestampFormat;

/// An operation, whose texts and shapes are numbers.
#[derive(Debug)]
pub(super) struct OperationNode {
    pub(super) name: u32,
    pub(super) method: &'static str,
    pub(super) uri: u32,
    pub(super) flags: u32,
    pub(super) input: Option<u32>,
    pub(super) output: Option<u32>,
    pub(super) host_prefix: Option<u32>,
    pub(super) result_wrapper: Option<u32>,
    pub(super) input_element: Option<[u32; 2]>,
    pub(super) checksum_member: Option<u32>,
}

/// A shape, whose texts and members are numbers.
#[derive(Debug)]
pub(super) struct ShapeNode {
    /// One of [`TYPES`].
    pub(super) kind: &'static str,
    pub(super) payload: Option<u32>,
    pub(super) min: Option<u32>,
    pub(super) max: Option<u32>,
    pub(super) choices: Range<usize>,
    pub(super) members: Range<usize>,
}

/// A member, the items of a list, or the keys or values of a map, whose texts and shapes are numbers.
#[derive(Debug)]
pub(super) struct MemberNode {
    pub(super) name: Option<u32>,
    pub(super) flags: u32,
    pub(super) shape: u32,
    pub(super) wire_name: Option<u32>,
    pub(super) query_name: Option<u32>,
    pub(super) timestamp: TimestampFormat,
    pub(super) namespace: Option<[u32; 2]>,
}

pub(super) fn service(plain: &[u8]) -> Option<Service> {
    let mut reader = Reader::new(plain);
    let length = reader.number()? as usize;
    let all = String::from_utf8(reader.take(length)?.to_vec()).ok()?;
    let ends = all.match_indices(TEXT_END).map(|(end, _)| end as u32).collect();
    let mut decoder = Decoder { reader, texts: 0, shapes: 0, members: Vec::new(), choices: Vec::new() };
    let facts = decoder.texts()?;
    let protocol = decoder.protocol()?;
    let endpoints = decoder.list(Decoder::texts)?;
    let errors = decoder.list(Decoder::texts)?;
    let operations = decoder.list(Decoder::operation)?;
    let mut shapes = Vec::new();
    while shapes.len() < decoder.shapes as usize {
        shapes.push(decoder.shape_node()?);
    }
    let Decoder { members, choices, .. } = decoder;
    let texts = Texts { ends, all };
    Some(Service { texts, facts, protocol, endpoints, errors, operations, shapes, members, choices })
}

struct Decoder<'f> {
    reader: Reader<'f>,
    /// The number of texts referred to so far.
    texts: u32,
    /// The number of shapes referred to so far.
    shapes: u32,
    members: Vec<MemberNode>,
    choices: Vec<u32>,
}

impl Decoder<'_> {
    fn number(&mut self) -> Option<u32> {
        self.reader.number()
    }

    fn text(&mut self) -> Option<u32> {
        Some(met(self.reader.number()?, &mut self.texts))
    }

    fn texts<const N: usize>(&mut self) -> Option<[u32; N]> {
        let mut texts = [0; N];
        for text in &mut texts {
            *text = self.text()?;
        }
        Some(texts)
    }

    fn shape(&mut self) -> Option<u32> {
        Some(met(self.reader.number()?, &mut self.shapes))
    }

    /// A count, followed by this many items.
    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.number()?).map(|_| item(self)).collect()
    }

    /// An item that is present if a bit of the flags is set. The outer `None` means the end of the bytes.
    fn if_set<T>(
        &mut self,
        flags: u32,
        bit: u32,
        read: impl Fn(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if flags & bit == 0 { Some(None) } else { read(self).map(Some) }
    }

    fn protocol(&mut self) -> Option<Protocol> {
        Some(match *PROTOCOLS.get(self.number()? as usize)? {
            "json" => Protocol::Json,
            "rest-json" => Protocol::RestJson,
            "rest-xml" => Protocol::RestXml,
            "query" => Protocol::Query,
            "ec2" => Protocol::Ec2,
            _ => Protocol::Cbor,
        })
    }

    fn operation(&mut self) -> Option<OperationNode> {
        let name = self.text()?;
        let method = METHODS.get(self.number()? as usize)?;
        let uri = self.text()?;
        let flags = self.number()?;
        Some(OperationNode {
            name,
            method,
            uri,
            flags,
            input: self.if_set(flags, operation::INPUT, Self::shape)?,
            output: self.if_set(flags, operation::OUTPUT, Self::shape)?,
            host_prefix: self.if_set(flags, operation::HOST_PREFIX, Self::text)?,
            result_wrapper: self.if_set(flags, operation::RESULT_WRAPPER, Self::text)?,
            input_element: self.if_set(flags, operation::INPUT_ELEMENT, Self::texts)?,
            checksum_member: self.if_set(flags, operation::CHECKSUM_MEMBER, Self::text)?,
        })
    }

    fn shape_node(&mut self) -> Option<ShapeNode> {
        let kind = *TYPES.get(usize::from(self.reader.byte()?))?;
        let flags = self.number()?;
        let payload = self.if_set(flags, shape::PAYLOAD, Self::number)?;
        let first_choice = self.choices.len();
        for _ in 0..self.if_set(flags, shape::ENUM, Self::number)?.unwrap_or_default() {
            let choice = self.text()?;
            self.choices.push(choice);
        }
        let min = self.if_set(flags, shape::MIN, Self::text)?;
        let max = self.if_set(flags, shape::MAX, Self::text)?;
        let first_member = self.members.len();
        let (count, are_named) = match kind {
            "structure" => (self.number()?, true),
            "list" => (1, false),
            "map" => (2, false),
            _ => (0, false),
        };
        for _ in 0..count {
            let member = self.member(are_named)?;
            self.members.push(member);
        }
        let choices = first_choice..self.choices.len();
        let members = first_member..self.members.len();
        Some(ShapeNode { kind, payload, min, max, choices, members })
    }

    fn member(&mut self, is_named: bool) -> Option<MemberNode> {
        let name = if is_named { Some(self.text()?) } else { None };
        let flags = self.number()?;
        Some(MemberNode {
            name,
            flags,
            shape: self.shape()?,
            wire_name: self.if_set(flags, member::NAMED, Self::text)?,
            query_name: self.if_set(flags, member::QUERY_NAMED, Self::text)?,
            timestamp: self
                .if_set(flags, member::TIMESTAMP, Self::timestamp)?
                .unwrap_or(TimestampFormat::Default),
            namespace: self.if_set(flags, member::NAMESPACE, Self::texts)?,
        })
    }

    fn timestamp(&mut self) -> Option<TimestampFormat> {
        Some(match *TIMESTAMPS.get(self.number()? as usize)? {
            "iso8601" => TimestampFormat::Iso8601,
            "rfc822" => TimestampFormat::Rfc822,
            "unixTimestamp" => TimestampFormat::Unix,
            _ => TimestampFormat::Default,
        })
    }
}

/// Resolves a reference to a text or a shape: 0 is the next one that has not been referred to yet, and others are earlier ones,
/// counted from 1.
fn met(number: u32, count: &mut u32) -> u32 {
    number.checked_sub(1).unwrap_or_else(|| {
        *count += 1;
        *count - 1
    })
}
