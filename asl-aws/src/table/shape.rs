//! [`Shape`]: the type of a value, as a view of the table.

use super::Service;
use super::decode::{MemberNode, Run, ShapeNode};
use super::format::{LOCATIONS, member};

/// The bits of a member's flags that are its location.
const LOCATION: u32 = 0b111;

/// The type of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape<'t> {
    Structure(Structure<'t>),
    /// Its items, and how many it may have.
    List(Member<'t>, Bounds<'t>),
    Map {
        key: Member<'t>,
        value: Member<'t>,
    },
    Text {
        choices: Choices<'t>,
        bounds: Bounds<'t>,
    },
    Blob(Bounds<'t>),
    Boolean,
    /// `integer` and `long`
    Integer(Bounds<'t>),
    /// `float` and `double`
    Float(Bounds<'t>),
    Timestamp,
    /// Any JSON.
    Document,
}

/// A type with members.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Structure<'t> {
    service: &'t Service,
    node: ShapeNode<'t>,
}

/// A member of a structure, the items of a list, or the keys or values of a map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member<'t> {
    service: &'t Service,
    /// Its name in the model; empty for items, keys and values.
    pub(crate) name: &'t str,
    shape: u32,
    flags: u32,
    /// The name in requests and responses, if it differs.
    wire_name: Option<&'t str>,
    /// The name in an ec2 request, if the model has one.
    pub(crate) query_name: Option<&'t str>,
    pub(crate) timestamp: TimestampFormat,
    /// The prefix, which may be empty, and the namespace of its element.
    pub(crate) namespace: Option<(&'t str, &'t str)>,
}

/// The values that a text may have; empty if it may have any.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choices<'t> {
    service: &'t Service,
    run: Run<'t>,
}

/// The minimum and the maximum number or length.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Bounds<'t> {
    pub(crate) min: Option<&'t str>,
    pub(crate) max: Option<&'t str>,
}

/// The format of a time; the protocol decides by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimestampFormat {
    Default,
    /// `2026-01-01T00:00:00Z`
    Iso8601,
    /// `Thu, 01 Jan 2026 00:00:00 GMT`
    Rfc822,
    /// `1767225600`
    Unix,
}

/// The location of a member in a request or a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
    Body,
    Header,
    /// All headers that start with the member's name.
    Headers,
    Query,
    Path,
    Status,
}

impl<'t> Shape<'t> {
    pub(super) fn of(service: &'t Service, node: ShapeNode<'t>) -> Option<Shape<'t>> {
        let text = |number: Option<u32>| number.map(|number| service.text(number));
        let bounds = Bounds { min: text(node.min), max: text(node.max) };
        let structure = Structure { service, node };
        let mut members = structure.members();
        Some(match node.kind {
            "structure" => Shape::Structure(structure),
            "list" => Shape::List(members.next()?, bounds),
            "map" => Shape::Map { key: members.next()?, value: members.next()? },
            "string" => Shape::Text { choices: Choices { service, run: node.choices }, bounds },
            "blob" => Shape::Blob(bounds),
            "boolean" => Shape::Boolean,
            "integer" | "long" => Shape::Integer(bounds),
            "float" | "double" => Shape::Float(bounds),
            "timestamp" => Shape::Timestamp,
            _ => Shape::Document,
        })
    }
}

impl<'t> Structure<'t> {
    pub(crate) fn members(self) -> impl Iterator<Item = Member<'t>> {
        self.node.members.members().map(move |node| Member::of(self.service, &node))
    }

    /// The member that is the whole body.
    pub(crate) fn payload(self) -> Option<Member<'t>> {
        self.members().nth(self.node.payload? as usize)
    }
}

impl<'t> Member<'t> {
    fn of(service: &'t Service, node: &MemberNode) -> Member<'t> {
        let text = |number: u32| service.text(number);
        Member {
            service,
            name: node.name.map_or("", text),
            shape: node.shape,
            flags: node.flags,
            wire_name: node.wire_name.map(text),
            query_name: node.query_name.map(text),
            timestamp: node.timestamp,
            namespace: node.namespace.map(|[prefix, uri]| (text(prefix), text(uri))),
        }
    }

    /// The input or output of an operation, as if it were a member.
    pub(crate) fn root(service: &'t Service, shape: u32) -> Member<'t> {
        let timestamp = TimestampFormat::Default;
        Member {
            service,
            name: "",
            shape,
            flags: 0,
            wire_name: None,
            query_name: None,
            timestamp,
            namespace: None,
        }
    }

    pub(crate) fn shape(&self) -> Shape<'t> {
        self.service.shape(self.shape)
    }

    /// The structure, if it is one.
    pub(crate) fn structure(&self) -> Option<Structure<'t>> {
        if let Shape::Structure(structure) = self.shape() { Some(structure) } else { None }
    }

    /// The name in requests and responses, if the model has one.
    pub(crate) fn explicit_name(&self) -> Option<&'t str> {
        self.wire_name
    }

    /// The name in requests and responses.
    pub(crate) fn wire_name(&self) -> &'t str {
        self.wire_name.unwrap_or(self.name)
    }

    pub(crate) fn location(&self) -> Location {
        match LOCATIONS.get((self.flags & LOCATION) as usize) {
            Some(&"header") => Location::Header,
            Some(&"headers") => Location::Headers,
            Some(&"querystring") => Location::Query,
            Some(&"uri") => Location::Path,
            Some(&"statusCode") => Location::Status,
            _ => Location::Body,
        }
    }

    pub(crate) fn is_required(&self) -> bool {
        self.flags & member::REQUIRED != 0
    }

    /// Whether its items have no element around them.
    pub(crate) fn is_flattened(&self) -> bool {
        self.flags & member::FLATTENED != 0
    }

    /// Whether a random value is generated if none is given.
    pub(crate) fn is_idempotency_token(&self) -> bool {
        self.flags & member::IDEMPOTENCY_TOKEN != 0
    }

    /// Whether its text is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.flags & member::JSON_VALUE != 0
    }

    pub(crate) fn is_attribute(&self) -> bool {
        self.flags & member::XML_ATTRIBUTE != 0
    }
}

impl<'t> Choices<'t> {
    /// Whether any text is allowed.
    pub(crate) fn is_open(&self) -> bool {
        self.run.count == 0
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'t str> {
        self.run.choices().map(move |text| self.service.text(text))
    }
}
