//! The JSON of the files that a Map Run has written, in checkpoints.

use asl_value::{Object, Value, json};

use super::{Members, optional, put, put_data, set};
use crate::JournalError;
use crate::map::exported::Exported;
use crate::map::index_ranges::IndexRanges;
use crate::map::kept_file::{KeptFile, Upload};

/// `{"destination": {"Bucket": "b"}, "children": [[0, 7], [8, 9]], "items": 8, "files": [{"Key": "k", "Size": 17}],
/// "upload": {…}, "last": "…", "text": "…"}`. Each pair is the first child of a range and the one after it.
pub(super) fn to_value(exported: &Exported) -> Value {
    let KeptFile { entries, upload, last, text } = &exported.file;
    let mut object = Object::new();
    put_data(&mut object, "destination", &exported.destination);
    let ranges = exported.children.iter().map(|(first, end)| json!([(first as u64), (end as u64)]));
    set(&mut object, "children", ranges.collect::<Value>());
    set(&mut object, "items", exported.items);
    set(&mut object, "files", entries.iter().cloned().collect::<Value>());
    put(&mut object, "upload", upload.as_ref().map(upload_to_value));
    put(&mut object, "last", last.as_ref().map(|text| Value::from(text.as_str())));
    put(&mut object, "text", (!text.is_empty()).then(|| Value::from(text.as_str())));
    object.into()
}

pub(super) fn parse(members: &mut Members) -> Exported {
    let text = |text: Option<asl_value::Text>| text.map(|text| text.to_string());
    Exported {
        destination: members.payload("destination"),
        children: parse_ranges(members),
        items: members.number("items"),
        file: KeptFile {
            entries: array(members, "files"),
            upload: optional(members, "upload", "an upload", parse_upload),
            last: text(members.optional_text("last")),
            text: text(members.optional_text("text")).unwrap_or_default(),
        },
    }
}

fn upload_to_value(upload: &Upload) -> Value {
    let tags = upload.tags.iter().map(Value::from);
    json!({"name": (upload.name.clone()), "tags": (tags.collect::<Value>()), "bytes": (upload.bytes)})
}

fn parse_upload(members: &mut Members) -> Upload {
    let tags = array(members, "tags");
    let known: Option<Vec<_>> = tags.iter().map(|tag| tag.as_text().cloned()).collect();
    if known.is_none() {
        members.refuse(JournalError::syntax("expected the `tags` of an upload to be text".to_owned()));
    }
    Upload { name: members.text("name"), tags: known.unwrap_or_default(), bytes: members.number("bytes") }
}

fn parse_ranges(members: &mut Members) -> IndexRanges {
    let value = members.value("children");
    let place = |value: Option<&Value>| usize::try_from(value?.as_number()?.as_u64()?).ok();
    let pair = |pair: &Value| Some((place(pair.at(0))?, place(pair.at(1))?));
    let pairs: Option<Vec<_>> = value.as_array().and_then(|pairs| pairs.iter().map(pair).collect());
    pairs.and_then(IndexRanges::of).unwrap_or_else(|| {
        members.unexpected("children", "ranges in their order", &value);
        IndexRanges::default()
    })
}

fn array(members: &mut Members, name: &str) -> Vec<Value> {
    match members.value(name) {
        Value::Array(items) => items.into_vec(),
        other => {
            members.unexpected(name, "an array", &other);
            Vec::new()
        }
    }
}
