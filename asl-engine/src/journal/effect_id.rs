//! [`EffectId`]: the name of something that an execution waits for.

use std::fmt;

use asl_value::Text;

/// The name of something that an execution waits for, or may be stopped by: a task, a timer, a file of a distributed
/// Map.
///
/// It is the path of the strand that waits, and a number in that strand, so it does not depend on the order in which
/// things happen. The third effect of the machine itself is `3`. A Parallel, a Map or a Map Run takes a number, too: if
/// it is `2`, then its strand 1 (counted from 0) has the effects `2.1/1`, `2.1/2`, and deeper strands `2.1/4.0/1`. The
/// effect 0 of an execution, or of a child execution, is its stop: `0`, `2.1/0`.
///
/// ```
/// use asl_engine::EffectId;
/// let id = EffectId::parse("2.1/4.0/1").unwrap();
/// assert_eq!(id.to_string(), "2.1/4.0/1");
/// assert!(EffectId::parse("2.1").is_none() && EffectId::parse("2./1").is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EffectId(Text);

impl EffectId {
    /// Parses the text of an id. `None` for any other text.
    pub fn parse(text: &str) -> Option<EffectId> {
        let mut strands: Vec<&str> = text.split('/').collect();
        let number = strands.pop()?;
        let is_strand =
            |strand: &str| strand.split_once('.').is_some_and(|(a, b)| is_number(a) && is_number(b));
        (is_number(number) && strands.into_iter().all(is_strand)).then(|| EffectId(text.into()))
    }

    /// The effect `number` of the strand at `path`, which is empty or ends with a slash.
    pub(crate) fn of(path: &str, number: u64) -> EffectId {
        EffectId(format!("{path}{number}").into())
    }

    /// The numbers of the branches and iterations around the effect, from the outside inwards.
    pub(crate) fn strand_numbers(&self) -> impl Iterator<Item = usize> {
        self.0.split('/').filter_map(|strand| strand.split_once('.')?.1.parse().ok())
    }

    /// The text of the id.
    pub fn as_text(&self) -> &Text {
        &self.0
    }
}

/// Digits without a leading zero.
fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.is_empty() && !text.starts_with('0'))
        && text.len() < 20
}

impl fmt::Display for EffectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_numbers_and_strands() {
        for text in ["0", "17", "2.0/1", "2.1/4.10/0"] {
            assert_eq!(EffectId::parse(text).map(|id| id.to_string()).as_deref(), Some(text));
        }
        for text in
            ["", "/", "x", "01", "2/1", "2.1/", "2.1", "-1", "1.2.3/1", "2.01/1", "99999999999999999999"]
        {
            assert_eq!(EffectId::parse(text), None, "{text}");
        }
    }
}
