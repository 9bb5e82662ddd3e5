//! [`Parallel`].

use asl_value::Value;

use crate::reader::Fields;
use crate::writer::Members;
use crate::{Catcher, Filters, Retrier, StateMachine, Transition};

/// Runs machines concurrently: `{"Type": "Parallel", "Branches": [{"StartAt": .., "States": {..}}], "End": true}`.
///
/// Spec: <https://states-language.net/#parallel-state>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Parallel {
    /// `Branches`
    pub branches: Vec<StateMachine>,
    /// Input and output filters.
    pub filters: Filters,
    /// `Assign`: variables to set.
    pub assign: Option<Value>,
    /// `Retry`
    pub retry: Vec<Retrier>,
    /// `Catch`
    pub catch: Vec<Catcher>,
    /// `Next` or `End`
    pub transition: Transition,
}

impl Parallel {
    /// A parallel state without optional fields.
    pub fn new(branches: Vec<StateMachine>, transition: Transition) -> Parallel {
        Parallel {
            branches,
            filters: Filters::default(),
            assign: None,
            retry: Vec::new(),
            catch: Vec::new(),
            transition,
        }
    }
}

impl Parallel {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Parallel {
        if !fields.require(&["Branches"]) {
            fields.lose();
        }
        let branches = match fields.filled_list("Branches") {
            Some(items) => fields.each("Branches", items, StateMachine::read_inner),
            None => Vec::new(),
        };
        let branches =
            branches.into_iter().map(|branch| branch.unwrap_or_else(StateMachine::stand_in)).collect();
        Parallel {
            branches,
            filters: Filters::read_all(fields),
            assign: fields.assign(),
            retry: Retrier::read_list(fields),
            catch: Catcher::read_list(fields),
            transition: Transition::read(fields),
        }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        members.put("Branches", self.branches.iter().map(StateMachine::to_value).collect::<Value>());
        self.filters.write(members);
        members.maybe("Assign", self.assign.as_ref());
        Retrier::write_list(&self.retry, members);
        Catcher::write_list(&self.catch, members);
        self.transition.write(members);
    }
}
