//! Files of another implementation: `tests/files/make.py`.

use asl_value::Value;

use crate::support::{Feed, file, rows};

const FEEDS: [Feed; 4] = [
    Feed::WHOLE,
    Feed { head: 4, part: usize::MAX, free_bytes: 64 << 20 },
    Feed { head: 100, part: 1000, free_bytes: 64 << 20 },
    // So little memory that each column is read by itself.
    Feed { head: 12, part: 77, free_bytes: 200 << 10 },
];

/// Compares the rows of a file with those in `rows_file`.
#[track_caller]
fn check(name: &str, rows_file: &str) {
    let bytes = file(&format!("{name}.parquet"));
    let text = String::from_utf8(file(&format!("{rows_file}.jsonl"))).unwrap();
    let expected: Vec<Value> = text.lines().map(|line| Value::parse(line).unwrap()).collect();
    for feed in FEEDS {
        let found = rows(&bytes, feed).unwrap_or_else(|error| panic!("{name}, {feed:?}: {error}"));
        for (found, expected) in found.iter().zip(&expected) {
            // As text, so that digits count. Numbers that are written otherwise are equal.
            assert!(found == expected, "{name}, {feed:?}:\n{}\n{}", found.to_json(), expected.to_json());
        }
        assert_eq!(found.len(), expected.len(), "{name}, {feed:?}");
    }
}

#[test]
fn values_of_each_type_become_json() {
    for name in ["flat", "numbers", "times", "int96", "bytes"] {
        check(name, name);
    }
    assert_eq!(rows(&file("empty.parquet"), Feed::WHOLE), Ok(vec![]));
}

#[test]
fn nested_columns_are_put_together() {
    check("nested", "nested");
    check("nested_v2", "nested");
}

#[test]
fn codecs_encodings_and_page_versions_yield_the_same() {
    for name in ["plain", "snappy", "gzip", "zstd", "lz4", "encodings", "encodings_v2"] {
        check(name, "many");
    }
}

#[test]
fn digits_are_kept() {
    let rows = rows(&file("numbers.parquet"), Feed::WHOLE).unwrap();
    let text = |row: usize, name: &str| rows[row].get(name).unwrap().to_json();
    let cases = [
        (0, "int64", "-9223372036854775808"),
        (1, "uint64", "18446744073709551615"),
        (0, "float", "0.1"),
        (1, "float", "\"NaN\""),
        (0, "large", "1.0E300"),
        (0, "money", "12.5"),
        (0, "exact", "\"12.50\""),
        (0, "huge", "99999999999999999999999999999999999999"),
        (2, "huge", "null"),
    ];
    for (row, name, expected) in cases {
        assert_eq!(text(row, name), expected, "{name}");
    }
}
