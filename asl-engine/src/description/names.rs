//! The names of members in the results of a Map Run. There may be a million of them, so they are made once.

use std::sync::LazyLock;

use asl_value::{Text, Value, json};

/// What the results of a Map Run say of an input or output.
pub(super) static INCLUDED: LazyLock<Value> = LazyLock::new(|| json!({"Included": true}));

/// The name of a member in PascalCase.
pub(super) fn pascal_name(name: &'static str) -> Text {
    /// The members of a child execution that has ended.
    static NAMES: LazyLock<Vec<(&str, Text)>> = LazyLock::new(|| {
        let names = [
            "executionArn",
            "stateMachineArn",
            "name",
            "status",
            "startDate",
            "stopDate",
            "input",
            "inputDetails",
            "output",
            "outputDetails",
            "redriveCount",
            "redriveStatus",
            "redriveStatusReason",
        ];
        names.map(|name| (name, capitalised(name))).into()
    });
    let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, text)| text.clone());
    known.unwrap_or_else(|| capitalised(name))
}

fn capitalised(name: &str) -> Text {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    name.into()
}
