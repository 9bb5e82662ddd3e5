//! [`Field`]: the schema of a file, as the JSON that comes of it.

use std::collections::HashSet;
use std::ops::Range;

use asl_value::Text;
use parquet::basic::{ConvertedType, LogicalType, Repetition};
use parquet::schema::types::Type;

use crate::error::Error;
use crate::kind::Kind;

/// A field of a row, or of something in it.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: Text,
    /// It is `null` where the definition level is less than this one.
    pub(crate) present: Option<i16>,
    /// The columns that it consists of.
    pub(crate) columns: Range<usize>,
    pub(crate) shape: Shape,
}

#[derive(Debug)]
pub(crate) enum Shape {
    Leaf(Kind),
    /// An object with these members.
    Group(Vec<Field>),
    /// An array.
    List(Repeated, Box<Field>),
    /// An object whose members have these keys and values. Keys that are not text are the text of their JSON.
    Map(Repeated, Box<(Field, Option<Field>)>),
}

/// Where a field is repeated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repeated {
    /// There is an element where the definition level is at least this one.
    pub(crate) definition: i16,
    /// Another element of the same list follows where the repetition level is this one.
    pub(crate) repetition: i16,
}

/// The levels of what is around a field, and the column that comes next.
#[derive(Clone, Copy)]
struct Place {
    definition: i16,
    repetition: i16,
    column: usize,
}

/// The fields of a row.
pub(crate) fn fields(root: &Type) -> Result<Vec<Field>, Error> {
    members(root, Place { definition: 0, repetition: 0, column: 0 })
}

fn members(group: &Type, mut place: Place) -> Result<Vec<Field>, Error> {
    let mut names = HashSet::new();
    let mut fields = Vec::new();
    for member in group.get_fields() {
        if !names.insert(member.name()) {
            return Err(Error::new(format!("it has several columns with the name {}", member.name())));
        }
        let field = field(member, place)?;
        place.column = field.columns.end;
        fields.push(field);
    }
    Ok(fields)
}

fn field(of: &Type, place: Place) -> Result<Field, Error> {
    if repetition(of) == Repetition::REPEATED {
        // A list without the groups around it, as Protocol Buffers have it.
        let (inside, repeated) = repeat(place);
        let element = without_repetition(of, inside)?;
        let columns = element.columns.clone();
        let shape = Shape::List(repeated, Box::new(element));
        return Ok(Field { name: of.name().into(), present: None, columns, shape });
    }
    without_repetition(of, place)
}

/// A field that is not repeated itself, or an element of one that is.
fn without_repetition(of: &Type, mut place: Place) -> Result<Field, Error> {
    let is_optional = repetition(of) == Repetition::OPTIONAL;
    place.definition += i16::from(is_optional);
    let present = is_optional.then_some(place.definition);
    let shape = shape(of, place)?;
    let end = match &shape {
        Shape::Leaf(_) => place.column + 1,
        Shape::Group(members) => members.last().map_or(place.column, |member| member.columns.end),
        Shape::List(_, element) => element.columns.end,
        Shape::Map(_, entry) => entry.1.as_ref().unwrap_or(&entry.0).columns.end,
    };
    Ok(Field { name: of.name().into(), present, columns: place.column..end, shape })
}

fn shape(of: &Type, place: Place) -> Result<Shape, Error> {
    if of.is_primitive() {
        return Ok(Shape::Leaf(Kind::of(of)?));
    }
    let repeated_child = match of.get_fields() {
        [child] if repetition(child) == Repetition::REPEATED => Some(child.as_ref()),
        _ => None,
    };
    match (annotation(of), repeated_child) {
        (Some(Annotation::List), Some(child)) => list(of, child, place),
        (Some(Annotation::Map), Some(child))
            if child.is_group() && matches!(child.get_fields().len(), 1 | 2) =>
        {
            map(child, place)
        }
        _ => Ok(Shape::Group(members(of, place)?)),
    }
}

fn list(of: &Type, child: &Type, place: Place) -> Result<Shape, Error> {
    let (inside, repeated) = repeat(place);
    // Rules for files of before the group in the middle.
    // Source: <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists>
    let element = match child.is_group().then(|| child.get_fields()) {
        Some([element])
            if child.name() != "array"
                && child.name() != format!("{}_tuple", of.name())
                && annotation(child).is_none() =>
        {
            field(element, inside)?
        }
        _ => without_repetition(child, inside)?,
    };
    Ok(Shape::List(repeated, Box::new(element)))
}

fn map(entries: &Type, place: Place) -> Result<Shape, Error> {
    let (mut inside, repeated) = repeat(place);
    let mut parts = Vec::new();
    for part in entries.get_fields() {
        let part = field(part, inside)?;
        inside.column = part.columns.end;
        parts.push(part);
    }
    let mut parts = parts.into_iter();
    let key = parts.next().ok_or_else(|| Error::new(format!("the map {} has no keys", entries.name())))?;
    Ok(Shape::Map(repeated, Box::new((key, parts.next()))))
}

/// The place inside of a repeated field.
fn repeat(place: Place) -> (Place, Repeated) {
    let inside =
        Place { definition: place.definition + 1, repetition: place.repetition + 1, column: place.column };
    (inside, Repeated { definition: inside.definition, repetition: inside.repetition })
}

enum Annotation {
    List,
    Map,
}

fn annotation(of: &Type) -> Option<Annotation> {
    let info = of.get_basic_info();
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::List), _) | (None, ConvertedType::LIST) => Some(Annotation::List),
        (Some(LogicalType::Map), _) | (None, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE) => {
            Some(Annotation::Map)
        }
        _ => None,
    }
}

fn repetition(of: &Type) -> Repetition {
    let info = of.get_basic_info();
    if info.has_repetition() { info.repetition() } else { Repetition::REQUIRED }
}
