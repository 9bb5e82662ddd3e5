//! The codes of diagnostics.

use asl_model::Code;

use super::table::{cell, heading};

const INTRODUCTION: &str = "Problems that `asl validate`, editors and `asl serve` report in a definition. The number never \
changes. AWS's code is what ValidateStateMachineDefinition reports; AWS does not report those without one. `asl explain CODE` \
prints the page of a code.";

pub(super) fn page() -> String {
    let mut page = heading("Diagnostics", INTRODUCTION);
    page.push_str("| code | problem | AWS's code |\n|---|---|---|\n");
    for code in Code::ALL {
        let id = code.id();
        let aws = code.aws().map_or_else(String::new, |aws| format!("`{aws}`"));
        let summary = cell(code.summary());
        page.push_str(&format!("| [{id}](../../asl-model/docs/codes/{id}.md) | {summary} | {aws} |\n"));
    }
    page
}
