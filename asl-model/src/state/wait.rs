//! [`Wait`].

use asl_value::{Text, Value};

use crate::limits::WAIT_SECONDS;
use crate::reader::Fields;
use crate::writer::Members;
use crate::{Field, Filters, Transition};

/// Waits: `{"Type": "Wait", "Seconds": 10, "End": true}`.
///
/// Spec: <https://states-language.net/#wait-state>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Wait {
    /// Input and output filters.
    pub filters: Filters,
    /// `Assign`: variables to set.
    pub assign: Option<Value>,
    /// The end of the wait.
    pub until: WaitUntil,
    /// `Next` or `End`
    pub transition: Transition,
}

impl Wait {
    /// A wait without optional fields.
    pub fn new(until: WaitUntil, transition: Transition) -> Wait {
        Wait { filters: Filters::default(), assign: None, until, transition }
    }
}

/// When a [`Wait`] ends.
#[derive(Debug, Clone, PartialEq)]
pub enum WaitUntil {
    /// `Seconds`, `SecondsPath`: seconds from the moment the state is entered.
    Seconds(Field<u64>),
    /// `Timestamp`, `TimestampPath`: an instant in RFC 3339.
    Timestamp(Field<Text>),
}

impl Wait {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Wait {
        // The order is that of AWS's message.
        if !fields.exactly_one(&["SecondsPath", "Seconds", "TimestampPath", "Timestamp"]) {
            fields.lose();
        }
        let seconds = fields.quantity("Seconds", "SecondsPath", &WAIT_SECONDS).map(WaitUntil::Seconds);
        let timestamp = fields.words("Timestamp", "TimestampPath").map(WaitUntil::Timestamp);
        let until = seconds.or(timestamp).unwrap_or_else(|| {
            fields.lose();
            WaitUntil::Seconds(Field::Literal(0))
        });
        Wait {
            filters: Filters::read(fields),
            assign: fields.assign(),
            until,
            transition: Transition::read(fields),
        }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        self.filters.write(members);
        members.maybe("Assign", self.assign.as_ref());
        match &self.until {
            WaitUntil::Seconds(field) => members.field("Seconds", "SecondsPath", field),
            WaitUntil::Timestamp(field) => members.field("Timestamp", "TimestampPath", field),
        }
        self.transition.write(members);
    }
}
