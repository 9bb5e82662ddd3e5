//! A Map state, with what is inside of it.

use super::common::{ARGUMENTS, COMMENT, MACHINE};
use super::shape::{Field, Kind, Shape, field, required, shape};
use crate::limits;

pub(super) const MAP: &[Field] = &[
    field("ItemProcessor", Kind::Object(&PROCESSOR), "The machine that runs for each item."),
    field("Iterator", Kind::Object(&PROCESSOR), "What `ItemProcessor` was called before."),
    field("Items", Kind::Items, "The items: an array, an object or an expression."),
    field("ItemsPath", Kind::Text, "The path of the items."),
    field("ItemSelector", Kind::Any, "The input of each iteration."),
    field("Parameters", Kind::Any, "What `ItemSelector` was called before."),
    field("MaxConcurrency", Kind::Whole(&limits::COUNT), "Iterations at a time; 0 for as many as possible."),
    field("MaxConcurrencyPath", Kind::Text, "The path of the number of iterations at a time."),
    field("ToleratedFailureCount", Kind::Whole(&limits::COUNT), "Items that may fail, in a distributed Map."),
    field("ToleratedFailureCountPath", Kind::Text, "The path of the number of items that may fail."),
    field(
        "ToleratedFailurePercentage",
        Kind::Number(0.0, limits::PERCENTAGE),
        "Items that may fail, in percent.",
    ),
    field("ToleratedFailurePercentagePath", Kind::Text, "The path of the percentage of items that may fail."),
    field("ItemReader", Kind::Object(&ITEM_READER), "Where a distributed Map reads its items."),
    field("ItemBatcher", Kind::Object(&ITEM_BATCHER), "How a distributed Map puts items together."),
    field("ResultWriter", Kind::Object(&RESULT_WRITER), "Where a distributed Map writes its results."),
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
        field(
            "Mode",
            Kind::Words(&["INLINE", "DISTRIBUTED"]),
            "Whether iterations are executions of their own.",
        ),
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
                "What is read: `arn:aws:states:::s3:getObject` or `…:s3:listObjectsV2`.",
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
            "What the object is.",
        ),
        field(
            "Transformation",
            Kind::Words(&["NONE", "LOAD_AND_FLATTEN"]),
            "Whether listed objects are read, too.",
        ),
        field("ManifestType", Kind::Words(&["ATHENA_DATA", "S3_INVENTORY"]), "What manifest it is."),
        field(
            "CSVDelimiter",
            Kind::Words(&["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]),
            "What is between columns.",
        ),
        field("CSVHeaderLocation", Kind::Words(&["FIRST_ROW", "GIVEN"]), "Where the names of columns are."),
        field("CSVHeaders", Kind::Texts, "The names of columns."),
        field("MaxItems", Kind::Whole(&limits::MAX_ITEMS), "How many items are read at most; 0 for all."),
        field("MaxItemsPath", Kind::Text, "The path of how many items are read at most."),
        field("ItemsPointer", Kind::Text, "A JSON Pointer to the array in the object."),
    ]],
    exactly_one: &[],
    at_most_one: &[&["MaxItems", "MaxItemsPath"]],
};

const ITEM_BATCHER: Shape = Shape {
    name: "ItemBatcher",
    fields: &[&[
        field("MaxItemsPerBatch", Kind::Whole(&limits::BATCH_ITEMS), "How many items a batch has at most."),
        field("MaxItemsPerBatchPath", Kind::Text, "The path of how many items a batch has at most."),
        field(
            "MaxInputBytesPerBatch",
            Kind::Whole(&limits::BATCH_BYTES),
            "How many bytes a batch has at most.",
        ),
        field("MaxInputBytesPerBatchPath", Kind::Text, "The path of how many bytes a batch has at most."),
        field("BatchInput", Kind::Any, "What every batch gets besides its items."),
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
            "What becomes of the results.",
        ),
    ]],
);
