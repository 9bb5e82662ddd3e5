//! [`Unzstd`]: a file compressed with zstd, inflated as its bytes arrive.
//!
//! Source: <https://www.rfc-editor.org/rfc/rfc8878>

use std::io;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// The largest window that is held in memory. The format recommends 8 MiB to all who read it, and only the levels of `zstd`
/// beyond 19 need more.
///
/// UNRECORDED: how large a window AWS allows.
const MOST_WINDOW_BYTES: u64 = 8 << 20;

const MAGIC: u32 = 0xFD2F_B528;

/// Frames that begin with one of these are no part of the file.
const SKIPPABLE: std::ops::RangeInclusive<u32> = 0x184D_2A50..=0x184D_2A5F;

/// A file compressed with zstd: frames, one after the other.
pub(crate) struct Unzstd {
    decoder: FrameDecoder,
    place: Place,
    /// What has arrived of a header or a block that is not complete. A block has at most 128 KiB.
    part: Vec<u8>,
    window_bytes: u64,
}

/// Where in the file the next byte is.
enum Place {
    BetweenFrames,
    /// In a skippable frame that has this many more bytes.
    Skipping(u64),
    Frame {
        has_checksum: bool,
    },
}

/// The header of a frame.
struct Header {
    bytes: usize,
    window_bytes: u64,
    has_checksum: bool,
}

impl Unzstd {
    pub(crate) fn new() -> Unzstd {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MOST_WINDOW_BYTES);
        Unzstd { decoder, place: Place::BetweenFrames, part: Vec::new(), window_bytes: 0 }
    }

    /// The memory that it takes: the window, in a buffer that grows by doubling.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.window_bytes.saturating_mul(2).saturating_add(self.part.len() as u64)
    }

    /// Appends what these bytes are in the file to `to`.
    pub(crate) fn push(&mut self, bytes: &[u8], to: &mut Vec<u8>) -> io::Result<()> {
        self.part.extend_from_slice(bytes);
        let part = std::mem::take(&mut self.part);
        let mut rest = part.as_slice();
        while let Some(taken) = self.step(rest, to)? {
            rest = rest.get(taken..).unwrap_or_default();
        }
        self.part = match rest.len() == part.len() {
            true => part,
            false => rest.to_vec(),
        };
        Ok(())
    }

    /// Fails if the file is not complete.
    pub(crate) fn end(&self) -> io::Result<()> {
        match self.place {
            Place::BetweenFrames if self.part.is_empty() => Ok(()),
            _ => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "incomplete zstd frame")),
        }
    }

    /// Takes a header, a block or what is there of a skippable frame. Returns how many bytes; `None` if there are too few.
    fn step(&mut self, bytes: &[u8], to: &mut Vec<u8>) -> io::Result<Option<usize>> {
        match self.place {
            Place::BetweenFrames => self.begin(bytes),
            Place::Skipping(0) => {
                self.place = Place::BetweenFrames;
                Ok(Some(0))
            }
            Place::Skipping(left) => {
                let skipped = left.min(bytes.len() as u64);
                self.place = Place::Skipping(left - skipped);
                Ok(Some(skipped as usize).filter(|skipped| *skipped > 0))
            }
            Place::Frame { has_checksum } => self.block(bytes, has_checksum, to),
        }
    }

    fn begin(&mut self, bytes: &[u8]) -> io::Result<Option<usize>> {
        let Some(magic) = number(bytes, 4) else { return Ok(None) };
        if SKIPPABLE.contains(&(magic as u32)) {
            let Some(length) = number(bytes.get(4..).unwrap_or_default(), 4) else { return Ok(None) };
            self.place = Place::Skipping(length);
            return Ok(Some(8));
        }
        if magic as u32 != MAGIC {
            return Err(invalid("invalid zstd header"));
        }
        let Some(header) = header(bytes) else { return Ok(None) };
        let Header { bytes: length, window_bytes, has_checksum } = header;
        if window_bytes > MOST_WINDOW_BYTES {
            let limit = format!("more than the {MOST_WINDOW_BYTES} that are supported");
            return Err(invalid(&format!("its zstd window has {window_bytes} bytes, {limit}")));
        }
        let mut head = bytes.get(..length).unwrap_or_default();
        self.decoder.reset(&mut head).map_err(|error| invalid(&error.to_string()))?;
        self.window_bytes = window_bytes;
        self.place = Place::Frame { has_checksum };
        Ok(Some(length))
    }

    fn block(&mut self, bytes: &[u8], has_checksum: bool, to: &mut Vec<u8>) -> io::Result<Option<usize>> {
        let Some(header) = number(bytes, 3) else { return Ok(None) };
        let (is_last, kind, size) = (header & 1 == 1, header >> 1 & 3, (header >> 3) as usize);
        // A block that repeats one byte has only that.
        let content_bytes = if kind == 1 { 1 } else { size };
        if size > 128 << 10 {
            return Err(invalid("a zstd block is too long"));
        }
        let length = 3 + content_bytes + if is_last && has_checksum { 4 } else { 0 };
        let Some(mut block) = bytes.get(..length) else { return Ok(None) };
        let one = BlockDecodingStrategy::UptoBlocks(1);
        self.decoder.decode_blocks(&mut block, one).map_err(|error| invalid(&error.to_string()))?;
        self.decoder.collect_to_writer(&mut *to)?;
        if is_last {
            self.place = Place::BetweenFrames;
        }
        Ok(Some(length))
    }
}

/// The header that these bytes begin with; `None` if there are too few.
fn header(bytes: &[u8]) -> Option<Header> {
    let descriptor = *bytes.get(4)?;
    let is_single = descriptor & 0x20 != 0;
    let dictionary_bytes = [0, 1, 2, 4].get(usize::from(descriptor & 3)).copied().unwrap_or_default();
    let size_bytes = match descriptor >> 6 {
        0 => usize::from(is_single),
        power => 1 << power,
    };
    let window_at = 5;
    let size_at = window_at + usize::from(!is_single) + dictionary_bytes;
    let window_bytes = match is_single {
        true => {
            let size = number(bytes.get(size_at..)?, size_bytes)?;
            // Two bytes count from where one ends.
            size.saturating_add(if size_bytes == 2 { 256 } else { 0 })
        }
        false => {
            let window = *bytes.get(window_at)?;
            let base = 1u64 << (10 + u64::from(window >> 3));
            base + base / 8 * u64::from(window & 7)
        }
    };
    let length = size_at + size_bytes;
    bytes.get(..length)?;
    Some(Header { bytes: length, window_bytes, has_checksum: descriptor & 4 != 0 })
}

/// The number in the first `length` bytes.
fn number(bytes: &[u8], length: usize) -> Option<u64> {
    let bytes = bytes.get(..length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn invalid(cause: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, cause.to_owned())
}

#[cfg(test)]
mod tests;
