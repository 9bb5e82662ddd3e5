//! [`QueryLanguage`]: JSONPath or JSONata.

use std::fmt;

/// `QueryLanguage`: the language of the expressions in fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueryLanguage {
    /// `JSONPath`, in fields whose names end in `.$` or `Path`.
    JsonPath,
    /// `JSONata`, in strings of the form `{% … %}`.
    JsonAta,
}

impl QueryLanguage {
    /// Both, with their names.
    pub(crate) const NAMES: [(&'static str, QueryLanguage); 2] =
        [("JSONPath", QueryLanguage::JsonPath), ("JSONata", QueryLanguage::JsonAta)];

    /// As definitions write it: `JSONPath`, `JSONata`.
    pub fn name(self) -> &'static str {
        match self {
            QueryLanguage::JsonPath => "JSONPath",
            QueryLanguage::JsonAta => "JSONata",
        }
    }
}

impl fmt::Display for QueryLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
