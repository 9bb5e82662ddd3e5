//! Reads Apache Parquet files as items of a distributed Map of Amazon States Language, row after row.
//!
//! A [`Reader`] is given bytes of a file and returns rows as JSON. It does no I/O and waits for nothing, so the same code reads
//! from S3 with ranged requests, from a journal that is replayed, and in tests with a paused clock. Of a row group, which may
//! have hundreds of megabytes, the pages in use and a window of each column are in memory.
//!
//! ```
//! use asl_parquet::{Reader, Step};
//! let file = include_bytes!("../tests/files/flat.parquet");
//! // The whole file is there. Of a longer one, give the first bytes, and the others when it asks for them.
//! let mut reader = Reader::new(file.to_vec(), file.len() as u64);
//! let Step::Row(row) = reader.next(u64::MAX)? else { panic!("a row") };
//! assert_eq!(row.to_json(), r#"{"id":1,"name":"one","price":1.5}"#);
//! # Ok::<(), asl_parquet::Error>(())
//! ```
//!
//! # Hostile files
//! The official decoder trusts counts and lengths. What could end the process is checked before it sees it: the numbers and
//! the nesting in a footer, the lengths of pages, dictionaries and levels. Pages are inflated here, to the length that their
//! headers state. What remains are panics of the decoder on damaged pages; they are caught and become an [`Error`].
//! What prints them can be told by [`hide_caught_panics`]. A program that aborts on panics is not protected.
//!
//! # What it does not do
//! No encryption, no Brotli, LZO or framed LZ4, no selection of columns, no statistics. It writes nothing. No features.

mod calendar;
mod chunk;
mod codec;
mod column;
mod contained;
mod decimal;
mod delta;
mod error;
mod field;
mod footer;
mod group;
mod kind;
mod limits;
mod outline;
mod page;
mod page_header;
mod reader;
mod record;
mod scalar;
mod thrift;
mod values;

pub use contained::hide_caught_panics;
pub use error::{Error, ErrorKind};
pub use limits::{MOST_FOOTER_BYTES, MOST_GROUP_BYTES};
pub use reader::{Reader, Step};
