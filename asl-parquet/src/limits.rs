//! What AWS documents of the size of Parquet files.

/// Documented: row groups of up to 256 MB.
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>
///
/// UNRECORDED: whether AWS counts the bytes of a row group in a Parquet file before or after they are compressed. Here they
/// are counted as the footer states the size of a row group, which is without compression.
pub const MOST_GROUP_BYTES: u64 = 256 << 20;

/// Documented, as above: a footer of up to 5 MB.
pub const MOST_FOOTER_BYTES: u64 = 5 << 20;
