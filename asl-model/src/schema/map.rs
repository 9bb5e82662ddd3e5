//! The fields of a Map state and of the objects inside it.

use super::common::{ARGUMENTS, COMMENT, MACHINE};
use super::shape::{FieldShape, Kind, Shape, field, required, shape};
use crate::limits;

pub(super) const MAP: &[FieldShape] = &[
    field("ItemProcessor", Kind::Object(&PROCESSOR), "The machine that runs for each item."),
    field("Iterator", Kind::Object(&PROCESSOR), "The former name of `ItemProcessor`."),
    field("Items", Kind::Items, "The items: an array, an object or an expression."),
    field("ItemsPath", Kind::Text, "The path of the items."),
    field("ItemSelector", Kind::Any, "The input of each iteration."),
    field("Parameters", Kind::Any, "The former name of `ItemSelector`."),
    field(
        "MaxConcurrency",
        Kind::Whole(&limits::COUNT),
        "The number of concurrent iterations; 0 for as many as possible.",
    ),
    field("MaxConcurrencyPath", Kind::Text, "The path of the number of concurrent iterations."),
    field(
        "ToleratedFailureCount",
        Kind::Whole(&limits::COUNT),
        "The number of items that may fail, in a distributed Map.",
    ),
    field("ToleratedFailureCountPath", Kind::Text, "The path of the number of items that may fail."),
    field(
        "ToleratedFailurePercentage",
        Kind::Number(0.0, limits::PERCENTAGE),
        "The percentage of items that may fail, in a distributed Map.",
    ),
    field("ToleratedFailurePercentagePath", Kind::Text, "The path of the percentage of items that may fail."),
    field(
        "ItemReader",
        Kind::Object(&ITEM_READER),
        "The storage from which a distributed Map reads its items.",
    ),
    field("ItemBatcher", Kind::Object(&ITEM_BATCHER), "How a distributed Map groups items into batches."),
    field(
        "ResultWriter",
        Kind::Object(&RESULT_WRITER),
        "The storage to which a distributed Map writes its results.",
    ),
    field("Label", Kind::Text, "A part of the ARN of a distributed Map's runs, up to 40 characters."),
];

const PROCESSOR: Shape = shape(
    "ItemProcessor",
    &[
        COMMENT,
        &[field("ProcessorConfig", Kind::Object(&PROCESSOR_CONFIG), "How the iterations run.")],
        MACHINE,
    ],
);

const PROCESSOR_CONFIG: Shape = shape(
    "ProcessorConfig",
    &[&[
        field("Mode", Kind::Words(&["INLINE", "DISTRIBUTED"]), "Whether iterations are separate executions."),
        field(
            "ExecutionType",
            Kind::Words(&["STANDARD", "EXPRESS"]),
            "The type of the executions of a distributed Map.",
        ),
    ]],
);

const ITEM_READER: Shape = shape(
    "ItemReader",
    &[
        ARGUMENTS,
        &[
            required(
                "Resource",
                Kind::Text,
                "What to read: `arn:aws:states:::s3:getObject` or `…:s3:listObjectsV2`.",
            ),
            field("ReaderConfig", Kind::Object(&READER_CONFIG), "How the bytes become items."),
        ],
    ],
);

const READER_CONFIG: Shape = Shape {
    name: "ReaderConfig",
    fields: &[&[
        field(
            "InputType",
            Kind::Words(&["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"]),
            "The format of the object.",
        ),
        field(
            "Transformation",
            Kind::Words(&["NONE", "LOAD_AND_FLATTEN"]),
            "Whether the listed objects are read as well.",
        ),
        field("ManifestType", Kind::Words(&["ATHENA_DATA", "S3_INVENTORY"]), "The type of the manifest."),
        field(
            "CSVDelimiter",
            Kind::Words(&["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]),
            "The character between columns.",
        ),
        field("CSVHeaderLocation", Kind::Words(&["FIRST_ROW", "GIVEN"]), "The place of the column names."),
        field("CSVHeaders", Kind::Texts, "The names of the columns."),
        field(
            "MaxItems",
            Kind::Whole(&limits::MAX_ITEMS),
            "The largest number of items that are read; 0 for all.",
        ),
        field("MaxItemsPath", Kind::Text, "The path of the largest number of items."),
        field("ItemsPointer", Kind::Text, "A JSON Pointer to the array in the object."),
    ]],
    exactly_one: &[],
    at_most_one: &[&["MaxItems", "MaxItemsPath"]],
};

const ITEM_BATCHER: Shape = Shape {
    name: "ItemBatcher",
    fields: &[&[
        field(
            "MaxItemsPerBatch",
            Kind::Whole(&limits::BATCH_ITEMS),
            "The largest number of items in a batch.",
        ),
        field("MaxItemsPerBatchPath", Kind::Text, "The path of the largest number of items in a batch."),
        field(
            "MaxInputBytesPerBatch",
            Kind::Whole(&limits::BATCH_BYTES),
            "The largest size of a batch, in bytes.",
        ),
        field("MaxInputBytesPerBatchPath", Kind::Text, "The path of the largest size of a batch."),
        field("BatchInput", Kind::Any, "The fixed part of every batch, besides its items."),
    ]],
    exactly_one: &[],
    at_most_one: &[
        &["MaxItemsPerBatch", "MaxItemsPerBatchPath"],
        &["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"],
    ],
};

const RESULT_WRITER: Shape = shape(
    "ResultWriter",
    &[
        ARGUMENTS,
        &[
            field("Resource", Kind::Text, "What writes: `arn:aws:states:::s3:putObject`."),
            field("WriterConfig", Kind::Object(&WRITER_CONFIG), "The form of the results."),
        ],
    ],
);

const WRITER_CONFIG: Shape = shape(
    "WriterConfig",
    &[&[
        required("OutputType", Kind::Words(&["JSON", "JSONL"]), "The form of the objects that are written."),
        required(
            "Transformation",
            Kind::Words(&["NONE", "COMPACT", "FLATTEN"]),
            "The transformation of the results.",
        ),
    ]],
);
