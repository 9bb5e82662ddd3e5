//! Files that lie, and files that are damaged at random.

use std::cell::Cell;

use asl_parquet::ErrorKind;

use crate::forge::{Fields, Forged, data, data_v2, dictionary, file as forged, varint, zigzag};
use crate::support::{Feed, file, rows};

/// Reads a file in several ways, and compares the rows as JSON, or the error.
#[track_caller]
fn check(bytes: &[u8], expected: Result<&str, &str>) {
    for feed in [Feed::WHOLE, Feed { head: 4, part: 50, free_bytes: 64 << 20 }] {
        let found =
            rows(bytes, feed).map(|rows| rows.iter().map(|row| row.to_json()).collect::<Vec<_>>().join(""));
        let found = found.map_err(|error| error.to_string());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{feed:?}");
    }
}

const NUMBERS: [u8; 16] = [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0];
const ROWS: &str = r#"{"a":1}{"a":2}{"a":3}{"a":4}"#;

fn sound() -> Forged {
    Forged::of(data(4, 0, &NUMBERS, None))
}

#[test]
fn the_ends_of_a_file_are_checked() {
    let flat = file("flat.parquet");
    let edited = |edit: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = flat.clone();
        edit(&mut bytes);
        bytes
    };
    let length_at = flat.len() - 8;
    let with_length =
        |length: u32| edited(&|bytes| bytes[length_at..length_at + 4].copy_from_slice(&length.to_le_bytes()));
    let rows = [
        (vec![], "it has only 0 bytes"),
        (flat[..11].to_vec(), "it has only 11 bytes"),
        (flat[..flat.len() - 1].to_vec(), "it does not end like a Parquet file, so it may be cut"),
        (flat[..300].to_vec(), "it does not end like a Parquet file, so it may be cut"),
        (b"id,name\n1,one\n2,two\n".to_vec(), "it does not begin like a Parquet file"),
        (edited(&|bytes| bytes[..4].copy_from_slice(b"PARE")), "it is encrypted"),
        (edited(&|bytes| bytes[length_at + 4..].copy_from_slice(b"PARE")), "its footer is encrypted"),
        (with_length(5_242_881), "its footer has 5242881 bytes, which is more than 5242880"),
        (with_length(u32::MAX), "its footer has 4294967295 bytes, which is more than 5242880"),
        (with_length(flat.len() as u32), "its footer is longer than the file"),
        (with_length(0), "its footer states more than it has"),
    ];
    for (bytes, expected) in rows {
        check(&bytes, Err(expected));
    }
}

#[test]
fn numbers_in_the_footer_are_checked() {
    let element = |children: i64| Fields::default().short(3, 0).text(4, "a").short(5, children);
    let schema = |elements: Vec<Fields>| {
        Fields::default().short(1, 1).structs(2, elements).int(3, 0).structs(4, vec![]).end()
    };
    let list = |number, count| Fields::default().list(number, 12, count, &[0; 40]).end();
    let deep: Vec<Fields> = (0..100_000).map(|_| element(1)).chain([element(0)]).collect();
    let rows = [
        (list(2, u64::from(u32::MAX)), "its footer states more than it has"),
        (list(2, u64::MAX), "its footer states more than it has"),
        (list(4, 30), "its footer states more than it has"),
        (schema(deep), "its schema nests deeper than 64 levels"),
        (
            schema(vec![element(i64::from(i32::MAX)), element(0)]),
            "its schema states more columns than it has",
        ),
        (schema(vec![element(-1), element(0)]), "its schema states more columns than it has"),
        (schema(vec![element(2), element(0)]), "its schema states more columns than it has"),
        (schema(vec![element(1), element(0), element(0)]), "its schema has elements that belong to nothing"),
        (schema(vec![element(0)]), "it has no columns"),
        (vec![0x19; 100], "its footer is damaged"),
    ];
    for (footer, expected) in rows {
        check(&forged(&[], &footer), Err(expected));
    }
}

#[test]
fn places_in_the_footer_are_checked() {
    check(&sound().bytes(), Ok(ROWS));
    let rows = [
        (Forged { offset: -1, ..sound() }, "the column a begins before the file"),
        (Forged { offset: i64::MAX, ..sound() }, "the column a ends after the file"),
        (Forged { offset: 30, ..sound() }, "the column a ends after the file"),
        (Forged { stored: Some(-1), ..sound() }, "the column a has a negative length"),
        (Forged { stored: Some(i64::MAX), ..sound() }, "the column a ends after the file"),
        (Forged { stored: Some(20), ..sound() }, "the column a ends in the middle of a page"),
        (Forged { rows: -1, values: -1, ..sound() }, "a row group has a negative number of rows"),
        (
            Forged { rows: 5, ..sound() },
            "the column a has another number of values than the row group has rows",
        ),
        (Forged { rows: 5, values: 5, ..sound() }, "the column a has fewer values than the footer states"),
        (Forged { rows: 3, values: 3, ..sound() }, "the column a has more values than the footer states"),
        (
            Forged { group_bytes: 268_435_457, ..sound() },
            "a row group has 268435457 bytes, which is more than 268435456",
        ),
        (Forged { codec: 4, ..sound() }, "the column a is compressed with BROTLI, which is not supported"),
        (Forged { physical: 7, length: Some(0), ..sound() }, "the column a has values without a length"),
    ];
    for (forged, expected) in rows {
        check(&forged.bytes(), Err(expected));
    }
    check(&file("brotli.parquet"), Err("the column id is compressed with BROTLI, which is not supported"));
}

#[test]
fn pages_are_checked() {
    // The header: 128 values a block, in four parts; then the number of values, and the first.
    let delta = |count: u8| vec![0x80, 0x01, 4, count, 0];
    let deltas = |count: &[u8]| [&[0x80, 0x01, 4], count, &[0]].concat();
    let bytes = |pages: Vec<u8>| Forged { physical: 6, ..Forged::of(pages) };
    let lied = "a page of the column a has lengths that are not those of its values";
    let huge = deltas(&[0xff, 0xff, 0xff, 0xff, 0x07]);
    let rows = [
        (
            Forged::of(data(4, 0, &NUMBERS, Some((1 << 30, 16)))),
            "a page of the column a states 1073741824 bytes, more than a row group may have",
        ),
        (Forged::of(data(4, 0, &NUMBERS, Some((-1, 16)))), "a page of the column a has a negative length"),
        (Forged::of(data(4, 0, &NUMBERS, Some((16, -1)))), "the column a has a page of a negative length"),
        (
            Forged::of(data(4, 0, &NUMBERS, Some((17, 16)))),
            "a page of the column a cannot be inflated to the 17 bytes",
        ),
        (Forged::of(data(-4, 0, &NUMBERS, None)), "a page of the column a has a negative number of values"),
        (
            Forged::of(data(4, 77, &NUMBERS, None)),
            "a page of the column a has the encoding 77, which is not supported",
        ),
        (Forged::of(data(4, 8, &NUMBERS, None)), "a page of the column a has no dictionary before it"),
        (Forged::of(data(4, 0, &NUMBERS[..9], None)), "a page of the column a is damaged"),
        (Forged::of(data(4, 5, &huge, None)), lied),
        (bytes(data(4, 6, &huge, None)), lied),
        (bytes(data(4, 6, &delta(4)[..4], None)), lied),
        (bytes(data(4, 7, &[huge.clone(), huge.clone()].concat(), None)), lied),
        (
            Forged::of(dictionary(i64::from(i32::MAX), &NUMBERS)),
            "a page of the column a states more values than it has bytes for",
        ),
        (bytes(dictionary(5, &NUMBERS)), "a page of the column a states more values than it has bytes for"),
        (
            Forged { repetition: 1, ..Forged::of(data(4, 0, &[0xff; 16], None)) },
            "a page of the column a is shorter than its levels",
        ),
        (
            Forged { repetition: 2, ..Forged::of(data(4, 0, &[0xff; 16], None)) },
            "a page of the column a is shorter than its levels",
        ),
        (
            Forged::of(data_v2([4, 0, 4], 0, [17, 0], &NUMBERS)),
            "a page of the column a is shorter than its levels",
        ),
        (
            Forged::of(data_v2([4, 0, 4], 0, [-1, 0], &NUMBERS)),
            "a page of the column a has levels of a negative length",
        ),
        (
            Forged::of(data_v2([4, 5, 4], 0, [0, 0], &NUMBERS)),
            "a page of the column a has more nulls than values",
        ),
        (Forged::of(vec![0xff; 40]), "the column a is damaged"),
    ];
    for (forged, expected) in rows {
        let found = rows_error(&forged.bytes());
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
}

fn rows_error(bytes: &[u8]) -> String {
    quietly(|| rows(bytes, Feed::WHOLE)).unwrap_err().to_string()
}

/// Lengths in one block of 128 values, in four parts, each of which is as wide as its widest step.
fn deltas(lengths: Vec<i64>) -> Vec<u8> {
    let steps: Vec<i64> = lengths.windows(2).map(|pair| pair[1] - pair[0]).chain([0]).collect();
    let least = *steps.iter().min().unwrap();
    let mut bytes = vec![0x80, 0x01, 4, 0x80, 0x01];
    varint(&mut bytes, zigzag(lengths[0]));
    varint(&mut bytes, zigzag(least));
    bytes.extend([22; 4]);
    let (mut bits, mut count) = (0u64, 0);
    for step in &steps {
        bits |= ((step - least) as u64) << count;
        count += 22;
        while count >= 8 {
            bytes.push(bits as u8);
            (bits, count) = (bits >> 8, count - 8);
        }
    }
    bytes
}

/// Pages that become far more than they are.
#[test]
fn bombs_are_refused_before_they_go_off() {
    // 2^31 levels of one row, in a run of a few bytes: the repetition levels are 1, the values are missing.
    let run = |level: u8| [&[6, 0, 0, 0][..], &[0xfe, 0xff, 0xff, 0xff, 0x0f, level]].concat();
    let body = [run(1), run(0)].concat();
    let count = i64::from(i32::MAX);
    let list = Forged { repetition: 2, rows: 1, values: count, ..Forged::of(data(count, 0, &body, None)) };
    // 128 values, each of which has the whole of the first one, a megabyte: prefixes, suffixes, the megabyte.
    let megabyte = 1i64 << 20;
    let prefixes = deltas([&[0][..], &[megabyte; 127]].concat());
    let suffixes = deltas([&[megabyte][..], &[0; 127]].concat());
    let body = [prefixes, suffixes, vec![b'x'; 1 << 20]].concat();
    let text = Forged { physical: 6, rows: 128, values: 128, ..Forged::of(data(128, 7, &body, None)) };
    let bombs = [&list, &text];
    for bomb in bombs {
        let error = rows(&bomb.bytes(), Feed::WHOLE).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Memory { .. }), "{error}");
    }
    // With the memory that they need, the values are as they should be.
    let feed = Feed { free_bytes: 1 << 30, ..Feed::WHOLE };
    let found = rows(&text.bytes(), feed).unwrap();
    assert!(found.len() == 128 && found.iter().all(|row| row.encoded_len() == (1 << 20) + 8));
    // A gzip of 100 MB in a page that states 16 bytes.
    let mut zeros = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut zeros, &vec![0; 100 << 20]).unwrap();
    let zeros = zeros.finish().unwrap();
    let gzip = Forged { codec: 2, ..Forged::of(data(4, 0, &zeros, Some((16, zeros.len() as i64)))) };
    assert!(rows_error(&gzip.bytes()).contains("cannot be inflated to the 16 bytes"));
}

/// The decoder panics with this file, which other crates test with, too.
#[test]
fn a_panic_of_the_decoder_is_an_error() {
    let forged = Forged::of(data(4, 9, &NUMBERS[..9], None)).bytes();
    if std::env::var("UPDATE_EXPECT").is_ok() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/files/damaged.parquet"), &forged).unwrap();
    }
    assert_eq!(rows_error(&forged), "a page of the column a is damaged");
    assert_eq!(file("damaged.parquet"), forged);
}

#[test]
fn rows_that_are_too_long_are_refused() {
    let long = "x".repeat(9 << 20);
    let value = [&(long.len() as u32).to_le_bytes()[..], long.as_bytes()].concat();
    let forged = Forged { physical: 6, rows: 1, values: 1, ..Forged::of(data(1, 0, &value, None)) };
    assert_eq!(rows_error(&forged.bytes()), "a row has more than 8388608 bytes");
}

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Does not print what the decoder panics with.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                loud(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    let result = work();
    IS_QUIET.set(false);
    result
}

/// Bytes change at random: the reader ends, in bounded memory, and never with a panic.
#[test]
fn damaged_files_end_with_an_error_or_rows() {
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let mut below = |most: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % most as u64) as usize
    };
    let names =
        ["flat", "numbers", "nested_v2", "snappy", "gzip", "zstd", "lz4", "encodings", "encodings_v2"];
    let (mut refused, mut caught) = (0, 0);
    for name in names {
        let sound = file(&format!("{name}.parquet"));
        for _ in 0..300 {
            let mut bytes = sound.clone();
            for _ in 0..=below(4) {
                let at = below(bytes.len());
                bytes[at] = if below(2) == 0 { below(256) as u8 } else { bytes[at] ^ 1 << below(8) };
            }
            let feed = Feed { head: 64, part: 4000, free_bytes: 8 << 20 };
            match quietly(|| rows(&bytes, feed)) {
                Ok(rows) => assert!(rows.len() < 10_000, "{name}: {} rows", rows.len()),
                Err(error) => {
                    refused += 1;
                    caught += usize::from(error.to_string().ends_with(" is damaged"));
                }
            }
        }
    }
    println!(
        "{refused} of {} damaged files were refused, {caught} of them after a panic or without a cause",
        names.len() * 300
    );
    assert!(refused > 300);
}
