//! [`Service`]: a decoded frame.

use super::format::{METHODS, PROTOCOLS, operation};
use super::reader::Reader;
use super::shape::Shape;

/// What the table knows of a service.
#[derive(Debug)]
pub(crate) struct Service {
    texts: Items<String>,
    shapes: Items<Vec<u8>>,
    operations: Items<Vec<u8>>,
    /// Numbers of texts: id, class, endpoint prefix, signing name, target prefix, JSON version, API version.
    facts: [u32; 7],
    protocol: Protocol,
    /// Numbers of texts: scope, host, region of the signature.
    endpoints: Vec<[u32; 3]>,
    /// Numbers of texts: code on the wire, class.
    errors: Vec<[u32; 2]>,
}

/// Items that lie together, and where each ends.
#[derive(Debug)]
struct Items<B> {
    ends: Vec<u32>,
    bytes: B,
}

impl<B> Items<B> {
    fn range(&self, number: u32) -> Option<std::ops::Range<usize>> {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        Some(start as usize..*self.ends.get(number)? as usize)
    }
}

/// How a service's requests and responses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Json,
    RestJson,
    RestXml,
    Query,
    Ec2,
    /// Not spoken here: of few services it is the only protocol.
    Cbor,
}

/// Where a service is reached in a region or a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Endpoint<'t> {
    /// `eu-west-1`, `aws-cn`
    pub(crate) scope: &'t str,
    /// `iam.{suffix}`
    pub(crate) host: &'t str,
    /// `us-east-1`, `{region}`
    pub(crate) signing_region: &'t str,
}

/// What the table knows of an operation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation<'t> {
    /// `SendMessage`
    pub(crate) name: &'t str,
    /// `POST`
    pub(crate) method: &'static str,
    /// `/{Bucket}/{Key+}?tagging`
    pub(crate) uri: &'t str,
    pub(crate) input: Option<u32>,
    pub(crate) output: Option<u32>,
    /// `{AccountId}.`
    pub(crate) host_prefix: Option<&'t str>,
    /// `ListUsersResult`
    pub(crate) result_wrapper: Option<&'t str>,
    /// The element around the body and its namespace, or nothing.
    pub(crate) input_element: Option<(&'t str, &'t str)>,
    pub(crate) is_unsigned: bool,
    pub(crate) has_unsigned_body: bool,
    pub(crate) is_checksum_required: bool,
    /// The member that names the algorithm of the checksum: `ChecksumAlgorithm`.
    pub(crate) checksum_member: Option<&'t str>,
    pub(crate) streams_events: bool,
}

impl Service {
    pub(crate) fn decode(plain: Vec<u8>) -> Option<Service> {
        let mut reader = Reader::new(&plain);
        let (ends, bytes) = reader.list()?;
        let texts = Items { ends, bytes: String::from_utf8(bytes.to_vec()).ok()? };
        let mut facts = [0; 7];
        for fact in &mut facts {
            *fact = reader.number()?;
        }
        let protocol = match *PROTOCOLS.get(reader.number()? as usize)? {
            "json" => Protocol::Json,
            "rest-json" => Protocol::RestJson,
            "rest-xml" => Protocol::RestXml,
            "query" => Protocol::Query,
            "ec2" => Protocol::Ec2,
            _ => Protocol::Cbor,
        };
        let mut endpoints = Vec::new();
        for _ in 0..reader.number()? {
            endpoints.push([reader.number()?, reader.number()?, reader.number()?]);
        }
        let mut errors = Vec::new();
        for _ in 0..reader.number()? {
            errors.push([reader.number()?, reader.number()?]);
        }
        let mut items = || {
            let (ends, bytes) = reader.list()?;
            Some(Items { ends, bytes: bytes.to_vec() })
        };
        let (shapes, operations) = (items()?, items()?);
        Some(Service { texts, shapes, operations, facts, protocol, endpoints, errors })
    }

    /// A text by its number; nothing for one that there is not.
    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.range(number).and_then(|range| self.texts.bytes.get(range)).unwrap_or_default()
    }

    fn fact(&self, index: usize) -> &str {
        self.facts.get(index).map_or("", |number| self.text(*number))
    }

    /// `DynamoDB`, `API Gateway`
    pub(crate) fn id(&self) -> &str {
        self.fact(0)
    }

    /// The start of its error names: `DynamoDb`, `ApiGateway`.
    pub(crate) fn class(&self) -> &str {
        self.fact(1)
    }

    /// `dynamodb`, `states`
    pub(crate) fn endpoint_prefix(&self) -> &str {
        self.fact(2)
    }

    /// `dynamodb`, `states`
    pub(crate) fn signing_name(&self) -> &str {
        self.fact(3)
    }

    /// `DynamoDB_20120810`
    pub(crate) fn target_prefix(&self) -> &str {
        self.fact(4)
    }

    /// `1.0` or `1.1`
    pub(crate) fn json_version(&self) -> &str {
        self.fact(5)
    }

    /// `2012-08-10`
    pub(crate) fn api_version(&self) -> &str {
        self.fact(6)
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Where it is reached, as far as that is not `PREFIX.REGION.SUFFIX`.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = Endpoint<'_>> {
        self.endpoints.iter().map(|[scope, host, signing_region]| Endpoint {
            scope: self.text(*scope),
            host: self.text(*host),
            signing_region: self.text(*signing_region),
        })
    }

    /// The Java SDK's class of an error that the model has, by its code on the wire.
    pub(crate) fn exception(&self, code: &str) -> Option<&str> {
        self.errors.iter().find(|[known, _]| self.text(*known) == code).map(|[_, class]| self.text(*class))
    }

    /// The operation of an action: its name with a small first letter.
    pub(crate) fn operation(&self, action: &str) -> Option<Operation<'_>> {
        self.operations().find(|operation| is_action_of(action, operation.name))
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        (0..self.operations.ends.len() as u32).filter_map(|number| {
            let bytes = self.operations.bytes.get(self.operations.range(number)?)?;
            self.read_operation(Reader::new(bytes))
        })
    }

    fn read_operation(&self, mut reader: Reader<'_>) -> Option<Operation<'_>> {
        let name = self.text(reader.number()?);
        let method = METHODS.get(reader.number()? as usize)?;
        let uri = self.text(reader.number()?);
        let flags = reader.number()?;
        let mut number = |bit| if flags & bit == 0 { Some(None) } else { reader.number().map(Some) };
        let (input, output) = (number(operation::INPUT)?, number(operation::OUTPUT)?);
        let host_prefix = number(operation::HOST_PREFIX)?.map(|text| self.text(text));
        let result_wrapper = number(operation::RESULT_WRAPPER)?.map(|text| self.text(text));
        let element = number(operation::INPUT_ELEMENT)?.map(|text| self.text(text));
        let namespace = number(operation::INPUT_ELEMENT)?.map(|text| self.text(text));
        let checksum_member = number(operation::CHECKSUM_MEMBER)?.map(|text| self.text(text));
        Some(Operation {
            name,
            method,
            uri,
            input,
            output,
            host_prefix,
            result_wrapper,
            input_element: element.zip(namespace),
            is_unsigned: flags & operation::UNSIGNED != 0,
            has_unsigned_body: flags & operation::UNSIGNED_BODY != 0,
            is_checksum_required: flags & operation::CHECKSUM_REQUIRED != 0,
            checksum_member,
            streams_events: flags & operation::EVENT_STREAM != 0,
        })
    }

    /// A shape by its number; a document, which is anything, for one that there is not.
    pub(crate) fn shape(&self, number: u32) -> Shape<'_> {
        let bytes = self.shapes.range(number).and_then(|range| self.shapes.bytes.get(range));
        bytes.and_then(|bytes| Shape::read(self, Reader::new(bytes))).unwrap_or(Shape::Document)
    }
}

fn is_action_of(action: &str, operation: &str) -> bool {
    let (mut action, mut operation) = (action.chars(), operation.chars());
    let first = operation.next().map(|c| c.to_ascii_lowercase());
    action.next() == first && action.as_str() == operation.as_str()
}
