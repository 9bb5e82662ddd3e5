//! Reads a frame: all of it once, to find its operations and the places of its shapes, and each shape when it is used.

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

/// A shape, whose texts are numbers. Its choices and members are read when they are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShapeNode<'f> {
    /// One of [`TYPES`].
    pub(super) kind: &'static str,
    pub(super) payload: Option<u32>,
    pub(super) min: Option<u32>,
    pub(super) max: Option<u32>,
    pub(super) choices: Run<'f>,
    pub(super) members: Run<'f>,
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

pub(super) fn service(plain: Vec<u8>) -> Option<Service> {
    let mut reader = Reader::new(&plain);
    let length = reader.number()? as usize;
    let start = plain.len() - reader.rest().len();
    let texts = reader.take(length)?;
    let mut ends = Vec::new();
    for (index, byte) in texts.iter().enumerate() {
        if *byte == TEXT_END as u8 {
            ends.push((start + index) as u32);
        }
    }
    let texts = Texts { start: start as u32, ends };
    let mut cursor = Cursor { reader, texts: 0, shapes: 0 };
    let facts = cursor.texts()?;
    let protocol = cursor.protocol()?;
    let endpoints = cursor.list(Cursor::texts)?;
    let errors = cursor.list(Cursor::texts)?;
    let operations = cursor.list(Cursor::operation)?;
    let mut shapes = Vec::new();
    while shapes.len() < cursor.shapes as usize {
        shapes.push(cursor.place(&plain));
        cursor.shape_node()?;
    }
    Some(Service { texts, facts, protocol, endpoints, errors, operations, shapes, plain })
}

/// Where a shape begins: the bytes before it, and the texts and shapes referred to before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    at: u32,
    texts: u32,
    shapes: u32,
}

impl Place {
    pub(super) fn shape_node(self, plain: &[u8]) -> Option<ShapeNode<'_>> {
        let reader = Reader::new(plain.get(self.at as usize..)?);
        Cursor { reader, texts: self.texts, shapes: self.shapes }.shape_node()
    }
}

/// Choices or members of a shape, which follow one another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'f> {
    cursor: Cursor<'f>,
    pub(super) count: u32,
    /// Whether members have names: those of a structure do.
    are_named: bool,
}

impl<'f> Run<'f> {
    pub(super) fn choices(mut self) -> impl Iterator<Item = u32> + use<'f> {
        (0..self.count).map_while(move |_| self.cursor.text())
    }

    pub(super) fn members(mut self) -> impl Iterator<Item = MemberNode> + use<'f> {
        (0..self.count).map_while(move |_| self.cursor.member(self.are_named))
    }
}

/// A place in a frame after its texts.
#[derive(Debug, Clone, Copy)]
struct Cursor<'f> {
    reader: Reader<'f>,
    /// The number of texts referred to so far.
    texts: u32,
    /// The number of shapes referred to so far.
    shapes: u32,
}

impl<'f> Cursor<'f> {
    fn place(&self, plain: &[u8]) -> Place {
        let at = plain.len() - self.reader.rest().len();
        Place { at: at as u32, texts: self.texts, shapes: self.shapes }
    }

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

    /// Reads a shape up to its end.
    fn shape_node(&mut self) -> Option<ShapeNode<'f>> {
        let kind = *TYPES.get(usize::from(self.reader.byte()?))?;
        let flags = self.number()?;
        let payload = self.if_set(flags, shape::PAYLOAD, Self::number)?;
        let count = self.if_set(flags, shape::ENUM, Self::number)?.unwrap_or_default();
        let choices = Run { cursor: *self, count, are_named: false };
        for _ in 0..count {
            self.text()?;
        }
        let min = self.if_set(flags, shape::MIN, Self::text)?;
        let max = self.if_set(flags, shape::MAX, Self::text)?;
        let (count, are_named) = match kind {
            "structure" => (self.number()?, true),
            "list" => (1, false),
            "map" => (2, false),
            _ => (0, false),
        };
        let members = Run { cursor: *self, count, are_named };
        for _ in 0..count {
            self.member(are_named)?;
        }
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
