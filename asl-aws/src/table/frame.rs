//! [`Service`]: the content of a frame.

use super::decode::{OperationNode, Place};
use super::format::operation;
use super::shape::Shape;

/// A service in the table. Texts and shapes are referred to by number. Shapes are read from the frame when they are used.
#[derive(Debug)]
pub(crate) struct Service {
    pub(super) texts: Texts,
    /// Texts: id, class, endpoint prefix, signing name, target prefix, JSON version, API version.
    pub(super) facts: [u32; 7],
    pub(super) protocol: Protocol,
    /// Texts: scope, host, region of the signature.
    pub(super) endpoints: Vec<[u32; 3]>,
    /// Texts: code on the wire, class.
    pub(super) errors: Vec<[u32; 2]>,
    pub(super) operations: Vec<OperationNode>,
    pub(super) shapes: Vec<Place>,
    /// The frame.
    pub(super) plain: Vec<u8>,
}

/// Where texts lie in the frame: one after the other, each followed by a terminator that is not part of it.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) start: u32,
    pub(super) ends: Vec<u32>,
}

impl Texts {
    fn get<'f>(&self, plain: &'f [u8], number: u32) -> Option<&'f str> {
        let number = number as usize;
        let start = match number.checked_sub(1) {
            Some(before) => self.ends.get(before)? + 1,
            None => self.start,
        };
        std::str::from_utf8(plain.get(start as usize..*self.ends.get(number)? as usize)?).ok()
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
    /// Not supported. Few services have only this protocol.
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

/// An operation in the table.
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
    /// The element around the body, and its namespace, which may be empty.
    pub(crate) input_element: Option<(&'t str, &'t str)>,
    pub(crate) is_unsigned: bool,
    pub(crate) has_unsigned_body: bool,
    pub(crate) is_checksum_required: bool,
    /// The member that names the algorithm of the checksum: `ChecksumAlgorithm`.
    pub(crate) checksum_member: Option<&'t str>,
    pub(crate) streams_events: bool,
}

impl Service {
    /// A text by its number; empty for a number that does not exist.
    pub(super) fn text(&self, number: u32) -> &str {
        self.texts.get(&self.plain, number).unwrap_or_default()
    }

    fn fact(&self, index: usize) -> &str {
        self.facts.get(index).map_or("", |number| self.text(*number))
    }

    /// `DynamoDB`, `API Gateway`
    pub(crate) fn id(&self) -> &str {
        self.fact(0)
    }

    /// The prefix of its error names: `DynamoDb`, `ApiGateway`.
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

    /// Its endpoints, except those of the form `PREFIX.REGION.SUFFIX`.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = Endpoint<'_>> {
        self.endpoints.iter().map(|[scope, host, signing_region]| Endpoint {
            scope: self.text(*scope),
            host: self.text(*host),
            signing_region: self.text(*signing_region),
        })
    }

    /// The Java SDK's class of an error in the model, by its code in responses.
    pub(crate) fn exception(&self, code: &str) -> Option<&str> {
        self.errors.iter().find(|[known, _]| self.text(*known) == code).map(|[_, class]| self.text(*class))
    }

    /// The operation of an action, which is the operation's name with a small first letter.
    pub(crate) fn operation(&self, action: &str) -> Option<Operation<'_>> {
        self.operations().find(|operation| is_action_of(action, operation.name))
    }

    pub(crate) fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        self.operations.iter().map(|node| self.view(node))
    }

    fn view(&self, node: &OperationNode) -> Operation<'_> {
        let text = |number: Option<u32>| number.map(|number| self.text(number));
        Operation {
            name: self.text(node.name),
            method: node.method,
            uri: self.text(node.uri),
            input: node.input,
            output: node.output,
            host_prefix: text(node.host_prefix),
            result_wrapper: text(node.result_wrapper),
            input_element: node
                .input_element
                .map(|[element, namespace]| (self.text(element), self.text(namespace))),
            is_unsigned: node.flags & operation::UNSIGNED != 0,
            has_unsigned_body: node.flags & operation::UNSIGNED_BODY != 0,
            is_checksum_required: node.flags & operation::CHECKSUM_REQUIRED != 0,
            checksum_member: text(node.checksum_member),
            streams_events: node.flags & operation::EVENT_STREAM != 0,
        }
    }

    /// A shape by its number; a document, which accepts anything, for a number that does not exist.
    pub(crate) fn shape(&self, number: u32) -> Shape<'_> {
        let node = self.shapes.get(number as usize).and_then(|place| place.shape_node(&self.plain));
        node.and_then(|node| Shape::of(self, node)).unwrap_or(Shape::Document)
    }
}

fn is_action_of(action: &str, operation: &str) -> bool {
    let (mut action, mut operation) = (action.chars(), operation.chars());
    let first = operation.next().map(|c| c.to_ascii_lowercase());
    action.next() == first && action.as_str() == operation.as_str()
}
