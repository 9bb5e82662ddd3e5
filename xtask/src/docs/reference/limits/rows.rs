//! The rows of the tables of limits.

/// A limit.
pub(super) struct Row {
    /// The name of the field or the constant.
    pub(super) name: &'static str,
    pub(super) what: &'static str,
    pub(super) unit: Unit,
    /// The option that sets it, besides the field; empty without one.
    pub(super) setting: &'static str,
    pub(super) beyond: &'static str,
}

/// What a plain number counts.
#[derive(Clone, Copy)]
pub(super) enum Unit {
    Bytes,
    Count,
    Seconds,
}

use Unit::{Bytes, Count, Seconds};

const fn row(name: &'static str, unit: Unit, what: &'static str, beyond: &'static str) -> Row {
    Row { name, what, unit, setting: "", beyond }
}

const fn set(row: Row, setting: &'static str) -> Row {
    Row { setting, ..row }
}

const TOO_MUCH: &str = "`States.DataLimitExceeded`";
const WAIT: &str = "the others wait";
const OLDEST: &str = "the one that ended first is removed";
const CLOSED: &str = "the connection that has waited longest is closed";
const RUNTIME: &str = "`States.Runtime`";
const QUERY: &str = "`States.QueryEvaluationError`";
const INTRINSIC: &str = "`States.IntrinsicFailure`";
const READER: &str = "`States.ItemReaderFailed`";

/// The fields of `Limits`.
pub(super) const EXECUTION: &[Row] = &[
    row("payload_bytes", Bytes, "an input, a result or an output (AWS)", TOO_MUCH),
    row("events", Count, "events of a history (AWS)", "it fails, which is the last event"),
    row("duration", Seconds, "its duration (AWS)", "it ends as `TIMED_OUT`"),
    row("assign_bytes", Bytes, "a variable, and all that one `Assign` sets (AWS)", TOO_MUCH),
    row("variables_bytes", Bytes, "all variables that a state can read (AWS)", TOO_MUCH),
    row("error_chars", Count, "characters of the name of an error (AWS)", "the rest is cut"),
    row("cause_chars", Count, "characters of a cause (AWS)", "the rest is cut"),
    row("map_concurrency", Count, "iterations of an inline Map at the same time (AWS)", WAIT),
    row(
        "map_run_concurrency",
        Count,
        "children of a distributed Map at the same time (AWS); EXPRESS machines have none",
        WAIT,
    ),
    set(row("reader_bytes", Bytes, "an inflated file of an `ItemReader` (AWS)", READER), ""),
    set(
        row(
            "memory_bytes",
            Bytes,
            "memory, by an estimate, with its branches, iterations and children",
            TOO_MUCH,
        ),
        "`--memory`",
    ),
    row("strands", Count, "branches, iterations and children at the same time", "Maps run one at a time"),
];

/// The fields of `Quotas`.
pub(super) const SERVER: &[Row] = &[
    row("ended_executions", Count, "executions that have ended; with `--data-dir` see below", OLDEST),
    row("ended_events", Count, "their events", OLDEST),
    set(row("ended_bytes", Bytes, "their memory, by an estimate", OLDEST), "`--ended-mib`"),
    set(
        row(
            "kept_bytes",
            Bytes,
            "memory of all executions, by an estimate, with their definitions",
            "the one that ended first is removed; if none has ended, `ExecutionLimitExceeded`, and one whose history grows \
             fails with `States.DataLimitExceeded`",
        ),
        "768 MiB more than `--ended-mib`",
    ),
    row("history_bytes", Bytes, "payloads in one history", TOO_MUCH),
    set(
        row(
            "execution_bytes",
            Bytes,
            "memory of a running execution, as above, besides its history",
            TOO_MUCH,
        ),
        "`--memory`",
    ),
    row("open_executions", Count, "executions that run", "`ExecutionLimitExceeded`"),
    row("state_machines", Count, "state machines", "`StateMachineLimitExceeded`"),
    row(
        "definition_bytes",
        Bytes,
        "definitions and other settings of all machines and versions",
        "`StateMachineLimitExceeded`",
    ),
    row("versions", Count, "versions of a machine", "`ServiceQuotaExceededException`"),
    row("activities", Count, "activities", "`ActivityLimitExceeded`"),
    row("activity_pollers", Count, "workers that poll an activity", "`ActivityWorkerLimitExceeded`"),
    set(
        row(
            "stage_bytes",
            Bytes,
            "what the states of one execution made of their data, for the page",
            "what succeeded first is forgotten",
        ),
        "`--stages`",
    ),
    set(
        row("kept_stage_bytes", Bytes, "the same of all executions", "the ones that ended first lose theirs"),
        "`--ended-mib`",
    ),
    row("page_bytes", Bytes, "a page of a history", "the rest follows on the next page"),
    row("requests", Count, "requests at the same time", "`ThrottlingException`"),
    row("request_bytes", Bytes, "the body of a request", "`RequestEntityTooLargeException` (413)"),
    row("waiting_bytes", Bytes, "bodies that are not complete", CLOSED),
    row("connections", Count, "connections", CLOSED),
    row("event_streams", Count, "streams of events to pages", "status 429"),
    row(
        "request_time",
        Seconds,
        "for a handshake of TLS, for the headers of a request, and again for its body",
        "the connection is closed; `RequestTimeoutException` (408)",
    ),
];

type Constants = &'static [(&'static str, Row)];

/// Constants that bound something, by subject.
pub(super) const CONSTANTS: &[(&str, Constants)] = &[
    (
        "Of what the server keeps and answers",
        &[
            (
                "asl-local/src/store.rs",
                row(
                    "MOST_CACHED",
                    Count,
                    "ended executions in memory with `--data-dir`",
                    "they are read from the folder",
                ),
            ),
            (
                "asl-local/src/history.rs",
                row(
                    "MOST_EVENTS",
                    Count,
                    "events of an EXPRESS execution that are kept",
                    "later ones are not kept",
                ),
            ),
            (
                "asl-local/src/token.rs",
                row(
                    "MOST_ENDED",
                    Count,
                    "tokens of tasks that have ended",
                    "`InvalidToken` for `TaskTimedOut`",
                ),
            ),
            (
                "asl-local/src/redrives.rs",
                row(
                    "MOST_TOKENS",
                    Count,
                    "client tokens of the redrives of an execution",
                    "the first one is forgotten",
                ),
            ),
            (
                "asl-local/src/redrives.rs",
                row(
                    "MOST_BYTES",
                    Bytes,
                    "a checkpoint in memory with `--data-dir`",
                    "it is made from the journal",
                ),
            ),
            (
                "asl-local/src/redrivable.rs",
                row(
                    "MOST_EVENTS",
                    Count,
                    "events of an execution that is redriven (AWS)",
                    "`ExecutionNotRedrivable`",
                ),
            ),
            (
                "asl-local/src/store/tags.rs",
                row("MOST_TAGS", Count, "tags of a machine (AWS)", "`TooManyTags`"),
            ),
            (
                "asl-local/src/input.rs",
                row(
                    "LONGEST_PAYLOAD",
                    Count,
                    "characters of an input or output (AWS)",
                    "`ValidationException`",
                ),
            ),
            (
                "asl-local/src/wire.rs",
                row("LONGEST_SHOWN", Count, "characters of a value in an error", "the rest is cut"),
            ),
            (
                "asl-local/src/server/session.rs",
                row("MOST", Count, "sessions of browsers", "the one that began first ends"),
            ),
            (
                "asl-local/src/server/session.rs",
                row("PERIOD", Seconds, "a session", "the page asks for the key"),
            ),
            (
                "asl-local/src/server/access.rs",
                row("PAUSE", Seconds, "until a wrong key is answered", "`UnrecognizedClientException`"),
            ),
            (
                "asl-local/src/shared_key.rs",
                row("LONGEST", Count, "characters of the shared key", "the server does not start"),
            ),
            (
                "asl-local/src/ui/layouts.rs",
                row("MOST_BYTES", Bytes, "drawings that are kept for the page", "the oldest is drawn again"),
            ),
            (
                "asl-local/src/ui/events.rs",
                row("MOST_EVENTS", Count, "events in one message to the page", "the rest follows"),
            ),
            (
                "asl-local/src/ui/events.rs",
                row("MOST_BYTES", Bytes, "data of one message to the page", "the rest follows"),
            ),
            (
                "asl-local/src/ui/events.rs",
                row(
                    "LONGEST_TEXT",
                    Count,
                    "characters of a text in such a message",
                    "the page asks for it alone",
                ),
            ),
            (
                "asl-local/src/data_dir/body.rs",
                row("LONGEST", Bytes, "a record of a data folder", "the folder is refused as damaged"),
            ),
            (
                "asl-local/src/data_dir/folder.rs",
                row(
                    "MOST_CHECKED_BYTES",
                    Bytes,
                    "a database that is checked from end to end at the start",
                    "it is checked in part",
                ),
            ),
        ],
    ),
    (
        "Of definitions",
        &[
            (
                "asl-model/src/limits.rs",
                row("MAX_DEFINITION_BYTES", Bytes, "a definition (AWS)", "`InvalidDefinition`, `ASL0043`"),
            ),
            (
                "asl-model/src/report.rs",
                row("MOST", Count, "errors, and again warnings, of a definition", "the rest is counted"),
            ),
            (
                "asl-model/src/report.rs",
                row("MOST_BYTES", Bytes, "all messages of a definition", "the rest is counted"),
            ),
            (
                "asl-model/src/template/tree.rs",
                row("MOST_ALIASED", Count, "values that aliases of YAML add", "the definition is refused"),
            ),
            (
                "asl-model/src/excerpt/placeholder.rs",
                row("MOST_OF_ONE", Count, "placeholders of one string that are reported", "the rest is not"),
            ),
            (
                "asl-engine/src/compile/unassigned.rs",
                row(
                    "MOST_NAMES",
                    Count,
                    "names in the search for unassigned variables",
                    "there is no warning",
                ),
            ),
            (
                "asl-paths/src/path.rs",
                row("MAX_STEPS", Count, "steps of a path", "the definition is refused"),
            ),
            (
                "asl-paths/src/intrinsic/call.rs",
                row(
                    "MAX_NESTED",
                    Count,
                    "calls of intrinsic functions in one another (AWS)",
                    "the definition is refused",
                ),
            ),
        ],
    ),
    (
        "Of data",
        &[
            ("asl-value/src/size.rs", row("MAX_DEPTH", Count, "levels of a document", "it is refused")),
            (
                "asl-value/src/number/big.rs",
                row("MAX_DIGITS", Count, "digits of an integer (AWS)", "it is refused"),
            ),
            (
                "asl-query/src/state_work.rs",
                row("MOST_STEPS", Count, "steps of the paths, rules and functions of a state", RUNTIME),
            ),
            (
                "asl-paths/src/path/pattern.rs",
                row("MOST_PARTS", Count, "parts of a pattern in a path", "the definition is refused"),
            ),
            (
                "asl-paths/src/java.rs",
                row("MAX_PRINTED_BYTES", Bytes, "a document that is printed into a string", RUNTIME),
            ),
            (
                "asl-paths/src/intrinsic/array.rs",
                row("MAX_RANGE", Count, "items of `States.ArrayRange` (AWS)", INTRINSIC),
            ),
            (
                "asl-paths/src/intrinsic/function.rs",
                row("MAX_TEXT_UNITS", Count, "characters that are encoded or hashed (AWS)", INTRINSIC),
            ),
            ("asl-jsonata/src/evaluate.rs", row("TIMEOUT", Seconds, "an evaluation of JSONata", QUERY)),
            ("asl-jsonata/src/evaluate.rs", row("MAX_MEMORY", Bytes, "memory of its values", QUERY)),
            ("asl-jsonata/src/evaluate.rs", row("MAX_DEPTH", Count, "levels of its nodes (AWS)", QUERY)),
            (
                "asl-jsonata/src/evaluate.rs",
                row("MAX_QUERY_DEPTH", Count, "the same outside of machines", "an error of the evaluation"),
            ),
            (
                "asl-jsonata/src/evaluate.rs",
                row("MAX_ARRAY_ITEMS", Count, "items of its arrays (AWS)", QUERY),
            ),
            ("asl-jsonata/src/evaluate.rs", row("MAX_BYTES", Bytes, "its strings and its result", QUERY)),
            (
                "asl-jsonata/src/functions.rs",
                row("MAX_RANGE", Count, "numbers of a range of `$range` (AWS)", QUERY),
            ),
            (
                "asl-jsonata/src/writer.rs",
                row("MAX_CONTAINERS", Count, "arrays and objects of its result", QUERY),
            ),
        ],
    ),
    (
        "Of waits, Maps and files",
        &[
            ("asl-engine/src/work/wait.rs", row("LONGEST", Seconds, "a Wait (AWS)", RUNTIME)),
            (
                "asl-engine/src/turn.rs",
                row(
                    "LONGEST",
                    Seconds,
                    "computing without a pause, but for one evaluation",
                    "it yields to other executions",
                ),
            ),
            (
                "asl-engine/src/map/redriven.rs",
                row("MOST_REDRIVES", Count, "redrives of a Map Run (AWS)", "it is not redriven"),
            ),
            ("asl-engine/src/map/bytes.rs", row("MOST_ITEM_BYTES", Bytes, "an item of a file (AWS)", READER)),
            (
                "asl-engine/src/map/zstd.rs",
                row("MOST_WINDOW_BYTES", Bytes, "the window of a file in zstd", READER),
            ),
            (
                "asl-engine/src/map/result_file.rs",
                row("MOST_FILE_BYTES", Bytes, "a file of results (AWS)", "another file begins"),
            ),
            (
                "asl-parquet/src/limits.rs",
                row("MOST_GROUP_BYTES", Bytes, "a row group of Parquet (AWS)", READER),
            ),
            (
                "asl-parquet/src/limits.rs",
                row("MOST_FOOTER_BYTES", Bytes, "the footer of a file of Parquet (AWS)", READER),
            ),
            ("asl-parquet/src/reader.rs", row("MOST_ROW_BYTES", Bytes, "a row of Parquet as JSON", READER)),
            (
                "asl-parquet/src/chunk.rs",
                row("MOST_HEADER_BYTES", Bytes, "the header of a page of Parquet", READER),
            ),
            (
                "asl-parquet/src/group.rs",
                row("MOST_STEP_BYTES", Bytes, "what is read of a column at a time", "it is read in steps"),
            ),
            ("asl-parquet/src/outline.rs", row("MOST_DEPTH", Count, "levels of a schema of Parquet", READER)),
            (
                "asl-parquet/src/thrift.rs",
                row("MOST_DEPTH", Count, "levels in the metadata of Parquet that are skipped", READER),
            ),
            ("asl-parquet/src/kind.rs", row("MOST_DIGITS", Count, "digits of a decimal of Parquet", READER)),
            ("asl-parquet/src/kind.rs", row("MOST_DECIMAL_BYTES", Bytes, "a decimal of Parquet", READER)),
        ],
    ),
    (
        "Of logs and reports",
        &[
            (
                "asl-engine/src/log.rs",
                row("MOST_PAYLOAD_BYTES", Bytes, "a payload in a log record (AWS)", "the rest is cut"),
            ),
            (
                "asl-engine/src/description.rs",
                row("MOST_BYTES", Bytes, "input and output in a status event (AWS)", "they are left out"),
            ),
            (
                "asl-engine/src/task_fn.rs",
                row("MOST_SOURCES", Count, "sources of an error in a cause", "the rest is left out"),
            ),
            (
                "asl-engine/src/replay/comparison.rs",
                row("MOST", Count, "differences of a replay that are kept", "the rest is counted"),
            ),
            (
                "asl-engine/src/replay/leaves.rs",
                row("MOST", Count, "places of one document that differ", "the rest is counted"),
            ),
            (
                "asl-model/src/invalid_definition.rs",
                row("MOST_PRINTED", Count, "diagnostics in the text of an error", "the rest is counted"),
            ),
        ],
    ),
];

/// Constants with such names that bound nothing of a user: where, and why not.
pub(super) const NOT_LISTED: &[(&str, &str, &str)] = &[
    ("asl-engine/src/journal/codec.rs", "LONGEST", "how much of a value a message quotes"),
    ("asl-engine/src/replay/difference.rs", "LONGEST", "how much of a value a message quotes"),
    ("asl-jsonata/src/formula.rs", "MAX_DEPTH", "formulas that have a fast way"),
    ("asl-model/src/limits.rs", "MAX_ITEMS", "the range of a field, which its diagnostic states"),
    ("asl-paths/src/intrinsic/call.rs", "MOST_LOOKED_AT", "values that are looked at as a whole"),
    ("asl-value/src/number/double.rs", "LONGEST", "the longest text that a double has"),
    ("asl-value/src/name_cache.rs", "LONGEST", "names that are worth sharing"),
    ("asl-value/src/parse.rs", "LONGEST", "numbers that have a fast way"),
    ("asl-value/src/size.rs", "MOST_VALUES", "where a counter stops"),
    ("asl-value/src/timestamp.rs", "MAX", "the last year of four digits"),
    ("asl-value/src/value.rs", "MOST", "what is reserved at once"),
];
