//! Parquet files with one column, in which anything may be wrong.

/// A struct in the compact protocol of Thrift.
#[derive(Clone, Default)]
pub(crate) struct Fields {
    bytes: Vec<u8>,
    last: i64,
}

pub(crate) fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

pub(crate) fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63) as u64
}

impl Fields {
    fn header(mut self, number: i64, kind: u8) -> Fields {
        self.bytes.push(((number - self.last) as u8) << 4 | kind);
        self.last = number;
        self
    }

    pub(crate) fn int(self, number: i64, value: i64) -> Fields {
        let mut fields = self.header(number, 6);
        varint(&mut fields.bytes, zigzag(value));
        fields
    }

    /// As an `i32`, which is what the decoder expects of most fields.
    pub(crate) fn short(self, number: i64, value: i64) -> Fields {
        let mut fields = self.header(number, 5);
        varint(&mut fields.bytes, zigzag(value));
        fields
    }

    pub(crate) fn text(self, number: i64, text: &str) -> Fields {
        let mut fields = self.header(number, 8);
        varint(&mut fields.bytes, text.len() as u64);
        fields.bytes.extend(text.as_bytes());
        fields
    }

    pub(crate) fn inner(self, number: i64, inner: Fields) -> Fields {
        let mut fields = self.header(number, 12);
        fields.bytes.extend(inner.end());
        fields
    }

    /// A list that says that it has `count` elements of a kind.
    pub(crate) fn list(self, number: i64, kind: u8, count: u64, elements: &[u8]) -> Fields {
        let mut fields = self.header(number, 9);
        fields.bytes.push(0xf0 | kind);
        varint(&mut fields.bytes, count);
        fields.bytes.extend(elements);
        fields
    }

    pub(crate) fn structs(self, number: i64, elements: Vec<Fields>) -> Fields {
        let count = elements.len() as u64;
        self.list(number, 12, count, &elements.into_iter().flat_map(Fields::end).collect::<Vec<_>>())
    }

    pub(crate) fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

/// A file with a footer.
pub(crate) fn file(data: &[u8], footer: &[u8]) -> Vec<u8> {
    let length = (footer.len() as u32).to_le_bytes();
    [b"PAR1", data, footer, &length, b"PAR1"].concat()
}

/// A file with one column.
#[derive(Clone)]
pub(crate) struct Forged {
    /// The physical type, and 2 if the column is repeated, 0 if it is required.
    pub(crate) physical: i64,
    pub(crate) repetition: i64,
    pub(crate) length: Option<i64>,
    pub(crate) codec: i64,
    pub(crate) rows: i64,
    pub(crate) values: i64,
    pub(crate) pages: Vec<u8>,
    pub(crate) offset: i64,
    pub(crate) stored: Option<i64>,
    pub(crate) group_bytes: i64,
}

impl Forged {
    /// Of four numbers, in these pages.
    pub(crate) fn of(pages: Vec<u8>) -> Forged {
        Forged {
            physical: 1,
            repetition: 0,
            length: None,
            codec: 0,
            rows: 4,
            values: 4,
            pages,
            offset: 4,
            stored: None,
            group_bytes: 100,
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let leaf = Fields::default().short(1, self.physical);
        let leaf = self.length.map_or(leaf.clone(), |length| leaf.short(2, length));
        let leaf = leaf.short(3, self.repetition).text(4, "a");
        let path = [1, b'a'];
        let chunk = Fields::default().int(2, 0).inner(
            3,
            Fields::default()
                .short(1, self.physical)
                .list(2, 5, 1, &[0])
                .list(3, 8, 1, &path)
                .short(4, self.codec)
                .int(5, self.values)
                .int(6, 100)
                .int(7, self.stored.unwrap_or(self.pages.len() as i64))
                .int(9, self.offset),
        );
        let group = Fields::default().structs(1, vec![chunk]).int(2, self.group_bytes).int(3, self.rows);
        let root = Fields::default().text(4, "schema").short(5, 1);
        let footer = Fields::default().short(1, 1).structs(2, vec![root, leaf]).int(3, self.rows);
        file(&self.pages, &footer.structs(4, vec![group]).end())
    }
}

fn page(kind: i64, inflated: i64, stored: i64, number: i64, header: Fields, body: &[u8]) -> Vec<u8> {
    let fields = Fields::default().short(1, kind).short(2, inflated).short(3, stored).inner(number, header);
    [fields.end(), body.to_vec()].concat()
}

/// A data page, whose lengths are those of the body if they are not given.
pub(crate) fn data(count: i64, encoding: i64, body: &[u8], lengths: Option<(i64, i64)>) -> Vec<u8> {
    let (inflated, stored) = lengths.unwrap_or((body.len() as i64, body.len() as i64));
    let header = Fields::default().short(1, count).short(2, encoding).short(3, 3).short(4, 3);
    page(0, inflated, stored, 5, header, body)
}

pub(crate) fn data_v2(counts: [i64; 3], encoding: i64, levels: [i64; 2], body: &[u8]) -> Vec<u8> {
    let [count, nulls, rows] = counts;
    let header = Fields::default().short(1, count).short(2, nulls).short(3, rows).short(4, encoding);
    let header = header.short(5, levels[0]).short(6, levels[1]);
    page(3, body.len() as i64, body.len() as i64, 8, header, body)
}

pub(crate) fn dictionary(count: i64, body: &[u8]) -> Vec<u8> {
    let header = Fields::default().short(1, count).short(2, 0);
    page(2, body.len() as i64, body.len() as i64, 7, header, body)
}
