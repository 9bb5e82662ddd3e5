//! [`Rows`]: the values of columns put together as rows.
//!
//! Source: <https://github.com/apache/parquet-format#nested-encoding>

use asl_value::{Object, Text, VALUE_BYTES, Value};

use crate::column::{Column, Disagreement};
use crate::error::Error;
use crate::field::{Field, Repeated, Shape};
use crate::kind::Kind;
use crate::scalar::{NoJson, scalar};

/// Why there is no row.
enum Broken {
    Disagreement,
    /// The value of a column is not what it should be.
    Value(usize, NoJson),
    TooLong,
    Memory,
}

/// What a row may still take while it grows.
struct Room {
    json_bytes: usize,
    memory_bytes: u64,
}

impl From<Disagreement> for Broken {
    fn from(_: Disagreement) -> Broken {
        Broken::Disagreement
    }
}

/// Puts rows together.
pub(crate) struct Rows<'a> {
    pub(crate) fields: &'a [Field],
    pub(crate) columns: &'a mut [Column],
    /// How many bytes of JSON a row may have.
    pub(crate) most_bytes: usize,
    pub(crate) free_bytes: u64,
}

impl Rows<'_> {
    /// The next row. All its values have been decoded.
    pub(crate) fn next(&mut self) -> Result<Value, Error> {
        let mut left = Room { json_bytes: self.most_bytes, memory_bytes: self.free_bytes };
        let row = self.row(&mut left);
        row.map_err(|broken| match broken {
            Broken::Disagreement => Error::new("the columns of a row do not fit together"),
            Broken::Memory => Error::memory("a row", self.free_bytes.saturating_add(1), self.free_bytes),
            Broken::TooLong => Error::new(format!("a row has more than {} bytes", self.most_bytes)),
            Broken::Value(column, what) => {
                let name = self.columns.get(column).map_or("", Column::name);
                Error::new(format!("a value of the column {name} is not {what}"))
            }
        })
    }

    fn row(&mut self, left: &mut Room) -> Result<Value, Broken> {
        for column in self.columns.iter_mut() {
            column.begin_row()?;
        }
        let value = self.object(self.fields, left)?;
        match value.encoded_len() > self.most_bytes {
            true => Err(Broken::TooLong),
            false => Ok(value),
        }
    }

    fn object(&mut self, fields: &[Field], left: &mut Room) -> Result<Value, Broken> {
        let mut members = Vec::with_capacity(fields.len());
        for field in fields {
            members.push((field.name.clone(), self.value(field, left)?));
        }
        // The names of a group are distinct.
        Ok(Value::Object(Object::from_distinct(members)))
    }

    fn column(&mut self, index: usize) -> Result<&mut Column, Disagreement> {
        self.columns.get_mut(index).ok_or(Disagreement)
    }

    fn skip(&mut self, field: &Field) -> Result<(), Disagreement> {
        let columns = self.columns.get_mut(field.columns.clone()).ok_or(Disagreement)?;
        columns.iter_mut().try_for_each(Column::skip)
    }

    fn value(&mut self, field: &Field, left: &mut Room) -> Result<Value, Broken> {
        let first = field.columns.start;
        if let Some(present) = field.present
            && self.column(first)?.definition()? < present
        {
            self.skip(field)?;
            return spend(left, 4, Value::Null);
        }
        match &field.shape {
            Shape::Leaf(kind) => self.leaf(first, *kind, left),
            Shape::Group(members) => self.object(members, left),
            Shape::List(repeated, element) => {
                let mut elements = Vec::new();
                self.repeated(field, *repeated, |rows| {
                    elements.push(rows.value(element, left)?);
                    spend(left, 1, ())
                })?;
                Ok(elements.into_iter().collect())
            }
            Shape::Map(repeated, entry) => {
                let mut members = Object::new();
                self.repeated(field, *repeated, |rows| {
                    let key = key(rows.value(&entry.0, left)?);
                    let value = entry.1.as_ref().map_or(Ok(Value::Null), |value| rows.value(value, left))?;
                    members.insert(key, value);
                    spend(left, 1, ())
                })?;
                Ok(Value::Object(members))
            }
        }
    }

    fn repeated(
        &mut self,
        field: &Field,
        repeated: Repeated,
        mut element: impl FnMut(&mut Self) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let first = field.columns.start;
        if self.column(first)?.definition()? < repeated.definition {
            return Ok(self.skip(field)?);
        }
        loop {
            element(self)?;
            match self.column(first)?.repetition() {
                Some(level) if level == repeated.repetition => {}
                Some(level) if level > repeated.repetition => return Err(Broken::Disagreement),
                _ => return Ok(()),
            }
        }
    }

    fn leaf(&mut self, index: usize, kind: Kind, left: &mut Room) -> Result<Value, Broken> {
        let raw = self.column(index)?.take()?;
        let value = scalar(kind, raw).map_err(|what| Broken::Value(index, what))?;
        spend(left, value.as_str().map_or(1, str::len), value)
    }
}

/// Counts bytes of the row while it grows, so that it ends before the memory does.
fn spend<T>(left: &mut Room, bytes: usize, value: T) -> Result<T, Broken> {
    left.json_bytes = left.json_bytes.checked_sub(bytes).ok_or(Broken::TooLong)?;
    let memory_bytes = (bytes as u64).saturating_add(VALUE_BYTES);
    left.memory_bytes = left.memory_bytes.checked_sub(memory_bytes).ok_or(Broken::Memory)?;
    Ok(value)
}

fn key(value: Value) -> Text {
    match value {
        Value::String(text) => text,
        other => other.to_json().into(),
    }
}
