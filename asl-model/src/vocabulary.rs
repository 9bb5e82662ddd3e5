//! The names that fields have, the query language they belong to, and what a misspelt one may have meant.

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

/// The candidate that `name` is likely a misspelling of: the same but for case, or a few edits away.
pub(crate) fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    // Nobody misspells a name into a long text, and the comparison costs the product of the lengths.
    if name.len() > 64 {
        return None;
    }
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed || candidate.eq_ignore_ascii_case(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance, the case of letters ignored.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, from) in a.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(from != *to)).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expect: Option<&str>) {
        assert_eq!(nearest(name, ["Resource", "Next", "End", "ResultPath", "Retry"].into_iter()), expect);
    }

    #[test]
    fn finds_what_was_meant() {
        check("Resouce", Some("Resource"));
        check("resource", Some("Resource"));
        check("Nxt", Some("Next"));
        check("RESULTPATH", Some("ResultPath"));
        check("Ressults", None);
        check("Metadata", None);
        check("", None);
        check(&"x".repeat(100_000), None);
    }

    #[test]
    fn counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("ab", "AB"), 0);
    }
}
