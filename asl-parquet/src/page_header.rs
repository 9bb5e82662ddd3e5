//! [`PageHeader`]: what stands before each page of a column.

use crate::thrift::{Broken, Input, Kind, Parsed, TRUE};

/// What stands before a page.
///
/// Source: <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>
#[derive(Debug, Default, PartialEq)]
pub(crate) struct PageHeader {
    /// How many bytes the page has when it is inflated.
    pub(crate) inflated_bytes: i64,
    /// How many it has in the file.
    pub(crate) stored_bytes: i64,
    pub(crate) kind: PageKind,
}

/// What a page has. Counts and lengths may be anything: see `page.rs` for what is checked.
#[derive(Debug, Default, PartialEq)]
pub(crate) enum PageKind {
    /// An index, or a kind of page that does not exist yet.
    #[default]
    Other,
    Dictionary(Dictionary),
    Data(Data),
    DataV2(DataV2),
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Dictionary {
    pub(crate) count: i64,
    pub(crate) encoding: i64,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Data {
    /// The number of levels: of values, with those that are missing.
    pub(crate) count: i64,
    pub(crate) encoding: i64,
    pub(crate) definition_encoding: i64,
    pub(crate) repetition_encoding: i64,
}

#[derive(Debug, Default, PartialEq)]
pub(crate) struct DataV2 {
    pub(crate) count: i64,
    pub(crate) nulls: i64,
    pub(crate) rows: i64,
    pub(crate) encoding: i64,
    pub(crate) definition_bytes: i64,
    pub(crate) repetition_bytes: i64,
    pub(crate) is_plain: bool,
}

impl PageHeader {
    /// The header at the beginning of these bytes, and its length; `None` if they end before it does.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<(PageHeader, usize)>, Broken> {
        let mut input = Input::new(bytes);
        match PageHeader::read(&mut input) {
            Ok(header) => Ok(Some((header, bytes.len() - input.left()))),
            Err(Broken::Incomplete) => Ok(None),
            Err(Broken::Invalid) => Err(Broken::Invalid),
        }
    }

    fn read(input: &mut Input<'_>) -> Parsed<PageHeader> {
        let mut header = PageHeader::default();
        input.fields(|input, number, kind| {
            match number {
                2 => header.inflated_bytes = input.integer(kind)?,
                3 => header.stored_bytes = input.integer(kind)?,
                5 => header.kind = PageKind::Data(data(input)?),
                7 => header.kind = PageKind::Dictionary(dictionary(input)?),
                8 => header.kind = PageKind::DataV2(data_v2(input)?),
                _ => input.skip(kind)?,
            }
            Ok(())
        })?;
        Ok(header)
    }
}

fn set(field: &mut i64, input: &mut Input<'_>, kind: Kind) -> Parsed<()> {
    *field = input.integer(kind)?;
    Ok(())
}

fn data(input: &mut Input<'_>) -> Parsed<Data> {
    let mut data = Data::default();
    input.fields(|input, number, kind| match number {
        1 => set(&mut data.count, input, kind),
        2 => set(&mut data.encoding, input, kind),
        3 => set(&mut data.definition_encoding, input, kind),
        4 => set(&mut data.repetition_encoding, input, kind),
        _ => input.skip(kind),
    })?;
    Ok(data)
}

fn dictionary(input: &mut Input<'_>) -> Parsed<Dictionary> {
    let mut dictionary = Dictionary::default();
    input.fields(|input, number, kind| match number {
        1 => set(&mut dictionary.count, input, kind),
        2 => set(&mut dictionary.encoding, input, kind),
        _ => input.skip(kind),
    })?;
    Ok(dictionary)
}

fn data_v2(input: &mut Input<'_>) -> Parsed<DataV2> {
    let mut data = DataV2::default();
    input.fields(|input, number, kind| match number {
        1 => set(&mut data.count, input, kind),
        2 => set(&mut data.nulls, input, kind),
        3 => set(&mut data.rows, input, kind),
        4 => set(&mut data.encoding, input, kind),
        5 => set(&mut data.definition_bytes, input, kind),
        6 => set(&mut data.repetition_bytes, input, kind),
        7 => {
            // A boolean is its type.
            data.is_plain = kind != TRUE;
            Ok(())
        }
        _ => input.skip(kind),
    })?;
    Ok(data)
}
