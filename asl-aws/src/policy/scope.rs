//! [`StatementScope`]: what one statement is about.

use std::collections::BTreeSet;

use crate::naming::upper_first;

/// What the actions of one statement have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct StatementScope {
    pub(super) service: String,
    pub(super) is_computed: bool,
    /// Operator, key, value.
    pub(super) conditions: Vec<[String; 3]>,
}

impl StatementScope {
    /// `SqsSendMessageResourceComputed`. IAM allows only letters and digits.
    pub(super) fn id(&self, actions: &BTreeSet<String>) -> String {
        let mut id = capitalised(&self.service);
        match actions.iter().next() {
            Some(action) if actions.len() == 1 => id.push_str(&capitalised(action)),
            Some(action) => id.push_str(&format!("{}And{}More", capitalised(action), actions.len() - 1)),
            None => {}
        }
        if self.is_computed {
            id.push_str("ResourceComputed");
        }
        id
    }
}

fn capitalised(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    words.map(upper_first).collect()
}
