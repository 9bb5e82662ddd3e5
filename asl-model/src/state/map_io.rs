//! [`ItemReader`], [`ItemBatcher`] and [`ResultWriter`]: fields of a distributed Map.

use asl_value::{Text, Value};

use crate::limits::{BATCH_BYTES, BATCH_ITEMS, MAX_ITEMS};
use crate::reader::Fields;
use crate::writer::Members;
use crate::{Code, Field, Resource};

/// `ItemReader`: reads the items from storage.
///
/// ```json
/// {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}}
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ItemReader {
    /// `Resource`: `s3:getObject` or `s3:listObjectsV2`.
    pub resource: Resource,
    /// `Parameters` (JSONPath)
    pub parameters: Option<Value>,
    /// `Arguments` (JSONata)
    pub arguments: Option<Value>,
    /// `ReaderConfig`
    pub config: Option<ReaderConfig>,
}

impl ItemReader {
    /// A reader without optional fields.
    pub fn new(resource: impl Into<Resource>) -> ItemReader {
        ItemReader { resource: resource.into(), parameters: None, arguments: None, config: None }
    }
}

/// `ReaderConfig`: how the bytes become items. Words such as `CSV` and `FIRST_ROW` are kept as they are written.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ReaderConfig {
    /// `InputType`: `CSV`, `JSON`, `JSONL`, `PARQUET` or `MANIFEST`.
    pub input_type: Option<Text>,
    /// `Transformation`: `NONE` or `LOAD_AND_FLATTEN`.
    pub transformation: Option<Text>,
    /// `ManifestType`: `ATHENA_DATA` or `S3_INVENTORY`.
    pub manifest_type: Option<Text>,
    /// `CSVDelimiter`: `COMMA`, `PIPE`, `SEMICOLON`, `SPACE` or `TAB`.
    pub csv_delimiter: Option<Text>,
    /// `CSVHeaderLocation`: `FIRST_ROW` or `GIVEN`.
    pub csv_header_location: Option<Text>,
    /// `CSVHeaders`: the names of the columns.
    pub csv_headers: Option<Vec<Text>>,
    /// `MaxItems`, `MaxItemsPath`: 0 means no limit.
    pub max_items: Option<Field<u64>>,
    /// `ItemsPointer`: a JSON Pointer to the array inside a JSON file.
    pub items_pointer: Option<Text>,
}

/// `ItemBatcher`: passes several items to each child execution: `{"MaxItemsPerBatch": 10, "BatchInput": {"job": 7}}`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ItemBatcher {
    /// `MaxItemsPerBatch`, `MaxItemsPerBatchPath`
    pub max_items_per_batch: Option<Field<u64>>,
    /// `MaxInputBytesPerBatch`, `MaxInputBytesPerBatchPath`: bytes.
    pub max_input_bytes_per_batch: Option<Field<u64>>,
    /// `BatchInput`: a template for the fixed part of every batch.
    pub batch_input: Option<Value>,
}

/// `ResultWriter`: writes the results to storage, or gives them another form.
///
/// ```json
/// {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}}
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ResultWriter {
    /// `Resource`: `s3:putObject`.
    pub resource: Option<Resource>,
    /// `Parameters` (JSONPath)
    pub parameters: Option<Value>,
    /// `Arguments` (JSONata)
    pub arguments: Option<Value>,
    /// `WriterConfig`
    pub config: Option<WriterConfig>,
}

/// `WriterConfig`: the form of the results. Words such as `JSONL` and `FLATTEN` are kept as they are written.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct WriterConfig {
    /// `OutputType`: `JSON` or `JSONL`.
    pub output_type: Option<Text>,
    /// `Transformation`: `NONE`, `COMPACT` or `FLATTEN`.
    pub transformation: Option<Text>,
}

impl ItemReader {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Option<ItemReader> {
        fields.require(&["Resource"]);
        let resource = fields.text("Resource");
        let parameters = fields.any("Parameters");
        let arguments = fields.any("Arguments");
        let config = fields.child("ReaderConfig", |fields| Some(ReaderConfig::read(fields)));
        Some(ItemReader { resource: resource?.into(), parameters, arguments, config })
    }

    pub(crate) fn to_value(&self) -> Value {
        let mut members = Members::default();
        members.put("Resource", self.resource.text());
        members.maybe("ReaderConfig", self.config.as_ref().map(ReaderConfig::to_value));
        members.maybe("Parameters", self.parameters.as_ref());
        members.maybe("Arguments", self.arguments.as_ref());
        members.into_value()
    }
}

impl ReaderConfig {
    fn read(fields: &mut Fields<'_, '_>) -> ReaderConfig {
        let input_type = choice(fields, "InputType", &["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"]);
        let csv_header_location = choice(fields, "CSVHeaderLocation", &["FIRST_ROW", "GIVEN"]);
        match (input_type.as_deref(), csv_header_location.as_deref()) {
            (Some("CSV"), None) if !fields.has("CSVHeaderLocation") => {
                fields.error(Code::MISSING_FIELD, "The field 'CSVHeaderLocation' is required");
            }
            (Some("JSON"), Some(_)) => {
                fields.error(Code::FIELD_NOT_SUPPORTED, "Field 'CSVHeaderLocation' is not supported");
            }
            (_, Some("GIVEN")) => {
                fields.require(&["CSVHeaders"]);
            }
            _ => {}
        }
        ReaderConfig {
            input_type,
            transformation: choice(fields, "Transformation", &["NONE", "LOAD_AND_FLATTEN"]),
            manifest_type: choice(fields, "ManifestType", &["ATHENA_DATA", "S3_INVENTORY"]),
            csv_delimiter: choice(fields, "CSVDelimiter", &["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]),
            csv_header_location,
            csv_headers: fields.texts("CSVHeaders"),
            max_items: fields.quantity("MaxItems", "MaxItemsPath", &MAX_ITEMS),
            items_pointer: fields.text("ItemsPointer"),
        }
    }

    fn to_value(&self) -> Value {
        let mut members = Members::default();
        members.maybe("InputType", self.input_type.as_ref());
        members.maybe("Transformation", self.transformation.as_ref());
        members.maybe("ManifestType", self.manifest_type.as_ref());
        members.maybe("CSVDelimiter", self.csv_delimiter.as_ref());
        members.maybe("CSVHeaderLocation", self.csv_header_location.as_ref());
        members.maybe("CSVHeaders", self.csv_headers.as_ref().map(|names| names.iter().collect::<Value>()));
        members.maybe_field("MaxItems", "MaxItemsPath", self.max_items.as_ref());
        members.maybe("ItemsPointer", self.items_pointer.as_ref());
        members.into_value()
    }
}

fn choice(fields: &mut Fields<'_, '_>, name: &'static str, words: &[&'static str]) -> Option<Text> {
    let words: Vec<(&str, &str)> = words.iter().map(|word| (*word, *word)).collect();
    fields.word(name, &words).map(Text::from)
}

impl ItemBatcher {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Option<ItemBatcher> {
        let limits = [
            "MaxItemsPerBatch",
            "MaxItemsPerBatchPath",
            "MaxInputBytesPerBatch",
            "MaxInputBytesPerBatchPath",
        ];
        if fields.present(&limits).is_empty() {
            // UNRECORDED: AWS's text for an `ItemBatcher` without a limit.
            fields.error(Code::MISSING_FIELD, format!("one of the fields {} is required", limits.join(", ")));
        }
        let (items, bytes) = (&BATCH_ITEMS, &BATCH_BYTES);
        Some(ItemBatcher {
            max_items_per_batch: fields.quantity("MaxItemsPerBatch", "MaxItemsPerBatchPath", items),
            max_input_bytes_per_batch: fields.quantity(
                "MaxInputBytesPerBatch",
                "MaxInputBytesPerBatchPath",
                bytes,
            ),
            batch_input: fields.any("BatchInput"),
        })
    }

    pub(crate) fn to_value(&self) -> Value {
        let mut members = Members::default();
        let (items, bytes) = (self.max_items_per_batch.as_ref(), self.max_input_bytes_per_batch.as_ref());
        members.maybe_field("MaxItemsPerBatch", "MaxItemsPerBatchPath", items);
        members.maybe_field("MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath", bytes);
        members.maybe("BatchInput", self.batch_input.as_ref());
        members.into_value()
    }
}

impl ResultWriter {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Option<ResultWriter> {
        let input = if fields.has("Arguments") { "Arguments" } else { "Parameters" };
        if fields.present(&["Resource", "Parameters", "Arguments", "WriterConfig"]).is_empty() {
            fields.error(Code::EMPTY, "Value cannot be empty");
        } else if fields.has("Resource") != fields.has(input) {
            fields.require(&["Resource", input]);
        }
        let config = fields.child("WriterConfig", |fields| {
            fields.require(&["Transformation", "OutputType"]);
            Some(WriterConfig {
                output_type: choice(fields, "OutputType", &["JSON", "JSONL"]),
                transformation: choice(fields, "Transformation", &["NONE", "COMPACT", "FLATTEN"]),
            })
        });
        Some(ResultWriter {
            resource: fields.text("Resource").map(Resource::from),
            parameters: fields.any("Parameters"),
            arguments: fields.any("Arguments"),
            config,
        })
    }

    pub(crate) fn to_value(&self) -> Value {
        let mut members = Members::default();
        members.maybe("Resource", self.resource.as_ref().map(Resource::text));
        members.maybe("WriterConfig", self.config.as_ref().map(WriterConfig::to_value));
        members.maybe("Parameters", self.parameters.as_ref());
        members.maybe("Arguments", self.arguments.as_ref());
        members.into_value()
    }
}

impl WriterConfig {
    fn to_value(&self) -> Value {
        let mut members = Members::default();
        members.maybe("OutputType", self.output_type.as_ref());
        members.maybe("Transformation", self.transformation.as_ref());
        members.into_value()
    }
}
