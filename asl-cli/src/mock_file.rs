//! Reads the file of `--mocks`.

use std::path::Path;

use crate::input::InputText;
use crate::mocks::{MockCase, MockConfig};
use crate::refusal::Refusal;
use crate::selector::divided;

/// `FILE`, `FILE#Case` or `FILE#Machine/Case`.
pub(crate) fn mock_case(argument: &str) -> Result<MockCase, Refusal> {
    let (file, selector) = divided(argument);
    let (machine, name) = match selector.map(|selector| selector.split_once('/').ok_or(selector)) {
        None => (None, None),
        Some(Ok((machine, name))) => (Some(machine), Some(name)),
        Some(Err(name)) => (None, Some(name)),
    };
    let config = mock_config(file)?;
    let case = config.case(machine, name);
    case.cloned()
        .map_err(|message| Refusal::usage(format!("`{argument}` does not name a test case: {message}")))
}

/// The test cases of a file.
pub(crate) fn mock_config(file: &str) -> Result<MockConfig, Refusal> {
    MockConfig::parse(&InputText::file(Path::new(file))?.parse()?).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
        Refusal::usage(format!("`{file}` is not a mock configuration:{}", problems.concat()))
    })
}
