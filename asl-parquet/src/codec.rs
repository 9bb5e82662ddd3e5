//! [`Codec`]: how the pages of a column are compressed.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use parquet::basic::CompressionCodec;

use crate::error::Error;

/// How the pages of a column are compressed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Codec {
    Plain,
    Snappy,
    Gzip,
    Zstd,
    Lz4,
}

impl Codec {
    pub(crate) fn of(codec: CompressionCodec, column: &str) -> Result<Codec, Error> {
        match codec {
            CompressionCodec::UNCOMPRESSED => Ok(Codec::Plain),
            CompressionCodec::SNAPPY => Ok(Codec::Snappy),
            CompressionCodec::GZIP => Ok(Codec::Gzip),
            CompressionCodec::ZSTD => Ok(Codec::Zstd),
            CompressionCodec::LZ4_RAW => Ok(Codec::Lz4),
            other => Err(Error::new(format!(
                "the column {column} is compressed with {other}, which is not supported"
            ))),
        }
    }

    /// The inflated bytes, which must be as many as the page says. So a bomb takes no more memory than it states.
    pub(crate) fn inflate(self, stored: &[u8], inflated_bytes: usize) -> Option<Vec<u8>> {
        if self == Codec::Plain {
            return (stored.len() == inflated_bytes).then(|| stored.to_vec());
        }
        let mut inflated = vec![0; inflated_bytes];
        let length = match self {
            Codec::Plain => stored.len(),
            Codec::Snappy => snappy(stored, &mut inflated)?,
            Codec::Gzip => gzip(stored, &mut inflated)?,
            Codec::Zstd => ruzstd::decoding::FrameDecoder::new().decode_all(stored, &mut inflated).ok()?,
            Codec::Lz4 => lz4_flex::block::decompress_into(stored, &mut inflated).ok()?,
        };
        (length == inflated_bytes).then_some(inflated)
    }
}

fn snappy(stored: &[u8], inflated: &mut [u8]) -> Option<usize> {
    let length = snap::raw::decompress_len(stored).ok().filter(|length| *length == inflated.len())?;
    // It refuses to read no bytes.
    match length {
        0 => Some(0),
        _ => snap::raw::Decoder::new().decompress(stored, inflated).ok(),
    }
}

fn gzip(stored: &[u8], inflated: &mut [u8]) -> Option<usize> {
    let mut decoder = MultiGzDecoder::new(stored);
    decoder.read_exact(inflated).ok()?;
    let has_more = decoder.read(&mut [0]).ok()? > 0;
    (!has_more).then_some(inflated.len())
}
