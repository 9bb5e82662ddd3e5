//! [`DefinitionHash`]: which definition a journal belongs to.

use std::fmt;

use asl_model::StateMachine;
use asl_query::sfn;
use asl_value::Text;

/// A hash of a definition's content: spaces, the order of a machine's fields and the format, JSON or YAML, do not
/// matter.
///
/// A journal has it, so that it is never replayed with another definition.
///
/// ```
/// use asl_engine::DefinitionHash;
/// use asl_model::{Source, parse};
/// let hash = |text: &str| DefinitionHash::of(&parse(&Source::json(text)).machine.unwrap());
/// let first = hash(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
/// assert_eq!(first, hash(r#"{"States":{"A":{"Type":"Succeed"}},"StartAt":"A"}"#));
/// assert!(first.as_text().starts_with("sha256:"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionHash(Text);

impl DefinitionHash {
    /// The hash of a definition.
    pub fn of(machine: &StateMachine) -> DefinitionHash {
        let text = machine.to_value().to_json();
        DefinitionHash(format!("sha256:{}", sfn::hash(text.as_bytes(), "SHA-256").unwrap_or_default()).into())
    }

    /// A hash from its text.
    pub fn from_text(text: impl Into<Text>) -> DefinitionHash {
        DefinitionHash(text.into())
    }

    /// `sha256:` and 64 hexadecimal digits.
    pub fn as_text(&self) -> &Text {
        &self.0
    }
}

impl fmt::Display for DefinitionHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
