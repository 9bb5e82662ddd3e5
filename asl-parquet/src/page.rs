//! A page of a column, checked before the decoder reads it: the decoder trusts counts and lengths.

use bytes::Bytes;
use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::Page;

use crate::codec::Codec;
use crate::delta;
use crate::error::Error;
use crate::limits::MOST_GROUP_BYTES;
use crate::page_header::{Data, DataV2, Dictionary, PageHeader, PageKind};

/// What a column's pages must fit.
#[derive(Debug, Clone)]
pub(crate) struct PageRules {
    /// For messages.
    pub(crate) column: String,
    pub(crate) codec: Codec,
    pub(crate) physical: Physical,
    /// The bytes of a value of fixed length.
    pub(crate) value_bytes: usize,
    pub(crate) max_definition: i16,
    pub(crate) max_repetition: i16,
}

/// A page for the decoder.
pub(crate) struct Checked {
    pub(crate) page: Page,
    /// Values with those that are missing; 0 for a dictionary.
    pub(crate) levels: usize,
    /// What it takes in memory once it is decoded, besides its own bytes.
    pub(crate) decoded_bytes: u64,
}

/// A value of a byte array that has been decoded.
const BYTE_ARRAY_BYTES: u64 = 48;

impl PageRules {
    fn damaged(&self, what: &str) -> Error {
        Error::new(format!("a page of the column {} {what}", self.column))
    }

    /// Inflates a page and checks it; `None` for one that has no values.
    pub(crate) fn check(
        &self,
        header: &PageHeader,
        stored: &[u8],
        has_dictionary: bool,
        free_bytes: u64,
    ) -> Result<Option<Checked>, Error> {
        let inflated_bytes =
            usize::try_from(header.inflated_bytes).map_err(|_| self.damaged("has a negative length"))?;
        if inflated_bytes as u64 > MOST_GROUP_BYTES {
            return Err(
                self.damaged(&format!("states {inflated_bytes} bytes, more than a row group may have"))
            );
        }
        Error::check_memory("a page", (inflated_bytes as u64).saturating_mul(2), free_bytes)?;
        match &header.kind {
            PageKind::Other => Ok(None),
            PageKind::Dictionary(dictionary) => {
                let bytes = self.inflate(stored, inflated_bytes)?;
                self.dictionary(dictionary, bytes, free_bytes).map(Some)
            }
            PageKind::Data(data) if data.count == 0 => Ok(None),
            PageKind::Data(data) => {
                let bytes = self.inflate(stored, inflated_bytes)?;
                self.data(data, bytes, has_dictionary, free_bytes).map(Some)
            }
            PageKind::DataV2(data) if data.count == 0 => Ok(None),
            PageKind::DataV2(data) => {
                self.data_v2(data, stored, inflated_bytes, has_dictionary, free_bytes).map(Some)
            }
        }
    }

    fn inflate(&self, stored: &[u8], inflated_bytes: usize) -> Result<Bytes, Error> {
        let inflated = self.codec.inflate(stored, inflated_bytes).map(Bytes::from);
        inflated.ok_or_else(|| {
            self.damaged(&format!("cannot be inflated to the {inflated_bytes} bytes that it states"))
        })
    }

    fn dictionary(&self, header: &Dictionary, bytes: Bytes, free_bytes: u64) -> Result<Checked, Error> {
        let count =
            u32::try_from(header.count).map_err(|_| self.damaged("has a negative number of values"))?;
        let encoding = self.encoding(header.encoding)?;
        if !matches!(encoding, Encoding::PLAIN | Encoding::PLAIN_DICTIONARY) {
            return Err(self.damaged(&format!("has a dictionary with the encoding {encoding}")));
        }
        self.check_plain(u64::from(count), bytes.len())?;
        let decoded_bytes = u64::from(count).saturating_mul(self.decoded_value_bytes());
        Error::check_memory("a dictionary", decoded_bytes, free_bytes)?;
        let page = Page::DictionaryPage { buf: bytes, num_values: count, encoding, is_sorted: false };
        Ok(Checked { page, levels: 0, decoded_bytes })
    }

    fn data(
        &self,
        header: &Data,
        bytes: Bytes,
        has_dictionary: bool,
        free_bytes: u64,
    ) -> Result<Checked, Error> {
        let count = self.count(header.count)?;
        let mut at = 0;
        let mut level_encodings = [Encoding::RLE; 2];
        let levels = [
            (self.max_repetition, header.repetition_encoding),
            (self.max_definition, header.definition_encoding),
        ];
        for ((most, number), to) in levels.into_iter().zip(&mut level_encodings) {
            *to = self.encoding(number)?;
            if most > 0 {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = level_bytes(*to, most, count, rest);
                at += length.ok_or_else(|| self.damaged("is shorter than its levels"))?;
            }
        }
        let [repetition_encoding, definition_encoding] = level_encodings;
        let encoding = self.encoding(header.encoding)?;
        let values = bytes.get(at..).ok_or_else(|| self.damaged("is shorter than its levels"))?;
        let decoded_bytes = self.check_values(encoding, values, count, has_dictionary)?;
        Error::check_memory("a page", decoded_bytes, free_bytes)?;
        let page = Page::DataPage {
            buf: bytes,
            num_values: count,
            encoding,
            def_level_encoding: definition_encoding,
            rep_level_encoding: repetition_encoding,
            statistics: None,
        };
        Ok(Checked { page, levels: count as usize, decoded_bytes })
    }

    fn data_v2(
        &self,
        header: &DataV2,
        stored: &[u8],
        inflated_bytes: usize,
        has_dictionary: bool,
        free_bytes: u64,
    ) -> Result<Checked, Error> {
        let count = self.count(header.count)?;
        let nulls = u32::try_from(header.nulls).ok().filter(|nulls| *nulls <= count);
        let nulls = nulls.ok_or_else(|| self.damaged("has more nulls than values"))?;
        let length =
            |bytes: i64| u32::try_from(bytes).map_err(|_| self.damaged("has levels of a negative length"));
        let (repetition_bytes, definition_bytes) =
            (length(header.repetition_bytes)?, length(header.definition_bytes)?);
        let level_bytes = repetition_bytes as usize + definition_bytes as usize;
        let short = || self.damaged("is shorter than its levels");
        let (levels, values) = stored.split_at_checked(level_bytes).ok_or_else(short)?;
        let value_bytes = inflated_bytes.checked_sub(level_bytes).ok_or_else(short)?;
        let codec = if header.is_plain { Codec::Plain } else { self.codec };
        // Without a value, there may be nothing to inflate.
        let is_empty = values.is_empty() && value_bytes == 0;
        let values = if is_empty { Some(Vec::new()) } else { codec.inflate(values, value_bytes) };
        let values = values.ok_or_else(|| {
            self.damaged(&format!("cannot be inflated to the {inflated_bytes} bytes that it states"))
        })?;
        let encoding = self.encoding(header.encoding)?;
        let decoded_bytes = self.check_values(encoding, &values, count, has_dictionary)?;
        Error::check_memory("a page", decoded_bytes, free_bytes)?;
        let page = Page::DataPageV2 {
            buf: [levels, &values].concat().into(),
            num_values: count,
            encoding,
            num_nulls: nulls,
            num_rows: u32::try_from(header.rows).unwrap_or_default(),
            def_levels_byte_len: definition_bytes,
            rep_levels_byte_len: repetition_bytes,
            is_compressed: false,
            statistics: None,
        };
        Ok(Checked { page, levels: count as usize, decoded_bytes })
    }

    fn count(&self, count: i64) -> Result<u32, Error> {
        u32::try_from(count)
            .ok()
            .filter(|count| *count <= i32::MAX as u32)
            .ok_or_else(|| self.damaged("has a negative number of values"))
    }

    /// Checks what the decoder trusts, and returns how much memory values take beyond the page.
    fn check_values(
        &self,
        encoding: Encoding,
        values: &[u8],
        count: u32,
        has_dictionary: bool,
    ) -> Result<u64, Error> {
        let count = u64::from(count);
        // All levels of a repeated column may be one row.
        let per_level = if self.max_repetition > 0 { self.decoded_value_bytes() + 4 } else { 0 };
        let lied = || self.damaged("has lengths that are not those of its values");
        let mut decoded_bytes = count.saturating_mul(per_level);
        match encoding {
            Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY if !has_dictionary => {
                return Err(self.damaged("has no dictionary before it"));
            }
            Encoding::DELTA_BINARY_PACKED if delta::count(values).is_none_or(|found| found > count) => {
                return Err(lied());
            }
            Encoding::DELTA_LENGTH_BYTE_ARRAY => {
                let suffixes = delta::lengths(values, count).ok_or_else(lied)?;
                let rest = values.len().saturating_sub(suffixes.bytes) as u64;
                if suffixes.sum > rest {
                    return Err(lied());
                }
                decoded_bytes = decoded_bytes.saturating_add(suffixes.count * 4);
            }
            Encoding::DELTA_BYTE_ARRAY => {
                let prefixes = delta::lengths(values, count).ok_or_else(lied)?;
                let rest = values.get(prefixes.bytes..).ok_or_else(lied)?;
                let suffixes = delta::lengths(rest, count).ok_or_else(lied)?;
                let left = rest.len().saturating_sub(suffixes.bytes) as u64;
                if suffixes.sum > left || suffixes.count != prefixes.count {
                    return Err(lied());
                }
                decoded_bytes = decoded_bytes.saturating_add(prefixes.sum).saturating_add(prefixes.count * 8);
            }
            Encoding::PLAIN
            | Encoding::PLAIN_DICTIONARY
            | Encoding::RLE_DICTIONARY
            | Encoding::RLE
            | Encoding::DELTA_BINARY_PACKED
            | Encoding::BYTE_STREAM_SPLIT => {}
            other => return Err(self.damaged(&format!("has the encoding {other}, which is not supported"))),
        }
        Ok(decoded_bytes)
    }

    /// Whether the bytes have room for `count` values in the plain encoding.
    fn check_plain(&self, count: u64, bytes: usize) -> Result<(), Error> {
        let least_bits = match self.physical {
            Physical::BOOLEAN => 1,
            Physical::INT32 | Physical::FLOAT | Physical::BYTE_ARRAY => 32,
            Physical::INT64 | Physical::DOUBLE => 64,
            Physical::INT96 => 96,
            Physical::FIXED_LEN_BYTE_ARRAY => (self.value_bytes as u64).saturating_mul(8),
        };
        match count.saturating_mul(least_bits) <= (bytes as u64).saturating_mul(8) {
            true => Ok(()),
            false => Err(self.damaged("states more values than it has bytes for")),
        }
    }

    fn decoded_value_bytes(&self) -> u64 {
        match self.physical {
            Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY => BYTE_ARRAY_BYTES,
            _ => 16,
        }
    }

    #[expect(deprecated, reason = "levels of old files are packed")]
    fn encoding(&self, number: i64) -> Result<Encoding, Error> {
        Ok(match number {
            0 => Encoding::PLAIN,
            2 => Encoding::PLAIN_DICTIONARY,
            3 => Encoding::RLE,
            4 => Encoding::BIT_PACKED,
            5 => Encoding::DELTA_BINARY_PACKED,
            6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
            7 => Encoding::DELTA_BYTE_ARRAY,
            8 => Encoding::RLE_DICTIONARY,
            9 => Encoding::BYTE_STREAM_SPLIT,
            other => return Err(self.damaged(&format!("has the encoding {other}, which is not supported"))),
        })
    }
}

/// How many bytes levels take at the beginning of a page; `None` if it has fewer.
#[expect(deprecated, reason = "levels of old files are packed")]
fn level_bytes(encoding: Encoding, most: i16, count: u32, bytes: &[u8]) -> Option<usize> {
    let length = match encoding {
        Encoding::RLE => {
            let length = bytes.first_chunk().copied().map(u32::from_le_bytes)?;
            usize::try_from(length).ok()?.checked_add(4)?
        }
        Encoding::BIT_PACKED => {
            let bits = u64::from(16 - most.leading_zeros());
            usize::try_from(u64::from(count).saturating_mul(bits).div_ceil(8)).ok()?
        }
        _ => return None,
    };
    (length <= bytes.len()).then_some(length)
}
