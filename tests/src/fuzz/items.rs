//! Properties that hold for any file that a distributed Map reads items from.

use asl_engine::{Clock, Engine, StateTest, TestedState};
use asl_model::{Source, Value};
use asl_value::json;

use super::{Random, damaged};

/// Parts of such files, including those that readers treat specially.
const PARTS: &[&str] = &[
    "a",
    "b",
    "1",
    "-0.5e3",
    "é",
    "🚚",
    " ",
    ",",
    "|",
    "\t",
    ";",
    "\"",
    "\"\"",
    "\n",
    "\r\n",
    "\r",
    "\u{FEFF}",
    "\0",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ":",
    "null",
    "\"a\":1",
    "{\"a\":[1,2]}",
    "[{}]",
    "Bucket,Key\n",
    "\"fileSchema\":\"Bucket, Key\"",
    "\"files\":[{\"key\":\"k\"}]",
    "\"entries\":[{\"url\":\"s3://b/k\"}]",
];

/// Valid files, to be damaged.
const FILES: &[&str] = &[
    r#"[{"a": [1, "x"]}, 2, null]"#,
    r#"{"a": [{"b": 1}, [2], "three"]}"#,
    "{\"a\": 1}\n[2]\n\"three\"\nnull\n",
    "a,b,\"c \"\"d\"\"\"\n1,\"two\nlines\",\r\n,,\n",
    r#"{"fileFormat": "CSV", "fileSchema": "Bucket, Key", "files": [{"key": "k", "size": 1}]}"#,
    r#"{"entries": [{"url": "s3://b/k", "meta": {"content_length": 1}}]}"#,
];

/// A file made of some of the parts, or a valid file with some bytes damaged.
pub fn made_items(random: &mut Random) -> String {
    match (random.below(2), random.choose(FILES)) {
        (0, Some(file)) => damaged(file, random),
        _ => (0..random.below(40)).filter_map(|_| random.choose(PARTS).copied()).collect(),
    }
}

/// Reads the items of a distributed Map from a file, as each type of file, and checks them.
///
/// # Panics
/// Reading panicked, the file has more items than bytes, or rows of CSV have different columns.
pub fn items(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return };
    for config in [
        json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}),
        json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["a", "b"], "CSVDelimiter": "PIPE"}),
        json!({"InputType": "JSON"}),
        json!({"InputType": "JSON", "ItemsPointer": "/a"}),
        json!({"InputType": "JSONL", "MaxItems": 3}),
        json!({"InputType": "MANIFEST"}),
    ] {
        let is_csv = config.get("InputType").and_then(Value::as_str) == Some("CSV");
        let tested = TestedState::alone(&Source::json(map(&config).to_json()));
        assert!(tested.is_ok(), "no state: {:?}", tested.err());
        let Ok(tested) = tested else { continue };
        let mut test = StateTest::new(json!({}));
        test.mock = Some(Ok(json!([])));
        test.item_reader_data = Some(text.into());
        let engine = Engine::builder().clock(Clock::virtual_time()).build();
        let seen = runtime.block_on(engine.test_state(&tested, &test));
        let Ok(seen) = seen else { continue };
        let stage = seen.data.stages.iter().find(|(name, _)| *name == "afterItemSelector");
        let Some(read) = stage.and_then(|(_, read)| read.as_array()) else { continue };
        assert!(read.len() <= text.len(), "{} items of {} bytes, {config}", read.len(), text.len());
        if is_csv {
            let columns = |item: &Value| -> Option<Vec<String>> {
                let row = item.get("v")?.as_object()?;
                Some(row.iter().map(|(name, _)| name.to_string()).collect())
            };
            let first = read.iter().next().map(columns);
            for row in read.iter() {
                assert_eq!(Some(columns(row)), first, "{config}");
            }
        }
    }
}

fn map(config: &Value) -> Value {
    json!({
        "Type": "Map", "End": true, "ItemSelector": {"v.$": "$$.Map.Item.Value"},
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": (config.clone()),
            "Parameters": {"Bucket": "b", "Key": "k"}
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}
        }
    })
}
