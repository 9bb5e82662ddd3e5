//! [`Breakpoint`]: where an execution is stopped, and when.

use asl_value::Text;

use crate::spot::Spot;
use crate::visit::Visit;

/// The number of a breakpoint, which its owner chooses.
pub type BreakpointId = u64;

/// Where an execution is stopped, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breakpoint {
    /// Its number.
    pub id: BreakpointId,
    /// The name of the machine; `None` for all.
    pub machine: Option<Text>,
    /// The name of the state; `None` for all.
    pub state: Option<Text>,
    /// The place in the state.
    pub spot: Spot,
    /// When it applies.
    pub when: When,
    /// The text to log instead of stopping, with expressions in braces: `price is {$.price}`.
    pub log: Option<String>,
}

/// When a breakpoint applies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// A condition, see [`Scene::holds`](asl_engine::Scene::holds).
    pub condition: Option<String>,
    /// The names of errors, if it is about errors.
    pub errors: Vec<String>,
    /// How often it must have been reached.
    pub hits: Option<Hits>,
}

/// How often a breakpoint must have been reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hits {
    /// `3`, `>= 3`: from this time on.
    From(u64),
    /// `== 3`: this time only.
    Only(u64),
    /// `% 3`: each third time.
    Each(u64),
}

impl Hits {
    /// Reads `3`, `>= 3`, `> 2`, `== 3` or `% 3`.
    ///
    /// # Errors
    /// What was expected.
    pub fn parse(text: &str) -> Result<Hits, String> {
        let text = text.trim();
        let split = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
        let (operator, number) = text.split_at(split);
        let expected =
            || format!("expected a number of hits, such as `3`, `>= 3`, `== 3` or `% 3`, found `{text}`");
        let number: u64 = number.trim().parse().map_err(|_| expected())?;
        match operator.trim() {
            "" | ">=" => Ok(Hits::From(number)),
            ">" => Ok(Hits::From(number.saturating_add(1))),
            "=" | "==" => Ok(Hits::Only(number)),
            "%" if number > 0 => Ok(Hits::Each(number)),
            _ => Err(expected()),
        }
    }

    fn admits(self, hits: u64) -> bool {
        match self {
            Hits::From(first) => hits >= first,
            Hits::Only(only) => hits == only,
            Hits::Each(each) => hits.is_multiple_of(each),
        }
    }
}

impl Breakpoint {
    /// A breakpoint in a state.
    pub fn new(id: BreakpointId, state: impl Into<Option<Text>>, spot: Spot) -> Breakpoint {
        Breakpoint { id, machine: None, state: state.into(), spot, when: When::default(), log: None }
    }

    /// Whether it is at this place, whatever its condition.
    pub(crate) fn is_at(&self, machine: &Text, state: &Text, spot: Spot) -> bool {
        self.spot == spot
            && self.state.as_ref().is_none_or(|wanted| wanted == state)
            && self.machine.as_ref().is_none_or(|wanted| wanted == machine)
    }

    /// Whether it applies to a visit that is at its place. `hits` counts how often it was reached.
    ///
    /// # Errors
    /// Its condition cannot be evaluated there.
    pub(crate) fn applies(&self, visit: &Visit, hits: &mut u64) -> Result<bool, String> {
        if !self.when.errors.is_empty() {
            let error = visit.failure.as_ref().and_then(|(failure, _)| failure.error.as_deref());
            if !self.when.errors.iter().any(|wanted| Some(wanted.as_str()) == error) {
                return Ok(false);
            }
        }
        if let Some(condition) = &self.when.condition
            && !visit.scene().holds(condition)?
        {
            return Ok(false);
        }
        *hits += 1;
        Ok(self.when.hits.is_none_or(|wanted| wanted.admits(*hits)))
    }

    /// The text of a logpoint, with the values of its expressions.
    pub(crate) fn logged(&self, visit: &Visit) -> Option<String> {
        let template = self.log.as_deref()?;
        let (mut text, mut rest) = (String::new(), template);
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some(end) = closing(after) else {
                text.push('{');
                rest = after;
                continue;
            };
            let (expression, left) = after.split_at(end);
            text.push_str(&match visit.evaluate(expression) {
                Ok(value) => value.as_str().map_or_else(|| value.to_json(), str::to_owned),
                Err(message) => format!("<{message}>"),
            });
            rest = left.strip_prefix('}').unwrap_or(left);
        }
        text.push_str(rest);
        Some(text)
    }
}

/// The brace that closes an expression, which may have braces in it.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}
