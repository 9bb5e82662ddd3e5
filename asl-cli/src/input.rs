//! The input of an execution: JSON text, a file, or standard input.

use std::path::Path;

use asl_files::{Kind, read, read_all};
use asl_model::Format;
use asl_value::Value;

use crate::Terminal;
use crate::refusal::Refusal;

/// The size limit of an input, of mocks and of the items of a test: many times what AWS accepts.
const LARGEST: u64 = 16 << 20;

/// JSON text, not parsed yet.
pub(crate) struct InputText {
    pub(crate) bytes: Vec<u8>,
    /// The source of the text, for messages.
    from: String,
}

impl InputText {
    /// Reads an argument such as `--input`: JSON text if it looks like it, standard input for `-`, otherwise a file.
    pub(crate) fn of(argument: &str, terminal: &mut Terminal) -> Result<InputText, Refusal> {
        if argument == "-" {
            return InputText::stdin(terminal);
        }
        if !Format::is_json_text(argument) {
            return InputText::file(Path::new(argument));
        }
        Ok(InputText { bytes: argument.into(), from: "the input".to_owned() })
    }

    pub(crate) fn stdin(terminal: &mut Terminal) -> Result<InputText, Refusal> {
        let read = read_all(&mut terminal.stdin, LARGEST);
        let bytes = read.map_err(|error| Refusal::usage(format!("cannot read standard input: {error}")))?;
        Ok(InputText { bytes, from: "standard input".to_owned() })
    }

    pub(crate) fn file(path: &Path) -> Result<InputText, Refusal> {
        let from = format!("`{}`", path.display());
        let read = read(path, Kind::RegularOrPipe, LARGEST);
        let bytes = read.map_err(|error| Refusal::usage(format!("cannot read {from}: {error}")))?;
        Ok(InputText { bytes, from })
    }

    pub(crate) fn parse(&self) -> Result<Value, Refusal> {
        let text = self.bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&self.bytes);
        Value::parse_slice(text)
            .map_err(|error| Refusal::usage(format!("{} is not JSON: {error}", self.from)))
    }
}
