//! The numbers of the service table's format, shared by its writer (`cargo xtask service-table`) and its reader.
//!
//! The file consists of [`MAGIC`], the number of services, the name and the frame's lengths (compressed and uncompressed) of
//! each service, and the frames, each deflated by itself. Numbers are LEB128. A text in the head of the file is its length
//! and its bytes.
//!
//! An uncompressed frame consists of the length of its texts and the texts, each terminated by [`TEXT_END`]; facts about the
//! service; lists of endpoints, errors and operations, each a count and its items; and the shapes. Texts and shapes are in
//! the order in which the frame first refers to them. A reference is 0 for the next one that has not been referred to yet,
//! else its number counted from 1. So most references are 0, which deflates well.

/// The start of the file. The digit changes with the format.
pub(crate) const MAGIC: &[u8; 4] = b"ASW2";

/// Terminates each text in a frame.
pub(crate) const TEXT_END: char = '\0';

/// Protocols, by their number.
pub(crate) const PROTOCOLS: [&str; 6] =
    ["json", "rest-json", "rest-xml", "query", "ec2", "smithy-rpc-v2-cbor"];

/// Types of shapes, by their number.
pub(crate) const TYPES: [&str; 12] = [
    "structure",
    "list",
    "map",
    "string",
    "blob",
    "boolean",
    "integer",
    "long",
    "float",
    "double",
    "timestamp",
    "document",
];

/// HTTP methods, by their number.
pub(crate) const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

/// The location of a member in a request or a response, by number: the low bits of a member's flags.
pub(crate) const LOCATIONS: [&str; 6] = ["", "header", "headers", "querystring", "uri", "statusCode"];

/// Formats of timestamps, by their number.
pub(crate) const TIMESTAMPS: [&str; 4] = ["", "iso8601", "rfc822", "unixTimestamp"];

/// Flags of a member, an item, a key or a value, above the three bits of its location.
pub(crate) mod member {
    pub(crate) const REQUIRED: u32 = 1 << 3;
    /// A text follows: the name on the wire.
    pub(crate) const NAMED: u32 = 1 << 4;
    pub(crate) const FLATTENED: u32 = 1 << 5;
    pub(crate) const IDEMPOTENCY_TOKEN: u32 = 1 << 6;
    pub(crate) const JSON_VALUE: u32 = 1 << 7;
    pub(crate) const XML_ATTRIBUTE: u32 = 1 << 8;
    /// A text follows: the name in an ec2 request.
    pub(crate) const QUERY_NAMED: u32 = 1 << 9;
    /// A number in `TIMESTAMPS` follows.
    pub(crate) const TIMESTAMP: u32 = 1 << 10;
    /// Two texts follow: the prefix, which may be empty, and the namespace.
    pub(crate) const NAMESPACE: u32 = 1 << 11;
}

/// Flags of a shape, after its type.
pub(crate) mod shape {
    /// The member that is the whole body; its number follows.
    pub(crate) const PAYLOAD: u32 = 1;
    /// A count and this many texts follow.
    pub(crate) const ENUM: u32 = 1 << 1;
    /// A text follows: the minimum number or length.
    pub(crate) const MIN: u32 = 1 << 2;
    /// A text follows: the maximum number or length.
    pub(crate) const MAX: u32 = 1 << 3;
}

/// Flags of an operation, after its name, method and path.
pub(crate) mod operation {
    /// The number of a shape follows.
    pub(crate) const INPUT: u32 = 1;
    /// The number of a shape follows.
    pub(crate) const OUTPUT: u32 = 1 << 1;
    /// A text follows.
    pub(crate) const HOST_PREFIX: u32 = 1 << 2;
    /// A text follows: the element around the result.
    pub(crate) const RESULT_WRAPPER: u32 = 1 << 3;
    /// Two texts follow: the element around the body, and its namespace.
    pub(crate) const INPUT_ELEMENT: u32 = 1 << 4;
    pub(crate) const UNSIGNED: u32 = 1 << 5;
    pub(crate) const UNSIGNED_BODY: u32 = 1 << 6;
    pub(crate) const CHECKSUM_REQUIRED: u32 = 1 << 7;
    /// A text follows: the member that names the algorithm.
    pub(crate) const CHECKSUM_MEMBER: u32 = 1 << 8;
    /// The operation streams events. The input or output that is the stream is left out.
    pub(crate) const EVENT_STREAM: u32 = 1 << 9;
}
