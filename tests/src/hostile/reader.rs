//! Files that are small until they are read: gzip bombs, rows without text, endless lines, nested arrays.

use std::io::Write;
use std::time::Duration;

use asl_value::{Value, json};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::Attack;
use crate::fuzz::Random;

/// The maximum size of an inflated file, in bytes.
const MOST: usize = 16 << 20;

pub(super) fn attack(random: &mut Random) -> Attack {
    let kind = ["CSV", "JSONL", "JSON", "MANIFEST"].get(random.below(4)).copied().unwrap_or("CSV");
    let unit = unit(random, kind);
    let repeat = (MOST >> random.below(16)) / unit.len().max(1);
    let (head, tail) = match (kind, random.below(4)) {
        ("JSON" | "MANIFEST", 1..) => ("[", "[]]"),
        ("CSV", 0) => ("a,b\n\"", ""),
        ("CSV", _) => ("a,b,c\n", ""),
        _ => ("", ""),
    };
    let text = format!("{head}{}{tail}", unit.repeat(repeat));
    let (key, bytes) = match random.below(3) {
        0 => ("file", text.into_bytes()),
        _ => ("file.gz", gzip(&text)),
    };
    let mut config = json!({"InputType": kind}).as_object().cloned().unwrap_or_default();
    if kind == "CSV" {
        match random.below(3) {
            0 => {
                let headers: Value =
                    (0..1 + random.below(2000)).map(|number| Value::from(format!("h{number}"))).collect();
                config.insert("CSVHeaderLocation", "GIVEN".into());
                config.insert("CSVHeaders", headers);
            }
            _ => drop(config.insert("CSVHeaderLocation", "FIRST_ROW".into())),
        }
    }
    if random.below(3) == 0 {
        config.insert("MaxItems", 3.into());
    }
    let definition = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "End": true, "ResultPath": null,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
            "Parameters": {"Bucket": "bucket", "Key": key}
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}
        }
    }}});
    let deadline = Some(Duration::from_millis(1000));
    Attack {
        definition: definition.to_json(),
        files: vec![(key.to_owned(), bytes)],
        deadline,
        ..Attack::default()
    }
}

fn unit(random: &mut Random, kind: &str) -> String {
    let units: &[&str] = match kind {
        "CSV" => &["a,b\n", "\n", ",", "\"", "x", "\"a\",\"b\"\"\"\n", "\\", ",,,,,,\n", "\r\n"],
        "JSONL" => &["{}\n", "[]\n", "1\n", "[[[[[[[[]]]]]]]]\n", "0", "\n", "{\"a\":1,\"b\":2}\n", "x\n"],
        _ => &["[],", "{},", "1,", "[", "[[[[]]]],", "{\"a\":[]},", "\"\\u0000\",", "1e999,"],
    };
    random.choose(units).copied().unwrap_or_default().to_owned()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Storage in memory accepts everything.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}
