//! [`Reader`]: a Parquet file, read row after row.

use std::ops::Range;

use asl_value::Value;
use bytes::Bytes;

use crate::error::Error;
use crate::footer::Footer;
use crate::group::{Group, Progress};
use crate::limits::MOST_FOOTER_BYTES;

/// How many bytes at the end of the file are read first. Most footers are in them.
const TAIL_BYTES: u64 = 64 << 10;

/// The length of the footer and the magic bytes.
const END_BYTES: u64 = 8;
const MAGIC: &[u8; 4] = b"PAR1";
const ENCRYPTED: &[u8; 4] = b"PARE";

/// How many bytes of JSON a row may have, unless [`Reader::with_most_row_bytes`] says otherwise.
const MOST_ROW_BYTES: usize = 8 << 20;

/// A Parquet file, read row after row. It waits for nothing: where it needs bytes of the file, it says which.
///
/// ```
/// use asl_parquet::{Reader, Step};
///
/// fn rows(file: &[u8]) -> Result<Vec<String>, asl_parquet::Error> {
///     let head = file.get(..8).unwrap_or(file).to_vec();
///     let mut reader = Reader::new(head, file.len() as u64);
///     let mut rows = Vec::new();
///     loop {
///         match reader.next(1 << 20)? {
///             Step::Read(range) => reader.give(file[range.start as usize..range.end as usize].to_vec()),
///             Step::Row(row) => rows.push(row.to_json()),
///             Step::End => return Ok(rows),
///         }
///     }
/// }
/// # let file = include_bytes!("../tests/files/flat.parquet");
/// assert_eq!(rows(file)?[0], r#"{"id":1,"name":"one","price":1.5}"#);
/// # Ok::<(), asl_parquet::Error>(())
/// ```
pub struct Reader {
    total_bytes: u64,
    most_row_bytes: usize,
    /// The first bytes of the file, which need not be read again.
    head: Bytes,
    wanted: Option<Wanted>,
    state: State,
    footer: Option<Footer>,
    /// The number of the next row group.
    groups: usize,
}

/// Bytes of the file that are needed, and those of them that are there.
struct Wanted {
    range: Range<u64>,
    bytes: Vec<u8>,
}

enum State {
    Begin,
    /// The last bytes of the file are wanted.
    Tail,
    /// The footer is wanted.
    Footer,
    BetweenGroups,
    Group(Box<Group>),
    End,
}

/// What [`Reader::next`] has to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It needs these bytes of the file. [`Reader::give`] them, or the first of them.
    Read(Range<u64>),
    /// The next row: `{"id": 1, "name": "one"}`.
    Row(Value),
    /// There are no more rows.
    End,
}

impl Reader {
    /// A file of `total_bytes`, the first of which are in `head`: four at least, if the file has them. What is in `head` is
    /// not read again, so it may be all of a short file.
    pub fn new(head: Vec<u8>, total_bytes: u64) -> Reader {
        Reader {
            total_bytes,
            most_row_bytes: MOST_ROW_BYTES,
            head: head.into(),
            wanted: None,
            state: State::Begin,
            footer: None,
            groups: 0,
        }
    }

    /// Refuses a row with more bytes of JSON. 8 MiB, unless this is called.
    #[must_use]
    pub fn with_most_row_bytes(self, most_row_bytes: usize) -> Reader {
        Reader { most_row_bytes, ..self }
    }

    /// How many bytes of memory it takes, by estimate.
    pub fn memory_bytes(&self) -> u64 {
        let wanted = self.wanted.as_ref().map_or(0, |wanted| wanted.bytes.len() as u64);
        let group = if let State::Group(group) = &self.state { group.memory_bytes() } else { 0 };
        let footer = self.footer.as_ref().map_or(0, |footer| footer.memory_bytes);
        (self.head.len() as u64).saturating_add(wanted).saturating_add(group).saturating_add(footer)
    }

    /// Continues to the next row, or as far as it can. It takes no more than `free_bytes` of memory beyond
    /// [`memory_bytes`](Reader::memory_bytes).
    ///
    /// # Errors
    /// The file is damaged, has something that is not supported, or needs more memory. It cannot be read on.
    pub fn next(&mut self, free_bytes: u64) -> Result<Step, Error> {
        let step = self.step(free_bytes);
        if step.is_err() {
            self.state = State::End;
        }
        step
    }

    /// Gives it bytes that it needs: the first of those in [`Step::Read`], or all of them. More are ignored.
    pub fn give(&mut self, bytes: Vec<u8>) {
        if let Some(wanted) = &mut self.wanted {
            let most = wanted.most_bytes();
            match wanted.bytes.is_empty() {
                true => wanted.bytes = bytes,
                false => wanted.bytes.extend_from_slice(&bytes),
            }
            wanted.bytes.truncate(most);
        }
    }

    fn step(&mut self, free_bytes: u64) -> Result<Step, Error> {
        loop {
            let bytes = match self.wanted.take() {
                Some(wanted) if wanted.bytes.len() < wanted.most_bytes() => {
                    let from = wanted.range.start.saturating_add(wanted.bytes.len() as u64);
                    let range = from..wanted.range.end;
                    Error::check_memory("what is read next", range.end - range.start, free_bytes)?;
                    self.wanted = Some(wanted);
                    return Ok(Step::Read(range));
                }
                Some(wanted) => Some(Bytes::from(wanted.bytes)),
                None => None,
            };
            if let Some(step) = self.advance(bytes, free_bytes)? {
                return Ok(step);
            }
        }
    }

    /// Does the next thing, with what was wanted for it.
    fn advance(&mut self, bytes: Option<Bytes>, free_bytes: u64) -> Result<Option<Step>, Error> {
        match &mut self.state {
            State::Begin => {
                let wanted = self.begin()?;
                self.want(wanted);
                self.state = State::Tail;
            }
            State::Tail => self.tail(bytes.unwrap_or_default(), free_bytes)?,
            State::Footer => self.footer(&bytes.unwrap_or_default(), free_bytes)?,
            State::BetweenGroups => {
                let Some(footer) = &self.footer else { return Ok(Some(Step::End)) };
                self.state = match footer.group(self.groups)? {
                    Some((columns, rows)) => State::Group(Box::new(Group::begin(columns, rows, free_bytes)?)),
                    None => State::End,
                };
                self.groups += 1;
            }
            State::Group(group) => {
                if let Some(bytes) = &bytes {
                    group.give(bytes);
                }
                let Some(footer) = &self.footer else { return Ok(Some(Step::End)) };
                match group.next(&footer.fields, self.most_row_bytes, free_bytes)? {
                    Progress::Row(row) => return Ok(Some(Step::Row(row))),
                    Progress::Needs(range) => self.want(range),
                    Progress::End => self.state = State::BetweenGroups,
                }
            }
            State::End => return Ok(Some(Step::End)),
        }
        Ok(None)
    }

    /// Wants bytes, some of which may be there.
    fn want(&mut self, range: Range<u64>) {
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        let known = self.head.get(at(range.start)..at(range.end).min(self.head.len()));
        self.wanted = Some(Wanted { bytes: known.unwrap_or_default().to_vec(), range });
    }

    fn begin(&self) -> Result<Range<u64>, Error> {
        if self.total_bytes < END_BYTES + MAGIC.len() as u64 {
            return Err(Error::new(format!("it has only {} bytes", self.total_bytes)));
        }
        match self.head.first_chunk() {
            Some(MAGIC) => Ok(self.total_bytes.saturating_sub(TAIL_BYTES)..self.total_bytes),
            Some(ENCRYPTED) => Err(Error::new("it is encrypted")),
            _ => Err(Error::new("it does not begin like a Parquet file")),
        }
    }

    fn tail(&mut self, bytes: Bytes, free_bytes: u64) -> Result<(), Error> {
        let (rest, end) = bytes.split_last_chunk::<8>().ok_or_else(|| Error::new("it is cut"))?;
        let (length, magic) = end.split_first_chunk::<4>().ok_or_else(|| Error::new("it is cut"))?;
        match magic.first_chunk() {
            Some(MAGIC) => {}
            Some(ENCRYPTED) => return Err(Error::new("its footer is encrypted")),
            _ => return Err(Error::new("it does not end like a Parquet file, so it may be cut")),
        }
        let length = u64::from(u32::from_le_bytes(*length));
        if length > MOST_FOOTER_BYTES {
            let cause = format!("its footer has {length} bytes, which is more than {MOST_FOOTER_BYTES}");
            return Err(Error::new(cause));
        }
        let end = self.total_bytes - END_BYTES;
        let start = end.checked_sub(length).filter(|start| *start >= MAGIC.len() as u64);
        let start = start.ok_or_else(|| Error::new("its footer is longer than the file"))?;
        match rest.len().checked_sub(length as usize).and_then(|from| rest.get(from..)) {
            Some(footer) => self.decode(footer, start, free_bytes),
            None => {
                self.want(start..end);
                self.state = State::Footer;
                Ok(())
            }
        }
    }

    fn footer(&mut self, bytes: &Bytes, free_bytes: u64) -> Result<(), Error> {
        let start = self.total_bytes.saturating_sub(END_BYTES).saturating_sub(bytes.len() as u64);
        self.decode(bytes, start, free_bytes)
    }

    fn decode(&mut self, bytes: &[u8], data_end: u64, free_bytes: u64) -> Result<(), Error> {
        self.footer = Some(Footer::decode(bytes, data_end, free_bytes)?);
        self.state = State::BetweenGroups;
        Ok(())
    }
}

impl Wanted {
    fn most_bytes(&self) -> usize {
        usize::try_from(self.range.end.saturating_sub(self.range.start)).unwrap_or(usize::MAX)
    }
}
