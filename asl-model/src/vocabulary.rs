//! The names of all fields, and the query language that each belongs to.

use crate::{Operand, Operator, QueryLanguage};

/// The query language that a field belongs to.
pub(crate) enum Belongs {
    To(QueryLanguage),
    Both,
}

const PATH_FIELDS: &[&str] = &[
    "InputPath",
    "OutputPath",
    "ResultPath",
    "ResultSelector",
    "Parameters",
    "Result",
    "ItemsPath",
    "SecondsPath",
    "TimestampPath",
    "TimeoutSecondsPath",
    "HeartbeatSecondsPath",
    "ErrorPath",
    "CausePath",
    "MaxConcurrencyPath",
    "ToleratedFailureCountPath",
    "ToleratedFailurePercentagePath",
    "MaxItemsPath",
    "MaxItemsPerBatchPath",
    "MaxInputBytesPerBatchPath",
    "Variable",
    "And",
    "Or",
    "Not",
];

const QUERY_FIELDS: &[&str] = &["Arguments", "Output", "Items", "Condition"];

/// All other fields.
const OTHER_FIELDS: &[&str] = &[
    "Type",
    "Comment",
    "QueryLanguage",
    "StartAt",
    "States",
    "TimeoutSeconds",
    "Version",
    "Next",
    "End",
    "Assign",
    "Resource",
    "Credentials",
    "HeartbeatSeconds",
    "Retry",
    "Catch",
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Choices",
    "Default",
    "Seconds",
    "Timestamp",
    "Error",
    "Cause",
    "Branches",
    "ItemProcessor",
    "Iterator",
    "ProcessorConfig",
    "ItemSelector",
    "ItemReader",
    "ReaderConfig",
    "ItemBatcher",
    "ResultWriter",
    "WriterConfig",
    "MaxConcurrency",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
    "Label",
    "Mode",
    "ExecutionType",
    "InputType",
    "Transformation",
    "ManifestType",
    "CSVDelimiter",
    "CSVHeaderLocation",
    "CSVHeaders",
    "MaxItems",
    "ItemsPointer",
    "MaxItemsPerBatch",
    "MaxInputBytesPerBatch",
    "BatchInput",
    "OutputType",
];

/// The query language that `name` belongs to.
pub(crate) fn belongs(name: &str) -> Belongs {
    if PATH_FIELDS.contains(&name) {
        Belongs::To(QueryLanguage::JsonPath)
    } else if QUERY_FIELDS.contains(&name) {
        Belongs::To(QueryLanguage::JsonAta)
    } else {
        Belongs::Both
    }
}

/// Whether any object of a definition may have a field of this name.
pub(crate) fn is_known(name: &str) -> bool {
    [PATH_FIELDS, QUERY_FIELDS, OTHER_FIELDS].iter().any(|list| list.contains(&name))
}

/// A JSON value that is valid in a field for numbers or booleans; `None` for other fields.
pub(crate) fn stand_in(name: &str) -> Option<&'static str> {
    Some(match name {
        // It must be longer than any heartbeat.
        "TimeoutSeconds" => "99999999",
        "HeartbeatSeconds"
        | "Seconds"
        | "IntervalSeconds"
        | "MaxDelaySeconds"
        | "MaxAttempts"
        | "BackoffRate"
        | "MaxConcurrency"
        | "ToleratedFailureCount"
        | "ToleratedFailurePercentage"
        | "MaxItems"
        | "MaxItemsPerBatch"
        | "MaxInputBytesPerBatch" => "1",
        "End" => "true",
        _ => match Operator::named(name)?.operand {
            Operand::Number => "1",
            Operand::Boolean => "true",
            Operand::String | Operand::Timestamp | Operand::Path => return None,
        },
    })
}

/// The field that the other query language has in place of this one.
pub(crate) fn counterpart(name: &str) -> Option<&str> {
    Some(match name {
        "Parameters" => "Arguments",
        "Arguments" => "Parameters",
        "ResultSelector" | "ResultPath" | "OutputPath" | "Result" => "Output",
        "Output" => "ResultSelector` or `ResultPath",
        "ItemsPath" => "Items",
        "Items" => "ItemsPath",
        "Variable" | "And" | "Or" | "Not" => "Condition",
        "Condition" => "Variable",
        "InputPath" => return None,
        _ => return name.strip_suffix("Path"),
    })
}
