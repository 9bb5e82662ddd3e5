//! The pages of `docs/reference` that are tables of what the code knows.

mod codes;
mod errors;
mod fields;
mod functions;
mod limits;
mod operations;
mod settings;
mod table;

use crate::Result;
use crate::source::Source;

/// The pages with their contents.
pub(super) fn pages(sources: &[Source]) -> Result<Vec<(&'static str, String)>> {
    Ok(vec![
        ("docs/reference/fields.md", fields::page()?),
        ("docs/reference/functions.md", functions::page(sources)?),
        ("docs/reference/error-names.md", errors::page(sources)?),
        ("docs/reference/limits.md", limits::page(sources)?),
        ("docs/reference/settings.md", settings::page(sources)?),
        ("docs/reference/operations.md", operations::page(sources)?),
        ("docs/reference/codes.md", codes::page()),
    ])
}
