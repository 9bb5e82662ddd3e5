//! The names that fields have, and the query language they belong to.

use crate::{Operand, Operator, QueryLanguage};

/// Which query language a field belongs to.
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

/// The other fields, of states and of what is inside them.
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

/// Whether some object of a definition has a field of this name.
pub(crate) fn is_known(name: &str) -> bool {
    [PATH_FIELDS, QUERY_FIELDS, OTHER_FIELDS].iter().any(|list| list.contains(&name))
}

/// A value in JSON that a field can have which takes numbers or booleans; `None` for other fields.
pub(crate) fn stand_in(name: &str) -> Option<&'static str> {
    Some(match name {
        // No heartbeat must be longer than it.
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

/// What the other query language uses in place of a field.
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
