//! The service table: what every operation of every service takes, sends and returns.
//!
//! `cargo xtask service-table` writes `service-table.bin`; [`format`] describes its format. The first use of a service inflates
//! that service's frame and finds its operations and the places of its shapes, which are read when they are used.

mod decode;
mod format;
mod frame;
mod reader;
mod shape;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use flate2::{Decompress, FlushDecompress, Status};

pub(crate) use frame::{Operation, Protocol, Service};
pub(crate) use shape::{Bounds, Location, Member, Shape, Structure, TimestampFormat};

use reader::Reader;

static TABLE: &[u8] = include_bytes!("../service-table.bin");

/// The services that have been used so far.
#[derive(Debug, Default)]
pub(crate) struct Services {
    used: Mutex<HashMap<String, Arc<Service>>>,
}

impl Services {
    /// The service in `aws-sdk:NAME:action`.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<Service>> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = used.get(name) {
            return Some(Arc::clone(service));
        }
        let service = Arc::new(load(name)?);
        used.insert(name.to_owned(), Arc::clone(&service));
        Some(service)
    }
}

/// Decodes a service's frame.
fn load(name: &str) -> Option<Service> {
    let mut frames = Frames::new()?;
    let (_, frame, plain_bytes) = frames.find(|(known, ..)| *known == name)?;
    let mut plain = Vec::with_capacity(plain_bytes);
    // In one call with all of the room, nothing is copied within the decompressor.
    let inflated = Decompress::new(false).decompress_vec(frame, &mut plain, FlushDecompress::Finish);
    inflated.ok().filter(|status| *status == Status::StreamEnd)?;
    decode::service(plain)
}

/// Decodes a frame of any bytes.
#[cfg(fuzzing)]
pub(crate) fn decoded(frame: &[u8]) -> Option<Service> {
    decode::service(frame.to_vec())
}

/// The names of all services.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    Frames::new().into_iter().flatten().map(|(name, ..)| name)
}

/// The name, the frame and the frame's uncompressed length of each service.
struct Frames {
    head: Reader<'static>,
    left: u32,
    frames: &'static [u8],
}

impl Frames {
    fn new() -> Option<Frames> {
        let mut head = Reader::new(TABLE.strip_prefix(format::MAGIC)?);
        let left = head.number()?;
        // The frames follow the head.
        let mut after = head;
        for _ in 0..left {
            after.short_text()?;
            after.number()?;
            after.number()?;
        }
        Some(Frames { head, left, frames: after.rest() })
    }
}

impl Iterator for Frames {
    type Item = (&'static str, &'static [u8], usize);

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let name = self.head.short_text()?;
        let length = self.head.number()? as usize;
        let plain_bytes = self.head.number()? as usize;
        let (frame, rest) = self.frames.split_at_checked(length)?;
        self.frames = rest;
        Some((name, frame, plain_bytes))
    }
}

#[cfg(test)]
mod tests;
