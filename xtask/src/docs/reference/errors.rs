//! The error names of the language.

use super::table::{cell, heading, items, source};
use crate::Result;
use crate::source::Source;

const INTRODUCTION: &str = "The names that Step Functions itself gives to errors. All others come from tasks: the name of an \
exception in a Lambda function, or that of a service, such as `DynamoDB.ConditionalCheckFailedException`. [Errors, retries, \
catchers](errors.md) says how they are handled.";

pub(super) fn page(sources: &[Source]) -> Result<String> {
    let mut page = heading("Error names", INTRODUCTION);
    page.push_str("| name | meaning |\n|---|---|\n");
    let names = source(sources, "asl-model/src/error_name.rs")?;
    for item in items(sources, "asl-lsp/src/reference/errors.rs", "ERRORS")? {
        let [_, constant, about] = item.as_slice() else {
            return Err(format!("not an error with its meaning: {item:?}").into());
        };
        let value = names.split_once(&format!("pub const {constant}: &str = \"")).map(|(_, rest)| rest);
        let name = value.and_then(|rest| rest.split('"').next()).ok_or("no such error name")?;
        page.push_str(&format!("| `{name}` | {} |\n", cell(about)));
    }
    Ok(page)
}
