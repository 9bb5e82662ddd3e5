//! [`Inflate`]: a compressed file, inflated as its bytes arrive.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;

use super::zstd::Unzstd;

/// How the bytes of a file are compressed.
pub(crate) enum Inflate {
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    Zstd(Box<Unzstd>),
}

impl Inflate {
    /// The compression that the end of a key names.
    pub(crate) fn of(key: &str) -> Inflate {
        match key.rsplit('.').next() {
            Some("gz") => Inflate::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
            Some("zst" | "zstd") => Inflate::Zstd(Box::new(Unzstd::new())),
            _ => Inflate::Plain,
        }
    }

    /// How many bytes it takes at a time: one of gzip has at most 1,032 in the file, four of zstd at most 128 KiB.
    pub(crate) fn step_bytes(&self) -> usize {
        match self {
            Inflate::Plain => 64 << 10,
            Inflate::Gzip(_) => 1 << 10,
            Inflate::Zstd(_) => 32,
        }
    }

    /// The memory that it takes, if it is not little.
    pub(crate) fn memory_bytes(&self) -> u64 {
        match self {
            Inflate::Plain | Inflate::Gzip(_) => 0,
            Inflate::Zstd(unzstd) => unzstd.memory_bytes(),
        }
    }

    /// Appends what these bytes are in the file to `to`.
    pub(crate) fn push(&mut self, bytes: &[u8], to: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Inflate::Plain => to.extend_from_slice(bytes),
            Inflate::Gzip(decoder) => {
                decoder.write_all(bytes)?;
                to.append(decoder.get_mut());
            }
            Inflate::Zstd(unzstd) => unzstd.push(bytes, to)?,
        }
        Ok(())
    }

    /// Appends what is left after the last byte, and fails if the file is not complete.
    pub(crate) fn end(&mut self, to: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Inflate::Plain => Ok(()),
            Inflate::Gzip(decoder) => {
                decoder.try_finish()?;
                to.append(decoder.get_mut());
                Ok(())
            }
            Inflate::Zstd(unzstd) => unzstd.end(),
        }
    }
}
