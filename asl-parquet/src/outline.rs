//! [`Outline`]: how much a footer describes, seen before it is decoded.
//!
//! The decoder reserves memory for the numbers that a footer states, and calls itself for each level of the schema. So they
//! are checked first: a number that lies must not end the process.

use crate::error::Error;
use crate::thrift::{Broken, Input, LIST, Parsed, STRUCT};

/// How deep a schema may nest. The JSON that comes of it may nest deeper.
const MOST_DEPTH: usize = 64;

/// The fewest bytes that a column, a row group or a chunk of one takes in a footer.
const LEAST_ELEMENT_BYTES: usize = 4;
const LEAST_GROUP_BYTES: usize = 8;
const LEAST_CHUNK_BYTES: usize = 16;

/// How much a footer describes.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Outline {
    /// Columns, and the groups that they are in.
    pub(crate) elements: usize,
    pub(crate) leaves: usize,
    pub(crate) groups: usize,
    /// The chunks of all row groups.
    pub(crate) chunks: usize,
}

impl Outline {
    pub(crate) fn of(footer: &[u8]) -> Result<Outline, Error> {
        let mut input = Input::new(footer);
        let mut outline = Outline::default();
        let mut children = Vec::new();
        let read = input.fields(|input, number, kind| match (number, kind) {
            (2, LIST) => outline.schema(input, &mut children),
            (4, LIST) => outline.row_groups(input),
            _ => input.skip(kind),
        });
        read.map_err(|broken| match broken {
            Broken::Incomplete => Error::new("its footer states more than it has"),
            Broken::Invalid => Error::new("its footer is damaged"),
        })?;
        outline.check_tree(&children)?;
        Ok(outline)
    }

    /// What the decoded footer takes, at most.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let bytes = |count: usize, each: u64| each.saturating_mul(count as u64);
        bytes(self.elements, 600) + bytes(self.groups, 400) + bytes(self.chunks, 900)
    }

    fn schema(&mut self, input: &mut Input<'_>, children: &mut Vec<i64>) -> Parsed<()> {
        let (kind, count) = input.list(LEAST_ELEMENT_BYTES)?;
        self.elements = self.elements.saturating_add(count);
        for _ in 0..count {
            let mut of_element = 0;
            check_struct(kind)?;
            input.fields(|input, number, kind| {
                match number {
                    5 => of_element = input.integer(kind)?,
                    _ => input.skip(kind)?,
                }
                Ok(())
            })?;
            children.push(of_element);
        }
        Ok(())
    }

    fn row_groups(&mut self, input: &mut Input<'_>) -> Parsed<()> {
        let (kind, count) = input.list(LEAST_GROUP_BYTES)?;
        self.groups = self.groups.saturating_add(count);
        for _ in 0..count {
            check_struct(kind)?;
            input.fields(|input, number, kind| match (number, kind) {
                (1, LIST) => {
                    let (kind, count) = input.list(LEAST_CHUNK_BYTES)?;
                    self.chunks = self.chunks.saturating_add(count);
                    check_struct(kind)?;
                    (0..count).try_for_each(|_| input.skip(kind))
                }
                _ => input.skip(kind),
            })?;
        }
        Ok(())
    }

    /// Whether the elements are one tree, in depth-first order.
    fn check_tree(&mut self, children: &[i64]) -> Result<(), Error> {
        // How many children are still to come, on the way from the root.
        let mut open: Vec<u64> = vec![1];
        for count in children {
            while open.last() == Some(&0) {
                open.pop();
            }
            let Some(left) = open.last_mut() else {
                return Err(Error::new("its schema has elements that belong to nothing"));
            };
            *left -= 1;
            let count = u64::try_from(*count).ok().filter(|count| *count <= children.len() as u64);
            let count = count.ok_or_else(|| Error::new("its schema states more columns than it has"))?;
            self.leaves += usize::from(count == 0);
            open.push(count);
            if open.len() > MOST_DEPTH {
                return Err(Error::new(format!("its schema nests deeper than {MOST_DEPTH} levels")));
            }
        }
        match open.iter().all(|left| *left == 0) {
            true => Ok(()),
            false => Err(Error::new("its schema states more columns than it has")),
        }
    }
}

fn check_struct(kind: u8) -> Parsed<()> {
    if kind == STRUCT { Ok(()) } else { Err(Broken::Invalid) }
}
