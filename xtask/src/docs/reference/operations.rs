//! The operations of the API.

use super::table::{heading, source};
use crate::Result;
use crate::source::Source;

const API: &str = "asl-local/src/api.rs";

const INTRODUCTION: &str = "What `asl serve` answers: `POST /` with the operation in the header `X-Amz-Target` \
(`AWSStepFunctions.StartExecution`) and JSON in the body, as AWS SDKs send it. The links lead to AWS's reference, which has the \
members of requests and answers. Signatures and permissions are not checked. With `--data-dir`, an operation that changes \
something is answered when the change is on disk. [Deviations](../deviations.md) lists what differs.";

pub(super) fn page(sources: &[Source]) -> Result<String> {
    let mut page = heading("Operations of the API", INTRODUCTION);
    page.push_str("| operation | code |\n|---|---|\n");
    let arms = source(sources, API)?.lines().filter_map(|line| {
        let (name, call) = line.trim().strip_prefix('"')?.split_once("\" => ")?;
        Some((name, call.split_once("::")?.0))
    });
    // Other matches on the name of an operation call no module.
    let is_operation = |(_, module): &(&str, &str)| {
        module.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
    };
    let mut names: Vec<(&str, &str)> = arms.filter(is_operation).collect();
    if names.is_empty() {
        return Err(format!("{API}: no operations").into());
    }
    names.sort_unstable();
    for (name, module) in names {
        let reference =
            format!("https://docs.aws.amazon.com/step-functions/latest/apireference/API_{name}.html");
        let code = format!("../../asl-local/src/api/{module}.rs");
        page.push_str(&format!("| [{name}]({reference}) | [{module}.rs]({code}) |\n"));
    }
    Ok(page)
}
