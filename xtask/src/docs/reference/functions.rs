//! The intrinsic functions and the functions of JSONata.

use super::table::{cell, heading, items};
use crate::Result;
use crate::source::Source;

const INTRODUCTION: &str = "Intrinsic functions are for JSONPath: in payload templates, where the key ends in `.$`, and in some \
paths. The others are for JSONata, in strings such as `\"{% $sum($states.input.prices) %}\"`.";

const JSONATA: &str = "\n## JSONata\n\nThose of JSONata 2.0.6 without `$eval`, and six of Step Functions: `$partition`, \
`$range`, `$hash`, `$random`, `$uuid` and `$parse`.\n\n";

pub(super) fn page(sources: &[Source]) -> Result<String> {
    let mut page = heading("Functions", INTRODUCTION);
    page.push_str("## Intrinsic functions\n\n| function | what it returns | example |\n|---|---|---|\n");
    for function in asl_paths::FUNCTIONS {
        let example = function.examples.first().map(|(call, result)| format!("`{call}` is `{result}`"));
        let (name, arguments) = (function.name, function.arguments);
        let (summary, example) = (cell(function.summary), cell(&example.unwrap_or_default()));
        page.push_str(&format!("| `{name}({arguments})` | {summary} | {example} |\n"));
    }
    page.push_str(JSONATA);
    page.push_str("| function | what it returns |\n|---|---|\n");
    for item in items(sources, "asl-lsp/src/reference/functions.rs", "FUNCTIONS")? {
        let [name, arguments, about] = item.as_slice() else {
            return Err(format!("not a function with its arguments and meaning: {item:?}").into());
        };
        page.push_str(&format!("| `${name}({arguments})` | {} |\n", cell(about)));
    }
    Ok(page)
}
