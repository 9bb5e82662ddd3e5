//! [`Inflate`]: a compressed file, inflated as its bytes arrive.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;

use super::parts::failed;
use crate::Failure;

/// How the bytes of a file are compressed.
pub(crate) enum Inflate {
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Inflate {
    /// The compression that the end of a key names.
    pub(crate) fn of(key: &str) -> Result<Inflate, Failure> {
        match key.rsplit('.').next() {
            Some("gz") => Ok(Inflate::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))),
            Some("zst" | "zstd") => {
                let cause = format!("the object {key} is compressed with zstd, which is not supported yet");
                Err(failed(cause))
            }
            _ => Ok(Inflate::Plain),
        }
    }

    /// How many bytes it takes at a time: one of gzip has at most 1,032 in the file.
    pub(crate) fn step_bytes(&self) -> usize {
        match self {
            Inflate::Plain => 64 << 10,
            Inflate::Gzip(_) => 1 << 10,
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
        }
        Ok(())
    }

    /// Appends what is left after the last byte, and fails if the file is not complete.
    pub(crate) fn end(&mut self, to: &mut Vec<u8>) -> io::Result<()> {
        if let Inflate::Gzip(decoder) = self {
            decoder.try_finish()?;
            to.append(decoder.get_mut());
        }
        Ok(())
    }
}
