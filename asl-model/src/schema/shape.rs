//! The objects of the language and their fields, as editors are told of them. Which query language a field belongs to is
//! in [`crate::vocabulary`]; a test compares these tables with what the readers accept.

use crate::limits::{self, Bounds};

/// An object of the language.
pub(super) struct Shape {
    pub(super) name: &'static str,
    pub(super) fields: &'static [&'static [Field]],
    /// Of each of these lists, exactly one field must be there.
    pub(super) exactly_one: &'static [&'static [&'static str]],
    /// Of each of these lists, at most one.
    pub(super) at_most_one: &'static [&'static [&'static str]],
}

/// A field of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) about: &'static str,
}

/// What a field's value is.
pub(super) enum Kind {
    Any,
    Text,
    /// A path, or null.
    Path,
    Boolean,
    /// An integer.
    Integer(&'static Bounds),
    /// An integer; in JSONata an expression, too.
    Whole(&'static Bounds),
    /// A number within these bounds; in JSONata an expression, too.
    Number(f64, f64),
    /// A number of at least this.
    AtLeast(f64),
    Words(&'static [&'static str]),
    /// A boolean, or an expression.
    Condition,
    /// An array, an object or an expression.
    Items,
    Texts,
    Object(&'static Shape),
    List(&'static Shape),
    /// The states of a machine.
    States,
    Branches,
    /// The comparisons of a choice rule, of which `Variable` needs one.
    Variable,
}

const fn field(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: false, about }
}

const fn required(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: true, about }
}

const fn shape(name: &'static str, fields: &'static [&'static [Field]]) -> Shape {
    Shape { name, fields, exactly_one: &[], at_most_one: &[] }
}

const COMMENT: &[Field] = &[field("Comment", Kind::Text, "A note for people; it does nothing.")];

const FILTERS: &[Field] = &[
    field("InputPath", Kind::Path, "The part of the input that the state sees; null for an empty object."),
    field("OutputPath", Kind::Path, "The part of the output that is handed on; null for an empty object."),
    field("Output", Kind::Any, "The output of the state, with expressions in it."),
];

const RESULT: &[Field] = &[
    field("ResultSelector", Kind::Any, "What is taken of the result; keys that end in `.$` have paths."),
    field("ResultPath", Kind::Path, "Where in the input the result is put; null to drop it."),
];

const ARGUMENTS: &[Field] = &[
    field("Parameters", Kind::Any, "What the work is given; keys that end in `.$` have paths."),
    field("Arguments", Kind::Any, "What the work is given, with expressions in it."),
];

const ASSIGN: &[Field] = &[field("Assign", Kind::Any, "Variables to set, by name.")];

const NEXT: &[Field] = &[
    field("Next", Kind::Text, "The state that follows."),
    field("End", Kind::Boolean, "Whether the machine ends with this state."),
];

const RECOVERY: &[Field] = &[
    field(
        "Retry",
        Kind::List(&RETRIER),
        "What is tried again after which errors; the first that matches counts.",
    ),
    field("Catch", Kind::List(&CATCHER), "Where to go after which errors; the first that matches counts."),
];

const NEXT_OR_END: &[&str] = &["Next", "End"];

/// The eight types of state.
pub(super) const STATES: [Shape; 8] = [
    Shape {
        name: "Task",
        fields: &[COMMENT, TASK, FILTERS, RESULT, ARGUMENTS, ASSIGN, RECOVERY, NEXT],
        exactly_one: &[NEXT_OR_END],
        at_most_one: &[
            &["TimeoutSeconds", "TimeoutSecondsPath"],
            &["HeartbeatSeconds", "HeartbeatSecondsPath"],
        ],
    },
    Shape {
        name: "Pass",
        fields: &[COMMENT, PASS, FILTERS, ASSIGN, NEXT],
        exactly_one: &[NEXT_OR_END],
        at_most_one: &[],
    },
    shape("Choice", &[COMMENT, CHOICE, FILTERS, ASSIGN]),
    Shape {
        name: "Wait",
        fields: &[COMMENT, WAIT, FILTERS, ASSIGN, NEXT],
        exactly_one: &[&["Seconds", "SecondsPath", "Timestamp", "TimestampPath"], NEXT_OR_END],
        at_most_one: &[],
    },
    shape("Succeed", &[COMMENT, FILTERS]),
    Shape {
        name: "Fail",
        fields: &[COMMENT, FAIL],
        exactly_one: &[],
        at_most_one: &[&["Error", "ErrorPath"], &["Cause", "CausePath"]],
    },
    Shape {
        name: "Parallel",
        fields: &[COMMENT, PARALLEL, FILTERS, RESULT, ARGUMENTS, ASSIGN, RECOVERY, NEXT],
        exactly_one: &[NEXT_OR_END],
        at_most_one: &[],
    },
    Shape {
        name: "Map",
        fields: &[COMMENT, MAP, FILTERS, RESULT, ASSIGN, RECOVERY, NEXT],
        exactly_one: &[&["ItemProcessor", "Iterator"], NEXT_OR_END],
        at_most_one: &[
            &["ItemSelector", "Parameters"],
            &["MaxConcurrency", "MaxConcurrencyPath"],
            &["ToleratedFailureCount", "ToleratedFailureCountPath"],
            &["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
        ],
    },
];

const TASK: &[Field] = &[
    required(
        "Resource",
        Kind::Text,
        "Who does the work: the ARN of a service integration, a function or an activity.",
    ),
    field("TimeoutSeconds", Kind::Whole(&limits::TASK_SECONDS), "Seconds after which the work has failed."),
    field("TimeoutSecondsPath", Kind::Text, "The path of the seconds after which the work has failed."),
    field(
        "HeartbeatSeconds",
        Kind::Whole(&limits::TASK_SECONDS),
        "Seconds between two signs of life of the work.",
    ),
    field("HeartbeatSecondsPath", Kind::Text, "The path of the seconds between two signs of life."),
    field("Credentials", Kind::Object(&CREDENTIALS), "The role that the work is done with."),
];

const CREDENTIALS: Shape = Shape {
    name: "Credentials",
    fields: &[&[
        field("RoleArn", Kind::Text, "The ARN of a role."),
        field("RoleArn.$", Kind::Text, "The path of the ARN of a role."),
    ]],
    exactly_one: &[&["RoleArn", "RoleArn.$"]],
    at_most_one: &[],
};

const PASS: &[Field] = &[
    field("Parameters", Kind::Any, "What is handed on; keys that end in `.$` have paths."),
    field("Result", Kind::Any, "What is handed on, as it is."),
    field("ResultPath", Kind::Path, "Where in the input the result is put; null to drop it."),
];

const CHOICE: &[Field] = &[
    required("Choices", Kind::List(&CHOICE_RULE), "The rules; the first that is true says where to go."),
    field("Default", Kind::Text, "The state that follows when no rule is true."),
];

static TEST: &[Field] = &[
    field("And", Kind::List(&CHOICE_TEST), "True if all of these are."),
    field("Or", Kind::List(&CHOICE_TEST), "True if one of these is."),
    field("Not", Kind::Object(&CHOICE_TEST), "True if this is not."),
    field("Variable", Kind::Variable, "The path of the value that is compared."),
];

const SELECTORS: &[&str] = &["And", "Or", "Not", "Variable", "Condition"];

static CHOICE_RULE: Shape = Shape {
    name: "ChoiceRule",
    fields: &[
        COMMENT,
        TEST,
        ASSIGN,
        &[
            field("Condition", Kind::Condition, "What must be true."),
            field("Output", Kind::Any, "The output of the state if this rule is taken."),
            required("Next", Kind::Text, "The state that follows if this rule is taken."),
        ],
    ],
    exactly_one: &[SELECTORS],
    at_most_one: &[],
};

static CHOICE_TEST: Shape =
    Shape { name: "ChoiceTest", fields: &[COMMENT, TEST], exactly_one: &[SELECTORS], at_most_one: &[] };

const WAIT: &[Field] = &[
    field("Seconds", Kind::Whole(&limits::WAIT_SECONDS), "How many seconds to wait."),
    field("SecondsPath", Kind::Text, "The path of the seconds to wait."),
    field("Timestamp", Kind::Text, "The instant to wait for, as RFC 3339: 2030-01-01T08:00:00Z."),
    field("TimestampPath", Kind::Text, "The path of the instant to wait for."),
];

const FAIL: &[Field] = &[
    field("Error", Kind::Text, "The name of the error."),
    field("ErrorPath", Kind::Text, "The path of the error's name, or an intrinsic function."),
    field("Cause", Kind::Text, "What happened, for people."),
    field("CausePath", Kind::Text, "The path of the cause, or an intrinsic function."),
];

const PARALLEL: &[Field] = &[required("Branches", Kind::Branches, "The machines that run side by side.")];

const MAP: &[Field] = &[
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

/// The fields of every machine.
pub(super) const MACHINE: &[Field] = &[
    required("StartAt", Kind::Text, "The state to begin with."),
    required("States", Kind::States, "The states, by name."),
];

pub(super) const BRANCH: Shape = shape("Branch", &[COMMENT, MACHINE]);

/// A whole definition.
pub(super) const DEFINITION: Shape = shape(
    "Definition",
    &[
        COMMENT,
        &[
            field(
                "QueryLanguage",
                Kind::Words(&["JSONPath", "JSONata"]),
                "How expressions are written; JSONPath if it is absent.",
            ),
            field("Version", Kind::Words(&["1.0"]), "The version of the language."),
            field(
                "TimeoutSeconds",
                Kind::Whole(&limits::EXECUTION_TIMEOUT),
                "Seconds after which an execution has failed.",
            ),
        ],
        MACHINE,
    ],
);

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

const RETRIER: Shape = shape(
    "Retrier",
    &[
        COMMENT,
        &[
            required("ErrorEquals", Kind::Texts, "Names of errors; `States.ALL` for every one."),
            field(
                "IntervalSeconds",
                Kind::Integer(&limits::INTERVAL),
                "Seconds before the first retry; 1 if absent.",
            ),
            field(
                "MaxAttempts",
                Kind::Integer(&limits::ATTEMPTS),
                "How many retries; 3 if absent, 0 for none.",
            ),
            field(
                "BackoffRate",
                Kind::AtLeast(limits::BACKOFF_RATE),
                "By what the interval grows; 2 if absent.",
            ),
            field("MaxDelaySeconds", Kind::Integer(&limits::DELAY), "Seconds that no interval exceeds."),
            field("JitterStrategy", Kind::Words(&["NONE", "FULL"]), "Whether intervals are randomised."),
        ],
    ],
);

const CATCHER: Shape = shape(
    "Catcher",
    &[
        COMMENT,
        ASSIGN,
        &[
            required("ErrorEquals", Kind::Texts, "Names of errors; `States.ALL` for every one."),
            required("Next", Kind::Text, "The state that follows."),
            field("ResultPath", Kind::Path, "Where in the input the error is put; null to drop it."),
            field("Output", Kind::Any, "The input of the state that follows, with expressions in it."),
        ],
    ],
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
